"""Copy, paste, find and do by name, and the outline, in a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser


def greeting(name: str) -> Flow:
    nodes = {
        "welcome": Node("speak", {"text": "Hello from the harbour."}, {"next": "desk"}, (40, 80)),
        "desk": Node("dial", {"to": [{"number": "+14155550142"}]}, {"otherwise": "bye"}, (340, 80)),
        "bye": Node("hangup", {}, {}, (640, 80)),
    }
    return Flow(name=name, entry="welcome", nodes=nodes)


def open_editor(page: Page, running: Running, flow_id: str) -> None:
    page.goto(f"{running.url}/flows/{flow_id}/edit")
    expect(page.locator("html[data-ready]")).to_be_attached()


def test_steps_are_copied_within_a_flow_and_into_another(page: Page, flowbuilder: Running) -> None:
    flowbuilder.log_in(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first, second = flowbuilder.add(greeting("One")), flowbuilder.add(Flow("Two"))
    open_editor(page, flowbuilder, first)
    page.locator("#node-welcome").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(page.locator("#node-welcome_2")).to_be_attached()
    assert page.locator('#node-welcome_2[data-exits*="desk_2"]').count() == 1
    open_editor(page, flowbuilder, second)
    page.locator("#main").focus()
    page.keyboard.press("Control+v")
    expect(page.locator("#node-desk")).to_be_attached()
    page.keyboard.press("Control+x")
    expect(page.locator("#node-desk")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator("#node-desk")).to_be_attached()


def test_what_is_pasted_is_selected_as_soon_as_it_is_drawn(page: Page, flowbuilder: Running) -> None:
    """Ctrl+X right after Ctrl+V takes the pasted steps, however slow the machine is."""
    flowbuilder.log_in(page)
    open_editor(page, flowbuilder, flowbuilder.add(greeting("One")))
    page.locator("#node-welcome").click()
    page.evaluate(
        """new MutationObserver(() => {
            if (!window.atOnce && document.getElementById('node-welcome_2')) window.atOnce = window.flow.selected();
        }).observe(document.getElementById('nodes'), { childList: true, subtree: true })"""
    )
    page.keyboard.press("Control+d")
    page.wait_for_function("() => window.atOnce")
    assert page.evaluate("window.atOnce") == ["welcome_2"]


def test_a_number_is_found_here_and_in_another_flow(page: Page, flowbuilder: Running) -> None:
    flowbuilder.log_in(page)
    first = flowbuilder.add(greeting("One"))
    flowbuilder.add(greeting("Two"))
    open_editor(page, flowbuilder, first)
    page.keyboard.press("Control+f")
    page.keyboard.type("0142")
    found = page.locator("#found [role=option]")
    expect(found).to_have_count(2)
    expect(found.first).to_contain_text("desk")
    page.keyboard.press("Enter")
    expect(page.locator("#node-desk[aria-selected=true]")).to_be_attached()
    held: list[Route] = []
    page.route("**/find?q=0142", lambda route: held.append(route))
    page.keyboard.press("Control+f")
    page.keyboard.type("014")
    expect(found).to_have_count(2)
    with page.expect_request("**/find?q=0142"):
        page.keyboard.type("2")
    page.keyboard.press("ArrowDown")  # meant for what is yet to come
    page.keyboard.press("Enter")
    held[0].continue_()
    page.wait_for_url("**/edit#desk")
    expect(page.locator("#flow-name")).to_have_value("Two")
    expect(page.locator("#node-desk[aria-selected=true]")).to_be_attached()


def test_anything_can_be_done_by_its_name(page: Page, flowbuilder: Running) -> None:
    flowbuilder.log_in(page)
    open_editor(page, flowbuilder, flowbuilder.add(greeting("One")))
    page.keyboard.press("Control+k")
    page.keyboard.type("outline")
    page.keyboard.press("Enter")  # before the list has followed: what stood first in it was a call
    page.wait_for_url("**/outline")
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.get_by_label("next", exact=True).select_option("bye")
    expect(page.locator("#said")).to_have_text("welcome, next, leads to bye")
    expect(page.get_by_label("next", exact=True)).to_have_value("bye")
    page.get_by_role("link", name="Back to the drawing").click()
    expect(page.locator('#node-welcome[data-exits*="bye"]')).to_be_attached()


def test_a_search_that_gets_no_answer_says_so_and_commands_are_still_done(page: Page, flowbuilder: Running) -> None:
    flowbuilder.log_in(page)
    open_editor(page, flowbuilder, flowbuilder.add(greeting("One")))
    page.route("**/find?*", lambda route: route.abort())
    page.keyboard.press("Control+k")
    page.keyboard.type("shortcut")
    expect(page.get_by_text("Steps could not be looked for just now.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    page.unroute("**/find?*")
    page.keyboard.press("Control+f")
    expect(page.get_by_text("Steps could not be looked for just now.")).to_be_hidden()
    page.keyboard.type("harbour")
    expect(page.locator("#found [role=option]")).to_have_count(1)


def test_a_step_is_dropped_into_a_link(page: Page, flowbuilder: Running) -> None:
    flowbuilder.log_in(page)
    flow_id = flowbuilder.add(greeting("One"))
    open_editor(page, flowbuilder, flow_id)
    start = page.locator('#palette [data-add="wait"]').bounding_box()
    link = page.evaluate(
        """() => { const path = document.querySelector('[data-link="welcome next"]');
        const at = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
        return [at.x, at.y]; }"""
    )
    assert start
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(400, 300)
    page.mouse.move(*link, steps=3)
    page.mouse.up()
    expect(page.locator("#node-wait")).to_be_attached()
    page.evaluate("() => window.flow.idle()")
    nodes = flowbuilder.parts.store.flows.load(flow_id).nodes
    assert nodes["welcome"].exits == {"next": "wait"}
    assert nodes["wait"].exits == {"next": "desk"}


def test_a_deleted_step_leaves_its_link_whole(page: Page, flowbuilder: Running) -> None:
    flowbuilder.log_in(page)
    flow_id = flowbuilder.add(greeting("One"))
    open_editor(page, flowbuilder, flow_id)
    page.locator("#node-desk header").click()
    page.keyboard.press("Delete")
    expect(page.locator("#node-desk")).to_have_count(0)
    expect(page.locator('[data-link="welcome next"]')).to_be_attached()
    assert flowbuilder.parts.store.flows.load(flow_id).nodes["welcome"].exits == {"next": "bye"}


def test_a_note_is_written_kept_and_taken_out(page: Page, flowbuilder: Running) -> None:
    flowbuilder.log_in(page)
    flow_id = flowbuilder.add(greeting("One"))
    open_editor(page, flowbuilder, flow_id)
    page.get_by_role("button", name="Add a note").click()
    note = page.get_by_role("textbox", name="Note")
    note.fill("Ask Ada about the number.")
    note.blur()
    page.evaluate("() => window.flow.idle()")
    page.reload()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("Ask Ada about the number.")
    page.get_by_role("textbox", name="Note").focus()
    page.get_by_role("button", name="Take this note out").click()
    expect(page.get_by_role("textbox", name="Note")).to_have_count(0)
