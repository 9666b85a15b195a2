"""What is typed before its field is there arrives in it; no letter is lost, none is taken for a shortcut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser


@pytest.fixture
def editor(page: Page, flowbuilder: Running) -> Page:
    """An editor of a flow without steps."""
    flowbuilder.log_in(page)
    page.goto(f"{flowbuilder.url}/flows/{flowbuilder.add(Flow('Shop'))}/edit")
    expect(page.locator("html[data-ready]")).to_be_attached()
    return page


def hold_settings(page: Page) -> list[Route]:
    held: list[Route] = []
    page.route("**/nodes/*?tab=*", lambda route: held.append(route))
    return held


def release(page: Page, held: list[Route]) -> None:
    for route in held:
        route.continue_()
    page.unroute("**/nodes/*?tab=*")


def add(page: Page, words: str, node: str) -> None:
    page.locator("#main").focus()
    page.keyboard.press("a")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    expect(page.locator(f"#node-{node}")).to_be_focused()


def test_a_name_typed_before_the_settings_have_come(editor: Page) -> None:
    held = hold_settings(editor)
    add(editor, "speak", "speak")
    editor.keyboard.press("F2")
    editor.keyboard.type("dtx")
    editor.keyboard.press("Backspace")
    editor.keyboard.type("ca")
    expect(editor.locator("#node-speak")).to_be_focused()
    release(editor, held)
    expect(editor.get_by_label("Name of the step")).to_have_value("dtca")
    expect(editor.get_by_label("Name of the step")).to_be_focused()
    editor.keyboard.type("_1")
    editor.keyboard.press("Enter")
    expect(editor.locator("#node-dtca_1")).to_be_attached()


def test_a_name_and_enter_before_the_settings_have_come(editor: Page) -> None:
    held = hold_settings(editor)
    add(editor, "speak", "speak")
    editor.keyboard.press("F2")
    editor.keyboard.type("welcome")
    editor.keyboard.press("Enter")
    release(editor, held)
    expect(editor.locator("#node-welcome")).to_be_attached()


def test_what_is_typed_at_once_after_adding_a_step(editor: Page) -> None:
    add(editor, "speak", "speak")
    editor.keyboard.press("Enter")
    editor.keyboard.type("Good morning.")
    editor.keyboard.press("Escape")
    expect(editor.locator("#node-speak")).to_contain_text("Good morning.")


def test_escape_gives_the_keys_back_to_the_canvas(editor: Page) -> None:
    held = hold_settings(editor)
    add(editor, "speak", "speak")
    editor.keyboard.press("F2")
    editor.keyboard.press("Escape")
    editor.keyboard.press("?")
    expect(editor.locator("#keys")).to_be_visible()
    release(editor, held)
