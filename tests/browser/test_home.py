"""The home page in a real Chromium: a newcomer's first flow, and what is done from a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import dumps, loads
from flowbuilder.web.gallery import NAMES, start_flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser


@pytest.fixture
def home(page: Page, flowbuilder: Running) -> Iterator[Page]:
    """The home page, opened by its one-time address; the console has to stay empty."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    flowbuilder.log_in(page)
    yield page
    assert [text for text in complaints if "status of 422" not in text] == []


def test_a_newcomer_starts_from_a_picture(home: Page, flowbuilder: Running) -> None:
    expect(home.get_by_role("heading", name="Draw a phone call. Then call it.")).to_be_visible()
    home.get_by_role("button", name="Voicemail Takes a message").click()
    home.wait_for_url("**/edit")
    home.goto(flowbuilder.url)
    card = home.locator(".flow-card")
    expect(card).to_have_count(1)
    expect(card.locator("svg.drawing .body")).to_have_count(6)
    expect(card).to_contain_text("Draft")


def test_a_template_is_found_by_what_it_does(home: Page) -> None:
    found = home.locator("#templates .starter")
    expect(found).to_have_count(len(NAMES))
    home.get_by_role("searchbox", name="Find a template").fill("sms")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Voicemail to SMS and webhook")
    home.get_by_role("searchbox", name="Find a template").fill("zebra")
    expect(home.locator("#templates")).to_contain_text("No template has “zebra”")


def test_a_file_is_dropped_and_a_bad_one_says_why(home: Page, flowbuilder: Running) -> None:
    file = home.locator("input[type=file]")
    file.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Buy milk."})
    expect(home.get_by_role("alert")).to_contain_text("notes.txt")
    expect(home.get_by_role("alert")).to_contain_text("Nothing was changed.")
    good = dumps(start_flow("phone_tree")).encode()
    file.set_input_files({"name": "tree.flow.json", "mimeType": "application/json", "buffer": good})
    home.wait_for_url("**/edit")
    (row,) = flowbuilder.parts.store.flows.list()
    assert flowbuilder.parts.store.flows.load(row.id) == start_flow("phone_tree")


def test_cards_are_found_as_the_author_types(home: Page, flowbuilder: Running) -> None:
    for key in ("phone_tree", "voicemail", "dial_status_report"):
        flowbuilder.add(start_flow(key))
    home.goto(flowbuilder.url)
    expect(home.locator(".flow-card")).to_have_count(3)
    home.get_by_role("searchbox").press_sequentially("mail")
    expect(home.locator(".flow-card")).to_have_count(1)
    expect(home.get_by_role("searchbox")).to_be_focused()
    home.get_by_role("searchbox").fill("zebra")
    expect(home.locator("#flows")).to_contain_text("No flow has “zebra”")


def test_a_flow_is_renamed_copied_saved_and_deleted_from_its_card(home: Page, flowbuilder: Running) -> None:
    flowbuilder.add(start_flow("voicemail"))
    home.goto(flowbuilder.url)

    def menu(name: str) -> None:
        home.get_by_role("button", name=f"More for {name}", exact=True).click()

    menu("Voicemail")
    home.get_by_role("button", name="Rename…").click()
    home.get_by_label("Name", exact=True).fill("After hours")
    home.get_by_role("button", name="Save").click()
    expect(home.get_by_role("link", name="After hours")).to_be_visible()
    menu("After hours")
    home.get_by_role("button", name="Duplicate").click()
    expect(home.locator(".flow-card")).to_have_count(2)
    menu("After hours copy")
    with home.expect_download() as saved:
        home.get_by_role("link", name="Flow file").click()
    assert loads(saved.value.path().read_bytes()).name == "After hours copy"
    with home.expect_download() as bundle:
        home.get_by_role("link", name="Bundle (.zip)").click()
    assert bundle.value.suggested_filename == "after-hours-copy.zip"
    home.get_by_role("button", name="Delete…").click()
    home.get_by_role("button", name="Delete", exact=True).click()
    expect(home.locator(".flow-card")).to_have_count(1)


def test_the_menu_and_its_dialogs_are_worked_from_the_keyboard(home: Page, flowbuilder: Running) -> None:
    flowbuilder.add(start_flow("voicemail"))
    home.goto(flowbuilder.url)
    home.get_by_role("button", name="More for Voicemail").focus()
    home.keyboard.press("Enter")
    expect(home.get_by_role("link", name="Publish…")).to_be_visible()
    home.keyboard.press("Escape")
    expect(home.get_by_role("link", name="Publish…")).to_be_hidden()
    home.keyboard.press("Enter")
    home.get_by_role("button", name="Delete…").focus()
    home.keyboard.press("Enter")
    expect(home.get_by_role("button", name="Keep it")).to_be_focused()
    home.keyboard.press("Enter")
    expect(home.locator(".flow-card")).to_have_count(1)


def test_nothing_is_wider_than_a_phone(home: Page, flowbuilder: Running) -> None:
    flowbuilder.add(start_flow("phone_tree"))
    home.set_viewport_size({"width": 390, "height": 844})
    for path in ("/", "/new"):
        home.goto(flowbuilder.url + path)
        assert home.evaluate("document.documentElement.scrollWidth") <= 390
