"""Texts are compared without regard to case, accents, punctuation and the way a letter is written."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flowbuilder.steps.items import Choice
from flowbuilder.steps.phrases import best_choice, spoken_form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("  Hello,   World! ", "hello world"),
        ("Ångström", "angstrom"),
        ("CAFE\u0301", "cafe"),
        ("Große Straße", "grosse strasse"),
        ("\ufb01ne", "fine"),
        ("\u210cello", "hello"),
        ("it's", "it s"),
        ("snake_case", "snake case"),
        ("١٢", "١٢"),
        ("日本語", "日本語"),
        ("\u202eabc\u202c", "abc"),
        ("?!", ""),
    ],
)
def test_texts_are_compared_in_their_spoken_form(text: str, form: str) -> None:
    assert spoken_form(text) == form


@given(text=st.text(max_size=40))
def test_the_spoken_form_is_final(text: str) -> None:
    assert spoken_form(spoken_form(text)) == spoken_form(text)


@given(phrase=st.text(min_size=1, max_size=20), around=st.tuples(st.text(max_size=5), st.text(max_size=5)))
def test_a_phrase_said_among_other_words_is_heard(phrase: str, around: tuple[str, str]) -> None:
    assume(spoken_form(phrase) and "," not in phrase and "{{" not in phrase)
    choices = [Choice(exit="it", phrases=[phrase])]
    assert best_choice(f"{around[0]} {phrase} {around[1]}", choices) == "it"
