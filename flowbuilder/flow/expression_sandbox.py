"""The Jinja2 environment of expressions: few filters and methods, no globals, nothing that makes a value huge."""

from __future__ import annotations

from typing import Any

from jinja2 import ChainableUndefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_VALUE = 100_000
FILTERS = (
    "abs", "capitalize", "count", "default", "d", "first", "float", "int", "join", "last", "length", "list", "lower",
    "map", "max", "min", "replace", "reverse", "round", "select", "reject", "sort", "string", "sum", "title", "trim",
    "truncate", "unique", "upper", "urlencode",
)  # fmt: skip
METHODS = frozenset(
    {"lower", "upper", "strip", "lstrip", "rstrip", "startswith", "endswith", "split", "title", "capitalize",
     "isdigit", "isalpha", "isalnum", "count", "find", "get", "keys", "values", "items", "removeprefix", "removesuffix"}
)  # fmt: skip


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**":
            raise SecurityError("powers are not allowed")
        if operator == "%" and isinstance(left, str):
            raise SecurityError("% formatting is not allowed")
        if operator == "*" and not (_is_small_number(left) and _is_small_number(right)):
            raise SecurityError("only numbers can be multiplied")
        value = super().call_binop(context, operator, left, right)
        if isinstance(value, str | list | tuple) and len(value) > MAX_VALUE:
            raise SecurityError("the value is too long")
        return value

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if callable(value):
            return attr in METHODS and super().is_safe_attribute(obj, attr, value)
        return bool(super().is_safe_attribute(obj, attr, value))


def make_environment() -> _Environment:
    environment = _Environment(
        undefined=ChainableUndefined,
        autoescape=False,
        # Folding constants takes seconds for a long chain of names or filters, and gains us nothing.
        optimized=False,
        keep_trailing_newline=True,
        # Statements and comments are switched off: their marks are characters that XML cannot carry.
        block_start_string="\x01%",
        block_end_string="%\x01",
        comment_start_string="\x01#",
        comment_end_string="#\x01",
        cache_size=0,
    )
    environment.globals.clear()
    for name in list(environment.filters):
        if name not in FILTERS:
            del environment.filters[name]
    environment.filters["replace"] = _replace
    environment.filters["join"] = _join
    return environment


def _replace(text: Any, old: Any, new: Any) -> str:
    source, removed, inserted = str(text), str(old), str(new)
    if len(source) + source.count(removed) * len(inserted) > MAX_VALUE:
        raise SecurityError("the value is too long")
    return source.replace(removed, inserted)


def _join(values: Any, separator: Any = "") -> str:
    pieces, between = [str(value) for value in values], str(separator)
    if sum(map(len, pieces)) + len(pieces) * len(between) > MAX_VALUE:
        raise SecurityError("the value is too long")
    return between.join(pieces)


def _is_small_number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < 1e15
