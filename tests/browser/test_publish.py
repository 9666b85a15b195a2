"""Publishing in a real Chromium: from the drawing to a number that answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Node
from flowbuilder.web.gallery import start_flow
from flowbuilder.web.publishing_steps import Target, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def test_a_flow_goes_live_with_one_click_and_is_called(quiet: Page, flowbuilder: Running) -> None:
    flow_id = flowbuilder.add(start_flow("voicemail"))
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/edit")
    quiet.get_by_role("link", name="Publish").click()
    expect(quiet.get_by_text("the built-in sandbox answers")).to_be_visible()
    quiet.get_by_role("button", name="Publish version 1").click()
    expect(quiet.get_by_text("Live: version 1 on")).to_be_visible()
    expect(quiet.locator(".steps li.done")).to_have_count(3)
    expect(quiet.get_by_role("button", name="Publish version 1")).to_be_hidden()
    quiet.get_by_role("link", name="Call +1").click()
    quiet.get_by_role("button", name="Call", exact=True).click()
    expect(quiet.get_by_role("log")).to_contain_text("You have reached Ida Lund.")
    (call,) = flowbuilder.parts.store.calls.recent(flow_id)
    assert call.version == "1"


def test_the_plan_follows_the_numbers_that_are_ticked(quiet: Page, flowbuilder: Running) -> None:
    flow_id = flowbuilder.add(start_flow("voicemail"))
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/publish")
    plan = quiet.locator("#plan")
    quiet.get_by_label("+1 415 555 0000").check()
    expect(plan).to_contain_text("+1 415 555 0000")
    quiet.get_by_label("+1 202 555 0142").uncheck()
    expect(plan).not_to_contain_text("+1 202 555 0142")
    quiet.get_by_label("+1 415 555 0000").uncheck()
    expect(plan).to_contain_text("No number is chosen")


def test_a_change_is_published_and_taken_back(quiet: Page, flowbuilder: Running) -> None:
    flow = start_flow("voicemail")
    flow_id = flowbuilder.add(flow)
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/publish")
    quiet.get_by_role("button", name="Publish version 1").click()
    expect(quiet.get_by_text("Live: version 1")).to_be_visible()
    changed = flow.with_node("sent", replace(flow.nodes["sent"], settings={"text": "Thank you."}))
    flowbuilder.parts.store.flows.save(flow_id, 1, changed, "Shorter")
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/publish")
    expect(quiet.get_by_role("link", name="1 change since")).to_be_visible()
    expect(quiet.locator("#plan")).to_contain_text("3 fields of the Application")
    quiet.get_by_role("button", name="Publish version 2").click()
    expect(quiet.get_by_text("Live: version 2")).to_be_visible()
    quiet.get_by_role("link", name="Versions").first.click()
    expect(quiet.locator(".is-live")).to_contain_text("Version 2")
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/unpublish")
    quiet.get_by_role("button", name="Unpublish").click()
    expect(quiet.get_by_text("Not live any more.")).to_be_visible()


def test_a_change_goes_live_from_the_drawing(quiet: Page, flowbuilder: Running) -> None:
    flow = start_flow("voicemail")
    flow_id = flowbuilder.add(flow)
    assert list(publish(flowbuilder.parts, flow_id, Target(numbers=["+14155550000"])))[-1].ok
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/edit")
    expect(quiet.locator("html[data-ready]")).to_be_attached()
    expect(quiet.get_by_role("button", name="Publish changes")).to_have_count(0)
    quiet.evaluate("() => window.flow.select('sent')")
    quiet.locator("#inspector textarea[name='text']").fill("Thank you.")
    quiet.keyboard.press("Tab")
    quiet.get_by_role("button", name="Publish changes").click()
    dialog = quiet.get_by_role("dialog", name="Publish changes")
    expect(dialog).to_contain_text("Make version 2")
    dialog.get_by_role("button", name="Publish version 2").press("Enter")
    expect(dialog).to_contain_text("Live: version 2 on +1 415 555 0000")
    quiet.keyboard.press("Escape")
    expect(quiet.locator("#live-state")).to_contain_text("Version 2 live on +1 415 555 0000")
    expect(quiet.get_by_role("button", name="Publish changes")).to_have_count(0)
    assert quiet.url.endswith("/edit")


def test_errors_lead_back_to_the_drawing(quiet: Page, flowbuilder: Running) -> None:
    flow = start_flow("voicemail")
    flow_id = flowbuilder.add(flow.with_node("sent", Node("speak", {"text": ""}, {"next": "end"}, (930, 60))))
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/publish")
    expect(quiet.get_by_role("heading", name="1 error to put right first")).to_be_visible()
    expect(quiet.get_by_role("button", name="Publish version")).to_have_count(0)
    quiet.get_by_role("link", name="Show").click()
    quiet.wait_for_url("**/edit#sent")


def test_nothing_is_wider_than_a_phone(quiet: Page, flowbuilder: Running) -> None:
    flow_id = flowbuilder.add(start_flow("voicemail"))
    quiet.set_viewport_size({"width": 390, "height": 844})
    for screen in ("publish", "versions", "calls"):
        quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/{screen}")
        assert quiet.evaluate("document.documentElement.scrollWidth") <= 390
