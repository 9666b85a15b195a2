"""The picture of a flow: every card and link in it, nothing that could act, and every text inside its card."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from lxml import etree

from flowbuilder.checks.view import View
from flowbuilder.flow.model import Flow, Node
from flowbuilder.flow.notes import notes_of
from flowbuilder.web.cards import WIDTH, card_views
from flowbuilder.web.courses import Box, Courses
from flowbuilder.web.diagram import Compared, diagram
from flowbuilder.web.diagram_file import diagram_file, embedded_style
from flowbuilder.web.gallery import flow_templates
from flowbuilder.web.tidying import laid_out
from tests.strategies import broken_flows, flows

SVG = {"s": "http://www.w3.org/2000/svg"}


def picture(flow: Flow, **options: Any) -> Any:
    return diagram(card_views(flow, View(flow).readings, []), **options)


@given(flows() | broken_flows())
def test_any_flow_gives_a_document_with_all_its_cards_and_links(flow: Flow) -> None:
    root: Any = etree.fromstring(diagram_file(card_views(flow, View(flow).readings, []), flow.name))
    links = sum(target in flow.nodes for node in flow.nodes.values() for target in node.exits.values())
    assert len(root.xpath("//s:path[starts-with(@class, 'link')]", namespaces=SVG)) == links
    names = root.xpath("//s:text[@class='name']/text()", namespaces=SVG)
    assert [name.rstrip("…") for name in names] == [
        name[: len(shown.rstrip("…"))] for name, shown in zip(flow.nodes, names, strict=True)
    ]
    assert not root.xpath("//s:script | //s:foreignObject | //s:image | //@href | //@style | //@onload", namespaces=SVG)


@given(flows(most=5))
def test_every_text_lies_within_the_picture(flow: Flow) -> None:
    root = picture(laid_out(flow))
    left, top, width, height = (float(part) for part in str(root.get("viewBox")).split())
    for text in root.xpath("//s:text", namespaces=SVG):
        assert left <= float(text.get("x")) <= left + width
        assert top <= float(text.get("y")) <= top + height


def test_what_an_author_typed_is_text_and_never_markup() -> None:
    flow = Flow("</title><script>", "a", {"a": Node("speak", {"text": "<b>&</b>"}, {"next": "a"})})
    root: Any = etree.fromstring(diagram_file(card_views(flow, View(flow).readings, []), flow.name))
    assert "“<b>&</b>”" in root.xpath("//s:text/text()", namespaces=SVG)
    assert root.xpath("string(s:title)", namespaces=SVG) == "</title><script>"
    assert not root.xpath("//s:script", namespaces=SVG)


def test_notes_are_in_the_picture_where_they_can_be_shown() -> None:
    flow = flow_templates()[0].flow
    notes: list[dict[str, Any]] = [
        {"id": "a", "text": "Ring <Ida> first, and only then everybody else at the desk.", "position": [-400, 40]},
        {"id": "b", "text": "x", "position": "here"},
        {"id": "c", "text": "x", "position": [1e300, 0]},
        {"id": "d"},
        {"id": "e", "text": "The desk", "position": [-420, 0], "size": [700, 400], "frame": True},
    ]
    root = picture(flow, notes=notes_of(replace(flow, extras={"notes": notes})))
    assert len(root.xpath("//s:rect[@class='note']", namespaces=SVG)) == 2  # "a" and "d"
    assert root.xpath("//s:g[@class='sticky'][1]/s:text[@class='title']/text()", namespaces=SVG) == ["The desk"]
    assert root.xpath("//s:g[@class='sticky'][2]/s:text/text()", namespaces=SVG)[0].startswith("Ring <Ida> first")
    assert float(str(root.get("viewBox")).split()[0]) < -400


def test_links_that_lead_around_lie_within_the_picture() -> None:
    exits = {f"exit_{number}": "menu" for number in range(9)}
    flow = Flow("x", "menu", {"menu": Node("branch", {}, exits), "end": Node("hangup", position=(900, 0))})
    root = picture(flow)
    left, top, width, height = (float(part) for part in str(root.get("viewBox")).split())
    for path in root.xpath("//s:path[@class='link']", namespaces=SVG):
        for x, y in points(str(path.get("d"))):
            assert left <= x <= left + width
            assert top <= y <= top + height


def test_the_style_inside_a_file_has_its_colours_light_and_dark() -> None:
    style = embedded_style()
    light, dark = style.split("@media (prefers-color-scheme: dark) {")
    assert "var(" not in style
    assert "light-dark(" not in style
    assert ".diagram .say { color: #0c7a71; }" in light
    assert ".diagram .say { color: #4fc3b5 }" in dark
    assert "sans-serif" in light
    assert style.count("{") == style.count("}")


def test_a_card_shows_its_step_its_first_words_its_exits_and_their_keys() -> None:
    texts = picture(flow_templates()[0].flow).xpath("//s:text/text()", namespaces=SVG)
    for shown in ("welcome", "A call starts here", "no input", "otherwise", "9", "+1 415 555 0142"):
        assert shown in texts
    assert any(text.startswith("“Hello, and welcome") for text in texts)


def test_a_comparison_is_told_in_words_too() -> None:
    flow = flow_templates()[0].flow
    root = picture(flow, compared=Compared({"menu": "changed", "end": "added"}, {("welcome", "next"): "added"}))
    assert root.xpath("//s:g[contains(@class, 'changed')]/s:text[@class='badge']/text()", namespaces=SVG) == ["changed"]
    assert root.xpath("//s:text[@class='badge']/text()", namespaces=SVG) == ["changed", "new"]
    assert len(root.xpath("//s:path[@class='link added']", namespaces=SVG)) == 1


def box(x: float, y: float, height: float = 120) -> Box:
    return Box(x, y, WIDTH, height, 100, 23, 1, 20)


def points(path: str) -> list[tuple[float, float]]:
    numbers = [float(number) for number in re.findall(r"-?[0-9.]+", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


@pytest.mark.parametrize("end", [box(900, 0), box(900, 300), box(-600, 0), box(0, 400), box(0, -400), box(-20, 30)])
def test_a_course_begins_at_the_port_and_ends_at_the_card(end: Box) -> None:
    start = box(0, 0)
    found = points(Courses([start, end]).course(start, 0, end))
    assert found[0] == (WIDTH + 6, 100)
    assert found[-1] == (end.x - 4, end.y + 23)


def test_a_long_link_goes_around_the_card_in_its_way() -> None:
    start, between, end = box(0, 0), box(300, 60), box(900, 77)
    level = [
        one
        for one, other in pairwise(points(Courses([start, between, end]).course(start, 0, end)))
        if one[1] == other[1]
    ]
    assert any(not between.y < y < between.foot and x < between.x for x, y in level)
    assert points(Courses([start, end]).course(start, 0, end))[-2][1] == 100
