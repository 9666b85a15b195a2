"""The edges of a menu: which keys count, which exits are possible, when it asks again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from flowbuilder.flow.model import Node
from flowbuilder.steps import Outcome, Step, read_node
from tests.steps.reading_good import complaints, step
from tests.strategies import good_settings

ASK = [{"speak": "Which?"}]


def menu(*choices: dict[str, Any], **settings: Any) -> Step:
    return step("get_input", prompts=ASK, choices=list(choices), **settings)


def exit_of(asked: Step, attempt: int = 1, **reply: Any) -> str | None:
    return asked.resume(reply, attempt).exit


def by_key(exit: str, digits: str) -> dict[str, Any]:
    return {"exit": exit, "digits": digits}


def by_phrase(exit: str, *phrases: str) -> dict[str, Any]:
    return {"exit": exit, "phrases": list(phrases)}


# --- exits


def test_exits_are_the_choices_in_their_order_and_each_once() -> None:
    asked = menu(by_key("b", "1"), by_key("a", "2"), by_key("b", "3"))
    assert asked.exits() == ["b", "a", "no_input", "no_match"]
    assert menu().exits() == ["input", "no_input", "no_match"]


def test_without_choices_no_input_is_wrong() -> None:
    assert menu().dead_exits() == {"no_match"}
    assert exit_of(menu(), digits="0") == "input"


@pytest.mark.parametrize(
    ("choice", "settings"),
    [
        (by_key("x", "12"), {"num_digits": 1}),
        (by_key("x", "#"), {}),
        (by_key("x", "1*"), {"finish_on_key": "*"}),
        (by_key("x", "1"), {"input_type": "speech"}),
        (by_phrase("x", "yes"), {"input_type": "dtmf"}),
    ],
    ids=["too long", "the key that ends", "holds the key that ends", "keys to speech", "speech to keys"],
)
def test_a_choice_that_nothing_can_take_is_dead(choice: dict[str, Any], settings: dict[str, Any]) -> None:
    asked = menu(choice, {"exit": "y", "digits": "5", "phrases": ["five"]}, **settings)
    assert asked.dead_exits() == {"x"}
    assert "x" not in {rehearsal.exit for rehearsal in asked.rehearse()}


@pytest.mark.parametrize("finish_on_key", ["none", "", "*"])
def test_the_pound_key_is_a_key_like_others_where_it_ends_nothing(finish_on_key: str) -> None:
    asked = menu(by_key("x", "#"), finish_on_key=finish_on_key)
    assert asked.dead_exits() == frozenset()
    assert exit_of(asked, digits="#") == "x"


def test_silence_is_the_only_exit_taken_by_doing_nothing() -> None:
    asked = menu(by_key("x", "1"))
    assert asked.passive_exits() == {"no_input"}
    assert asked.falls_through() == "no_input"
    assert asked.exit_key("x") == "1"
    assert asked.exit_key("no_match") is None


# --- replies


def test_keys_take_the_choice_that_has_exactly_them() -> None:
    asked = menu(by_key("one", "1"), by_key("twelve", "12"))
    assert [exit_of(asked, digits=digits) for digits in ("1", "12", "2", "121")] == [
        "one",
        "twelve",
        "no_match",
        "no_match",
    ]


def test_keys_come_before_speech() -> None:
    asked = menu(by_key("keyed", "1"), by_phrase("said", "yes"), input_type="dtmf speech")
    assert exit_of(asked, digits="1", speech="yes") == "keyed"
    assert exit_of(asked, digits="", speech="Yes!") == "said"
    assert exit_of(asked, digits="9", speech="yes") == "no_match"


@pytest.mark.parametrize("reply", [{}, {"digits": "", "speech": ""}, {"digits": None, "speech": None}])
def test_a_reply_of_nothing_is_silence(reply: dict[str, Any]) -> None:
    assert exit_of(menu(by_key("x", "1")), **reply) == "no_input"


def test_what_was_entered_is_kept_as_it_came() -> None:
    outcome = menu(by_phrase("said", "yes"), input_type="speech").resume({"speech": "Oh Yes!", "confidence": 0.4}, 1)
    kept = {"digits": "", "speech": "Oh Yes!", "confidence": 0.4, "input_type": "speech", "exit": "said"}
    assert outcome == Outcome("said", kept)
    assert menu().resume({"digits": "7"}, 1).outputs["input_type"] == "dtmf"


def test_it_asks_again_until_the_attempts_are_used_up() -> None:
    asked = menu(by_key("x", "1"), attempts=3)
    outcomes = [asked.resume({"digits": "9"}, attempt) for attempt in (1, 2, 3)]
    assert [(outcome.exit, outcome.again) for outcome in outcomes] == [(None, 2), (None, 3), ("no_match", None)]
    assert outcomes[0].outputs["exit"] == "no_match"
    assert asked.resume({"digits": "1"}, 3) == asked.resume({"digits": "1"}, 1)
    assert list(asked.attempts_after(1)) == [2, 3]
    assert list(asked.attempts_after(3)) == []


def test_asked_once_a_wrong_answer_is_final() -> None:
    assert exit_of(menu(by_key("x", "1")), digits="9") == "no_match"


# --- rehearsals


@given(settings=good_settings("get_input"))
def test_every_rehearsal_takes_the_exit_that_it_names_and_none_is_left_out(settings: dict[str, Any]) -> None:
    asked = step("get_input", **settings)
    rehearsals = asked.rehearse()
    for rehearsal in rehearsals:
        assert asked.resume(rehearsal.reply, 1).exit == rehearsal.exit
    named = {rehearsal.exit for rehearsal in rehearsals}
    assert set(asked.exits()) - asked.dead_exits() - {"no_input", "no_match"} == named - {"no_match", None}


def test_a_wrong_key_is_rehearsed_with_one_that_no_choice_has() -> None:
    keys = [by_key(f"k{digits}", digits) for digits in "987654321"]
    (wrong,) = [one for one in menu(*keys).rehearse() if one.exit == "no_match"]
    assert wrong.reply["digits"] == "0"
    every = [*keys, by_key("zero", "0"), by_key("star", "*")]
    assert "no_match" not in {one.exit for one in menu(*every).rehearse()}


# --- what is wrong


@pytest.mark.parametrize("reserved", ["input", "no_input", "no_match"])
def test_a_choice_cannot_bear_the_name_of_another_exit(reserved: str) -> None:
    assert complaints("get_input", prompts=ASK, choices=[by_key(reserved, "1")]) == [("bad-setting", "choices")]


@pytest.mark.parametrize("phrase", ["", "  ", "?!", "a,b", "x" * 101, "{{ vars.x }}", "\x08"])
def test_a_phrase_is_something_that_can_be_said(phrase: str) -> None:
    assert complaints("get_input", prompts=ASK, choices=[by_phrase("x", phrase)]) == [("bad-setting", "choices")]


@pytest.mark.parametrize("text", ["", "  ", "\x00\x08"])
def test_a_prompt_says_something(text: str) -> None:
    assert complaints("get_input", prompts=[{"speak": text}]) == [("bad-setting", "prompts")]
    assert complaints("speak", text=text) == [("bad-setting", "text")]


def test_one_way_leads_to_one_exit_only() -> None:
    both = [by_key("a", "1"), by_key("b", "1")]
    assert complaints("get_input", prompts=ASK, choices=both) == [("duplicate-choice", "choices")]
    assert complaints("get_input", prompts=ASK, choices=[by_key("a", "1"), by_key("a", "1")]) == []
    said = [by_phrase("a", "Café"), by_phrase("b", "cafe")]
    assert complaints("get_input", prompts=ASK, choices=said) == [("duplicate-choice", "choices")]


def test_settings_that_shape_the_exits_and_are_bad_leave_the_exits_open() -> None:
    assert not read_node("here", Node("get_input", {"prompts": ASK, "choices": [{"exit": "A B"}]})).exits_known
    assert read_node("here", Node("get_input", {"prompts": ASK, "attempts": 99})).exits_known
