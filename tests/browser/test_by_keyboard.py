"""The phone tree built with the keyboard alone: on the canvas, and again in the outline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node
from flowbuilder.web.gallery import start_flow

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser

MOST_TABS = 120
HAS_IT = """([what, name]) => {
  const at = document.activeElement;
  const label = at.getAttribute("aria-label") || (at.labels?.[0]?.textContent ?? at.textContent);
  const words = label.trim().replace(/\\s+/g, " ");
  return { there: at.matches(what) && (name ? words.includes(name) : true), words };
}"""


class Keyboard:
    """Nothing but keys; after each one the page may be asked where the keyboard is."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.press("Control+a")
        self.page.keyboard.type(text)

    def tab_to(self, what: str, name: str = "", key: str = "Tab") -> None:
        """Tab until the element is one of this selector, and of this name."""
        on_the_way: list[str] = []
        for _ in range(MOST_TABS):
            at: dict[str, Any] = self.page.evaluate(HAS_IT, [what, name])
            if at["there"]:
                return
            on_the_way.append(at["words"][:30])
            self.page.keyboard.press(key)
        raise AssertionError(f"No way by Tab to {what} {name}: {on_the_way}")

    def idle(self) -> None:
        self.page.evaluate("() => window.flow.idle()")


class Canvas(Keyboard):
    """The phone tree's parts, made on the canvas."""

    def go(self, node: str) -> None:
        """Finds a step by its name."""
        self.press("Control+f")
        self.type(node)
        wanted = self.page.locator("#found [role=option]").filter(has=self.page.get_by_text(node, exact=True)).first
        expect(wanted).to_be_visible()
        while wanted.get_attribute("aria-selected") != "true":
            self.press("ArrowDown")
        self.press("Enter")
        expect(self.page.locator(f"#node-{node}")).to_be_focused()

    def take_exit(self, node: str, exit: str) -> None:
        """C, then down to the exit."""
        self.go(node)
        self.press("c")
        mode = self.page.locator("#mode")
        for _ in range(12):
            if mode.inner_text().startswith(f"{exit} lead"):
                return
            self.press("ArrowDown")
        raise AssertionError(f"{node} has no exit {exit}: {mode.inner_text()}")

    def add(self, type_: str, words: str, name: str, after: str = "", exit: str = "") -> None:
        if after:
            self.take_exit(after, exit)
        else:
            self.tab_to(".skip-link")
            self.press("Enter")
        self.press("a")
        self.type(words)
        self.press("Enter")
        expect(self.page.locator(f"#node-{type_}")).to_be_focused()
        expect(self.page.locator(f"[data-inspecting={type_}]")).to_be_visible()
        self.idle()
        self.press("F2")
        expect(self.page.get_by_label("Name of the step")).to_be_focused()
        self.type(name)
        self.press("Enter")
        expect(self.page.locator(f"#node-{name}")).to_be_attached()
        self.press("Escape")
        expect(self.page.locator(f"#node-{name}")).to_be_focused()

    def settings(self, node: str) -> None:
        self.go(node)
        self.press("Enter")
        expect(self.page.locator(f"[data-inspecting={node}]")).to_be_visible()
        expect(self.page.locator(".pane :focus")).to_be_attached()

    def connect(self, node: str, exit: str, to: str) -> None:
        self.take_exit(node, exit)
        self.press("Enter")
        mode = self.page.locator("#mode")
        for _ in range(12):
            if f"to {to}?" in mode.inner_text():
                break
            self.press("Tab")
        self.press("Enter")
        expect(self.page.locator("#said")).to_have_text(f"{node}, {exit}, leads to {to}")


class Outline(Keyboard):
    """The same in the outline."""

    def add(self, type_: str, words: str, name: str, after: str = "", exit: str = "") -> None:
        self.tab_to("[data-adds]", f"after {after}" if after else "nothing leads to")
        self.press("Enter")
        self.tab_to("[name=type]")
        self.page.keyboard.type(words)
        if exit:
            self.press("Tab")
            self.page.keyboard.type(exit)
        self.tab_to("button", "Add it")
        self.press("Enter")
        expect(self.page.locator(f"#settings-{type_}")).to_be_focused()
        self.settings(type_)
        self.tab_to("#rename", key="Shift+Tab")
        self.type(name)
        self.press("Enter")
        expect(self.page.locator(f"#settings-{name}")).to_be_attached()
        self.press("Escape")
        expect(self.page.locator(f"#settings-{name}")).to_be_focused()

    def settings(self, node: str) -> None:
        self.tab_to(f"#settings-{node}")
        self.press("Enter")
        expect(self.page.locator(f"[data-inspecting={node}]")).to_be_visible()
        expect(self.page.locator(".pane :focus")).to_be_attached()

    def connect(self, node: str, exit: str, to: str) -> None:
        self.tab_to(f"[data-node={node}][data-exit={exit.replace(' ', '_')}]")
        self.page.keyboard.type(to)
        self.press("Enter")
        expect(self.page.locator("#said")).to_have_text(f"{node}, {exit}, leads to {to}")


TREE = start_flow("phone_tree")
CHOICES = {"1": "workshop", "2": "shop", "3": "times", "9": "again"}
LINKS = [
    ("menu", "again", "menu"),
    ("menu", "no input", "ring_shop"),
    ("menu", "no match", "ring_shop"),
    ("ring_shop", "completed", "end"),
    ("ring_shop", "otherwise", "nobody_free"),
    ("opening_times", "next", "menu"),
    ("thanks", "next", "end"),
]


STEPS = [
    ("dial", "Dial", "ring_workshop", "menu", "workshop"),
    ("dial", "Dial", "ring_shop", "menu", "shop"),
    ("speak", "Speak", "opening_times", "menu", "times"),
    ("hangup", "Hang", "end", "ring_workshop", "completed"),
    ("speak", "Speak", "nobody_free", "ring_workshop", "otherwise"),
    ("record", "Record", "recording", "nobody_free", "next"),
    ("speak", "Speak", "thanks", "recording", "next"),
]


def build(keys: Canvas | Outline) -> None:
    """The tree, from nothing. The fields of the settings are the same in both places."""
    page = keys.page
    keys.add("speak", "Speak", "welcome")
    keys.add("get_input", "Get", "menu", "welcome", "next")
    keys.settings("menu")
    for at, (key, name) in enumerate(CHOICES.items(), 1):
        keys.tab_to("[data-keypad] button", key="Tab" if at == 1 else "Shift+Tab")
        keys.press(key)
        expect(page.locator("#inspector input:focus")).to_have_value(f"choice_{at}")
        keys.type(name)
        keys.press("Enter")
        keys.idle()
    keys.press("Escape")
    for step in STEPS:
        keys.add(*step)
    for link in LINKS:
        keys.connect(*link)
    for node in ("welcome", "opening_times", "nobody_free", "thanks"):
        keys.settings(node)
        keys.tab_to("textarea")
        keys.type(TREE.nodes[node].settings["text"])
        keys.press("Escape")
    for node, number in (("ring_workshop", "+14155550142"), ("ring_shop", "+14155550143")):
        keys.settings(node)
        keys.tab_to(".pane button", "Number")
        keys.press("Enter")
        keys.idle()
        expect(page.get_by_label("Number or SIP address 1")).to_be_visible()
        keys.tab_to("input", "Number or SIP address 1", key="Shift+Tab")
        keys.type(number)
        keys.press("Escape")
    keys.idle()


def check(flow: Flow) -> None:
    """The tree of the gallery: its steps, where they lead, what they say, which keys and numbers they know."""

    def noticed(one: Flow) -> dict[str, Any]:
        return {
            name: (
                node.type,
                node.exits,
                node.settings.get("text"),
                [(choice["exit"], choice["digits"]) for choice in node.settings.get("choices", [])],
                [to["number"] for to in node.settings.get("to", [])][:1],
            )
            for name, node in sorted(one.nodes.items())
        }

    assert flow.entry == TREE.entry
    assert noticed(flow) == noticed(TREE)


@pytest.mark.parametrize(("screen", "keyboard"), [("edit", Canvas), ("outline", Outline)])
def test_the_phone_tree_is_built_with_the_keyboard_alone(
    page: Page, flowbuilder: Running, screen: str, keyboard: type[Canvas | Outline]
) -> None:
    flowbuilder.log_in(page)
    flow_id = flowbuilder.add(Flow("Tree"))
    page.goto(f"{flowbuilder.url}/flows/{flow_id}/{screen}")
    expect(page.locator("html[data-ready]")).to_be_attached()
    build(keyboard(page))
    check(flowbuilder.parts.store.flows.load(flow_id))


def test_tab_on_a_step_adds_the_next_and_tab_again_goes_on_past_the_drawing(page: Page, flowbuilder: Running) -> None:
    flowbuilder.log_in(page)
    hello = Node("speak", {"text": "Hello."}, {}, (40, 80))
    flow_id = flowbuilder.add(Flow("One", "hello", {"hello": hello}))
    page.goto(f"{flowbuilder.url}/flows/{flow_id}/edit")
    expect(page.locator("html[data-ready]")).to_be_attached()
    keys = Keyboard(page)
    page.locator("#node-hello header").click()
    keys.press("Tab")
    expect(page.locator("#step-menu")).to_be_visible()
    keys.press("Tab")
    expect(page.locator("#step-menu")).to_be_hidden()
    assert (
        page.evaluate("() => !document.activeElement.closest('#nodes, #step-menu') && document.activeElement.tagName")
        == "BUTTON"
    )
    keys.press("Shift+Tab")
    expect(page.locator("#node-hello")).to_be_focused()
    keys.press("Tab")
    page.keyboard.type("hang")
    keys.press("Enter")
    expect(page.locator("#node-hangup")).to_be_visible()
    keys.idle()
    assert flowbuilder.parts.store.flows.load(flow_id).nodes["hello"].exits == {"next": "hangup"}
    keys.press("Tab")  # nothing can follow a hang up: Tab is Tab
    expect(page.locator("#step-menu")).to_be_hidden()
