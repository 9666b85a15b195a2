"""Times, counts and phone numbers as a person writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flowbuilder.web.wording import ago, clock, exact, listed, phone_number, plural

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=44), "just now"),
        (timedelta(seconds=50), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(hours=25), "yesterday"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=20), "3 Nov"),
        (timedelta(days=400), "19 Oct 2025"),
    ],
)
def test_how_long_ago_it_was(passed: timedelta, words: str) -> None:
    assert ago(NOW - passed, NOW) == words


def test_a_time_without_a_zone_is_utc() -> None:
    assert exact(datetime(2026, 1, 3, 9, 5)) == "3 Jan 2026, 09:05 UTC"
    assert ago(datetime(2026, 11, 23, 17, 0), NOW) == "1 hour ago"


def test_phone_numbers_are_spaced_and_anything_else_stays() -> None:
    assert phone_number("14155550000") == "+1 415 555 0000"
    assert phone_number("+442079460123") == "+44 20 7946 0123"
    assert phone_number("sip:front@phone.plivo.com") == "sip:front@phone.plivo.com"
    assert phone_number("7") == "7"


def test_counts_and_lists() -> None:
    assert [plural(1, "error"), plural(2, "error"), plural(1204, "byte")] == ["1 error", "2 errors", "1,204 bytes"]
    assert plural(2, "reply", "replies") == "2 replies"
    assert [listed([]), listed(["a"]), listed(["a", "b", "c"])] == ["", "a", "a, b and c"]
    assert [clock(9), clock(750), clock(-1)] == ["0:09", "12:30", "0:00"]
