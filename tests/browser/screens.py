"""Every screen there is, and how to come to it: what tests of all screens walk.

A screen is a page, or a state of one, such as a dialog that stands open. `SCREENS` names them by the endpoint that
serves them; `NOT_SCREENS` says why the other addresses that answer a GET are none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node
from flowbuilder.steps import CATALOGUE
from flowbuilder.store import DeploymentSettingsRow
from flowbuilder.web.gallery import start_flow
from flowbuilder.web.gate import ask_review, decide_review, require_review
from flowbuilder.web.publishing import RUNS
from flowbuilder.web.publishing_steps import Target, publish
from tests.browser import screen_states as states

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.serving import Running

NUMBER, OTHER_NUMBER = "+14155550000", "+12025550142"
ELSEWHERE = {"app_name": "shop", "answer_url": "https://elsewhere.example.com/answer"}
PROMPTS = [{"speak": "Hello.", "texts": {"de-DE": "Hallo."}}, {"play": "https://example.com/a.mp3"}, {"wait": 2}]
IN_LISTS: dict[str, Any] = {
    "prompt_text": "Hello.",
    "prompt_list": PROMPTS,
    "choices": [{"exit": "sales", "digits": "1", "phrases": ["sales"]}, {"exit": "desk", "digits": "2"}],
    "dates": ["12-25", {"date": "2026-12-31", "name": "New Year's Eve", "hours": [["09:00", "12:00"]]}],
    "dial_targets": [{"number": "+14155550100"}, {"user": "sip:desk@phone.plivo.com"}, {"number": "12 monkeys"}],
    "mapping": {"a": "1"},
    "rules": [{"exit": "known", "when": "call.from_number"}, {"exit": "odd", "when": "1 +"}],
    "save": {"owner": "response.json.name"},
    "shares": [{"exit": "a", "percent": 50}, {"exit": "b", "percent": 50}],
    "sip_headers": {"Ref": "1"},
    "statuses": [{"exit": "gone", "status": "404"}],
    "variables": {"owner": "'Ida'"},
    "week": {"mon": [["09:00", "12:00"], ["13:00", "17:00"]]},
}
NOT_SCREENS = {
    "comparing.data": "JSON",
    "editor.flow_inspector": "a part of the editor, seen there",
    "editor.node_inspector": "a part of the editor, seen there",
    "editor.xml_of_node": "an XML document",
    "flows.flow_file": "a file",
    "health.healthz": "for machines",
    "health.metrics": "for machines",
    "languages.csv_file": "a file",
    "languages.po_file": "a file",
    "marking.marks": "JSON; what it marks is seen in the editor",
    "publishing.plan": "a part of the publish page, seen there",
    "publishing.stream": "the events of a run, seen on its page",
    "quick_publishing.ask": "a dialog of the editor, seen there",
    "quick_publishing.live": "a part of the editor, seen there",
    "reach.answer": "for this program itself",
    "reading_aids.find": "JSON; what it finds is seen in the editor",
    "sandbox.answer": "Plivo's REST API",
    "sandbox.command": "Plivo's REST API",
    "settings.account_state": "a part of the settings, seen there",
    "static": "files",
    "together.pulse": "JSON",
    "versions.draft_bundle": "a file",
    "versions.version_bundle": "a file",
    "versions.version_file": "a file",
}
MARKED = states.key_pressed("d", ".marks-legend")


@dataclass(frozen=True)
class Furnished:
    """A Flowbuilder with something on every screen: the ids of its flows, and of what hangs on them."""

    running: Running
    ids: dict[str, str]

    def url(self, address: str) -> str:
        """`/flows/{tree}/edit` as a whole address."""
        return self.running.url + address.format(**self.ids)


@dataclass(frozen=True)
class Screen:
    """`address` may name ids of `Furnished`; `then` brings the page into the state that is meant."""

    name: str
    endpoint: str
    address: str
    then: Callable[[Page], None] = states.as_it_is
    logged_in: bool = True
    small: bool = False
    within: str = "html"

    def open(self, page: Page, furnished: Furnished) -> None:
        """Loads the page, unless it is there and only a part of it is meant."""
        url = furnished.url(self.address)
        if self.within == "html" or page.url != url:
            page.goto(url)
            if self.endpoint == "editor.edit":
                expect(page.locator("html[data-ready]")).to_be_attached()
        self.then(page)


def furnish(running: Running) -> Furnished:
    """Flows of every kind, two versions live, a call and its trace, a secret, a holiday list."""
    parts = running.parts
    tree = start_flow("phone_tree")
    ids = {"tree": running.add(tree), "empty": running.add(Flow("Nothing yet"))}
    assert list(publish(parts, ids["tree"], Target(numbers=[NUMBER])))[-1].ok
    name, node = next((name, node) for name, node in tree.nodes.items() if node.type == "speak")
    changed = tree.with_node(name, replace(node, settings={"text": "Good day."}))
    parts.store.flows.save(ids["tree"], 1, changed, f"Change {name}")
    call = parts.switchboard.dial(NUMBER, "+12025550123")
    call.act("hang_up")
    ids["call"] = call.uuid
    ids["spoken"] = running.add(replace(tree, extras={**tree.extras, "languages": ["en-US", "de-DE"]}))
    ids["all"] = running.add(every_step())
    ids["broken"] = running.add(Flow("Broken", "hi", {"hi": Node("speak", {"text": ""}, {"next": "gone"})}))
    ids["desk"] = running.add(Flow("Desk", "say", {"say": Node("speak", {"text": "Desk {{ env.desk }}."})}))
    parts.store.deployment_settings.put(DeploymentSettingsRow(ids["tree"], "staging", variables={"desk": "two"}))
    parts.vault.put("crm_token", "for tests")
    ids["run"] = RUNS.start(ids["tree"], "publish", publish(parts, ids["tree"], Target(numbers=[NUMBER]))).key
    return Furnished(running, {**ids, **_account_of(running), **_reviews_of(running)})


def _account_of(running: Running) -> dict[str, str]:
    """An Application of somebody else's, a SIP endpoint, a number for rent, and a flow whose number was taken away."""
    parts, account = running.parts, running.parts.account
    ids = {"account": account.auth_id, "drifted": running.add(start_flow("voicemail"))}
    ids["shop"] = account.create_application(ELSEWHERE)
    account.create_endpoint("desk", "for-tests-1", "front-desk", ids["shop"])
    assert list(publish(parts, ids["drifted"], Target(numbers=[OTHER_NUMBER])))[-1].ok
    account.attach_number(OTHER_NUMBER, ids["shop"])
    ids["offer"] = account.search_numbers("US")[0][0].number
    return ids


def _reviews_of(running: Running) -> dict[str, str]:
    """Flows that need a second person: one waits for her, one was approved and has moved on, one was declined."""
    store = running.parts.store
    ids = {name: running.add(replace(start_flow("voicemail"), name=name)) for name in ("asked", "approved", "declined")}
    for name, flow_id in ids.items():
        require_review(running.parts, flow_id, True)
        ask_review(running.parts, store.flows.get(flow_id), "Ada", "The greeting is new")
        if name != "asked":
            decide_review(running.parts, store.flows.get(flow_id), 1, name == "approved", "Ida", "Short and good")
    flow = store.flows.load(ids["approved"])
    changed = flow.with_node("sent", replace(flow.nodes["sent"], settings={"text": "Bye."}))
    store.flows.save(ids["approved"], 1, changed, "Change sent")
    store.publish_runs.tell(ids["asked"], "review", "Asked for a review of revision 1.", "Ada")
    return ids


def every_step() -> Flow:
    """A flow with a node of each step type whose lists hold something each, a second language and a note."""
    nodes = {
        type_: Node(type_, _filled(type_), {}, (at % 6 * 300, at // 6 * 400)) for at, type_ in enumerate(CATALOGUE)
    }
    notes = [
        {"id": "why", "text": "Ask Ida first", "position": [0, -200], "size": [200, 120]},
        {"id": "part", "text": "The desk", "position": [-20, -60], "size": [900, 700], "frame": True},
    ]
    return Flow("Every step", "speak", nodes, {"notes": notes, "languages": ["en-US", "de-DE"]})


def _filled(type_: str) -> dict[str, Any]:
    return {spec.name: IN_LISTS[spec.kind] for spec in CATALOGUE[type_].settings_specs() if spec.kind in IN_LISTS}


def _in_editor(
    name: str, then: Callable[[Page], None], flow: str = "tree", *, small: bool = False, within: str = "html"
) -> Screen:
    return Screen(f"editor: {name}", "editor.edit", f"/flows/{{{flow}}}/edit", then, small=small, within=within)


SCREENS = [
    Screen("login", "access.login_page", "/login", logged_in=False, small=True),
    Screen("login refused", "access.login_page", "/login", states.login_refused, logged_in=False),
    Screen("home", "flows.home", "/", small=True),
    Screen("home, a flow's menu", "flows.home", "/", states.menu_open),
    Screen("home, rename", "flows.home", "/", states.dialog_open("Rename"), small=True),
    Screen("home, delete", "flows.home", "/", states.dialog_open("Delete")),
    Screen("home, nothing found", "flows.home", "/?q=zebra"),
    Screen("gallery", "flows.new", "/new", small=True),
    Screen("gallery, nothing found", "flows.new", "/new?q=zebra"),
    Screen("secrets", "secrets.page", "/settings/secrets", small=True),
    Screen("settings", "settings.page", "/settings", small=True),
    Screen("settings, an account refused", "settings.page", "/settings", states.account_refused),
    Screen("Applications", "plivo_applications.page", "/accounts/{account}/applications", small=True),
    Screen("an Application", "plivo_applications.application", "/accounts/{account}/applications/{shop}", small=True),
    Screen("delete an Application", "plivo_applications.ask_delete", "/accounts/{account}/applications/{shop}/delete"),
    Screen("numbers", "plivo_numbers.page", "/accounts/{account}/numbers", small=True),
    Screen("numbers, none found", "plivo_numbers.page", "/accounts/{account}/numbers?number_startswith=999"),
    Screen("rent", "plivo_numbers.search", "/accounts/{account}/numbers/rent?country=US", small=True),
    Screen("rent one", "plivo_numbers.confirm", "/accounts/{account}/numbers/rent/US/{offer}"),
    Screen("endpoints", "plivo_endpoints.page", "/accounts/{account}/endpoints", small=True),
    Screen("not found", "flows.home", "/nowhere", small=True),
    _in_editor("nothing yet", states.as_it_is, "empty", small=True),
    _in_editor("the flow", states.as_it_is, small=True),
    _in_editor("broken", states.as_it_is, "broken"),
    _in_editor("exits", states.step_shown("menu", "exits")),
    _in_editor("XML", states.step_shown("menu", "xml"), within="#inspector"),
    _in_editor("help", states.step_shown("menu", "help"), within="#inspector"),
    _in_editor("several chosen", states.key_pressed("Control+a", "#inspector [data-align]")),
    _in_editor("connecting", states.connecting),
    _in_editor("add a step", states.key_pressed("a", "#step-menu")),
    _in_editor("shortcuts", states.key_pressed("?", "#keys")),
    _in_editor("finder", states.found),
    _in_editor("phone", states.phone_shown),
    _in_editor("in a call", states.in_a_call, small=True),
    _in_editor("ringing", states.ringing),
    _in_editor("call over", states.call_over),
    _in_editor("texting", states.texting),
    *(_in_editor(f"settings of {type_}", states.step_shown(type_), "all", within="#inspector") for type_ in CATALOGUE),
    Screen("outline", "reading_aids.outline", "/flows/{all}/outline", small=True),
    Screen("outline, empty", "reading_aids.outline", "/flows/{empty}/outline"),
    Screen("history", "reading_aids.history", "/flows/{tree}/history", small=True),
    Screen("phone", "phone.panel", "/flows/{tree}/phone", small=True),
    Screen("phone in a call", "phone.panel", "/flows/{tree}/phone", states.in_a_call, small=True),
    Screen("texting", "texting.panel", "/flows/{tree}/phone/text", small=True),
    Screen("languages", "languages.page", "/flows/{spoken}/languages", small=True),
    Screen("one language", "languages.page", "/flows/{tree}/languages"),
    Screen("publish", "publishing.page", "/flows/{tree}/publish", small=True),
    Screen("publish, errors", "publishing.page", "/flows/{broken}/publish"),
    Screen("publish, done", "publishing.page", "/flows/{spoken}/publish", states.published, small=True),
    Screen("publish, a run", "publishing.run", "/flows/{tree}/publish/runs/{run}"),
    Screen("publish, a review waits", "publishing.page", "/flows/{asked}/publish", small=True),
    Screen("publish, to be reviewed", "publishing.page", "/flows/{asked}/publish", states.as_grace, small=True),
    Screen("publish, approved", "publishing.page", "/flows/{approved}/publish", states.as_grace, small=True),
    Screen("publish, declined", "publishing.page", "/flows/{declined}/publish", states.as_grace),
    Screen("what was approved, compared", "comparing.page", "/flows/{approved}/diff?from=r1&to=draft"),
    Screen("unpublish", "publishing.ask_unpublish", "/flows/{tree}/unpublish"),
    Screen("drift", "drift.page", "/flows/{drifted}/drift", small=True),
    Screen("no drift", "drift.page", "/flows/{tree}/drift"),
    Screen("record", "record.page", "/flows/{tree}/record", small=True),
    Screen("no record", "record.page", "/flows/{empty}/record"),
    Screen("remove versions", "pruning.page", "/flows/{tree}/versions/remove", small=True),
    Screen("switch the version", "versions.ask_switch", "/flows/{tree}/versions/1/switch", small=True),
    Screen("deployments", "deployments.page", "/flows/{tree}/deployments", small=True),
    Screen("deployments, a variable is missing", "deployments.page", "/flows/{desk}/deployments"),
    Screen("a deployment", "deployments.one", "/flows/{tree}/deployments/staging", small=True),
    Screen(
        "a deployment, a variable is missing", "deployments.one", "/flows/{desk}/deployments/production", small=True
    ),
    Screen(
        "a deployment, refused", "deployments.one", "/flows/{desk}/deployments/production", states.deployment_refused
    ),
    Screen("publish to staging", "publishing.page", "/flows/{tree}/publish?deployment=staging&version=1"),
    Screen("versions", "versions.page", "/flows/{tree}/versions", small=True),
    Screen("no versions", "versions.page", "/flows/{empty}/versions"),
    Screen("a version", "versions.version", "/flows/{tree}/versions/1", small=True),
    Screen("a version on a canvas", "marking.version_canvas", "/flows/{tree}/versions/1/drawing", small=True),
    Screen("changes on a canvas", "marking.version_canvas", "/flows/{tree}/versions/2/drawing", MARKED, small=True),
    Screen("changes on the drawing", "editor.edit", "/flows/{tree}/edit", MARKED, small=True),
    Screen("changes", "comparing.page", "/flows/{tree}/diff", small=True),
    Screen("nothing to compare", "comparing.page", "/flows/{empty}/diff"),
    Screen("calls", "calls.page", "/flows/{tree}/calls", small=True),
    Screen("no calls", "calls.page", "/flows/{empty}/calls"),
    Screen("a call", "calls.call", "/flows/{tree}/calls/{call}", small=True),
]
