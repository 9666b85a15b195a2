"""The phone in a real Chromium: beside the drawing, by mouse and by keyboard, and as a screen of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node
from flowbuilder.web.gallery import start_flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser

ACCOUNT = Flow(
    name="Account",
    entry="ask",
    nodes={
        "ask": Node(
            "get_input",
            {"prompts": [{"speak": "Your six digits, please."}], "num_digits": 6, "attempts": 2},
            {"input": "read_back", "no_input": "end"},
        ),
        "read_back": Node("speak", {"text": "You typed {{ ask.digits }}."}, {"next": "end"}, (300, 0)),
        "end": Node("hangup", position=(600, 0)),
    },
)


@pytest.fixture
def quiet(page: Page, flowbuilder: Running) -> Iterator[Page]:
    """A logged-in page whose console has to stay empty."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    flowbuilder.log_in(page)
    yield page
    assert complaints == []


def test_the_phone_tree_is_called_beside_its_drawing(quiet: Page, flowbuilder: Running) -> None:
    flow_id = flowbuilder.add(start_flow("phone_tree"))
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/edit")
    expect(quiet.locator("html[data-ready]")).to_be_attached()
    quiet.evaluate(
        "() => { window.at = []; document.addEventListener('flow:here', (e) => window.at.push(e.detail.node)); }"
    )
    quiet.get_by_role("button", name="Call", exact=True).click()
    phone = quiet.locator("#phone-panel")
    phone.get_by_role("button", name="Call", exact=True).click()
    log = phone.get_by_role("log")
    expect(log).to_contain_text("Hello, and welcome to Larch Street Cycles.")
    quiet.keyboard.press("1")
    expect(log).to_contain_text("Ringing +1 415 555 0142")
    expect(phone).to_contain_text("menu.exit")
    phone.get_by_role("button", name="busy").click()
    expect(log).to_contain_text("We have our hands full just now.")
    phone.get_by_role("button", name="Press #").click()
    expect(log).to_contain_text("The flow ended the call.")
    assert quiet.evaluate("window.at") == ["menu", "ring_workshop", "recording", None]
    phone.get_by_role("button", name="Call again").click()
    expect(log).not_to_contain_text("The flow ended the call.")


def test_digits_gather_until_they_are_enough(quiet: Page, flowbuilder: Running) -> None:
    flow_id = flowbuilder.add(ACCOUNT)
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/phone")
    quiet.get_by_role("button", name="Call", exact=True).click()
    log = quiet.get_by_role("log")
    expect(log).to_contain_text("Your six digits, please.")
    quiet.keyboard.type("1234")
    quiet.keyboard.press("Backspace")
    expect(quiet.get_by_label("Keys pressed")).to_have_text("123")
    quiet.get_by_role("button", name="4", exact=True).click()
    quiet.keyboard.type("56")
    expect(log).to_contain_text("You typed 123456.")


def test_the_finish_key_sends_what_was_gathered(quiet: Page, flowbuilder: Running) -> None:
    flow_id = flowbuilder.add(ACCOUNT)
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/phone")
    quiet.get_by_role("button", name="Call", exact=True).click()
    expect(quiet.get_by_role("log")).to_contain_text("Your six digits, please.")
    quiet.keyboard.type("42#")
    expect(quiet.get_by_role("log")).to_contain_text("You typed 42.")


def test_speech_is_typed_and_silence_is_a_button(quiet: Page, flowbuilder: Running) -> None:
    flow_id = flowbuilder.add(start_flow("phone_tree"))
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/phone")
    quiet.get_by_role("button", name="Call", exact=True).click()
    quiet.get_by_role("button", name="Say nothing").click()
    log = quiet.get_by_role("log")
    expect(log).to_contain_text("Are you still there?")
    quiet.keyboard.type("opening times")
    quiet.keyboard.press("Enter")
    expect(log).to_contain_text("We are open from 9 to 6")
    quiet.get_by_role("button", name="Hang up").click()
    expect(log).to_contain_text("You hung up.")


def test_on_a_phone_the_phone_fits(quiet: Page, flowbuilder: Running) -> None:
    flow_id = flowbuilder.add(start_flow("phone_tree"))
    quiet.set_viewport_size({"width": 390, "height": 844})
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/phone")
    quiet.get_by_role("button", name="Call", exact=True).click()
    expect(quiet.get_by_role("button", name="Hang up")).to_be_in_viewport()
    assert quiet.evaluate("document.documentElement.scrollWidth") <= 390


def test_beside_the_drawing_what_is_typed_stands_above_the_keys(quiet: Page, flowbuilder: Running) -> None:
    flow_id = flowbuilder.add(ACCOUNT)
    quiet.goto(f"{flowbuilder.url}/flows/{flow_id}/edit")
    expect(quiet.locator("html[data-ready]")).to_be_attached()
    quiet.get_by_role("button", name="Call", exact=True).click()
    phone = quiet.locator("#phone-panel")
    phone.get_by_role("button", name="Call", exact=True).click()
    expect(phone.get_by_role("log")).to_contain_text("Your six digits, please.")
    quiet.keyboard.type("123")
    typed, keys = phone.locator(".typed").bounding_box(), phone.locator(".keys").bounding_box()
    shown = phone.get_by_label("Keys pressed").bounding_box()
    assert typed
    assert keys
    assert shown
    assert typed["y"] + typed["height"] <= keys["y"]
    assert abs(typed["width"] - keys["width"]) < 2
    assert shown["width"] > 60, "what was typed can be read"
