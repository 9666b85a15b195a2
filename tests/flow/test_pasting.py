"""Copied nodes come in under fresh ids, and what they say to each other comes along."""

from __future__ import annotations

from typing import Any

import pytest

from flowbuilder.errors import EditRefused
from flowbuilder.flow.edits import apply_edit
from flowbuilder.flow.model import Flow, Node, dumps, loads

MENU = {
    "menu": {"type": "get_input", "settings": {}, "exits": {"one": "say", "two": "elsewhere"}, "position": [100, 100]},
    "say": {
        "type": "speak",
        "settings": {"text": "You pressed {{ menu.digits }}."},
        "exits": {},
        "position": [400, 140],
    },
    "check": {
        "type": "branch",
        "settings": {"rules": [{"exit": "a", "when": "menu.digits == '1'"}]},
        "exits": {"a": "menu"},
    },
}


def rules_of(node: Node) -> list[str]:
    return [rule["when"] for rule in node.settings.get("rules", [])]


def pasted(flow: Flow, **edit: Any) -> tuple[Flow, str]:
    return apply_edit(flow, {"op": "paste", "nodes": MENU, **edit}, bare_expressions=rules_of)


def test_into_an_empty_flow_everything_keeps_its_name() -> None:
    flow, label = pasted(Flow("New"), at=[0, 0])
    assert list(flow.nodes) == ["menu", "say", "check"]
    assert flow.entry == "menu"
    assert flow.nodes["menu"].exits == {"one": "say"}
    assert "elsewhere" in label
    assert loads(dumps(flow)) == flow


def test_beside_the_original_ids_are_fresh_and_references_follow() -> None:
    flow, _ = pasted(Flow("New"), at=[0, 0])
    twice, label = pasted(flow, at=[500, 0])
    assert twice.nodes["menu_2"].exits == {"one": "say_2"}
    assert twice.nodes["say_2"].settings["text"] == "You pressed {{ menu_2.digits }}."
    assert twice.nodes["check_2"].settings["rules"][0]["when"] == "menu_2.digits == '1'"
    assert twice.nodes["check_2"].exits == {"a": "menu_2"}
    assert {name: twice.nodes[name] for name in flow.nodes} == flow.nodes
    assert label.startswith("Paste 3 nodes")


def test_the_shape_of_what_was_copied_stays() -> None:
    flow, _ = pasted(Flow("New"), at=[1000, 40])
    (x, y), (x2, y2) = flow.nodes["menu"].position, flow.nodes["say"].position
    assert (x2 - x, y2 - y) == (300, 40)


@pytest.mark.parametrize(
    "nodes",
    [
        {},
        {"Bad Id": {"type": "speak"}},
        {"a": {"settings": {}}},
        {"a": "speak"},
        "menu",
        {f"n{i}": {"type": "speak"} for i in range(1001)},
    ],
)
def test_what_is_no_part_of_a_flow_is_refused_with_a_sentence(nodes: Any) -> None:
    with pytest.raises(EditRefused, match=r"\.$"):
        pasted(Flow("New"), nodes=nodes)
