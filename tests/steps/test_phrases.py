"""What a caller says takes the choice that is meant, and none where that is not clear."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.steps.items import Choice
from flowbuilder.steps.phrases import best_choice

MENU = [
    Choice(exit="sales", phrases=["sales", "a new order"]),
    Choice(exit="billing", phrases=["my bill", "pay an invoice"]),
    Choice(exit="doctor", phrases=["médecin", "Dr. Müller"]),
    Choice(exit="yes", phrases=["OK", "please"]),
]


@pytest.mark.parametrize(
    ("said", "exit"),
    [
        ("sales", "sales"),
        ("SALES!", "sales"),
        ("um, I would like sales please", "sales"),
        ("I'd like a new order", "sales"),
        ("new order", "sales"),
        ("uh, pay the invoice", "billing"),
        ("I want to pay my invoice, please", "billing"),
        ("medecin s'il vous plaît", "doctor"),
        ("doctor miller dr muller", "doctor"),
        ("dr mueller", "doctor"),
        ("the invoyce I want to pay invoyce", "billing"),
        ("ok", "yes"),
        ("ok let us go", "yes"),
        ("yes please", "yes"),
        ("wholesales", None),
        ("something else", None),
        ("", None),
        ("um, the, a", None),
    ],
)
def test_what_is_said_takes_the_choice_that_is_meant(said: str, exit: str | None) -> None:
    assert best_choice(said, MENU) == exit


def test_the_longest_phrase_wins_then_the_first() -> None:
    menu = [
        Choice(exit="card", phrases=["card"]),
        Choice(exit="lost", phrases=["lost card"]),
        Choice(exit="late", phrases=["late fee"]),
    ]
    assert best_choice("I have a lost card", menu) == "lost"
    assert best_choice("late fee, lost it", menu) == "late"


def test_what_is_equally_like_two_exits_takes_neither() -> None:
    menu = [Choice(exit="one", phrases=["parking"]), Choice(exit="two", phrases=["marking"])]
    assert best_choice("barking", menu) is None


@given(st.text(max_size=200))
def test_whatever_is_said_gives_an_exit_of_the_menu_or_none(said: str) -> None:
    assert best_choice(said, MENU) in {None, "sales", "billing", "doctor", "yes"}


def test_the_largest_menu_and_the_longest_speech_are_compared_in_bounded_time() -> None:
    menu = [
        Choice(exit=f"e{number}", phrases=[f"abcdefgh {number} {other} ijklmnop" for other in range(100)])
        for number in range(100)
    ]
    began = time.process_time()
    best_choice("abcdefgi 1 2 ijklmnoq " * 200, menu)
    assert time.process_time() - began < 3
