"""Flows that go on in others: what may not be renamed or taken away, circles, and drafts that go on in what is live."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.compiler import compile_flow
from flowbuilder.config import Settings
from flowbuilder.errors import EditRefused, FlowHasErrors
from flowbuilder.flow.model import Flow
from flowbuilder.simulator.transcript import lines_for
from flowbuilder.web.flow_uses import problems_between
from flowbuilder.web.publishing_steps import Target, prepare, publish, unpublish

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

HTMX = {"HX-Request": "true"}


@pytest.fixture
def settings() -> Settings:
    return Settings("sqlite:///:memory:", public_url="http://flows.test", secret_key="for tests")


def flow(name: str, goes_to: str = "", says: str = "") -> Flow:
    nodes: dict[str, Any] = {
        "hello": {"type": "speak", "settings": {"text": says or f"This is {name}."}, "exits": {"next": "next"}},
        "next": {"type": "set", "settings": {"variables": {"seen": "'yes'"}}, "exits": {}},
        "after": {"type": "speak", "settings": {"text": f"Back in {name}."}, "exits": {}},
    }
    if goes_to:
        nodes["next"] = {"type": "go_to_flow", "settings": {"flow": goes_to}, "exits": {"returned": "after"}}
    else:
        del nodes["after"]
    return Flow.from_json({"format": "flowbuilder/1", "name": name, "entry": "hello", "nodes": nodes})


def keep(parts: Flowbuilder, made: Flow) -> str:
    return parts.store.flows.create(made).id


def publish_version(parts: Flowbuilder, made: Flow) -> str:
    """A flow with a version that callers may go on in."""
    row = parts.store.flows.create(made)
    parts.store.versions.add(row.id, row.revision, made, json.dumps(compile_flow(made).to_json()))
    return row.id


def test_a_flow_that_a_draft_goes_on_in_keeps_its_name_and_stays(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    billing = publish_version(parts, flow("Billing"))
    front = keep(parts, flow("Front", "Billing"))
    answer = browser.post(f"/flows/{billing}/rename", data={"name": "Bills"})
    assert answer.status_code == 422
    assert "“Front” goes on in “Billing”. Change that first; then it can be renamed." in answer.text
    assert browser.post(f"/flows/{billing}/delete").status_code == 422
    edit = {"edit": json.dumps({"op": "set_details", "details": {"name": "Bills"}}), "revision": "1"}
    assert browser.post(f"/flows/{billing}/edits", data=edit, headers=HTMX).status_code == 422
    assert parts.store.flows.get(billing).name == "Billing"
    assert browser.post(f"/flows/{billing}/rename", data={"name": "Billing"}).status_code == 303

    browser.post(f"/flows/{front}/delete")
    assert browser.post(f"/flows/{billing}/rename", data={"name": "Bills"}).status_code == 303
    assert browser.post(f"/flows/{billing}/delete").status_code == 303


def test_a_flow_used_by_its_id_may_get_another_name_but_not_go(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    billing = publish_version(parts, flow("Billing"))
    keep(parts, flow("Front", billing))
    assert browser.post(f"/flows/{billing}/rename", data={"name": "Bills"}).status_code == 303
    assert browser.post(f"/flows/{billing}/delete").status_code == 422


def test_what_is_live_counts_when_the_draft_has_gone_elsewhere(parts: Flowbuilder) -> None:
    billing = keep(parts, flow("Billing"))
    assert list(publish(parts, billing, Target(numbers=["+12025550142"])))[-1].ok
    front = keep(parts, flow("Front", "Billing"))
    assert list(publish(parts, front, Target(numbers=["+14155550000"])))[-1].ok
    parts.store.flows.save(front, 1, flow("Front"), "Goes nowhere")
    with pytest.raises(
        EditRefused, match=r"“Front” goes on in “Billing”. Change that first; then it can be unpublished"
    ):
        list(unpublish(parts, billing))
    assert list(publish(parts, front))[-1].ok
    assert list(unpublish(parts, billing))[-1].ok


def test_many_users_are_named_and_counted(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    billing = publish_version(parts, flow("Billing"))
    for number in range(7):
        keep(parts, flow(f"Front {number}", "Billing"))
    assert "and 2 more go on in “Billing”" in browser.post(f"/flows/{billing}/delete").text


def codes(parts: Flowbuilder, made: Flow, flow_id: str = "") -> list[tuple[str, str | None]]:
    return [(problem.code, problem.node) for problem in problems_between(parts, flow_id or "new", made)]


def test_flows_that_go_round_in_a_circle_are_not_published(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    publish_version(parts, flow("C", "A"))
    publish_version(parts, flow("B", "C"))
    made = flow("A", "B")
    flow_id = keep(parts, made)
    [problem] = problems_between(parts, flow_id, made)
    assert (problem.code, problem.node, problem.setting, problem.blocks) == ("flow-cycle", "next", "flow", True)
    assert "“A” → “B” → “C” → “A”" in problem.message
    with pytest.raises(FlowHasErrors):
        prepare(parts, flow_id, Target(numbers=[]))
    assert "The flows go round in a circle" in browser.get(f"/flows/{flow_id}/publish").text
    answer = browser.post(f"/flows/{flow_id}/phone", data={"from": "+12025550123", "to": "+14155550100"}, headers=HTMX)
    assert (answer.status_code, "round in a circle" in answer.text) == (422, True)


def test_a_circle_that_does_not_pass_the_flow_is_not_its_fault_and_ends(parts: Flowbuilder) -> None:
    publish_version(parts, flow("B", "C"))
    publish_version(parts, flow("C", "B"))
    assert codes(parts, flow("A", "B")) == []


def test_a_flow_that_goes_to_itself_is_refused(parts: Flowbuilder) -> None:
    assert codes(parts, flow("A", "A")) == [("flow-cycle", "next")]
    assert codes(parts, flow("A", "a-123456"), "a-123456") == [("flow-cycle", "next")]


def test_a_flow_that_is_not_published_is_a_warning(parts: Flowbuilder) -> None:
    keep(parts, flow("Draft only"))
    for name in ("Draft only", "Nowhere"):
        [problem] = problems_between(parts, "new", flow("A", name))
        assert (problem.code, problem.severity) == ("unknown-flow", "warning")


def test_a_flow_named_by_an_expression_is_nobodys_business(parts: Flowbuilder) -> None:
    assert codes(parts, flow("A", "{{ vars.team }}")) == []


def test_the_phone_calls_a_draft_that_goes_on_in_a_published_flow(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    publish_version(parts, flow("Billing"))
    front = keep(parts, flow("Front", "Billing"))
    answer = browser.post(f"/flows/{front}/phone", data={"from": "+12025550123", "to": "+14155550100"}, headers=HTMX)
    assert answer.status_code == 200
    [call] = parts.store.calls.recent()
    live = parts.switchboard.get(call.uuid)
    heard = [line for line in lines_for(live.player.events) if line.startswith(">")]
    assert heard == ["> This is Front.", "> This is Billing.", "> Back in Front."]
    assert call.version == "draft-1"


def test_the_editor_lists_what_is_wrong_between_flows_as_it_is_now(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    front = keep(parts, flow("Front", "Billing"))
    path, missing = f"/flows/{front}/edit", "“Billing” is not published"
    assert missing in browser.get(path).text
    assert missing in browser.get(f"/flows/{front}/nodes/next").text
    billing = publish_version(parts, flow("Billing"))
    assert missing not in browser.get(path).text
    assert missing not in browser.get(f"/flows/{front}/nodes/next").text
    parts.store.versions.add(billing, 1, flow("Billing", "Front"), "{}")
    circle = browser.get(path).text
    assert "The flows go round in a circle: “Front” → “Billing” → “Front”" in circle
    assert missing not in circle


def test_an_edit_brings_what_is_wrong_between_flows_to_the_page(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    publish_version(parts, flow("Billing"))
    front = keep(parts, flow("Front", "Billing"))

    def go_to(name: str) -> str:
        edit = {"op": "set_settings", "node": "next", "settings": {"flow": name}}
        data = {"edit": json.dumps(edit), "revision": str(parts.store.flows.get(front).revision)}
        answer = browser.post(f"/flows/{front}/edits", data=data, headers=HTMX)
        assert answer.status_code == 200
        assert 'hx-target="#problems"' in answer.text
        return str(answer.text)

    told = go_to("Front")
    assert "This goes on in the flow itself, round and round." in told
    assert 'hx-target="#node-next"' in told
    assert "round and round" not in go_to("Billing")
