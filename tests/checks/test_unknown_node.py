"""`unknown-node`: an exit leads to a node that is not there."""

from __future__ import annotations

from flowbuilder.flow.model import Flow
from tests.checks.drawing import drawn, errors, found, hang_up, node, say


def test_the_exit_is_named() -> None:
    assert found(drawn("a", a=say(next="nobody")), "unknown-node") == [("a", "next")]


def test_an_unknown_steps_exits_are_looked_at_too() -> None:
    flow = drawn("a", a=node("teleport", there="nobody"))
    assert errors(flow) == ["unknown-step", "unknown-node"]


def test_messages_that_begin_nowhere_are_told() -> None:
    flow = Flow("Messages", "a", {"a": hang_up()}, {"message_entry": "nobody"})
    assert found(flow, "unknown-node") == [(None, None)]
    odd = Flow("Messages", "a", {"a": hang_up()}, {"message_entry": ["a"]})
    assert found(odd, "unknown-node") == [(None, None)]
