"""Exits that a web request takes by the status of its answer: 404, 4xx, 200-299."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import field_validator

from flowbuilder.flow.problems import Problem
from flowbuilder.steps.items import Item
from flowbuilder.steps.values import ExitName

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LOWEST, HIGHEST = 100, 599
NO_ANSWER = 0


class StatusExit(Item):
    """A way out of a web request, taken when its answer has one of the statuses."""

    exit: ExitName
    status: str

    @field_validator("status")
    @classmethod
    def _readable(cls, value: str) -> str:
        if not statuses_meant(value):
            raise ValueError("Write a status from 100 to 599, such as 404, 4xx or 200-299.")
        return value

    @property
    def statuses(self) -> range:
        return statuses_meant(self.status)


def statuses_meant(text: str) -> range:
    """`404`, `4xx` and `200-299` as the statuses that they name; an empty range where the text names none."""
    if re.fullmatch(r"[1-5][xX]{2}", text):
        return range(int(text[0]) * 100, int(text[0]) * 100 + 100)
    match = re.fullmatch(r"([1-5][0-9]{2})(?:\s*[-–]\s*([1-5][0-9]{2}))?", text, re.ASCII)
    return range(int(match[1]), int(match[2] or match[1]) + 1) if match else range(0)


def exit_for(status: int, listed: Sequence[StatusExit]) -> str:
    """The exit that a status takes: the narrowest range that holds it, the first of these; else `ok` or `failed`."""
    fitting = [each for each in listed if status in each.statuses]
    if fitting:
        return min(fitting, key=lambda each: len(each.statuses)).exit
    return "ok" if 200 <= status < 300 else "failed"


def exits_of(listed: Sequence[StatusExit]) -> list[str]:
    """Every exit of a request, in the order of the canvas; `failed` last, for it is always there: no answer at all."""
    return list(dict.fromkeys(["ok", *(each.exit for each in listed if each.exit != "failed"), "failed"]))


def never_taken(listed: Sequence[StatusExit]) -> frozenset[str]:
    """The exits that no status leads to, because narrower ranges hold all of theirs."""
    if not listed:
        return frozenset()
    taken = {exit_for(status, listed) for status in (NO_ANSWER, *range(LOWEST, HIGHEST + 1))}
    return frozenset(exits_of(listed)) - taken


def status_problems(listed: Sequence[StatusExit]) -> Iterator[Problem]:
    """Statuses that are listed twice: only the first could ever be taken."""
    seen: dict[range, StatusExit] = {}
    for each in listed:
        first = seen.setdefault(each.statuses, each)
        if first is not each:
            message = f"The status {each.status} leads to “{first.exit}” already. Take one of the two out."
            yield Problem("duplicate-choice", message, setting="statuses")
