"""Put a problem right with one button, see where a step is used, and have names offered, in a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser

MENU = {"prompts": [{"speak": "Press 1 for the shop."}], "choices": [{"exit": "shop", "digits": "1"}]}
RULES = {"rules": [{"exit": "first", "when": ""}]}


def shop() -> Flow:
    nodes = {
        "menu": Node("get_input", MENU, {"shop": "tell"}, (40, 80)),
        "tell": Node("speak", {"text": "You pressed."}, {"next": "sort"}, (340, 80)),
        "sort": Node("branch", RULES, {"otherwise": "end"}, (640, 80)),
        "end": Node("hangup", {}, {}, (940, 80)),
    }
    return Flow(name="Shop", entry="menu", nodes=nodes)


def open_shop(page: Page, running: Running) -> str:
    running.log_in(page)
    flow_id = running.add(shop())
    page.goto(f"{running.url}/flows/{flow_id}/edit")
    expect(page.locator("html[data-ready]")).to_be_attached()
    return flow_id


def test_a_problem_is_put_right_with_one_button_and_taken_back(page: Page, flowbuilder: Running) -> None:
    flow_id = open_shop(page, flowbuilder)
    fix = page.get_by_role("button", name="connect no input to end")
    fix.click()
    expect(fix).to_have_count(0)
    expect(page.locator("#said")).to_have_text("Done: connect no input to end")
    expect(page.locator("#problems .problem:focus")).to_have_count(1)
    flows = flowbuilder.parts.store.flows
    assert flows.load(flow_id).nodes["menu"].exits == {"shop": "tell", "no_input": "end"}
    page.get_by_role("button", name="Undo").first.click()
    expect(fix).to_be_visible()
    assert flows.load(flow_id) == shop()


def test_where_a_step_is_used_is_listed_and_leads_there(page: Page, flowbuilder: Running) -> None:
    flow = shop()
    told = Node("speak", {"text": "You pressed {{ menu.digits }}."}, {"next": "sort"}, (340, 80))
    flow_id = flowbuilder.add(Flow(flow.name, flow.entry, {**flow.nodes, "tell": told}))
    flowbuilder.log_in(page)
    page.goto(f"{flowbuilder.url}/flows/{flow_id}/edit#menu")
    page.get_by_role("tab", name="Exits").click()
    used = page.get_by_role("region", name="Where this is used")
    expect(used).to_contain_text("A call starts here")
    used.get_by_role("link", name="tell").click()
    expect(page.locator("#node-tell[aria-selected=true]")).to_be_attached()
    expect(page.get_by_label("What the caller hears")).to_be_focused()
    page.get_by_role("tab", name="Exits").click()
    used.get_by_role("link", name="menu").click()
    expect(page.locator("#node-menu")).to_be_focused()


def test_the_names_that_are_set_are_offered_in_a_text_and_taken_with_the_keyboard(
    page: Page, flowbuilder: Running
) -> None:
    flow_id = open_shop(page, flowbuilder)
    page.locator("#node-tell header").click()
    text = page.get_by_label("What the caller hears")
    text.click()
    page.keyboard.press("End")
    page.keyboard.type(" {{")
    offered = page.get_by_role("listbox", name="Names that are set here").get_by_role("option")
    expect(offered.first).to_have_text("call.direction")
    page.keyboard.press("Escape")
    expect(offered).to_have_count(0)
    expect(text).to_be_focused()
    page.keyboard.type("dig")
    expect(offered).to_have_text(["menu.digits"])
    expect(text).to_have_attribute("aria-activedescendant", "name-0")
    page.keyboard.press("Tab")
    expect(text).to_have_value("You pressed. {{ menu.digits }}")
    page.keyboard.type("!")
    expect(offered).to_have_count(0)
    text.blur()
    expect(page.locator("#node-tell")).to_contain_text("menu.digits")
    page.evaluate("() => window.flow.idle()")
    flow = flowbuilder.parts.store.flows.load(flow_id)
    assert flow.nodes["tell"].settings["text"] == "You pressed. {{ menu.digits }}!"


def test_a_bare_expression_offers_names_at_every_word(page: Page, flowbuilder: Running) -> None:
    open_shop(page, flowbuilder)
    page.locator("#node-sort header").click()
    page.get_by_label("when").click()
    offered = page.get_by_role("listbox", name="Names that are set here").get_by_role("option")
    page.keyboard.type("call.")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="call.forwarded_from")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.keyboard.type(" == 'menu")
    expect(offered).to_have_count(0)
    page.keyboard.type("' and me")
    page.get_by_role("option", name="menu.digits").click()
    expect(page.get_by_label("when")).to_have_value("call.forwarded_from == 'menu' and menu.digits")
    expect(page.get_by_label("when")).to_be_focused()


def test_every_name_is_shown_on_request_and_the_field_says_so(page: Page, flowbuilder: Running) -> None:
    open_shop(page, flowbuilder)
    page.locator("#node-sort header").click()
    page.get_by_label("when").click()
    page.keyboard.press("Control+Space")
    expect(page.get_by_role("option", name="menu.digits")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option", name="menu.digits")).to_have_count(0)
    expect(page.get_by_label("when")).to_be_focused()
