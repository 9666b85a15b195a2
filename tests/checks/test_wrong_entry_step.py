"""`wrong-entry-step`: a step that cannot start a call, or a message."""

from __future__ import annotations

import pytest

from flowbuilder.flow.model import Flow, Node
from flowbuilder.steps import CATALOGUE
from tests.checks.drawing import decide, drawn, found, hang_up, menu, node, say, sentence


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


def messages(entry: str = "m", **nodes: Node) -> Flow:
    return Flow("Messages", "call", {"call": say(), **nodes}, {"message_entry": entry})


def test_a_message_that_gets_to_a_step_for_calls_is_told_where() -> None:
    flow = messages(
        m=decide("x", x="reply", otherwise="ask"),
        reply=node("message", {"text": "Thanks."}, next="say"),
        say=say("Goodbye.", next="after"),
        after=say("Never."),
        ask=node("http_request", {"url": "https://api.example.com"}, ok="reply"),
    )
    assert found(flow, "wrong-entry-step") == [("say", None)]
    assert "Speak is for calls" in sentence(flow, "wrong-entry-step")


def test_messages_may_pass_every_decision_and_end_with_a_hangup() -> None:
    flow = messages(
        m=node("set", {"variables": {"a": "message.text"}}, next="n"),
        n=node("counter", {"limit": 2}, again="o", done="end"),
        o=node("hours", {"weekly": {"mon": [["09:00", "17:00"]]}}, open="p", closed="end"),
        p=node("split", {"shares": [{"exit": "a", "percent": 100}]}, a="q"),
        q=node("message", {"text": "One."}, next="r"),
        r=node("message", {"text": "Two."}, next="end"),
        end=hang_up(),
    )
    assert found(flow, "wrong-entry-step") == []


def test_what_comes_before_answering_comes_first() -> None:
    first = node("pre_answer", {"prompts": [{"speak": "One moment."}]}, next="b")
    again = node("pre_answer", {"prompts": [{"speak": "Still here."}]}, next="c")
    flow = drawn("x", x=decide("y", y="a", otherwise="a"), a=first, b=again, c=say(next="d"), d=hang_up())
    assert found(flow, "wrong-entry-step") == []
    late = drawn("c", c=say(next="x"), x=decide("y", y="a", otherwise="d"), a=first, b=say(), d=hang_up())
    assert found(late, "wrong-entry-step") == [("a", None)]
    assert "before all else" in sentence(late, "wrong-entry-step")


def test_a_call_that_comes_back_to_it_is_too_late_too() -> None:
    prompts = {"prompts": [{"speak": "One moment."}]}
    flow = drawn("a", a=node("pre_answer", prompts, next="b"), b=menu("again", again="a", no_input="c"), c=hang_up())
    assert found(flow, "wrong-entry-step") == [("a", None)]
