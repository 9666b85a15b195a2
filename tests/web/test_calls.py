"""The calls of a flow: the list and the trace of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.config import Settings
from flowbuilder.web.calls import trace_line
from flowbuilder.web.gallery import start_flow
from tests.web.pages import text_of

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder

CALL = {"from": "+12025550123", "to": "+14155550100"}


@pytest.fixture
def settings() -> Settings:
    return Settings("sqlite:///:memory:", public_url="http://flows.test", secret_key="for tests")


def test_a_flow_without_calls_says_how_to_get_one(browser: Any, parts: Flowbuilder) -> None:
    row = parts.store.flows.create(start_flow("voicemail"))
    assert "No calls yet." in browser.get(f"/flows/{row.id}/calls").text


def test_a_call_is_listed_and_its_trace_tells_what_happened(browser: Any, parts: Flowbuilder) -> None:
    row = parts.store.flows.create(start_flow("phone_tree"))
    browser.get("/")
    browser.post(f"/flows/{row.id}/phone", data=CALL)
    (call,) = parts.store.calls.recent(row.id)
    parts.switchboard.get(call.uuid).act("press", "1")
    listed = text_of(browser.get(f"/flows/{row.id}/calls"))
    assert "+1 202 555 0123 +1 415 555 0100 draft going on" in listed
    told = text_of(browser.get(f"/flows/{row.id}/calls/{call.uuid}"))
    assert "Sent welcome, menu" in told
    assert "menu left by “workshop”" in told
    parts.switchboard.get(call.uuid).act("hang_up")
    assert "going on" not in text_of(browser.get(f"/flows/{row.id}/calls"))


def test_the_calls_of_another_flow_are_not_shown(browser: Any, parts: Flowbuilder) -> None:
    one, other = (parts.store.flows.create(start_flow("phone_tree")) for _ in range(2))
    browser.get("/")
    browser.post(f"/flows/{one.id}/phone", data=CALL)
    (call,) = parts.store.calls.recent(one.id)
    assert browser.get(f"/flows/{other.id}/calls/{call.uuid}").status_code == 404


def test_an_event_of_a_kind_that_came_later_is_shown_with_what_it_holds() -> None:
    line = trace_line({"kind": "dial_event", "action": "answer", "to": "+14155550100", "turn": 2})
    assert line.sentence == "Dial event"
    assert ("action", "answer") in line.details


def test_what_a_caller_entered_in_secret_is_dots() -> None:
    outputs = {"digits": "7319", "speech": ""}
    event = {"kind": "took", "node": "pin", "exit": "input", "secret": True, "outputs": outputs}
    assert trace_line(event).details == [("digits", "••••")]
