"""`wrong-entry-step`: a step that cannot start a call, or a message."""

from __future__ import annotations

import pytest

from flowbuilder.flow.model import Flow, Node
from flowbuilder.steps import CATALOGUE
from tests.checks.drawing import decide, found, hang_up, say


@pytest.mark.parametrize("type_", sorted(CATALOGUE))
def test_a_call_begins_with_whatever_says_that_it_can(type_: str) -> None:
    flow = Flow("Any", "a", {"a": Node(type_)})
    assert (found(flow, "wrong-entry-step") == []) == CATALOGUE[type_].can_start_call


def test_a_message_cannot_begin_with_what_is_heard() -> None:
    flow = Flow("Messages", "a", {"a": hang_up(), "b": say()}, {"message_entry": "b"})
    assert found(flow, "wrong-entry-step") == [("b", None)]


def test_a_message_can_begin_with_its_reply() -> None:
    reply = Node("message", {"text": "We ring you back."})
    flow = Flow("Messages", "a", {"a": hang_up(), "b": reply}, {"message_entry": "b"})
    assert found(flow, "wrong-entry-step") == []


def test_a_message_can_begin_with_a_decision() -> None:
    flow = Flow("Messages", "a", {"a": hang_up(), "b": decide("x")}, {"message_entry": "b"})
    assert found(flow, "wrong-entry-step") == []
