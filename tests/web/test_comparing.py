"""Comparisons on a page: versions and the drawing, in words, in the picture, and as data for the canvas."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from flowbuilder.config import Settings
from flowbuilder.flow.model import Flow, Node
from flowbuilder.web.comparing import Side, changes_since_live, compare, drawing_of
from flowbuilder.web.publishing_steps import Target, publish
from tests.bench.flows import large_flow
from tests.web.pages import read_page, read_xml

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

GREETING = Flow(
    name="Greeting",
    entry="hello",
    nodes={
        "hello": Node("speak", {"text": "Hello."}, {"next": "wait"}),
        "wait": Node("wait", {"length": 2}, {"next": "end"}, (300, 0)),
        "end": Node("hangup", position=(600, 0)),
    },
)
CHANGED = Flow(
    name="Greeting",
    entry="hello",
    nodes={
        "hello": Node("speak", {"text": "Good morning <all>."}, {"next": "tone"}),
        "tone": Node("play", {"url": "https://example.com/tone.mp3"}, {"next": "end"}, (300, 0)),
        "end": Node("hangup", position=(640, 200)),
    },
)


@pytest.fixture
def settings() -> Settings:
    return Settings("sqlite:///:memory:", public_url="http://flows.test", secret_key="for tests")


@pytest.fixture
def flow_id(parts: Flowbuilder) -> str:
    """A flow whose version 1 is live, and whose drawing has gone on."""
    row = parts.store.flows.create(GREETING)
    assert list(publish(parts, row.id, Target(numbers=["+14155550000"])))[-1].ok
    parts.store.flows.save(row.id, 1, CHANGED, "Changed")
    return row.id


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def test_the_page_tells_each_change_of_the_drawing_since_the_live_version(browser: Any, flow_id: str) -> None:
    page = read_page(browser.get(f"/flows/{flow_id}/diff"))
    told = [words(one) for one in page.xpath("//li[contains(@class, 'change ')]")]
    assert told == [
        "hello changed What the caller hears“Hello.” → “Good morning <all>.” next leads to tone; it led to wait.",
        "tone new tone is new: Play audio, tone.mp3.",
        "wait taken out wait is gone: Wait.",
    ]
    assert page.xpath("//select[@name='from']/option[@selected]/text()") == ["Version 1, live"]
    assert page.xpath("//select[@name='to']/option[@selected]/text()") == ["The drawing"]


def test_the_picture_shows_what_is_new_other_and_gone(browser: Any, flow_id: str) -> None:
    page = read_page(browser.get(f"/flows/{flow_id}/diff"))
    badges = page.xpath("//*[local-name()='text'][@class='badge']/text()")
    assert sorted(badges) == ["changed", "new", "taken out"]
    bodies = page.xpath("//*[local-name()='rect'][@class='body']")
    places = [(float(body.get("x")), float(body.get("y"))) for body in bodies]
    assert len(places) == len(set(places)) == 4
    assert not page.xpath("//*[local-name()='svg']//*[local-name()='style']")


def test_htmx_gets_the_comparison_alone(browser: Any, flow_id: str) -> None:
    answer = browser.get(f"/flows/{flow_id}/diff?from=draft&to=1", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div id="comparison"')
    assert "wait is new: Wait." in words(read_page(answer))


def test_the_canvas_gets_data(browser: Any, flow_id: str) -> None:
    found = browser.get(f"/flows/{flow_id}/diff.json?from=live&to=draft").json
    assert (found["from"], found["to"], found["count"]) == ("1", "draft", 4)
    assert found["nodes"] == {"hello": "changed", "tone": "added", "wait": "removed"}
    assert {"node": "hello", "exit": "next", "is": "changed"} in found["links"]
    assert found["changes"][0]["setting"] == "text"


def test_equal_flows_are_the_same_call(browser: Any, flow_id: str) -> None:
    page = browser.get(f"/flows/{flow_id}/diff?from=1&to=1")
    assert "Nothing differs for a caller" in page.text


def test_a_flow_without_versions_says_how_to_make_one(browser: Any, parts: Flowbuilder) -> None:
    row = parts.store.flows.create(GREETING)
    assert "no version to compare with yet" in browser.get(f"/flows/{row.id}/diff").text
    assert browser.get(f"/flows/{row.id}/diff.json").status_code == 404


@pytest.mark.parametrize("query", ["from=9", "from=x", "to=-1", "from=99999999999999999999", "to=%00"])
def test_what_is_not_there_cannot_be_compared(browser: Any, flow_id: str, query: str) -> None:
    assert browser.get(f"/flows/{flow_id}/diff?{query}").status_code == 404


def test_every_screen_counts_the_changes_since(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    for page in (f"/flows/{flow_id}/edit", f"/flows/{flow_id}/publish", "/"):
        assert "4 changes since" in browser.get(page).text
    comparison = changes_since_live(parts, parts.store.flows.get(flow_id))
    assert comparison is not None
    assert comparison.count == 4
    parts.store.flows.save(flow_id, 2, replace(GREETING, name="Other"), "Renamed")
    shown = read_page(browser.get("/"))
    assert "since" not in shown.xpath("string(//p[@class='chips'])")


def test_of_a_large_flow_only_what_changed_and_its_neighbours_are_drawn() -> None:
    old = large_flow(600)
    name = list(old.nodes)[300]
    new = old.with_node(name, Node("speak", {"text": "Something else entirely."}, old.nodes[name].exits))
    drawn = read_xml(str(drawing_of(compare(Side("1", old), Side("draft", new)))))
    assert 2 <= len(drawn.xpath("//*[@class='body']")) < 20


def test_the_canvas_is_told_where_what_is_gone_stood_and_led(browser: Any, flow_id: str) -> None:
    found = browser.get(f"/flows/{flow_id}/marks").json
    assert found["count"] == 4
    assert {"node": "wait", "exit": "next", "to": "end"} in found["gone"]
    assert {"node": "hello", "exit": "next", "to": "wait"} in found["gone"]
    ghosts = read_xml(f"<i>{found['ghosts']}</i>").xpath("//*[@data-ghost]")
    assert [ghost.get("data-ghost") for ghost in ghosts] == ["wait"]
    assert (ghosts[0].get("data-x"), ghosts[0].get("data-y")) != ("300", "0")  # where tone stands now
    assert not read_xml(f"<i>{found['ghosts']}</i>").xpath("//*[@data-node]|//*[@id]")


def test_the_list_beside_the_canvas_has_one_entry_a_step(browser: Any, flow_id: str) -> None:
    panel: Any = html.fromstring(browser.get(f"/flows/{flow_id}/marks").json["panel"])
    assert panel.xpath("//*[@data-shows]/@data-shows") == ["hello", "tone", "wait"]
    legend = [words(chip) for chip in panel.xpath("//*[contains(@class, 'marks-legend')]/*")]
    assert legend == ["new1", "changed1", "taken out1", "renamed0"]


def test_a_version_on_a_canvas_is_compared_with_the_one_before(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    assert list(publish(parts, flow_id, Target(numbers=["+14155550000"])))[-1].ok
    page = read_page(browser.get(f"/flows/{flow_id}/versions/2/drawing"))
    assert page.xpath("//@data-node") == ["hello", "tone", "end"]
    assert not page.xpath("//form|//*[@id='palette']")
    found = browser.get(f"/flows/{flow_id}/marks?to=2").json
    assert found["nodes"] == {"hello": "changed", "tone": "added", "wait": "removed"}
    assert browser.get(f"/flows/{flow_id}/versions/9/drawing").status_code == 404


def test_without_versions_the_canvas_says_how_to_make_one(browser: Any, parts: Flowbuilder) -> None:
    row = parts.store.flows.create(GREETING)
    assert "no version to compare with yet" in browser.get(f"/flows/{row.id}/marks").json["panel"]
