"""Text messages, holidays out of a calendar and today's switch in a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow
from tests.web.test_holidays import calendar, day
from tests.web.test_opening import clinic
from tests.web.test_texting import FLOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser


@pytest.fixture
def quiet(page: Page, flowbuilder: Running) -> Iterator[Page]:
    """A logged-in page whose console has to stay empty."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    flowbuilder.log_in(page)
    yield page
    assert complaints == []


def test_a_text_is_written_beside_the_drawing(quiet: Page, flowbuilder: Running) -> None:
    document = {**FLOW, "nodes": {**FLOW["nodes"], "open": {**FLOW["nodes"]["open"], "type": "hours"}}}
    document["message_entry"] = "price"
    flow_id = flowbuilder.add(Flow.from_json(document))
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/edit")
    expect(quiet.locator("html[data-ready]")).to_be_attached()
    quiet.get_by_role("button", name="Call", exact=True).click()
    phone = quiet.locator("#phone-panel")
    phone.get_by_role("link", name="Text").click()
    phone.get_by_label("Text message", exact=True).fill("What does it cost?")
    quiet.keyboard.press("Enter")
    log = phone.get_by_role("log")
    expect(log).to_contain_text("What does it cost?")
    expect(log).to_contain_text("It costs 5, .")
    phone.get_by_role("link", name="Call").click()
    expect(phone.get_by_role("button", name="Call", exact=True)).to_be_visible()


def test_holidays_are_taken_in_from_a_calendar(quiet: Page, flowbuilder: Running, tmp_path: Path) -> None:
    flow_id = flowbuilder.add(clinic())
    file = tmp_path / "holidays.ics"
    file.write_bytes(calendar(day("20101225", "RRULE:FREQ=YEARLY", "SUMMARY:Christmas")))
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/edit#hours")
    expect(quiet.locator("html[data-ready]")).to_be_attached()
    quiet.locator("#node-hours").click()
    quiet.get_by_label("Add holidays from a calendar (.ics)").set_input_files(file)
    expect(quiet.locator("#inspector [value='Christmas']")).to_be_attached()
    expect(quiet.locator("#inspector [value='12-25']")).to_be_attached()
