"""Opening hours of a live version: switched without publishing, for the next call, for today or for good."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from flowbuilder.app import create_app
from flowbuilder.config import Settings
from flowbuilder.flow.model import Flow
from flowbuilder.simulator.transcript import lines_for
from flowbuilder.web import EXTENSION
from flowbuilder.web.access import Login
from flowbuilder.web.opening import end_of_day
from flowbuilder.web.publishing_steps import Target, publish
from tests.web.conftest import Browser
from tests.web.pages import read_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from flowbuilder.web import Flowbuilder

NUMBER = "+14155550000"
MONDAY_EVENING = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def say(text: str) -> dict[str, Any]:
    return {"type": "speak", "settings": {"text": text}, "exits": {}}


def clinic(name: str = "Clinic", **settings: Any) -> Flow:
    hours = {"time_zone": "Europe/Berlin", "weekly": {"mon": [["09:00", "20:00"]]}, **settings}
    nodes = {
        "hours": {
            "type": "hours",
            "settings": hours,
            "exits": {"open": "open", "closed": "closed", "holiday": "holiday"},
        },
        "open": say("We are open."),
        "closed": say("We are closed."),
        "holiday": say("It is a holiday."),
    }
    return Flow.from_json({"format": "flowbuilder/1", "name": name, "entry": "hours", "nodes": nodes})


class Clock:
    def __init__(self) -> None:
        self.now = MONDAY_EVENING

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings() -> Settings:
    return Settings("sqlite:///:memory:", public_url="http://flows.test", secret_key="for tests")


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Iterator[Flask]:
    app = create_app(settings, clock=clock, login=Login("token"))
    app.test_client_class = Browser
    yield app
    app.extensions[EXTENSION].store.close()


@pytest.fixture
def flow_id(parts: Flowbuilder, browser: Any) -> str:
    browser.get("/")
    flow_id = parts.store.flows.create(clinic()).id
    assert list(publish(parts, flow_id, Target(numbers=[NUMBER])))[-1].ok
    return flow_id


def heard(parts: Flowbuilder) -> str:
    live = parts.switchboard.dial(NUMBER, "+12025550123")
    return next(line for line in lines_for(live.player.events) if line.startswith(">"))


def test_closed_today_holds_from_the_next_call_to_midnight_over_there(
    browser: Any, parts: Flowbuilder, flow_id: str, clock: Clock
) -> None:
    assert heard(parts) == "> We are open."
    answer = browser.post(f"/flows/{flow_id}/hours/hours", data={"to": "closed today"})
    assert (answer.status_code, answer.location) == (303, f"/flows/{flow_id}/versions")
    assert heard(parts) == "> We are closed."
    page = browser.get(f"/flows/{flow_id}/versions").text
    assert "Switched to closed until Tue 24 Nov, 00:00 (Europe/Berlin)." in page
    assert "hours: closed today" in browser.get("/").text

    clock.now = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    assert parts.store.switches.get(flow_id, "hours") is None
    assert "hours: closed today" not in browser.get("/").text
    clock.now = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    assert heard(parts) == "> We are open."


def test_a_switch_without_an_end_holds_until_it_is_turned_back(
    browser: Any, parts: Flowbuilder, flow_id: str, clock: Clock
) -> None:
    browser.post(f"/flows/{flow_id}/hours/hours", data={"to": "open"})
    clock.now = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
    assert heard(parts) == "> We are open."
    page = read_page(browser.get(f"/flows/{flow_id}/versions"))
    assert page.xpath("//form[@class='opening']//button[@aria-pressed='true']/@value") == ["open"]
    answer = browser.post(f"/flows/{flow_id}/hours/hours", data={"to": "follow", "back": "home"})
    assert answer.location == "/"
    assert heard(parts) == "> We are closed."


def test_only_what_is_live_can_be_switched(browser: Any, parts: Flowbuilder, flow_id: str) -> None:
    assert browser.post(f"/flows/{flow_id}/hours/gone", data={"to": "closed"}).status_code == 404
    assert browser.post(f"/flows/{flow_id}/hours/hours", data={"to": "half"}).status_code == 422
    other = parts.store.flows.create(clinic("Other")).id
    assert browser.post(f"/flows/{other}/hours/hours", data={"to": "closed"}).status_code == 404
    assert "Open today?" not in browser.get(f"/flows/{other}/versions").text
    assert parts.store.switches.list(flow_id) == []


def test_a_stranger_switches_nothing(stranger: Any, parts: Flowbuilder, flow_id: str) -> None:
    assert stranger.post(f"/flows/{flow_id}/hours/hours", data={"to": "closed"}).status_code >= 300
    assert parts.store.switches.list(flow_id) == []


def test_a_switch_is_that_of_the_flow_that_the_call_is_in(parts: Flowbuilder, browser: Any, flow_id: str) -> None:
    """Two flows may each have a node of the same name; a call that goes from one to the other meets both."""
    going = {
        "format": "flowbuilder/1",
        "name": "Front",
        "entry": "clinic",
        "nodes": {
            "clinic": {"type": "go_to_flow", "settings": {"flow": "Clinic"}, "exits": {"returned": "hours"}},
            "hours": clinic().to_json()["nodes"]["hours"],
            "open": say("The front is open."),
            "closed": say("The front is closed."),
            "holiday": say("Holiday."),
        },
    }
    front = parts.store.flows.create(Flow.from_json(going)).id
    assert list(publish(parts, front, Target(numbers=["+12025550142"])))[-1].ok
    parts.store.switches.turn(flow_id, "hours", "closed")
    live = parts.switchboard.dial("+12025550142", "+12025550123")
    lines = [line for line in lines_for(live.player.events) if line.startswith(">")]
    assert lines == ["> We are closed.", "> The front is open."]


@pytest.mark.parametrize(
    ("day", "hours"), [(datetime(2026, 3, 29), 23), (datetime(2026, 10, 25), 25), (datetime(2026, 11, 22), 24)]
)
def test_a_day_ends_at_midnight_on_days_of_other_lengths_too(day: datetime, hours: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    start = day.replace(tzinfo=zone)
    end = end_of_day(start, zone)
    assert (end.day, end.hour) == ((day.day % 31) + 1 if day.day != 31 else 1, 0)
    assert (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() == hours * 3_600
