"""Calendars of holidays: what becomes a date of an Opening hours, and what is left out."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.errors import FlowFileError
from flowbuilder.web.holidays import MOST_BYTES, MOST_EVENTS, merged, read_holidays
from tests.web.test_opening import clinic

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

TODAY = date(2026, 11, 23)
HTMX = {"HX-Request": "true"}


def calendar(*events: str) -> bytes:
    """A calendar; each event is its lines, parted by blanks where these are no part of them."""
    parts = "".join(
        f"BEGIN:VEVENT\r\n{event.replace(chr(10), chr(13) + chr(10))}\r\nEND:VEVENT\r\n" for event in events
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test\r\n{parts}END:VCALENDAR\r\n".encode()


def day(text: str, *more: str) -> str:
    return "\n".join([f"DTSTART;VALUE=DATE:{text}", *more])


def dates(*events: str) -> list[str]:
    return [item["date"] for item in read_holidays(calendar(*events), TODAY).dates]


def test_a_day_is_a_date_with_its_name() -> None:
    found = read_holidays(calendar(day("20261224", "SUMMARY:Christmas\\, nearly")), TODAY)
    assert found.dates == [{"date": "2026-12-24", "name": "Christmas, nearly"}]
    assert found.left_out == []


def test_several_days_in_a_row_are_a_date_each_and_past_ones_are_none() -> None:
    assert dates(day("20261230", "DTEND;VALUE=DATE:20270102")) == ["2026-12-30", "2026-12-31", "2027-01-01"]
    assert dates(day("20261121", "DURATION:P3D")) == ["2026-11-23"]
    assert dates(day("20200101")) == []


def test_what_comes_back_on_its_date_every_year_is_one_date_without_a_year() -> None:
    assert dates(day("20101225", "RRULE:FREQ=YEARLY")) == ["12-25"]
    assert dates(day("20101225", "RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25")) == ["12-25"]


@pytest.mark.parametrize(
    ("start", "rule", "wanted"),
    [
        ("20101125", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", ["2026-11-26", "2027-11-25", "2028-11-23", "2029-11-22"]),
        ("20200525", "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", ["2027-05-31", "2028-05-29", "2029-05-28"]),
        ("20200131", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=-1", ["2027-01-31", "2028-01-31", "2029-01-31"]),
        ("20201224", "FREQ=YEARLY;UNTIL=20271224", ["2026-12-24", "2027-12-24"]),
        ("20201224", "FREQ=YEARLY;COUNT=8", ["2026-12-24", "2027-12-24"]),
        ("20201224", "FREQ=YEARLY;INTERVAL=4", ["2028-12-24"]),
    ],
)
def test_a_yearly_rule_is_worked_out_for_the_years_to_come(start: str, rule: str, wanted: list[str]) -> None:
    assert dates(day(start, f"RRULE:{rule}")) == wanted


def test_a_date_that_is_taken_out_of_a_rule_stays_out() -> None:
    event = day("20201224", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20271224", "RDATE;VALUE=DATE:20270601")
    assert dates(event) == ["2026-12-24", "2027-06-01", "2028-12-24"]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:20261224T090000Z\nDTEND:20261224T100000Z",
        "DTSTART:20261224T090000Z",
        day("20261224", "STATUS:CANCELLED"),
        day("20261224", "RRULE:FREQ=WEEKLY"),
        day("20261224", "RRULE:FREQ=SECONDLY"),
        day("20261224", "RRULE:FREQ=YEARLY;BYWEEKNO=3"),
        day("20261224", "RRULE:FREQ=YEARLY;BYDAY=MO"),
        day("20261224", "RRULE:FREQ=YEARLY;INTERVAL=0"),
        day("20261201", "DTEND;VALUE=DATE:20270601"),
        "SUMMARY:No date at all",
    ],
)
def test_what_fits_no_dates_is_left_out_and_said_so(event: str) -> None:
    found = read_holidays(calendar(event, day("20261225")), TODAY)
    assert len(found.left_out) == 1
    assert [item["date"] for item in found.dates] == ["2026-12-25"]


def test_midnight_to_midnight_is_all_day() -> None:
    assert dates("DTSTART;TZID=Europe/Berlin:20261224T000000\nDTEND;TZID=Europe/Berlin:20261225T000000") == [
        "2026-12-24"
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no calendar",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
        b"x" * (MOST_BYTES + 1),
        calendar(*[day("20261225")] * (MOST_EVENTS + 1)),
        calendar(day("20261201", "RRULE:FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO,TU,WE,TH,FR,SA,SU")),
    ],
)
def test_what_is_no_calendar_of_holidays_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(FlowFileError):
        read_holidays(content, TODAY)


def test_dates_are_added_to_those_that_are_there() -> None:
    kept = ["2026-12-24", {"date": "12-25", "hours": [["09:00", "12:00"]]}]
    new = [
        {"date": "2026-12-24", "name": "Eve"},
        {"date": "2026-12-25", "name": "Again"},
        {"date": "2026-12-26", "name": ""},
    ]
    assert merged(kept, new, 500) == ([*kept, {"date": "2026-12-26"}], 1)
    with pytest.raises(FlowFileError, match="more than 2"):
        merged(kept, new, 2)


def send(browser: Any, flow_id: str, content: bytes, node: str = "hours", **more: Any) -> Any:
    data = {"file": (io.BytesIO(content), "holidays.ics"), **more}
    return browser.post(f"/flows/{flow_id}/nodes/{node}/holidays", data=data, headers=HTMX)


def test_a_calendar_becomes_dates_of_the_step_in_one_edit(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    row = parts.store.flows.create(clinic(closed_dates=["2026-12-24"]))
    answer = send(browser, row.id, calendar(day("20261224"), day("20101225", "RRULE:FREQ=YEARLY", "SUMMARY:Christmas")))
    assert (answer.status_code, "1 date added." in answer.headers["HX-Trigger"]) == (200, True)
    kept = parts.store.flows.load(row.id).nodes["hours"].settings["closed_dates"]
    assert kept == ["2026-12-24", {"date": "12-25", "name": "Christmas"}]
    parts.store.flows.undo(row.id)
    assert parts.store.flows.load(row.id).nodes["hours"].settings["closed_dates"] == ["2026-12-24"]


def test_a_calendar_that_cannot_be_taken_in_changes_nothing(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    row = parts.store.flows.create(clinic())
    assert send(browser, row.id, b"no calendar").status_code == 422
    assert send(browser, row.id, calendar(day("20261224")), node="open").status_code == 422
    assert send(browser, row.id, calendar(day("20261224")), node="gone").status_code == 404
    assert parts.store.flows.get(row.id).revision == row.revision


def test_the_inspector_of_opening_hours_offers_the_import(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    row = parts.store.flows.create(clinic())
    address = f"/flows/{row.id}/nodes/hours/holidays"
    assert address in browser.get(f"/flows/{row.id}/nodes/hours", headers=HTMX).text
    assert address.replace("hours/", "open/") not in browser.get(f"/flows/{row.id}/nodes/open", headers=HTMX).text
