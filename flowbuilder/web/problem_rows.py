"""The problems as the editor lists them, row by row, and which rows an edit has changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from hashlib import blake2b
from itertools import groupby
from typing import TYPE_CHECKING

from flowbuilder.checks.view import named
from flowbuilder.web.fixes import Fix, fixes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flowbuilder.flow.model import Flow
    from flowbuilder.flow.problems import Problem

# The next ones move up as these are put right.
MOST_LISTED = 100
# Where more than these differ, the whole list is sent: each row by itself costs the browser more than it does there.
MOST_CHANGED = 12
HEADINGS = {"error": "Errors", "warning": "Warnings", "hint": "Hints"}


@dataclass(frozen=True)
class Row:
    """One problem with what would put it right, or several of one node in one sentence; a heading above those of one
    severity; or that there are more.

    `key` is the row's own in its list, and the same as long as it says the same.
    """

    key: str
    problem: Problem | None = None
    fix: Fix | None = None
    heading: str = ""


@dataclass
class RowsAdded:
    """Rows that come behind the row of that key; first of all where it is empty."""

    after: str
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class RowChanges:
    """What brings one list to another: first the rows that go, then those that come."""

    gone: list[str]
    added: list[RowsAdded]


def problem_rows(flow: Flow, problems: Sequence[Problem]) -> list[Row]:
    """The rows of the list, under a heading for each severity."""
    listed = problems[:MOST_LISTED]
    rows: list[Row] = []
    severity, met = "", Counter[str]()
    for problem, fix in _together(zip(listed, fixes_of(flow, listed), strict=True)):
        if problem.severity != severity:
            severity = problem.severity
            rows.append(Row(severity, heading=HEADINGS[severity]))
        key = _key(problem, fix)
        met[key] += 1
        rows.append(Row(f"{key}-{met[key]}", problem, fix))
    if len(problems) > len(listed):
        rows.append(Row("more"))
    return rows


def _together(problems: Iterable[tuple[Problem, Fix | None]]) -> Iterator[tuple[Problem, Fix | None]]:
    """The exits of a node at which the call ends, in one sentence: a new dial alone has seven."""
    for node, group in groupby(problems, key=_whose_open_exits):
        found = list(group)
        if node is None or len(found) == 1:
            yield from found
            continue
        exits = named(problem.exit or "" for problem, _ in found)
        message = f"{exits} are not connected: Plivo hangs up there. Connect those after which the call should go on."
        yield replace(found[0][0], message=message), None


def _whose_open_exits(entry: tuple[Problem, Fix | None]) -> str | None:
    problem, fix = entry
    return problem.node if problem.code == "ends-here" and fix is None else None


def row_changes(before: Sequence[Row], after: Sequence[Row]) -> RowChanges | None:
    """What turns one list into the other; None where that is more than the list itself."""
    gone: list[str] = []
    added: list[RowsAdded] = []
    old, new = [row.key for row in before], [row.key for row in after]
    for _, start, end, start_new, end_new in _differing(old, new):
        gone += old[start:end]
        if end_new > start_new:
            added.append(RowsAdded(new[start_new - 1] if start_new else "", list(after[start_new:end_new])))
    many = len(gone) + sum(len(each.rows) for each in added) > MOST_CHANGED
    return None if many else RowChanges(gone, added)


def _differing(old: list[str], new: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    return (part for part in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if part[0] != "equal")


def _key(problem: Problem, fix: Fix | None) -> str:
    says = repr((problem.to_json(), problem.path, fix))
    return blake2b(says.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
