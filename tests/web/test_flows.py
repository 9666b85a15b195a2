"""The home page: cards, new flows, files, and what is done with a flow from its card."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.checks import find_problems
from flowbuilder.flow.model import Flow, Node, dumps, loads
from flowbuilder.store import DeploymentRow
from flowbuilder.web.flows import copy_name, file_name
from flowbuilder.web.gallery import CATEGORIES, CATEGORY, NAMES, flow_templates, gallery, start_flow
from tests.web.pages import read_page

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

GREETING = Flow(
    name="Greeting",
    entry="hello",
    nodes={"hello": Node("speak", {"text": "Hello."}, {"next": "end"}), "end": Node("hangup", position=(300, 0))},
)


def names(page: Any) -> list[str]:
    return [str(name) for name in read_page(page).xpath("//li[contains(@class, 'flow-card')]//h2/a/text()")]


def upload(browser: Any, content: bytes, name: str, **headers: str) -> Any:
    browser.get("/")
    return browser.post("/flows/import", data={"file": (io.BytesIO(content), name)}, headers=headers)


@pytest.mark.parametrize("template", flow_templates(), ids=lambda template: template.key)
def test_every_template_passes_its_checks_without_a_warning(template: Any) -> None:
    found = [problem for problem in find_problems(template.flow) if problem.severity in ("error", "warning")]
    assert found == []
    assert template.description


@pytest.mark.parametrize("template", flow_templates(), ids=lambda template: template.key)
def test_the_cards_of_a_template_do_not_lie_on_each_other(template: Any) -> None:
    from flowbuilder.checks.view import View
    from flowbuilder.web.cards import WIDTH, card_views

    cards = list(card_views(template.flow, View(template.flow).readings, []).values())
    overlaps = [
        (one.id, other.id)
        for number, one in enumerate(cards)
        for other in cards[:number]
        if abs(one.x - other.x) < WIDTH and one.y < other.y + other.height and other.y < one.y + one.height
    ]
    assert overlaps == []


def test_the_first_page_offers_every_template_a_blank_flow_and_a_file(browser: Any) -> None:
    page = read_page(browser.get("/"))
    offered = page.xpath("//input[@name='template']/@value")
    assert [*offered] == ["blank", *(template.key for template in flow_templates())]
    assert page.xpath("//input[@type='file']")


@pytest.mark.parametrize("key", [*(template.key for template in flow_templates()), "blank"])
def test_a_template_opens_as_a_flow_of_its_own(browser: Any, parts: Flowbuilder, key: str) -> None:
    browser.get("/new")
    answer = browser.post("/flows", data={"template": key})
    (row,) = parts.store.flows.list()
    assert answer.headers["Location"] == f"/flows/{row.id}/edit"
    assert parts.store.flows.load(row.id) == start_flow(key)


def test_a_template_nobody_has_is_refused(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/new")
    assert browser.post("/flows", data={"template": "../secret"}).status_code == 404
    assert parts.store.flows.list() == []


def test_a_card_shows_the_drawing_the_steps_and_the_problems(browser: Any, parts: Flowbuilder) -> None:
    parts.store.flows.create(replace(GREETING, entry=None))
    card = read_page(browser.get("/")).xpath("//li[contains(@class, 'flow-card')]")[0]
    assert len(card.xpath(".//*[local-name()='svg' and @class='drawing']/*[local-name()='g'][@class!='wires']")) == 2
    text = " ".join(card.text_content().split())
    assert "Draft" in text
    assert "1 error" in text
    assert "2 steps · edited just now" in text


def test_a_live_flow_names_its_version_and_number_and_says_when_it_has_changed(
    browser: Any, parts: Flowbuilder
) -> None:
    row = parts.store.flows.create(GREETING)
    parts.store.versions.add(row.id, 1, GREETING, "{}")
    numbers = [{"number": "+14155550000", "previous_app_id": None}]
    parts.store.deployments.put(DeploymentRow(row.id, parts.account.auth_id, "1", "app", 1, numbers))
    assert "live on <b>+1 415 555 0000</b>" in browser.get("/").text
    moved = GREETING.with_node("end", Node("hangup", position=(900, 0)))
    parts.store.flows.save(row.id, 1, moved, "Moved end")
    assert "change since" not in browser.get("/").text
    parts.store.flows.save(row.id, 2, moved.with_node("hello", Node("speak", {"text": "Hi."}, {"next": "end"})), "x")
    assert "1 change since" in browser.get("/").text


def test_search_finds_names_descriptions_and_numbers(browser: Any, parts: Flowbuilder) -> None:
    for name in ("Clinic line", "Bike shop"):
        parts.store.flows.create(replace(GREETING, name=name))
    assert names(browser.get("/?q=bike")) == ["Bike shop"]
    assert names(browser.get("/?q=line+CLINIC")) == ["Clinic line"]
    assert "No flow has “zebra”" in browser.get("/?q=zebra").text


def test_what_an_author_names_a_flow_is_never_markup(browser: Any, parts: Flowbuilder) -> None:
    parts.store.flows.create(replace(GREETING, name="<script>alert(1)</script>"))
    assert "<script>alert" not in browser.get("/").text


def test_a_flow_file_opens(browser: Any, parts: Flowbuilder) -> None:
    answer = upload(browser, dumps(GREETING).encode(), "greeting.flow.json")
    (row,) = parts.store.flows.list()
    assert answer.headers["Location"] == f"/flows/{row.id}/edit"
    assert parts.store.flows.load(row.id) == GREETING


def test_htmx_is_told_where_to_go(browser: Any, parts: Flowbuilder) -> None:
    answer = upload(browser, dumps(GREETING).encode(), "greeting.flow.json", **{"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"/flows/{parts.store.flows.list()[0].id}/edit"


def hostile_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../flow.json", dumps(GREETING))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.flow.json"),
        (b"hello", "notes.txt"),
        (b"\xff\xfe\x00", "binary.json"),
        (b'{"format": "flowbuilder/9", "name": "x", "nodes": {}}', "newer.flow.json"),
        (b'{"format": "flowbuilder/1", "name": "x", "nodes": {"a": {"type": "speak"}, "a": {"type": "play"}}}', "two"),
        (b"{" * 100_000, "deep.json"),
        (b'"' + b"x" * (5 * 1024 * 1024) + b'"', "large.json"),
        (hostile_zip(), "hostile.zip"),
        (b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", "flow.xml"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_gets_a_sentence_and_changes_nothing(
    browser: Any, parts: Flowbuilder, content: bytes, name: str
) -> None:
    answer = upload(browser, content, name, **{"HX-Request": "true"})
    assert answer.status_code == 422
    sentence = read_page(answer).text_content()
    assert name in sentence
    assert "Nothing was changed." in sentence
    assert "passwd" not in sentence
    assert parts.store.flows.list() == []
    assert "Nothing was changed." in upload(browser, content, name).text


def test_no_file_at_all_gets_a_sentence(browser: Any) -> None:
    browser.get("/")
    assert "No file was chosen." in browser.post("/flows/import", data={}).text


def test_the_flow_file_of_a_card_is_the_draft(browser: Any, parts: Flowbuilder) -> None:
    row = parts.store.flows.create(replace(GREETING, name="Ärzte & Co"))
    answer = browser.get(f"/flows/{row.id}/file")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="rzte-co.flow.json"'
    assert loads(answer.data) == parts.store.flows.load(row.id)


def test_a_copy_gets_a_name_of_its_own(browser: Any, parts: Flowbuilder) -> None:
    row = parts.store.flows.create(GREETING)
    browser.get("/")
    for _ in range(2):
        browser.post(f"/flows/{row.id}/duplicate")
    assert {flow.name for flow in parts.store.flows.list()} == {"Greeting", "Greeting copy", "Greeting copy 2"}
    assert copy_name("Greeting copy 2", set()) == "Greeting copy"


def test_a_rename_is_an_edit_that_can_be_undone(browser: Any, parts: Flowbuilder) -> None:
    row = parts.store.flows.create(GREETING)
    browser.get("/")
    browser.post(f"/flows/{row.id}/rename", data={"name": "  Front   desk "})
    assert parts.store.flows.get(row.id).name == "Front desk"
    parts.store.flows.undo(row.id)
    assert parts.store.flows.get(row.id).name == "Greeting"
    assert browser.post(f"/flows/{row.id}/rename", data={"name": " "}).status_code == 422


def test_a_flow_is_deleted_once_it_is_not_live(browser: Any, parts: Flowbuilder) -> None:
    row = parts.store.flows.create(GREETING)
    parts.store.versions.add(row.id, 1, GREETING, "{}")
    parts.store.deployments.put(DeploymentRow(row.id, parts.account.auth_id, "1", "app", 1, []))
    browser.get("/")
    refused = browser.post(f"/flows/{row.id}/delete")
    assert refused.status_code == 422
    assert "Unpublish it first" in refused.text
    assert "is live</h2>" in browser.get("/").text
    parts.store.deployments.delete(row.id)
    assert browser.post(f"/flows/{row.id}/delete").status_code == 303
    assert parts.store.flows.list() == []


def test_a_post_without_the_pages_token_changes_nothing(browser: Any, parts: Flowbuilder) -> None:
    row = parts.store.flows.create(GREETING)
    browser.get("/")
    assert browser.post(f"/flows/{row.id}/delete", headers={"X-CSRF-Token": "wrong"}).status_code == 403
    assert len(parts.store.flows.list()) == 1


def test_file_names_are_plain() -> None:
    assert file_name("Clinic / main: line") == "clinic-main-line"
    assert file_name("…") == "flow"
    assert json.dumps(file_name('x" y')) == '"x-y"'


def test_templates_are_told_apart_by_what_they_are_for() -> None:
    shown = [(category, [template.key for template in members]) for category, members in gallery()]
    assert [category for category, _ in shown] == list(CATEGORIES)
    assert sorted(key for _, keys in shown for key in keys) == list(NAMES)
    assert shown[0][1][0] == "phone_tree"
    assert all(CATEGORY not in template.flow.extras for template in flow_templates())
    names = [template.name for template in flow_templates()]
    assert len(set(names)) == len(names) >= 20


def test_a_template_is_found_by_its_words_and_its_steps(browser: Any) -> None:
    assert [one.key for _, found in gallery("PIN room") for one in found] == ["conference_room"]
    assert {one.key for _, found in gallery("send sms") for one in found} == {"voicemail_to_sms"}
    assert gallery("zebra") == []
    page = read_page(browser.get("/new?q=whisper"))
    assert page.xpath("//div[@id='templates']//input[@name='template']/@value") == ["call_screening"]
    assert "No template has “<zebra>”" in read_page(browser.get("/new?q=<zebra>")).text_content()
