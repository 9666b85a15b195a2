"""Opening hours by the clock on the wall: daylight saving, nights, holidays, and whoever overrules them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flowbuilder.runtime import NoServices
from tests.steps.reading_good import complaints, step


@dataclass
class At(NoServices):
    moment: datetime
    switched: str | None = None

    def now(self) -> datetime:
        return self.moment

    def override(self, node_id: str) -> str | None:
        return self.switched


def exit_at(moment: str | datetime, zone: str = "UTC", switched: str | None = None, **settings: Any) -> str | None:
    """The exit at a moment: a text is local time in the zone, its first occurrence where it comes twice."""
    when = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    hours = step("hours", time_zone=zone, **settings)
    return hours.decide({}, At(when.astimezone(UTC), switched), "here").exit


WEEK = {"mon": [["09:00", "12:30"], ["13:30", "17:30"]], "fri": [["22:00", "02:00"]], "sun": [["00:00", "24:00"]]}


@pytest.mark.parametrize(
    ("moment", "exit"),
    [
        ("2026-11-23T08:59:59", "closed"),
        ("2026-11-23T09:00:00", "open"),
        ("2026-11-23T12:29:59", "open"),
        ("2026-11-23T12:30:00", "closed"),
        ("2026-11-23T13:30:00", "open"),
        ("2026-11-23T17:30:00", "closed"),
        ("2026-11-24T10:00:00", "closed"),
        ("2026-11-27T21:59:59", "closed"),
        ("2026-11-27T23:59:59", "open"),
        ("2026-11-28T01:59:59", "open"),
        ("2026-11-28T02:00:00", "closed"),
        ("2026-11-29T00:00:00", "open"),
        ("2026-11-29T23:59:59", "open"),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland"])
def test_the_week_holds_by_the_local_clock(moment: str, exit: str, zone: str) -> None:
    assert exit_at(moment, zone, weekly=WEEK) == exit


@pytest.mark.parametrize(
    ("zone", "utc", "exit"),
    [
        # Berlin, 29 March 2026: 02:00 becomes 03:00, at 01:00 UTC.
        ("Europe/Berlin", "2026-03-29T00:59", "closed"),
        ("Europe/Berlin", "2026-03-29T01:00", "open"),
        # Berlin, 25 October 2026: 03:00 becomes 02:00 again, at 01:00 UTC; 02:30 comes twice.
        ("Europe/Berlin", "2026-10-25T00:29", "closed"),
        ("Europe/Berlin", "2026-10-25T00:30", "open"),
        ("Europe/Berlin", "2026-10-25T01:15", "closed"),
        ("Europe/Berlin", "2026-10-25T01:30", "open"),
        # New York, 8 March 2026: 02:00 becomes 03:00, at 07:00 UTC.
        ("America/New_York", "2026-03-08T06:59", "closed"),
        ("America/New_York", "2026-03-08T07:00", "open"),
        # Lord Howe, 4 October 2026: half an hour only; 02:00 becomes 02:30, at 15:30 UTC the day before.
        ("Australia/Lord_Howe", "2026-10-03T15:29", "closed"),
        ("Australia/Lord_Howe", "2026-10-03T15:30", "open"),
    ],
)
def test_the_hour_that_is_skipped_and_the_hour_that_comes_twice(zone: str, utc: str, exit: str) -> None:
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert exit_at(moment, zone, weekly={"sun": [["02:30", "04:00"]]}) == exit


def test_a_night_that_is_an_hour_longer_is_open_through_it() -> None:
    night = {"sat": [["22:00", "06:00"]]}
    for utc in ("2026-10-24T20:00", "2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T04:59"):
        assert exit_at(datetime.fromisoformat(utc).replace(tzinfo=UTC), "Europe/Berlin", weekly=night) == "open"
    assert exit_at(datetime(2026, 10, 25, 5, 0, tzinfo=UTC), "Europe/Berlin", weekly=night) == "closed"


DATES = [{"date": "12-25", "name": "Christmas"}, {"date": "2026-12-24", "hours": [["09:00", "12:00"]]}, "02-29"]
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.mark.parametrize(
    ("moment", "exit"),
    [
        ("2026-12-23T12:00", "open"),
        ("2026-12-24T09:00", "open"),
        ("2026-12-24T12:00", "holiday"),
        ("2026-12-25T12:00", "holiday"),
        ("2027-12-25T00:00", "holiday"),
        ("2027-12-24T12:00", "open"),
        ("2028-02-29T12:00", "holiday"),
        ("2027-03-01T12:00", "open"),
    ],
)
def test_dates_are_different_once_or_every_year(moment: str, exit: str) -> None:
    assert exit_at(moment, "America/Sao_Paulo", weekly=ALWAYS, closed_dates=DATES) == exit


def test_a_holiday_ends_the_night_before_it() -> None:
    assert exit_at("2026-12-25T01:00", weekly={"thu": [["22:00", "03:00"]]}, closed_dates=["12-25"]) == "holiday"
    assert exit_at("2026-12-24T23:00", weekly={"thu": [["22:00", "03:00"]]}, closed_dates=["12-25"]) == "open"


def test_a_date_is_that_of_the_zone() -> None:
    moment = datetime(2026, 12, 24, 23, 30, tzinfo=UTC)
    assert exit_at(moment, "Europe/Berlin", weekly=ALWAYS, closed_dates=["12-25"]) == "holiday"
    assert exit_at(moment, "America/New_York", weekly=ALWAYS, closed_dates=["12-25"]) == "open"


@pytest.mark.parametrize(
    ("setting", "switched", "exit"),
    [
        ("none", None, "open"),
        ("closed", None, "closed"),
        ("none", "closed", "closed"),
        ("closed", "open", "open"),
        ("open", "closed", "closed"),
        ("none", "none", "open"),
    ],
)
def test_a_switch_beats_the_setting_and_both_beat_the_times(setting: str, switched: str | None, exit: str) -> None:
    assert exit_at("2026-11-23T10:00", switched=switched, weekly=WEEK, override=setting) == exit


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({"time_zone": "Europe/Bielefeld"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"weekly": {"monday": []}}, "weekly"),
        ({"weekly": {"mon": [["9", "10"]]}}, "weekly"),
        ({"weekly": {"mon": [["09:00", "24:01"]]}}, "weekly"),
        ({"weekly": {"mon": [["09:00", "09:00"]]}}, "weekly"),
        ({"weekly": {"mon": [["09:00", "12:00"], ["11:59", "13:00"]]}}, "weekly"),
        ({"closed_dates": ["2026-02-29"]}, "closed_dates"),
        ({"closed_dates": ["25-12"]}, "closed_dates"),
        ({"override": "maybe"}, "override"),
    ],
)
def test_what_is_no_time_no_date_and_no_zone_is_refused(settings: dict[str, Any], setting: str) -> None:
    assert complaints("hours", **settings) == [("bad-setting", setting)]
