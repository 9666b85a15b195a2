"""`unreachable-node`: no call gets to it."""

from __future__ import annotations

from hypothesis import given

from flowbuilder.flow.model import Flow
from tests.checks import brute_force
from tests.checks.drawing import drawn, hang_up, menu, node, nodes_with, say


@given(flow=brute_force.shapes())
def test_found_exactly_where_no_step_from_the_entry_leads(flow: Flow) -> None:
    assert set(nodes_with(flow, "unreachable-node")) == set(flow.nodes) - brute_force.reached(flow)


def test_an_island_is_told() -> None:
    assert nodes_with(drawn("a", a=say(), island=say()), "unreachable-node") == ["island"]


def test_behind_an_exit_that_no_call_takes_nothing_is_reached() -> None:
    endless = node("speak", {"text": "Music.", "loop": 0}, next="b")
    assert nodes_with(drawn("a", a=endless, b=hang_up()), "unreachable-node") == ["b"]


def test_without_an_entry_it_is_not_told_of_every_node() -> None:
    assert nodes_with(drawn(None, a=say()), "unreachable-node") == []
    assert nodes_with(drawn("gone", a=say()), "unreachable-node") == []


def test_where_messages_begin_is_reached() -> None:
    flow = Flow("Both", "a", {"a": say(), "b": menu(), "c": say()}, {"message_entry": "b"})
    assert nodes_with(flow, "unreachable-node") == ["c"]
