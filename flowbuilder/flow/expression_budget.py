"""How much work an expression, or all of a text's, may be: whatever goes over and over again is stopped in time."""

from __future__ import annotations

from functools import wraps
from threading import local
from typing import TYPE_CHECKING, Any

from jinja2.exceptions import SecurityError

if TYPE_CHECKING:
    from collections.abc import Callable

# Items looked at, and sixteens of characters: about a second of work. The longest answer that a web request may give
# has some hundred thousand of them.
WORK = 1_000_000
CHARACTERS = 16
PLAIN = {int, float, bool, type(None)}

_left = local()


def begin() -> None:
    """A new expression, or text, is worked out by this thread from here on."""
    _left.work = WORK


def spend(value: Any) -> None:
    """Counts the work of going over a value once, with all that is in it. Raises SecurityError where it is too much."""
    waiting = [value]
    left = getattr(_left, "work", WORK)
    while waiting and left >= 0:
        one = waiting.pop()
        left -= 1
        if isinstance(one, str):
            left -= len(one) // CHARACTERS
        elif isinstance(one, dict):
            waiting += [list(one), list(one.values())]
        elif isinstance(one, list | tuple | set | frozenset):
            left -= len(one)
            kinds = set(map(type, one)) - PLAIN if left >= 0 else ()
            if kinds == {str}:  # at the pace of C: most lists are long and flat
                left -= sum(len(text) for text in one if isinstance(text, str)) // CHARACTERS
            elif kinds:
                waiting.extend(one)
    _left.work = left
    if left < 0:
        raise SecurityError("this is too much work")


def counted(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter or a test whose every call is counted, by what it is given and what it gives."""

    @wraps(function)
    def count(*args: Any, **kwargs: Any) -> Any:
        spend(args)
        spend(list(kwargs.values()))
        value = function(*args, **kwargs)
        spend(value)
        return value

    return count
