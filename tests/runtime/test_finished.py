"""Documents that are the same for every call are kept, and nobody can tell."""

from __future__ import annotations

import pytest

from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import Flow
from flowbuilder.runtime import Call, Links, NoServices, arrive, finished

FACTS = {"uuid": "u", "from_number": "1", "to_number": "2", "direction": "inbound", "status": "ringing"}
LINKS = Links("https://x.test/v1/flows/f/1")


def flow(text, **nodes):
    menu = {"choices": [{"exit": "one", "digits": "1"}], "prompts": [{"speak": "Press 1."}]}
    return compile_flow(
        Flow.from_json(
            {
                "format": "flowbuilder/1",
                "name": "F",
                "entry": "hello",
                "nodes": {
                    "hello": {"type": "speak", "settings": {"text": text}, "exits": {"next": "menu"}},
                    "menu": {
                        "type": "get_input",
                        "settings": menu,
                        "exits": {"one": "bye", "no_input": "bye", "no_match": "bye"},
                    },
                    "bye": {"type": "hangup", "settings": {}, "exits": {}},
                    **nodes,
                },
            }
        )
    )


def come(program, links=LINKS, **facts):
    call = Call({**FACTS, **facts})
    answer = arrive(program, call, "hello", links, NoServices())
    return answer, call


def test_the_second_call_gets_what_the_first_one_got():
    program = flow("Hello.")
    first, call = come(program)
    second, other = come(program)
    assert len(program.finished) == 1
    assert (second.body, second.events) == (first.body, first.events)
    assert other == call
    assert second.events is not first.events
    assert other.marks is not call.marks


def test_another_address_or_turn_gives_another_document():
    program = flow("Hello.")
    first, _ = come(program)
    second, _ = come(program, Links("https://y.test/v1/flows/f/1"))
    assert b"https://y.test/" in second.body
    later = Call(dict(FACTS), turn=6)
    third = arrive(program, later, "hello", LINKS, NoServices())
    assert b"turn=7" in third.body
    assert first.body != third.body


@pytest.mark.parametrize("text", ["Hello {{ call.from_number }}.", "{{ 'x' }}"])
def test_what_is_filled_in_is_not_kept(text):
    program = flow(text)
    for number in ("111", "222"):
        answer, _ = come(program, from_number=number)
        assert program.finished == {}
        assert "from_number" not in text or number.encode() in answer.body


def test_what_is_decided_is_not_kept():
    rules = [{"exit": "vip", "when": "call.from_number == '1'"}]
    program = flow(
        "Hello.",
        hello={"type": "branch", "settings": {"rules": rules}, "exits": {"vip": "menu", "otherwise": "bye"}},
    )
    assert b"GetInput" in come(program, from_number="1")[0].body
    assert b"GetInput" not in come(program, from_number="2")[0].body
    assert program.finished == {}


def test_never_more_than_so_many_are_kept(monkeypatch):
    monkeypatch.setattr(finished, "MOST_KEPT", 3)
    program = flow("Hello.")
    for number in range(10):
        come(program, Links(f"https://x{number}.test"))
        assert len(program.finished) <= 3


def test_it_is_no_part_of_the_program():
    program = flow("Hello.")
    before = program.to_json()
    come(program)
    assert program.to_json() == before
