"""Frames around steps, in a real Chromium: put, titled, moved with what they hold, sized, taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node
from flowbuilder.flow.notes import notes_of
from flowbuilder.web.saving import save_edit

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser

STEPS = {"hi": (300, 200), "again": (300, 400), "bye": (620, 200)}


class Framing:
    """A flow of three steps on a page at actual size; what the store has of it, and its history."""

    def __init__(self, page: Page, running: Running) -> None:
        nodes = {
            "hi": Node("speak", {"text": "Hello."}, {"next": "again"}, STEPS["hi"]),
            "again": Node("speak", {"text": "Hello again."}, {"next": "bye"}, STEPS["again"]),
            "bye": Node("hangup", {}, {}, STEPS["bye"]),
        }
        self.page, self.store = page, running.parts.store
        running.log_in(page)
        self.flow_id = running.add(Flow("Shop", "hi", nodes))
        page.goto(f"{running.url}/flows/{self.flow_id}/edit")
        expect(page.locator("html[data-ready]")).to_be_attached()
        page.locator("[data-do=zoom-reset]").click()

    def put(self, title: str) -> None:
        """A frame around the two that speak."""
        self.page.locator("#node-hi header").click()
        self.page.locator("#node-again header").click(modifiers=["Shift"])
        self.page.keyboard.press("f")
        field = self.page.get_by_role("textbox", name="Title of the frame")
        expect(field).to_be_focused()
        self.page.keyboard.type(title)
        self.page.keyboard.press("Enter")
        expect(field).to_have_value(title)
        self.page.evaluate("() => window.flow.idle()")

    def kept(self) -> tuple[dict[str, Any], dict[str, tuple[float, float]]]:
        self.page.evaluate("() => window.flow.idle()")
        flow = self.store.flows.load(self.flow_id)
        return notes_of(flow)[0], {name: node.position for name, node in flow.nodes.items()}

    def drag(self, dx: float = 62, dy: float = 59, *, corner: bool = False) -> None:
        """Takes hold of the frame's title, or its corner, and goes so far; the button stays pressed."""
        box = self.page.locator("#sticky-note_1").bounding_box()
        assert box
        x = box["x"] + box["width"] - (8 if corner else 50)
        y = box["y"] + (box["height"] - 8 if corner else 20)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + dx, y + dy, steps=4)

    @property
    def revision(self) -> int:
        return self.store.flows.get(self.flow_id).revision

    @property
    def last_edit(self) -> str | None:
        return self.store.flows.get(self.flow_id).undo_label


@pytest.fixture
def framing(page: Page, flowbuilder: Running) -> Framing:
    framing = Framing(page, flowbuilder)
    framing.put("Greeting")
    return framing


def test_a_frame_is_dragged_by_its_title_and_takes_its_steps_along(page: Page, framing: Framing) -> None:
    frame, _ = framing.kept()
    assert (frame["text"], frame["position"], frame["size"][0]) == ("Greeting", [280, 140], 260)
    framing.drag()
    page.mouse.up()
    frame, places = framing.kept()
    assert frame["position"] == [340, 200]
    assert places == {"hi": (360, 260), "again": (360, 460), "bye": STEPS["bye"]}
    assert framing.last_edit == "Move a frame with 2 nodes"
    page.keyboard.press("Control+z")
    expect(page.locator('#node-hi[data-x="300"]')).to_be_attached()
    frame, places = framing.kept()
    assert (frame["position"], places) == ([280, 140], STEPS)


def test_with_alt_a_frame_goes_alone_and_at_its_corner_it_is_sized(page: Page, framing: Framing) -> None:
    page.keyboard.down("Alt")
    framing.drag()
    page.mouse.up()
    page.keyboard.up("Alt")
    frame, places = framing.kept()
    assert (frame["position"], places) == ([340, 200], STEPS)
    assert framing.last_edit == "Move a frame"
    framing.drag(101, 79, corner=True)
    page.mouse.up()
    sized, places = framing.kept()
    assert (sized["position"], places) == ([340, 200], STEPS)
    right, foot = (at + size for at, size in zip(sized["position"], sized["size"], strict=True))
    assert (right, foot % 20) == (frame["position"][0] + frame["size"][0] + 100, 0)
    assert framing.last_edit == "Size a frame"


def test_a_note_in_a_frame_goes_along(page: Page, framing: Framing) -> None:
    note = {"op": "set_note", "text": "Ask Ada", "position": [300, 320], "size": [80, 80]}
    save_edit(framing.store, framing.flow_id, framing.revision, note)
    expect(page.locator("#sticky-note_2")).to_be_attached()
    framing.drag()
    page.mouse.up()
    framing.kept()
    notes = notes_of(framing.store.flows.load(framing.flow_id))
    assert [each["position"] for each in notes] == [[340, 200], [360, 380]]


def test_escape_leaves_a_frame_where_it_was(page: Page, framing: Framing) -> None:
    framing.drag()
    expect(page.locator("#sticky-note_1")).to_have_attribute("data-x", "340")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator("#sticky-note_1")).to_have_attribute("data-x", "280")
    assert framing.kept()[1] == STEPS
    assert framing.last_edit == "Change a frame"


def test_a_frame_that_another_tab_takes_out_while_it_is_dragged_leaves_its_steps(page: Page, framing: Framing) -> None:
    framing.drag()
    save_edit(framing.store, framing.flow_id, framing.revision, {"op": "delete_note", "note": "note_1"})
    expect(page.locator("#sticky-note_1")).to_have_count(0)
    page.mouse.up()
    expect(page.get_by_text("taken out in another tab while you dragged it")).to_be_visible()
    assert page.evaluate("window.flow.nodes().find(({ id }) => id === 'hi').x") == STEPS["hi"][0]
    assert framing.last_edit == "Delete a frame"


def test_the_steps_in_a_frame_are_caught_as_on_the_open_drawing(page: Page, framing: Framing) -> None:
    page.keyboard.press("Escape")
    box, hi = page.locator("#sticky-note_1").bounding_box(), page.locator("#node-hi").bounding_box()
    assert box
    assert hi
    page.mouse.move(box["x"] + 8, box["y"] + 56)
    page.mouse.down()
    page.mouse.move(hi["x"] + 60, hi["y"] + 40, steps=3)
    page.mouse.up()
    assert page.evaluate("window.flow.selected()") == ["hi"]


def test_with_the_keyboard_a_frame_is_sized_moved_and_taken_out(page: Page, framing: Framing) -> None:
    before, _ = framing.kept()
    corner = page.get_by_role("button", name="Size of this frame")
    corner.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#undo")).to_have_accessible_name("Undo: Size a frame")
    assert framing.kept()[0]["size"] == [before["size"][0] + 20, before["size"][1]]
    expect(corner).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#undo")).to_have_accessible_name("Undo: Move a frame with 2 nodes")
    frame, places = framing.kept()
    assert (frame["position"], places["hi"], places["bye"]) == ([280, 160], (300, 220), STEPS["bye"])
    page.get_by_role("button", name="Take this frame out").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sticky-note_1")).to_have_count(0)
    assert page.locator("#nodes > .node").count() == 3
    assert framing.last_edit == "Delete a frame"


def test_without_steps_to_hold_it_is_said_what_to_do(page: Page, framing: Framing) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    expect(page.get_by_text("Select the steps that the frame shall hold")).to_be_visible()
