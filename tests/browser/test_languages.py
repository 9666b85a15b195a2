"""A second language in a real Chromium: added, filled, and complete; and a browser that cannot speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser

SHOP = Flow("Shop", "hi", {"hi": Node("speak", {"text": "Hello."}, {"next": "bye"}), "bye": Node("hangup", {}, {})})


def test_a_language_is_added_and_filled(page: Page, flowbuilder: Running) -> None:
    flowbuilder.log_in(page)
    flow_id = flowbuilder.add(SHOP)
    page.goto(f"{flowbuilder.url}/flows/{flow_id}/languages")
    expect(page.locator("#main")).to_contain_text("This flow speaks one language.")
    page.get_by_label("Language", exact=True).select_option("de-DE")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("1 missing")).to_be_visible()
    field = page.get_by_label("hi, text, in German")
    field.fill("Guten Tag.")
    page.get_by_role("button", name="Save hi, text").click()
    expect(page.get_by_text("1 missing")).to_have_count(0)
    expect(page.get_by_text("complete", exact=True)).to_be_visible()
    expect(field).to_have_value("Guten Tag.")
    saved = flowbuilder.parts.store.flows.load(flow_id)
    assert saved.nodes["hi"].settings == {"text": "Hello.", "texts": {"de-DE": "Guten Tag."}}


def test_a_browser_without_speech_says_so(page: Page, flowbuilder: Running) -> None:
    page.add_init_script("delete window.speechSynthesis; delete Window.prototype.speechSynthesis;")
    flowbuilder.log_in(page)
    page.goto(f"{flowbuilder.url}/flows/{flowbuilder.add(SHOP)}/edit#hi")
    expect(page.locator("[data-inspecting=hi]")).to_be_visible()
    page.get_by_role("button", name="Hear it").click()
    expect(page.get_by_text("This browser cannot speak. Call the flow to read what a caller hears.")).to_be_visible()
