"""The Jinja2 environment of expressions: few filters and methods, no globals, nothing that makes a value huge."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any, Never
from zoneinfo import ZoneInfo

from jinja2 import ChainableUndefined, Undefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from flowbuilder.flow.expression_budget import counted, spend

MAX_VALUE = 100_000
FILTERS = (
    "abs", "capitalize", "count", "default", "d", "first", "float", "int", "join", "last", "length", "list", "lower",
    "map", "max", "min", "replace", "reverse", "round", "select", "reject", "sort", "string", "sum", "title", "trim",
    "truncate", "unique", "upper", "urlencode",
)  # fmt: skip
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
METHODS = frozenset(
    {"lower", "upper", "strip", "lstrip", "rstrip", "startswith", "endswith", "split", "title", "capitalize",
     "isdigit", "isalpha", "isalnum", "count", "find", "get", "keys", "values", "items", "removeprefix", "removesuffix"}
)  # fmt: skip


class Missing(ChainableUndefined):
    """A value that is not there: empty text, false, and the default of a filter that makes a number."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, Undefined)

    def __hash__(self) -> int:
        return hash(None)

    def __int__(self) -> Never:
        raise ValueError("there is no value")

    def __float__(self) -> Never:
        raise ValueError("there is no value")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """A method of what is not there: missing as well, so that the rest of a rule is still judged."""
        return self


class _Joining(CodeGenerator):
    """Has `a ~ b` worked out by the environment, which says how long the result may be."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("environment.join_parts((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class _Environment(ImmutableSandboxedEnvironment):
    """Null, as web answers and Plivo's empty fields have it, is a value that is missing."""

    code_generator_class = _Joining
    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        value = super().getattr(obj, attribute)
        return Missing(name=attribute) if value is None else value

    def getitem(self, obj: Any, argument: Any) -> Any:
        value = super().getitem(obj, argument)
        return Missing(name=str(argument)) if value is None else value

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        value = super().call(__context, __obj, *args, **kwargs)
        return Missing() if value is None else value

    def join_parts(self, parts: tuple[Any, ...]) -> str:
        spend(parts)
        texts = [str(part) for part in parts]
        if sum(map(len, texts)) > MAX_VALUE:
            raise SecurityError("the value is too long")
        return "".join(texts)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**":
            raise SecurityError("powers are not allowed")
        if operator == "%" and isinstance(left, str):
            raise SecurityError("% formatting is not allowed")
        if operator == "*" and not (_is_small_number(left) and _is_small_number(right)):
            raise SecurityError("only numbers can be multiplied")
        value = super().call_binop(context, operator, left, right)
        spend(value)
        if isinstance(value, str | list | tuple) and len(value) > MAX_VALUE:
            raise SecurityError("the value is too long")
        return value

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if callable(value):
            return attr in METHODS and super().is_safe_attribute(obj, attr, value)
        return bool(super().is_safe_attribute(obj, attr, value))


def make_environment() -> _Environment:
    environment = _Environment(
        undefined=Missing,
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
    environment.filters |= {"number": _number, "time_in": _time_in, "day_in": _day_in}
    filters: dict[str, Any] = {**environment.filters}
    environment.filters = {name: counted(made) for name, made in filters.items()}
    tests: dict[str, Any] = {**environment.tests}
    environment.tests = {name: counted(made) for name, made in tests.items()}
    return environment


def _replace(text: Any, old: Any, new: Any) -> str:
    source, removed, inserted = str(text), str(old), str(new)
    if len(source) + source.count(removed) * len(inserted) > MAX_VALUE:
        raise SecurityError("the value is too long")
    return source.replace(removed, inserted)


def _join(values: Any, separator: Any = "") -> str:
    pieces, between = ["" if value is None else str(value) for value in values], str(separator)
    if sum(map(len, pieces)) + len(pieces) * len(between) > MAX_VALUE:
        raise SecurityError("the value is too long")
    return between.join(pieces)


def _number(value: Any) -> int | float:
    """The number that a value is, or is written as; what is none is NaN, and compares with nothing."""
    if isinstance(value, int | float):
        return value
    try:
        return int(value) if str(value).strip().lstrip("+-").isdigit() else float(value)
    except (TypeError, ValueError):
        return math.nan


def _time_in(moment: Any, zone: Any) -> str:
    """A moment (ISO 8601) as the time of day in a time zone: 09:30; empty where there is no such zone."""
    local = _local(moment, zone)
    return local.strftime("%H:%M") if local else ""


def _day_in(moment: Any, zone: Any) -> str:
    """A moment (ISO 8601) as the day of the week in a time zone: mon; empty where there is no such zone."""
    local = _local(moment, zone)
    return DAYS[local.weekday()] if local else ""


def _local(moment: Any, zone: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(moment)).astimezone(ZoneInfo(str(zone)))
    except (KeyError, ValueError, OSError, OverflowError):
        return None


def _is_small_number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < 1e15
