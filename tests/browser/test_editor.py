"""The editor in a real Chromium: one story per way of using it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import ConsoleMessage, Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser

MENU = {
    "prompts": [{"speak": "Press 1 for the workshop, 2 for the shop."}],
    "num_digits": 1,
    "choices": [{"exit": "workshop", "digits": "1"}, {"exit": "shop", "digits": "2"}],
}


def shop_flow() -> Flow:
    """A greeting, a menu, and two desks; the shop is not connected yet."""
    return Flow(
        name="Shop line",
        entry="welcome",
        nodes={
            "welcome": Node("speak", {"text": "Hello."}, {"next": "menu"}, (40, 80)),
            "menu": Node("get_input", MENU, {"workshop": "ring_workshop", "no_input": "bye"}, (340, 80)),
            "ring_workshop": Node("dial", {"to": [{"number": "+14155550142"}]}, {"otherwise": "bye"}, (640, 40)),
            "ring_shop": Node("dial", {"to": [{"number": "+14155550143"}]}, {"otherwise": "bye"}, (640, 320)),
            "bye": Node("hangup", {}, {}, (940, 200)),
        },
    )


class Editor:
    """A page with the editor open, and the few gestures the stories need."""

    def __init__(self, page: Page, running: Running) -> None:
        self.page = page
        self.running = running
        self.flow_id = ""
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "409" not in message.text:
            self.complaints.append(f"{message.text} {message.location}")

    def open(self, flow: Flow) -> Editor:
        self.running.log_in(self.page)
        self.flow_id = self.running.add(flow)
        return self.load()

    def load(self) -> Editor:
        self.page.goto(f"{self.running.url}/flows/{self.flow_id}/edit")
        expect(self.page.locator("html[data-ready]")).to_be_attached()
        self.page.get_by_role("button", name="Fit").click()
        return self

    def idle(self) -> None:
        """Waits until the page is at peace with the server."""
        self.page.evaluate("() => window.flow.idle()")

    def saved(self) -> Flow:
        self.idle()
        return self.running.parts.store.flows.load(self.flow_id)

    def node(self, node_id: str) -> Any:
        return self.page.locator(f"#node-{node_id}")

    def select(self, node_id: str) -> None:
        self.node(node_id).locator("header").click()
        expect(self.page.locator(f"[data-inspecting={node_id}]")).to_be_visible()

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        mouse.move(*end, steps=4)
        mouse.up()
        self.idle()

    def middle_of(self, selector: str) -> tuple[float, float]:
        box = self.page.locator(selector).bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def port(self, node_id: str, exit: str) -> tuple[float, float]:
        return self.middle_of(f"#node-{node_id} [data-exit={exit}] .port")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)


@pytest.fixture
def editor(page: Page, flowbuilder: Running) -> Iterator[Editor]:
    editor = Editor(page, flowbuilder)
    yield editor
    assert editor.complaints == []


def test_a_first_flow_is_built_with_the_mouse_and_is_still_there_after_a_reload(editor: Editor) -> None:
    page = editor.open(Flow(name="New line")).page
    expect(page.get_by_role("heading", name="What should a caller hear first?")).to_be_visible()
    page.get_by_role("button", name="Speak a greeting").click()
    expect(editor.node("speak")).to_have_attribute("aria-selected", "true")
    text = page.get_by_label("What the caller hears")
    text.fill("Good morning, this is the bakery.")
    text.blur()
    expect(editor.node("speak")).to_contain_text("Good morning, this is the bakery.")

    page.get_by_role("navigation").get_by_role("button", name="Hang up").click()
    expect(editor.node("hangup")).to_be_visible()
    flow = editor.saved()
    assert flow.entry == "speak"
    assert flow.nodes["speak"].exits == {"next": "hangup"}, "a step is linked to the one that was selected"

    expect(page.locator("[data-inspecting=hangup]")).to_be_visible()
    page.get_by_label("Name of the step").fill("the_end")
    page.get_by_label("Name of the step").press("Enter")
    expect(editor.node("the_end")).to_be_visible()
    editor.idle()
    editor.load()
    expect(editor.node("speak")).to_contain_text("this is the bakery")
    assert page.evaluate("() => window.flow.links()") == [{"node": "speak", "exit": "next", "to": "the_end"}]
    page.get_by_role("button", name="Undo: Rename hangup to the_end").click()
    expect(editor.node("hangup")).to_be_visible()
    page.get_by_role("button", name="Redo").click()
    expect(editor.node("the_end")).to_be_visible()


def test_a_link_is_drawn_moved_and_pulled_off_by_dragging(editor: Editor) -> None:
    editor.open(shop_flow())
    editor.drag(editor.port("menu", "shop"), editor.middle_of("#node-ring_shop header"))
    assert editor.saved().nodes["menu"].exits["shop"] == "ring_shop"
    assert {"node": "menu", "exit": "shop", "to": "ring_shop"} in editor.page.evaluate("() => window.flow.links()")

    editor.drag(editor.middle_of("#node-ring_shop .input-dot"), editor.middle_of("#node-bye header"))
    editor.drag(editor.port("menu", "shop"), editor.middle_of("#node-ring_workshop header"))
    assert editor.saved().nodes["menu"].exits["shop"] == "ring_workshop"

    editor.drag(editor.port("menu", "no_match"), (editor.port("menu", "no_match")[0] + 60, 760))
    expect(editor.page.get_by_role("combobox", name="Add a step")).to_be_focused()
    editor.press("S", "p", "e", "a", "k", "Enter")
    expect(editor.node("speak")).to_be_visible()
    assert editor.saved().nodes["menu"].exits["no_match"] == "speak"


def test_the_end_of_a_link_is_pulled_off_and_put_elsewhere(editor: Editor) -> None:
    editor.open(shop_flow())
    x, y = editor.middle_of("#node-menu .input-dot")
    editor.drag((x - 12, y), editor.middle_of("#node-bye header"))
    assert editor.saved().nodes["welcome"].exits["next"] == "bye"


def test_nodes_move_by_whole_dots_and_their_links_follow(editor: Editor) -> None:
    page = editor.open(shop_flow()).page
    before = page.locator("#links path.link").first.get_attribute("d")
    start = editor.middle_of("#node-welcome header")
    editor.drag(start, (start[0] + 47, start[1] + 90))
    x, y = editor.saved().nodes["welcome"].position
    assert (x % 20, y % 20) == (0, 0)
    assert (x, y) != (40, 80)
    assert page.locator("#links path.link").first.get_attribute("d") != before
    editor.press("Control+z")
    editor.idle()
    assert editor.saved().nodes["welcome"].position == (40, 80)


def test_every_port_is_where_the_arithmetic_says(editor: Editor) -> None:
    page = editor.open(shop_flow()).page
    page.get_by_role("button", name="actual size").click()
    for node_id, exits in {
        "welcome": ["next"],
        "menu": ["workshop", "no_match"],
        "ring_shop": ["completed", "otherwise"],
    }.items():
        card = editor.node(node_id).bounding_box()
        facts = next(node for node in page.evaluate("() => window.flow.nodes()") if node["id"] == node_id)
        assert card
        assert abs(card["height"] - facts["h"]) < 0.6
        for exit in exits:
            port = page.evaluate("([node, exit]) => window.flow.port(node, exit)", [node_id, exit])
            x, y = editor.port(node_id, exit)
            assert abs((x - card["x"]) - (port["x"] - facts["x"])) < 1
            assert abs((y - card["y"]) - (port["y"] - facts["y"])) < 1


def test_a_flow_is_built_with_the_keyboard_alone(editor: Editor) -> None:
    page = editor.open(Flow(name="By keyboard")).page
    page.locator("#main").focus()
    editor.press("a", "g", "e", "t", " ", "i", "Enter")
    expect(editor.node("get_input")).to_be_focused()
    editor.press("Enter")
    add = page.get_by_role("button", name="Choice")
    expect(add).to_be_visible()
    add.focus()
    editor.press("Enter")
    expect(page.get_by_label("Name of choice 1")).to_have_value("choice_1")
    editor.press("Escape")
    expect(editor.node("get_input")).to_be_focused()
    editor.press("a", "h", "a", "n", "g", "Enter")
    expect(editor.node("hangup")).to_be_focused()
    editor.press("ArrowLeft")
    expect(editor.node("get_input")).to_be_focused()
    editor.press("c")
    expect(page.locator("#mode")).to_contain_text("no input leads nowhere")
    editor.press("Enter")
    expect(page.locator("#mode")).to_contain_text("get_input, no input, to hangup?")
    editor.press("Enter")
    flow = editor.saved()
    assert flow.nodes["get_input"].exits == {"choice_1": "hangup", "no_input": "hangup"}
    editor.press("Alt+ArrowDown", "Alt+ArrowDown")
    assert editor.saved().nodes["get_input"].position[1] == flow.nodes["get_input"].position[1] + 40
    editor.press("ArrowRight", "Delete")
    expect(editor.node("hangup")).to_have_count(0)
    expect(editor.node("get_input")).to_be_focused()
    editor.press("Control+z")
    expect(editor.node("hangup")).to_be_visible()


def test_what_is_wrong_stands_beside_the_field_and_at_the_foot(editor: Editor) -> None:
    page = editor.open(shop_flow()).page
    editor.select("ring_shop")
    number = page.get_by_label("Number or SIP address 1")
    number.fill("12 monkeys")
    number.blur()
    expect(page.locator("#f-to-0-number-error")).to_contain_text("is not a phone number")
    expect(editor.node("ring_shop").locator(".badge")).to_be_visible()
    assert editor.saved().nodes["ring_shop"].settings["to"] == [{"number": "12 monkeys"}], "kept as typed"
    editor.press("Escape")
    page.locator("#nodes #node-welcome header").click()
    page.locator(".problem").first.click()
    expect(page.get_by_label("Number or SIP address 1")).to_be_focused()
    page.get_by_label("Number or SIP address 1").fill("+1 (415) 555-0199")
    page.get_by_label("Number or SIP address 1").blur()
    expect(page.locator("#f-to-0-number-error")).to_have_count(0)
    expect(editor.node("ring_shop")).to_contain_text("+1 415 555 0199")


def test_two_tabs_keep_both_edits_and_show_each_other_what_clashes(editor: Editor, page: Page) -> None:
    editor.open(shop_flow())
    other = page.context.new_page()
    second = Editor(other, editor.running)
    second.flow_id = editor.flow_id
    second.load()
    second.select("welcome")
    editor.select("welcome")
    typed = other.get_by_label("What the caller hears")
    typed.fill("Hello from the second.")
    text = page.get_by_label("What the caller hears")
    text.fill("Hello from the first.")
    text.blur()
    editor.idle()
    expect(second.node("welcome")).to_contain_text("Hello from the first.")
    typed.blur()
    conflict = other.locator(".conflict")
    expect(conflict).to_contain_text("Hello from the first.")
    expect(other.get_by_label("What the caller hears")).to_have_value("Hello from the second.")
    assert second.saved().nodes["welcome"].settings["text"] == "Hello from the first."
    other.get_by_role("button", name="Save mine").click()
    expect(conflict).to_have_count(0)
    assert second.saved().nodes["welcome"].settings["text"] == "Hello from the second."

    start = editor.middle_of("#node-bye header")
    editor.drag(start, (start[0], start[1] + 80))
    expect(editor.node("welcome")).to_contain_text("Hello from the second.")
    assert editor.saved().nodes["bye"].position[1] > 200


def test_light_and_dark_follow_the_system_until_switched(editor: Editor) -> None:
    page = editor.page
    page.emulate_media(color_scheme="dark")
    editor.open(shop_flow())
    paper = "() => getComputedStyle(document.querySelector('.node')).backgroundColor"
    assert page.evaluate(paper) == "rgb(29, 31, 36)"
    page.emulate_media(color_scheme="light")
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    page.evaluate("() => localStorage.setItem('theme', 'dark')")
    editor.load()
    assert page.evaluate(paper) == "rgb(29, 31, 36)"


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (390, 844)])
def test_a_setting_is_changed_on_a_small_screen(editor: Editor, width: int, height: int) -> None:
    page = editor.page
    page.set_viewport_size({"width": width, "height": height})
    editor.open(shop_flow())
    assert page.evaluate("() => document.documentElement.scrollWidth") == width
    editor.select("welcome")
    page.get_by_label("What the caller hears").fill("Small hello.")
    page.get_by_label("What the caller hears").blur()
    expect(editor.node("welcome")).to_contain_text("Small hello.")
    expect(page.get_by_role("link", name=re.compile("Publish"))).to_be_visible()
