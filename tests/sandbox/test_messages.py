"""Text messages: delivered to an Application, answered by its XML, kept, and sent and listed by the official SDK."""

from __future__ import annotations

import plivo
import pytest
from plivo.exceptions import ResourceNotFoundError, ValidationError

from flowbuilder.errors import FlowbuilderError, NotFound
from flowbuilder.sandbox.messages import bare, units_of
from tests.sandbox.board import CALLER, NUMBER, ROOT, World

ANSWER = '<Message src="{to}" dst="{from}">You are welcome.</Message>'.format(**{"to": NUMBER, "from": CALLER})


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_message_that_comes_in_is_answered_by_the_application(world: World, method: str) -> None:
    world.webhooks.pages["message"] = ANSWER
    world.attach(message_url=f"{ROOT}/message", message_method=method)
    exchange = world.switchboard.messages.deliver(f"+{NUMBER}", CALLER, "Thank you & goodbye")

    [(asked_by, path, params, right)] = world.webhooks.asked
    assert (asked_by, path, right) == (method, "message", True)
    assert params == {
        "MessageUUID": exchange.incoming["message_uuid"],
        "From": "12025550123",
        "To": NUMBER,
        "Text": "Thank you & goodbye",
        "Type": "sms",
    }
    [sent] = exchange.sent
    assert (sent["from_number"], sent["to_number"], sent["text"]) == (NUMBER, "12025550123", "You are welcome.")
    kept = world.switchboard.messages.around(NUMBER)
    assert sorted(item["message_direction"] for item in kept) == ["inbound", "outbound"]
    assert exchange.doubts == []


def test_what_is_no_message_is_doubted_and_the_others_are_sent(world: World) -> None:
    world.webhooks.pages["message"] = "<Speak>Hello</Speak>" + ANSWER
    world.attach(message_url=f"{ROOT}/message")
    exchange = world.switchboard.messages.deliver(NUMBER, CALLER, "Hello")
    assert [sent["text"] for sent in exchange.sent] == ["You are welcome."]
    assert exchange.doubts == ["Plivo ignores Speak in the answer to a text message."]


def test_an_answer_that_is_none_sends_nothing(world: World) -> None:
    world.attach(message_url=f"{ROOT}/message")
    for page, doubt in (((500, ""), "The message URL answered 500."), ((200, "<"), "not well-formed")):
        world.webhooks.pages["message"] = page
        exchange = world.switchboard.messages.deliver(NUMBER, CALLER, "Hello")
        assert exchange.sent == []
        assert len(exchange.doubts) == 1
        if page[0] == 500:
            assert exchange.doubts == [doubt]


def test_a_number_that_answers_no_texts_says_so(world: World) -> None:
    messages = world.switchboard.messages
    with pytest.raises(NotFound):
        messages.deliver("+19995550000", CALLER, "Hello")
    with pytest.raises(FlowbuilderError, match="Nothing answers"):
        messages.deliver(NUMBER, CALLER, "Hello")
    with pytest.raises(FlowbuilderError, match="SMS is not enabled"):
        messages.deliver("+442079460123", CALLER, "Hello")


def test_messages_are_sent_and_read_by_rest(world: World) -> None:
    made = world.sdk.messages.create(src=NUMBER, dst="12025550123<+1 (202) 555-0124", text="Hello")
    assert (made.message, len(made.message_uuid)) == ("message(s) queued", 2)
    record = world.sdk.messages.get(made.message_uuid[0])
    assert (record.message_state, record.message_direction, record.from_number) == ("delivered", "outbound", NUMBER)
    assert not hasattr(record, "text")

    everything = world.sdk.messages.list()
    assert everything.meta.total_count == 2
    assert {item.to_number for item in everything} == {"12025550123", "12025550124"}
    assert world.sdk.messages.list(message_direction="inbound").meta.total_count == 0
    assert world.sdk.messages.list(to_number="12025550124").meta.total_count == 1
    assert world.sdk.messages.list(message_time__gte="2027-01-01 00:00").meta.total_count == 0
    with pytest.raises(ResourceNotFoundError):
        world.sdk.messages.get("gone")


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"type_": "whatsapp"},
        {"dst": "12"},
        {"dst": f"12025550123<{NUMBER}"},
        {"src": "a name that is too long"},
    ],
)
def test_a_message_that_cannot_be_sent_is_refused(world: World, wrong: dict[str, str]) -> None:
    with pytest.raises((ValidationError, plivo.exceptions.PlivoRestError)):
        world.sdk.messages.create(**{"src": NUMBER, "dst": "12025550123", "text": "Hello", **wrong})
    assert world.sdk.messages.list().meta.total_count == 0


def test_numbers_lose_what_stands_around_their_digits() -> None:
    assert (bare("+1 (202) 555-0123"), bare(" Ada's shop "), bare("")) == ("12025550123", "Ada's shop", "")


def test_a_long_text_counts_as_several() -> None:
    assert [units_of("x" * length) for length in (0, 160, 161, 307)] == [1, 1, 2, 3]
    assert units_of("ж" * 71) == 2
