"""The drawing under fingers, on a phone: moved with one, moved and made larger with two, a step opened by a tap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.web.gallery import start_flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser

Point = tuple[float, float]


class Fingers:
    """Fingers on a screen, as the browser is told of them by a real one."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)

    def _send(self, kind: str, *points: Point) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def slide(self, *ways: tuple[Point, Point]) -> None:
        """Each finger from a point to another, all at once, and up again."""
        self._send("touchStart", *(start for start, _ in ways))
        for step in (0.25, 0.5, 0.75, 1.0):
            self._send("touchMove", *((x + (u - x) * step, y + (v - y) * step) for (x, y), (u, v) in ways))
        self._send("touchEnd")


@pytest.fixture
def phone(browser: Browser, flowbuilder: Running) -> Iterator[Page]:
    """The phone tree on a phone, at actual size."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce")
    page = context.new_page()
    flowbuilder.log_in(page)
    page.goto(f"{flowbuilder.url}/flows/{flowbuilder.add(start_flow('phone_tree'))}/edit")
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.locator("[data-do=zoom-reset]").tap()
    expect(page.locator("#percent")).to_have_text("100 %")
    yield page
    context.close()


def place(page: Page) -> Point:
    box = page.locator("#node-welcome").bounding_box()
    assert box
    return box["x"], box["y"]


def test_one_finger_moves_the_view_and_moves_no_step(phone: Page) -> None:
    x, y = place(phone)
    Fingers(phone).slide(((200, 650), (160, 600)))
    assert place(phone) == pytest.approx((x - 40, y - 50), abs=1)
    assert phone.evaluate("window.flow.revision()") == 1


def test_two_fingers_move_the_view_and_make_it_larger_and_smaller(phone: Page) -> None:
    x, y = place(phone)
    Fingers(phone).slide(((120, 500), (150, 560)), ((240, 500), (270, 560)))
    assert place(phone) == pytest.approx((x + 30, y + 60), abs=1)
    expect(phone.locator("#percent")).to_have_text("100 %")
    Fingers(phone).slide(((100, 500), (140, 500)), ((300, 500), (260, 500)))
    expect(phone.locator("#percent")).to_have_text("60 %")
    Fingers(phone).slide(((150, 500), (100, 500)), ((250, 500), (300, 500)))
    expect(phone.locator("#percent")).to_have_text("120 %")


def test_a_second_finger_leaves_a_step_where_it_was(phone: Page) -> None:
    """A pinch that happens to begin on a step moves the view, and no step."""
    x, y = place(phone)
    Fingers(phone).slide(((x + 60, y + 20), (x + 30, y + 60)), ((x + 60, y + 300), (x + 60, y + 420)))
    assert phone.evaluate("window.flow.revision()") == 1
    assert phone.evaluate("window.flow.selected()") == []


def test_a_tap_opens_the_settings_of_a_step(phone: Page) -> None:
    phone.locator("#node-welcome header").tap()
    expect(phone.locator("#inspector [data-inspecting=welcome]")).to_be_visible()
