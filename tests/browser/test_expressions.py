"""Rules built without writing an expression, what one gives shown beside it, and names that follow, in Chromium."""

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
LOOKUP = {"url": "https://api.example.com/{{ menu.digits }}", "save": {"owner": ""}}
TESTS = [{"name": "the shop", "mocks": {"lookup": {"status": 200}}, "steps": [{"at_node": "menu"}, {"press": "1"}]}]


def shop() -> Flow:
    nodes = {
        "menu": Node("get_input", MENU, {"shop": "lookup"}, (40, 80)),
        "lookup": Node("http_request", LOOKUP, {"ok": "sort"}, (340, 80)),
        "sort": Node("branch", {"rules": [{"exit": "first", "when": ""}]}, {"otherwise": "tell"}, (640, 80)),
        "tell": Node("speak", {"text": "You pressed {{ menu.digits }}."}, {}, (940, 80)),
    }
    return Flow("Shop", "menu", nodes, {"tests": TESTS})


def open_step(page: Page, running: Running, node: str) -> str:
    running.log_in(page)
    flow_id = running.add(shop())
    page.goto(f"{running.url}/flows/{flow_id}/edit#{node}")
    expect(page.locator("html[data-ready]")).to_be_attached()
    expect(page.locator(f"[data-inspecting={node}]")).to_be_attached()
    return flow_id


def rules_of(running: Running, flow_id: str) -> list[str]:
    settings = running.parts.store.flows.load(flow_id).nodes["sort"].settings
    return [rule["when"] for rule in settings["rules"]]


def test_a_rule_is_built_with_the_keyboard_and_the_expression_keeps_step(page: Page, flowbuilder: Running) -> None:
    flow_id = open_step(page, flowbuilder, "sort")
    when = page.get_by_label("when")
    page.get_by_label("What is compared, rule 1").focus()
    expect(page.get_by_label("What is compared, rule 1")).to_have_value("menu.digits")
    page.keyboard.press("Tab")
    expect(page.get_by_label("How it is compared, rule 1")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("1")
    page.keyboard.press("Tab")
    expect(when).to_have_value("menu.digits == '1'")
    expect(page.locator(".preview")).to_have_text("In a sample call: true")
    page.get_by_role("button", name="Condition").focus()
    page.keyboard.press("Enter")
    second = page.get_by_role("group", name="Rule 1, condition 2")
    expect(second).to_be_visible()
    second.get_by_label("What is compared").select_option("call.time")
    expect(second.get_by_label("From")).to_have_value("09:00")
    page.get_by_label("How the conditions of rule 1 are joined").select_option("or")
    expect(when).to_have_value("menu.digits == '1' or '09:00' <= call.time|time_in('UTC') < '17:00'")
    second.get_by_label("How it is compared").select_option("day_in")
    expect(when).to_have_value("menu.digits == '1' or call.time|day_in('UTC') in ['mon', 'tue', 'wed', 'thu', 'fri']")
    second.get_by_label("What is compared").select_option("call.from_number")
    expect(second.get_by_label("How it is compared")).to_have_value("is")
    page.evaluate("() => window.flow.idle()")
    assert rules_of(flowbuilder, flow_id) == ["menu.digits == '1' or call.from_number == ''"]
    page.get_by_role("button", name="Remove condition 2 of rule 1").focus()
    page.keyboard.press("Enter")
    expect(when).to_have_value("menu.digits == '1'")


def test_what_the_controls_cannot_show_is_typed_and_comes_back_as_controls(page: Page, flowbuilder: Running) -> None:
    open_step(page, flowbuilder, "sort")
    when = page.get_by_label("when")
    when.fill("menu.digits|int in [1, 2]")
    when.blur()
    expect(page.get_by_text("more than the controls can show")).to_be_visible()
    expect(page.get_by_label("What is compared, rule 1")).to_have_count(0)
    when.fill("menu.digits|number >= 2")
    when.blur()
    expect(page.get_by_label("How it is compared, rule 1")).to_have_value("at_least")
    expect(page.get_by_label("Compared with, rule 1")).to_have_value("2")


def test_what_an_expression_gives_is_shown_while_it_is_typed_and_a_mistake_with_its_place(
    page: Page, flowbuilder: Running
) -> None:
    open_step(page, flowbuilder, "tell")
    given = page.locator(".preview")
    expect(given).to_have_text("In a sample call: You pressed 1.")
    text = page.get_by_label("What the caller hears")
    text.fill("From {{ call.from_number|upper ~ '!' }}")
    expect(given).to_have_text("In a sample call: From +12025550123!")
    expect(given).to_have_attribute("aria-live", "polite")
    text.fill("From {{ call.from_number x }}")
    expect(given).to_contain_text("at character 26, by “x”.")
    text.fill("No more to fill in.")
    expect(given).to_have_count(0)


def test_the_answer_of_a_web_request_is_offered_where_it_is_kept(page: Page, flowbuilder: Running) -> None:
    open_step(page, flowbuilder, "lookup")
    page.get_by_label("Keep from the answer, value of owner").click()
    page.keyboard.type("resp")
    offered = page.get_by_role("listbox", name="Names that are set here").get_by_role("option")
    expect(offered).to_have_text(["response.status_code", "response.json", "response.text"])
    page.keyboard.press("Enter")
    expect(page.locator(".preview").last).to_have_text("In a sample call: 200")
    page.get_by_label("Address", exact=True).click()
    page.keyboard.press("End")
    page.keyboard.type("{{ resp")
    expect(offered).to_have_count(0)


def test_a_renamed_step_is_followed_by_expressions_and_tests_and_all_comes_back(
    page: Page, flowbuilder: Running
) -> None:
    flow_id = open_step(page, flowbuilder, "menu")
    page.get_by_role("tab", name="Exits").click()
    used = page.get_by_role("region", name="Where this is used")
    expect(used).to_contain_text("The test “the shop” names it")
    page.get_by_label("Name of the step").fill("main_menu")
    page.keyboard.press("Enter")
    expect(page.locator("#node-tell")).to_contain_text("main_menu.digits")
    expect(used).to_contain_text("The test “the shop” names it")
    flows = flowbuilder.parts.store.flows
    page.evaluate("() => window.flow.idle()")
    assert flows.load(flow_id).extras["tests"][0]["steps"][0] == {"at_node": "main_menu"}
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("#node-menu")).to_be_attached()
    assert flows.load(flow_id) == shop()
