"""Opening times: a week of them, dates that are different, and what holds at a moment (local time of one zone)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from flowbuilder.steps.items import Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60
Answer = Literal["open", "closed", "holiday"]
Span = tuple[int, int]


def minutes(text: str) -> int:
    """09:30 as minutes since midnight; 24:00 is the end of the day. Raises ValueError with a sentence."""
    match = re.fullmatch(r"([01]?\d|2[0-4]):([0-5]\d)", text)
    value = int(match[1]) * 60 + int(match[2]) if match else MIDNIGHT + 1
    if value > MIDNIGHT:
        raise ValueError(f"“{text[:10]}” is not a time. Write it like 09:30.")
    return value


def spans(pairs: Sequence[Sequence[str]]) -> list[Span]:
    """[["09:00", "12:00"]] as minutes. A span that ends before it begins goes past midnight."""
    found = []
    for pair in pairs:
        if len(pair) != 2:
            raise ValueError("Each entry has two times: from and to.")
        start, end = minutes(pair[0]), minutes(pair[1])
        if start == end:
            raise ValueError(f"From {pair[0]} to {pair[1]} is no time at all. For the whole day write 00:00 to 24:00.")
        found.append((start, end if end > start else end + MIDNIGHT))
    for (_, first_end), (second_start, _) in zip(sorted(found), sorted(found)[1:], strict=False):
        if second_start < first_end:
            raise ValueError("Two of these times overlap. Join them, or change one.")
    return found


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """The time zone. Raises ValueError with a sentence."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"There is no time zone “{name[:40]}”. Write it like Europe/Berlin.") from error


class ClosedDate(Item):
    """A date with its own times: none (closed), or some. `12-25` comes back every year, `2026-12-25` does not."""

    date: str
    name: str = Field(default="", max_length=100)
    hours: list[list[str]] = Field(default_factory=list, max_length=10)

    @field_validator("date")
    @classmethod
    def _a_date(cls, value: str) -> str:
        full = value if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else f"2024-{value}"
        try:
            dt.date.fromisoformat(full)
        except ValueError as error:
            message = f"“{value[:12]}” is not a date. Write 2026-12-25, or 12-25 for every year."
            raise ValueError(message) from error
        return value

    @field_validator("hours")
    @classmethod
    def _times(cls, value: list[list[str]]) -> list[list[str]]:
        spans(value)
        return value

    def falls_on(self, day: dt.date) -> bool:
        return self.date in (day.isoformat(), day.strftime("%m-%d"))


@dataclass(frozen=True)
class Times:
    """A week of times and the dates that are different."""

    week: Mapping[str, Sequence[Sequence[str]]]
    dates: Sequence[ClosedDate]

    def at(self, moment: dt.datetime, zone: ZoneInfo) -> Answer:
        """What holds at a moment (with its zone), by the clock on the wall in `zone`, summer time included."""
        local = moment.astimezone(zone)
        today, now = local.date(), time_in_minutes(local.time())
        yesterday = today - dt.timedelta(days=1)
        if _holds(self._spans(yesterday), now + MIDNIGHT) and not self._special(today):
            return "open"
        if _holds(self._spans(today), now):
            return "open"
        return "holiday" if self._special(today) else "closed"

    def _special(self, day: dt.date) -> ClosedDate | None:
        return next((special for special in self.dates if special.falls_on(day)), None)

    def _spans(self, day: dt.date) -> list[Span]:
        special = self._special(day)
        return spans(self.week.get(DAYS[day.weekday()], ()) if special is None else special.hours)


def time_in_minutes(moment: dt.time) -> float:
    return moment.hour * 60 + moment.minute + moment.second / 60


def _holds(found: Iterable[Span], now: float) -> bool:
    return any(start <= now < end for start, end in found)
