"""The outline in a real Chromium: the list follows every edit, and the keyboard stays where its user has gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser


@pytest.fixture
def outline(page: Page, flowbuilder: Running) -> Page:
    nodes = {
        "hi": Node("speak", {"text": "Hello."}, {"next": "desk"}, (40, 80)),
        "desk": Node("dial", {"to": [{"number": "+14155550142"}]}, {"otherwise": "bye"}, (340, 80)),
        "bye": Node("hangup", {}, {}, (640, 80)),
    }
    flowbuilder.log_in(page)
    page.goto(f"{flowbuilder.url}/flows/{flowbuilder.add(Flow('Shop', 'hi', nodes))}/outline")
    expect(page.locator("html[data-ready]")).to_be_attached()
    return page


def test_settings_opened_while_the_list_comes_anew_keep_the_keyboard(outline: Page) -> None:
    held: list[Route] = []
    outline.route("**/outline", lambda route: held.append(route))
    leads_to = outline.get_by_label("next", exact=True)
    leads_to.focus()
    with outline.expect_request("**/outline"):
        leads_to.select_option("bye")
        leads_to.press("Enter")
    outline.get_by_role("button", name="Settings of hi").click()
    text = outline.locator("#inspector [name=text]")
    expect(text).to_be_focused()
    before = outline.locator("#outline").get_by_label("next", exact=True).element_handle()
    held[0].continue_()
    outline.wait_for_function("(old) => !old.isConnected", arg=before)
    outline.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    expect(text).to_be_focused()
    expect(outline.locator("#hi.is-shown")).to_be_attached()


def test_whoever_stays_in_the_list_finds_the_keyboard_where_it_was(outline: Page) -> None:
    leads_to = outline.get_by_label("next", exact=True)
    leads_to.focus()
    leads_to.select_option("bye")
    leads_to.press("Enter")
    expect(outline.locator("#said")).to_have_text("hi, next, leads to bye")
    expect(leads_to).to_have_attribute("data-to", "bye")
    expect(leads_to).to_be_focused()


def test_numbers_are_written_as_people_write_them(outline: Page) -> None:
    expect(outline.locator("#desk")).to_contain_text("+1 415 555 0142")
