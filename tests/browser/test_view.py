"""What of the drawing is seen: moved with the middle button, space and the wheel, made larger, smaller, and fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.web.gallery import start_flow

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser


@pytest.fixture
def editor(page: Page, flowbuilder: Running) -> Page:
    """The phone tree, at actual size."""
    flowbuilder.log_in(page)
    page.goto(f"{flowbuilder.url}/flows/{flowbuilder.add(start_flow('phone_tree'))}/edit")
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.locator("#main").focus()
    page.keyboard.press("0")
    expect(page.locator("#percent")).to_have_text("100 %")
    return page


def place(page: Page, node: str = "welcome") -> tuple[float, float]:
    box = page.locator(f"#node-{node}").bounding_box()
    assert box
    return box["x"], box["y"]


def seen_whole(page: Page, node: str) -> bool:
    box, canvas = page.locator(f"#node-{node}").bounding_box(), page.locator("#main").bounding_box()
    assert box
    assert canvas
    across = canvas["x"] <= box["x"] and box["x"] + box["width"] <= canvas["x"] + canvas["width"]
    return across and canvas["y"] <= box["y"] and box["y"] + box["height"] <= canvas["y"] + canvas["height"]


def drag(page: Page, button: str) -> None:
    page.mouse.move(500, 700)
    page.mouse.down(button=button)  # type: ignore[arg-type]
    page.mouse.move(540, 660, steps=3)
    page.mouse.up(button=button)  # type: ignore[arg-type]


def test_the_drawing_is_moved_with_the_middle_button_with_space_and_with_the_wheel(editor: Page) -> None:
    x, y = place(editor)
    drag(editor, "middle")
    assert place(editor) == pytest.approx((x + 40, y - 40), abs=1)
    editor.keyboard.down(" ")
    drag(editor, "left")
    editor.keyboard.up(" ")
    assert place(editor) == pytest.approx((x + 80, y - 80), abs=1)
    editor.mouse.wheel(30, 20)
    editor.wait_for_function(
        "([x]) => Math.abs(document.getElementById('node-welcome').getBoundingClientRect().x - x) < 1.5", arg=[x + 50]
    )


def test_it_is_zoomed_where_the_pointer_is_and_comes_back_to_its_size(editor: Page) -> None:
    editor.evaluate("() => window.flow.select('welcome')")
    assert seen_whole(editor, "welcome")
    x, y = place(editor)
    editor.mouse.move(x, y)
    editor.keyboard.down("Control")
    editor.mouse.wheel(0, -100)
    editor.keyboard.up("Control")
    expect(editor.locator("#percent")).not_to_have_text("100 %")
    assert place(editor) == pytest.approx((x, y), abs=1.5)
    editor.keyboard.press("0")
    expect(editor.locator("#percent")).to_have_text("100 %")


def test_everything_or_what_is_selected_is_fitted(editor: Page) -> None:
    assert not seen_whole(editor, "end")
    editor.keyboard.press("1")
    expect(editor.locator("#percent")).not_to_have_text("100 %")
    assert seen_whole(editor, "welcome")
    assert seen_whole(editor, "end")
    editor.evaluate("() => window.flow.select('end')")
    editor.keyboard.press("2")
    expect(editor.locator("#percent")).to_have_text("100 %")
    assert seen_whole(editor, "end")
    assert not seen_whole(editor, "welcome")
