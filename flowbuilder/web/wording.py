"""How times, counts and phone numbers are written for a person; the templates use these as filters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import phonenumbers


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago it was, in words: `just now`, `5 minutes ago`, `yesterday`, `12 Mar`, `12 Mar 2025`."""
    moment = as_utc(moment)
    now = as_utc(now) if now else datetime.now(UTC)
    passed = now - moment
    if passed < timedelta(seconds=45):
        return "just now"
    if passed < timedelta(minutes=60):
        return plural(max(1, round(passed.total_seconds() / 60)), "minute") + " ago"
    if passed < timedelta(hours=24):
        return plural(round(passed.total_seconds() / 3600), "hour") + " ago"
    if passed < timedelta(hours=48):
        return "yesterday"
    if passed < timedelta(days=7):
        return plural(passed.days, "day") + " ago"
    day = f"{moment.day} {moment:%b}"
    return day if moment.year == now.year else f"{day} {moment.year}"


def as_utc(moment: datetime) -> datetime:
    """The same moment with a time zone; one without is UTC, as databases give it back."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def exact(moment: datetime) -> str:
    """The moment to the minute, in UTC."""
    return as_utc(moment).astimezone(UTC).strftime("%d %b %Y, %H:%M UTC").lstrip("0")


def plural(count: int, one: str, many: str = "") -> str:
    """`1 error`, `2 errors`, `1,204 characters`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def phone_number(number: str) -> str:
    """`+14155550000` as people write it: `+1 415 555 0000`. Anything that is no such number stays as it is."""
    text = number if number.startswith("+") else f"+{number}"
    try:
        read = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(read):
        return number
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.INTERNATIONAL).replace("-", " ")


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]


def clock(seconds: float) -> str:
    """A length of time as a phone shows it: `0:09`, `12:30`."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"
