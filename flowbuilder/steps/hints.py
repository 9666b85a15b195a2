"""Hints for the recognition of speech: as many as Plivo takes (plivo-xml.md, section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.expressions import has_expression
from flowbuilder.flow.problems import Problem
from flowbuilder.protocol.elements import ELEMENTS
from flowbuilder.protocol.elements.input import MAX_HINT_PHRASE, MAX_HINT_PHRASES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowbuilder.steps.items import Choice

MAX_HINTS = ELEMENTS["GetInput"].attributes["hints"].max_length or 0


def hints_of(choices: Iterable[Choice], language: str | None = None) -> str:
    """The phrases of the choices in the language of the call; the first ones where Plivo takes no more."""
    kept: list[str] = []
    length = 0
    for phrase in dict.fromkeys(phrase for choice in choices for phrase in choice.phrases_in(language)):
        length += len(phrase) + 1
        if len(kept) == MAX_HINT_PHRASES or length > MAX_HINTS:
            break
        kept.append(phrase)
    return ",".join(kept)


def hint_problems(hints: str | None) -> Iterator[Problem]:
    """What Plivo would not take of hints that are written out."""
    if not hints or has_expression(hints):
        return
    phrases = hints.split(",")
    if len(phrases) > MAX_HINT_PHRASES:
        message = f"Expected phrases: there are {len(phrases)}. Use at most {MAX_HINT_PHRASES}."
        yield Problem("bad-setting", message, setting="hints")
    for phrase in phrases:
        if len(phrase.strip()) > MAX_HINT_PHRASE:
            message = f"Expected phrases: shorten “{phrase.strip()[:20]}…” to {MAX_HINT_PHRASE} characters."
            yield Problem("bad-setting", message, setting="hints")
