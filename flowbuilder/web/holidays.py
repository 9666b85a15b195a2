"""Holidays out of an iCalendar file (RFC 5545): the dates that an Opening hours step is to close on."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import icalendar

from flowbuilder.errors import FlowFileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_BYTES = 1024 * 1024
MOST_EVENTS = 500
MOST_DAYS = 1_000
MOST_DAYS_IN_A_ROW = 62
YEARS_AHEAD = 3
LONGEST_NAME = 100
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# What a yearly rule may say beside its frequency; anything else is left out and said so.
RULE_PARTS = {"FREQ", "INTERVAL", "UNTIL", "COUNT", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST"}


@dataclass(frozen=True)
class Holidays:
    """`dates` as Opening hours keeps them: {"date": "2026-12-24" or "12-25", "name"}; `left_out` names other events."""

    dates: list[dict[str, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


class NotYearly(ValueError):
    """An event repeats in a way that has no place among dates."""


def read_holidays(content: bytes, today: date) -> Holidays:
    """The days that the file's all-day events fall on, from `today` on for three years.

    An event that comes back on the same date every year is one date without a year. Events with times of day,
    cancelled ones and those that repeat otherwise than by years are left out. Raises FlowFileError with a sentence.
    """
    if len(content) > MOST_BYTES:
        raise FlowFileError(f"This calendar is larger than {MOST_BYTES // 1_048_576} MB.")
    try:
        calendars = icalendar.Calendar.from_ical(content, multiple=True)
        events = [event for one in calendars for event in one.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise FlowFileError("This file is not a calendar. Choose an .ics file.") from error
    if not calendars:
        raise FlowFileError("This file is not a calendar. Choose an .ics file.")
    if len(events) > MOST_EVENTS:
        raise FlowFileError(f"This calendar has more than {MOST_EVENTS:,} events. Choose one of holidays only.")
    found: dict[str, str] = {}
    left_out = []
    for event in events:
        name = _name(event)
        try:
            for day in _days(event, today):
                found.setdefault(day, name)
                if len(found) > MOST_DAYS:
                    raise FlowFileError(f"This calendar holds more than {MOST_DAYS:,} days. Choose one of holidays.")
        except (NotYearly, ValueError, KeyError, TypeError, AttributeError, OverflowError):
            left_out.append(name)
    return Holidays([{"date": day, "name": name} for day, name in sorted(found.items())], left_out)


def merged(kept: Sequence[Any], new: Sequence[dict[str, str]], most: int) -> tuple[list[Any], int]:
    """The dates of a step with the new ones behind them, and how many those are; what is there already stays.

    Raises FlowFileError where that would be more than `most`.
    """
    there = {str(item.get("date", "")) if isinstance(item, dict) else str(item) for item in kept}
    added = [item for item in new if item["date"] not in there and item["date"][5:] not in there]
    if len(kept) + len(added) > most:
        raise FlowFileError(f"With these there would be more than {most} dates. Delete old ones first.")
    return [*kept, *({name: value for name, value in item.items() if value} for item in added)], len(added)


def _name(event: Any) -> str:
    return " ".join(str(event.get("SUMMARY", "")).split())[:LONGEST_NAME]


def _days(event: Any, today: date) -> Iterator[str]:
    """The event's dates as text. Raises where they cannot be told."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        raise NotYearly
    first, length = _first_day_and_length(event)
    rule, except_for = event.get("RRULE"), set(_dates(event, "EXDATE"))
    begins = [first, *_dates(event, "RDATE")][:MOST_DAYS]
    if rule is not None:
        if isinstance(rule, list):
            raise NotYearly
        if _is_every_year(rule, first) and length == 1 and not except_for:
            yield first.strftime("%m-%d")
            return
        begins += [day for day in _calendar_days(today) if _falls_on(rule, first, day)]
    for begin in begins:
        if begin in except_for:
            continue
        for number in range(length):
            day = begin + timedelta(days=number)
            if day >= today:
                yield day.isoformat()


def _first_day_and_length(event: Any) -> tuple[date, int]:
    """Where an all-day event begins, and how many days it has. Midnight to midnight is all day too."""
    start = event["DTSTART"].dt
    end = event["DTEND"].dt if "DTEND" in event else None
    if "DURATION" in event:
        end = start + event["DURATION"].dt
    if isinstance(start, datetime):
        if end is None or start.time() != time(0) or end.time() != time(0):
            raise NotYearly
        start, end = start.date(), end.date()
    length = (end - start).days if end is not None else 1
    if length > MOST_DAYS_IN_A_ROW:
        raise NotYearly
    return start, max(length, 1)


def _dates(event: Any, name: str) -> list[date]:
    """The days of EXDATE or RDATE, of which there may be several lines."""
    given = event.get(name, [])
    found = []
    for line in given if isinstance(given, list) else [given]:
        for item in line.dts:
            found.append(item.dt.date() if isinstance(item.dt, datetime) else item.dt)
    return found


def _calendar_days(today: date) -> Iterator[date]:
    """Every day that is looked at: bounded, whatever a rule says."""
    for number in range(YEARS_AHEAD * 366):
        yield today + timedelta(days=number)


def _is_every_year(rule: Any, first: date) -> bool:
    """Whether the rule means this date of every year, for good."""
    if _freq(rule) != "YEARLY" or set(rule) & {"UNTIL", "COUNT", "BYDAY"} or _numbers(rule, "INTERVAL", [1]) != [1]:
        return False
    months_match = _numbers(rule, "BYMONTH", [first.month]) == [first.month]
    return months_match and _numbers(rule, "BYMONTHDAY", [first.day]) == [first.day] and not set(rule) - RULE_PARTS


def _falls_on(rule: Any, first: date, day: date) -> bool:
    """Whether a yearly rule that began on `first` falls on the day. Raises NotYearly for any other rule."""
    if _freq(rule) != "YEARLY" or set(rule) - RULE_PARTS or ("BYDAY" in rule and "BYMONTH" not in rule):
        raise NotYearly
    interval = _numbers(rule, "INTERVAL", [1])[0]
    if interval < 1:
        raise NotYearly
    years = day.year - first.year
    if day <= first or years % interval or not _is_before_end(rule, day, years // interval):
        return False
    if day.month not in _numbers(rule, "BYMONTH", [first.month]):
        return False
    if "BYDAY" in rule and not any(_is_weekday(str(item), day) for item in rule["BYDAY"]):
        return False
    if "BYDAY" in rule and "BYMONTHDAY" not in rule:
        return True
    last = months.monthrange(day.year, day.month)[1]
    wanted = [number if number > 0 else last + 1 + number for number in _numbers(rule, "BYMONTHDAY", [first.day])]
    return day.day in wanted


def _is_before_end(rule: Any, day: date, times_before: int) -> bool:
    if "COUNT" in rule and times_before >= _numbers(rule, "COUNT", [1])[0]:
        return False
    if "UNTIL" not in rule:
        return True
    until = rule["UNTIL"][0]
    return day <= (until.date() if isinstance(until, datetime) else until)


def _is_weekday(item: str, day: date) -> bool:
    """Whether the day is what BYDAY says, such as MO, 4TH (the fourth of the month) or -1MO (its last)."""
    number, name = item[:-2], item[-2:].upper()
    if name not in WEEKDAYS or WEEKDAYS[day.weekday()] != name:
        return False
    if not number:
        return True
    last = months.monthrange(day.year, day.month)[1]
    return int(number) in ((day.day - 1) // 7 + 1, -((last - day.day) // 7 + 1))


def _freq(rule: Any) -> str:
    return str(rule.get("FREQ", [""])[0]).upper()


def _numbers(rule: Any, name: str, otherwise: list[int]) -> list[int]:
    given = rule.get(name, otherwise)
    return [int(number) for number in (given if isinstance(given, list) else [given])]
