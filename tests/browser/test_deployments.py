"""Staging and production of one flow in a real Chromium: set up, published, promoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser

DESK = Flow("Desk", "say", {"say": Node("speak", {"text": "Desk {{ env.desk }}."})})


def set_the_desk(page: Page, desk: str) -> None:
    """From the warning to a kept variable, with the keyboard."""
    page.get_by_role("button", name="desk", exact=True).press("Enter")
    value = page.get_by_label("Value of desk")
    expect(value).to_be_focused()
    page.keyboard.type(desk)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Kept.")).to_be_visible()
    expect(page.get_by_text("used", exact=True)).to_be_visible()


def test_a_version_is_tried_on_staging_and_promoted_to_production(page: Page, flowbuilder: Running) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    flowbuilder.log_in(page)
    flow_id = flowbuilder.add(DESK)
    page.goto(f"{flowbuilder.url}/flows/{flow_id}/publish")
    expect(page.locator("#plan")).to_contain_text("env.desk, which production has not set")
    page.get_by_role("link", name="Deployments", exact=True).click()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="staging", exact=True)).to_be_visible()
    set_the_desk(page, "test")
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("Live on staging: version 1 on +1 202 555 0142")).to_be_visible()

    page.get_by_role("link", name="Deployments", exact=True).click()
    page.get_by_role("link", name="Set it").click()
    set_the_desk(page, "front")
    page.get_by_role("link", name="Back to all").click()
    page.get_by_role("link", name="Promote version 1 from staging to production").click()
    expect(page.get_by_role("heading", name="Put version 1 on production")).to_be_visible()
    page.get_by_label("+1 202 555 0142").uncheck()
    page.get_by_label("+1 415 555 0000").check()
    expect(page.locator("#plan")).to_contain_text("+1 415 555 0000")
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("Live: version 1 on +1 415 555 0000")).to_be_visible()
    page.get_by_role("link", name="Deployments", exact=True).click()
    expect(page.get_by_text("production (has it)")).to_be_visible()
    for number, desk in (("+12025550142", "test"), ("+14155550000", "front")):
        call = flowbuilder.parts.switchboard.dial(number, "+13125550100")
        assert f"Desk {desk}." in str([event.to_json() for event in call.player.events])
    assert complaints == []


@pytest.mark.parametrize("width", [1024, 390])
def test_nothing_is_wider_than_the_screen(page: Page, flowbuilder: Running, width: int) -> None:
    flowbuilder.log_in(page)
    flow_id = flowbuilder.add(DESK)
    page.set_viewport_size({"width": width, "height": 844})
    for place in ("deployments", "deployments/production"):
        page.goto(f"{flowbuilder.url}/flows/{flow_id}/{place}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
