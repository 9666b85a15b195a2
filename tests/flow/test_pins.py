"""Pins: kept in the file, and true to the nodes they name."""

from __future__ import annotations

import pytest

from flowbuilder.errors import EditRefused
from flowbuilder.flow.edits import apply_edit
from flowbuilder.flow.model import Flow, dumps, loads
from flowbuilder.flow.pins import pinned_nodes
from tests.flow.clinic import clinic


def pinned(*nodes: str) -> Flow:
    flow, _ = apply_edit(clinic(), {"op": "pin_nodes", "nodes": list(nodes)})
    return flow


def test_pins_are_kept_in_the_file() -> None:
    flow = pinned("menu", "welcome")
    assert pinned_nodes(loads(dumps(flow))) == {"menu", "welcome"}


def test_a_pin_is_taken_out_again_and_leaves_no_trace() -> None:
    flow, label = apply_edit(pinned("menu"), {"op": "pin_nodes", "nodes": ["menu"], "pinned": False})
    assert label == "Unpin menu"
    assert flow == clinic()


def test_pins_follow_a_rename_and_go_with_a_node() -> None:
    flow = pinned("menu", "welcome")
    flow, _ = apply_edit(flow, {"op": "rename_node", "node": "menu", "to": "main_menu"})
    assert pinned_nodes(flow) == {"main_menu", "welcome"}
    flow, _ = apply_edit(flow, {"op": "delete_nodes", "nodes": ["main_menu", "welcome"]})
    assert "pinned" not in flow.extras


def test_pins_of_nodes_that_are_not_there_do_not_matter() -> None:
    assert pinned_nodes(clinic(pinned=["nobody", 7, "menu"])) == {"menu"}
    assert pinned_nodes(clinic(pinned="menu")) == frozenset()
    with pytest.raises(EditRefused):
        apply_edit(clinic(), {"op": "pin_nodes", "nodes": ["nobody"]})


def test_a_move_may_say_what_it_was() -> None:
    edit = {"op": "move_nodes", "positions": {"menu": [20, 20], "welcome": [300, 20]}}
    assert apply_edit(clinic(), edit)[1] == "Move 2 nodes"
    assert apply_edit(clinic(), {**edit, "label": "Align left\n"})[1] == "Align left"
