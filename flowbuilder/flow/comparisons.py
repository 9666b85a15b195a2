"""Comparisons that a form can show: what is compared, how, with what; built into an expression and read back from one.

An expression of another shape is none of these, and stays what its author wrote. Whatever is read builds an expression
that means the same, so that a form which shows it can lose nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from flowbuilder.flow.comparison_reading import CLOCK, read_part, read_parts
from flowbuilder.flow.expression_sandbox import DAYS
from flowbuilder.flow.expressions import ExpressionError, tree_of_expression

if TYPE_CHECKING:
    from collections.abc import Sequence

Join = Literal["and", "or"]

MOST_PARTS = 10

NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?\Z")
NOT_IN_VALUES = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")

# By group, as a form offers them: what a test is called in an address and a file of tests, and its words.
TESTS: dict[str, dict[str, str]] = {
    "Text or keys": {
        "is": "is",
        "is_not": "is not",
        "starts": "starts with",
        "contains": "contains",
        "one_of": "is one of",
        "none_of": "is none of",
    },
    "Phone number": {
        "number_in": "in number list",
        "number_not_in": "not in number list",
        "number_starts": "area code is",
    },
    "Number": {
        "equals": "equals",
        "over": "is more than",
        "at_least": "is at least",
        "under": "is less than",
        "at_most": "is at most",
    },
    "Whether there is one": {
        "true": "is true",
        "not_true": "is not true",
        "set": "is set",
        "not_set": "is not set",
    },
}
CLOCK_TESTS = {"time_between": "is between", "day_in": "is on"}
LISTS = ("one_of", "none_of", "number_in", "number_not_in", "number_starts", "day_in")
PHONE = ("number_in", "number_not_in", "number_starts")
ORDER = {"equals": "==", "over": ">", "at_least": ">=", "under": "<", "at_most": "<="}
BARE = ("true", "not_true", "set", "not_set")


@dataclass(frozen=True)
class Comparison:
    """One comparison: a name such as `menu.digits`, a test of TESTS or CLOCK_TESTS, and what it is compared with.

    `values` are one text, several in a list, none where the test says all; for `time_between` from and to (HH:MM; past
    midnight where the second comes first). `zone` is the time zone of a test of the clock.
    """

    subject: str
    test: str
    values: tuple[str, ...] = ()
    zone: str = ""


@dataclass(frozen=True)
class Condition:
    """Comparisons of which all must hold (`and`), or one (`or`). A single one is joined by `and`."""

    parts: tuple[Comparison, ...]
    join: Join = "and"


def build(condition: Condition) -> str:
    """The condition as a bare expression; one that makes no sense is written all the same, for the checks to judge."""
    return f" {condition.join} ".join(_built(part) for part in condition.parts)


@lru_cache(maxsize=8192)
def read(source: str) -> Condition | None:
    """The condition that a bare expression is; None where it is more than comparisons joined by one word."""
    join, parts = read_parts(source)
    if not 1 <= len(parts) <= MOST_PARTS:
        return None
    read_as = [read_part(part) for part in parts]
    comparisons = tuple(Comparison(*part) for part in read_as if part is not None)
    if len(comparisons) != len(parts) or not all(map(_can_show, comparisons)):
        return None
    condition = Condition(comparisons, join)
    built = build(condition)
    return condition if built == source or _mean_the_same(built, source) else None


def missing_in(part: Comparison) -> str | None:
    """What is still to be filled in, in a sentence; None where the comparison is complete."""
    if part.test in BARE:
        return None
    if part.test == "day_in":
        return None if part.values else "Choose the days."
    if part.test == "time_between":
        complete = len(part.values) == 2 and all(part.values)
        if complete and part.values[0] == part.values[1]:
            return f"From {part.values[0]} to {part.values[1]} is no time at all. Choose two times."
        return None if complete else "Choose from when to when."
    if part.test in LISTS or part.test in ("starts", "contains"):
        return None if any(part.values) else f"Write what {part.subject} is compared with."
    if part.test in ORDER and not NUMBER.match(part.values[0]):
        written = part.values[0][:40]
        return f"“{written}” is no number. Write it like 5 or 2.5." if written else "Write the number to compare with."
    return None


def listed(typed: str, test: str) -> tuple[str, ...]:
    """What was typed into the field of a list, as its entries: by commas and lines; numbers without their marks."""
    entries = [" ".join(NOT_IN_VALUES.sub(" ", entry).split()) for entry in re.split(r"[,\n]", typed)]
    if test in PHONE:
        entries = [re.sub(r"[\s().+\-/\u00a0]", "", entry) for entry in entries]
    return tuple(dict.fromkeys(entry for entry in entries if entry))


def _mean_the_same(one: str, other: str) -> bool:
    try:
        return tree_of_expression(one) == tree_of_expression(other)
    except ExpressionError:
        return False


def _can_show(part: Comparison) -> bool:
    """Whether a form can show the values and give back the very same."""
    if any(NOT_IN_VALUES.search(value) for value in part.values):
        return False
    if (part.subject == CLOCK) != (part.test in CLOCK_TESTS):
        return False
    if part.test == "day_in":
        return list(part.values) == [day for day in DAYS if day in part.values]
    return part.test not in LISTS or listed(", ".join(part.values), part.test) == part.values


def _built(part: Comparison) -> str:
    name, test, values = part.subject.strip(), part.test, part.values
    if test in CLOCK_TESTS:
        return _built_clock(part)
    if test in BARE:
        return {
            "true": name,
            "not_true": f"not {name}",
            "set": f"{name}|string != ''",
            "not_set": f"{name}|string == ''",
        }[test]
    if test in PHONE:
        bare = f"{name}.lstrip('+')"
        if test == "number_starts":
            return f"{bare}.startswith({quoted(''.join(values)) if len(values) < 2 else _several(values, '(', ')')})"
        return f"{bare} {'in' if test == 'number_in' else 'not in'} {_several(values)}"
    if test in ("one_of", "none_of"):
        return f"{name} {'in' if test == 'one_of' else 'not in'} {_several(values)}"
    value = values[0] if values else ""
    if test in ORDER:
        return f"{name}|number {ORDER[test]} {value if NUMBER.match(value) else quoted(value)}"
    if test == "contains":
        return f"{quoted(value.lower())} in {name}|lower"
    if test == "starts":
        return f"{name}.startswith({quoted(value)})"
    return f"{name} {'==' if test == 'is' else '!='} {quoted(value)}"


def _built_clock(part: Comparison) -> str:
    if part.test == "day_in":
        return f"{CLOCK}|day_in({quoted(part.zone)}) in {_several(part.values)}"
    start, end = (*part.values, "", "")[:2]
    flipped = start > end
    first, last = (end, start) if flipped else (start, end)
    inside = f"{quoted(first)} <= {CLOCK}|time_in({quoted(part.zone)}) < {quoted(last)}"
    return f"not {inside}" if flipped else inside


def _several(values: Sequence[str], opening: str = "[", closing: str = "]") -> str:
    return f"{opening}{', '.join(map(quoted, values))}{closing}"


def quoted(value: str) -> str:
    """A text as a literal of an expression: braces that would look like {{ or }} are spelled out."""
    written = NOT_IN_VALUES.sub(" ", value).replace("\\", "\\\\").replace("'", "\\'")
    return "'" + written.replace("{{", "{\\x7b").replace("}}", "}\\x7d") + "'"
