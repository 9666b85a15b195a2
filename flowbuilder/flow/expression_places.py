"""Where in an expression the mistake is: what Jinja2's parser stood at when it gave up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError
from jinja2.lexer import ignored_tokens
from jinja2.parser import Parser

from flowbuilder.flow.expressions import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

BEFORE_BARE = "{{ ("
SHOWN = 20


def place_of_fault(text: str, *, bare: bool) -> str:
    """Where reading a text, or a bare expression, stops: `at character 5, by “b == 1”`; empty where it is not known."""
    at = _fault(BEFORE_BARE + text + "\n) }}", len(BEFORE_BARE)) if bare else _fault(text, 0)
    if at is None:
        return ""
    rest = " ".join(text[max(at, 0) :].partition("}}")[0].split())
    if not rest:
        return "at its end"
    return f"at character {max(at, 0) + 1}, by “{rest[:SHOWN]}{'…' if len(rest) > SHOWN else ''}”"


def _fault(source: str, offset: int) -> int | None:
    """How many characters of the source come before the fault, less the offset; None where none is found."""
    places: list[int] = []
    try:
        places.extend(_places(source))
        parser = Parser(ENVIRONMENT, source)
    except TemplateSyntaxError:  # a character that begins nothing: the tokens before it were read
        return _read_so_far(source) - offset
    try:
        parser.parse()
    except TemplateSyntaxError:
        left = sum(1 for _ in parser.stream)
        return (places[-left] if 0 < left <= len(places) else len(source)) - offset
    except RecursionError:
        return None
    return None


def _places(source: str) -> Iterator[int]:
    at = 0
    for _, kind, value in ENVIRONMENT.lex(source):
        if kind not in ignored_tokens:
            yield at
        at += len(value)


def _read_so_far(source: str) -> int:
    at = 0
    try:
        for _, _, value in ENVIRONMENT.lex(source):
            at += len(value)
    except TemplateSyntaxError:
        pass
    return at
