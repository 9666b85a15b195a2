"""What a text message gets: the messages that the flow sends, and nothing that is heard."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import Flow, Node
from flowbuilder.protocol.elements import check_document
from flowbuilder.protocol.xml import parse
from flowbuilder.runtime import Answer, Call, HttpAnswer, Links, reply
from tests.checks.drawing import hang_up, node, say
from tests.runtime.line import BASE, World, tags

FACTS = {"uuid": "m", "from_number": "12025550123", "to_number": "14155550000", "text": "STOP <b>&", "type": "sms"}


def answered(text: str = FACTS["text"], *, entry: str | None = "m", **nodes: Node) -> tuple[etree._Element, Answer]:
    extras = {} if entry is None else {"message_entry": entry}
    program = compile_flow(Flow("Messages", "call", {"call": say(), **nodes}, extras))
    world = World(HttpAnswer(200, "{}", {"name": "Ada"}))
    answer = reply(program, Call({**FACTS, "text": text}), Links(BASE), world)
    document = parse(answer.body)
    assert check_document(document) == []
    return document, answer


def text(words: str, next: str | None = None, **settings: Any) -> Node:
    return node("message", {"text": words, **settings}, **({"next": next} if next else {}))


def test_a_message_is_answered_to_whoever_wrote_from_the_number_that_was_written_to() -> None:
    document, _ = answered(m=text("You wrote {{ message.text }}."))
    (message,) = document
    assert (message.text, message.get("src"), message.get("dst")) == (
        "You wrote STOP <b>&.", "14155550000", "12025550123"
    )  # fmt: skip


def test_decisions_and_web_requests_between_messages_are_made_at_once() -> None:
    document, answer = answered(
        m=text("One.", "ask"),
        ask=node("http_request", {"url": "https://x.example", "save": {"n": "response.json.name"}}, ok="b", failed="z"),
        b=node("branch", {"rules": [{"exit": "stop", "when": "'STOP' in message.text"}]}, stop="c", otherwise="z"),
        c=text("Bye, {{ vars.n }}.", to="+442071838750"),
        z=text("Never."),
    )
    assert [message.text for message in document] == ["One.", "Bye, Ada."]
    assert [event["exit"] for event in answer.events if event["kind"] == "decided"] == ["ok", "stop"]


@pytest.mark.parametrize(("open", "words"), [([["00:00", "24:00"]], "We are in, gold."), ([], "We are out, gold.")])
def test_hours_and_values_decide_between_messages_too(open: list[list[str]], words: str) -> None:
    document, answer = answered(
        m=node("set", {"variables": {"tier": "'gold'"}}, next="h"),
        h=node("hours", {"weekly": {"thu": open}}, open="i", closed="o"),
        i=text("We are in, {{ vars.tier }}."),
        o=text("We are out, {{ vars.tier }}."),
    )
    assert [message.text for message in document] == [words]
    assert [event["node"] for event in answer.events if event["kind"] == "decided"] == ["m", "h"]


def test_the_reply_ends_before_what_is_heard() -> None:
    document, answer = answered(m=text("One.", "say"), say=say("Hello.", next="end"), end=hang_up())
    assert tags(document) == ["Message"]
    assert {"kind": "stopped", "node": "say"} in answer.events


def test_messages_that_go_round_are_sent_once() -> None:
    document, _ = answered(m=text("One.", "n"), n=node("counter", {"limit": 3}, again="m"))
    assert [message.text for message in document] == ["One."]


def test_a_message_with_nothing_in_it_is_not_sent() -> None:
    document, _ = answered("", m=text("{{ message.text }}", "n"), n=text("Two."))
    assert [message.text for message in document] == ["Two."]


def test_a_flow_that_answers_no_messages_sends_none() -> None:
    document, _ = answered(entry=None)
    assert len(document) == 0
