"""Tidy, pins and changes in a real Chromium."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Node
from flowbuilder.web.gallery import start_flow
from flowbuilder.web.publishing_steps import Target, publish
from flowbuilder.web.tidying import laid_out

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser


def open_editor(page: Page, running: Running, flow_id: str) -> None:
    page.goto(f"{running.url}/flows/{flow_id}/edit")
    expect(page.locator("html[data-ready]")).to_be_attached()


def test_a_heap_is_tidied_by_a_key_and_a_pinned_step_stays(page: Page, flowbuilder: Running) -> None:
    template = start_flow("voicemail")
    heap = replace(template, nodes={name: replace(node, position=(40, 40)) for name, node in template.nodes.items()})
    flowbuilder.log_in(page)
    flow_id = flowbuilder.add(heap)
    flows = flowbuilder.parts.store.flows
    open_editor(page, flowbuilder, flow_id)
    page.locator("#main").press("t")
    page.evaluate("() => window.flow.idle()")
    assert flows.load(flow_id) == laid_out(heap) == template
    page.keyboard.press("1")
    page.locator("#node-sent header").click()
    page.keyboard.press("i")
    expect(page.locator("#node-sent.is-pinned")).to_be_visible()
    page.keyboard.press("Alt+ArrowDown")
    page.evaluate("() => window.flow.idle()")
    moved = flows.load(flow_id).nodes["sent"].position
    assert moved != template.nodes["sent"].position
    page.keyboard.press("t")
    page.evaluate("() => window.flow.idle()")
    assert flows.load(flow_id).nodes["sent"].position == moved
    page.keyboard.press("i")
    expect(page.locator("#node-sent.is-pinned")).to_have_count(0)


def test_with_shift_only_the_selected_steps_are_tidied(page: Page, flowbuilder: Running) -> None:
    template = start_flow("voicemail")
    apart = {name: replace(node, position=(40, 400 * at)) for at, (name, node) in enumerate(template.nodes.items())}
    flowbuilder.log_in(page)
    flow_id = flowbuilder.add(replace(template, nodes=apart))
    open_editor(page, flowbuilder, flow_id)
    page.keyboard.press("1")
    first, second, *others = apart
    page.locator(f"#node-{first} header").click()
    page.locator(f"#node-{second} header").click(modifiers=["Shift"])
    page.keyboard.press("Shift+T")
    page.evaluate("() => window.flow.idle()")
    tidied = flowbuilder.parts.store.flows.load(flow_id).nodes
    assert [name for name in others if tidied[name].position != apart[name].position] == []
    assert (tidied[first].position, tidied[second].position) != (apart[first].position, apart[second].position)


def test_the_changes_since_are_counted_and_told(page: Page, flowbuilder: Running) -> None:
    flow = start_flow("voicemail")
    flowbuilder.log_in(page)
    flow_id = flowbuilder.add(flow)
    assert list(publish(flowbuilder.parts, flow_id, Target(numbers=["+14155550000"])))[-1].ok
    changed = flow.with_node("sent", replace(flow.nodes["sent"], settings={"text": "Thank you."}))
    changed = changed.with_node("pause", Node("wait", {"length": 2}, {"next": "end"}, (1300, 400)))
    flowbuilder.parts.store.flows.save(flow_id, 1, changed, "Shorter")
    open_editor(page, flowbuilder, flow_id)
    page.get_by_role("link", name="2 changes since").click()
    expect(page.get_by_role("heading", name="Changes")).to_be_visible()
    expect(page.locator(".change.changed")).to_contain_text("Thank you.")
    expect(page.locator(".change.added")).to_contain_text("pause is new")
    expect(page.locator(".sheet .badge")).to_have_text(["changed", "new"])
    page.get_by_label("To", exact=True).select_option("1")
    expect(page.locator("#comparison")).to_contain_text("Nothing differs for a caller")


def changed_voicemail(page: Page, running: Running) -> str:
    """A live flow of which one step was changed, one came, and one went since; gives its id."""
    flow = start_flow("voicemail")
    running.log_in(page)
    flow_id = running.add(flow)
    assert list(publish(running.parts, flow_id, Target(numbers=["+14155550000"])))[-1].ok
    changed = flow.with_node("greeting", replace(flow.nodes["greeting"], settings={"text": "Good evening."}))
    changed = changed.with_node("pause", Node("wait", {"length": 2}, {"next": "end"}, (1300, 400)))
    left = {name: node for name, node in changed.nodes.items() if name != "sent"}
    left = {
        name: replace(node, exits={e: t for e, t in node.exits.items() if t != "sent"}) for name, node in left.items()
    }
    running.parts.store.flows.save(flow_id, 1, replace(changed, nodes=left), "Other")
    return flow_id


def test_what_has_changed_is_marked_on_the_canvas(page: Page, flowbuilder: Running) -> None:
    flow_id = changed_voicemail(page, flowbuilder)
    open_editor(page, flowbuilder, flow_id)
    page.locator("#main").press("d")
    expect(page.locator(".change-mark.changed .mark-chip").first).to_have_text("changed")
    expect(page.locator('.change-mark[data-marks="pause"] .mark-chip')).to_have_text("new")
    expect(page.locator('.change-mark[data-marks="sent"] .mark-chip')).to_have_text("taken out")
    expect(page.locator('[data-ghost="sent"]')).to_be_attached()
    assert page.locator("svg.links path.removed").count() >= 1
    page.locator('[data-shows="pause"]').click()
    expect(page.locator("#node-pause[aria-selected=true]")).to_be_in_viewport()
    page.locator("#node-pause").press("Delete")
    expect(page.locator('.change-mark[data-marks="pause"]')).to_have_count(0)
    page.get_by_label("From", exact=True).select_option("draft")
    expect(page.locator("#marks-panel")).to_contain_text("Nothing differs for a caller")
    page.get_by_label("From", exact=True).select_option("1")
    page.get_by_role("button", name="Show no changes").click()
    expect(page.locator(".change-mark, [data-ghost], svg.links path.removed")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("changes marked")
    expect(page.locator("#found [role=option]").first).to_contain_text("Changes marked")
    page.keyboard.press("Enter")
    expect(page.locator('.change-mark[data-marks="sent"]')).to_be_attached()


def test_a_version_is_looked_at_on_a_canvas_that_cannot_change_it(page: Page, flowbuilder: Running) -> None:
    flow_id = changed_voicemail(page, flowbuilder)
    open_editor(page, flowbuilder, flow_id)
    page.get_by_role("button", name="Changes", exact=True).click()
    page.get_by_label("To", exact=True).select_option("1")
    page.wait_for_url("**/versions/1/drawing*")
    expect(page.locator("#node-sent")).to_be_visible()
    page.get_by_label("From", exact=True).select_option("draft")
    expect(page.locator('.change-mark[data-marks="sent"] .mark-chip')).to_have_text("new")
    before = page.locator("#node-greeting").bounding_box()
    assert before
    page.mouse.move(before["x"] + 40, before["y"] + 20)
    page.mouse.down()
    page.mouse.move(before["x"] + 140, before["y"] + 80, steps=4)
    page.mouse.up()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    after = page.locator("#node-greeting").bounding_box()
    assert after
    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((100, 60), abs=1)
    page.locator("#node-greeting").press("Delete")
    expect(page.locator("#node-greeting")).to_be_attached()
    assert flowbuilder.parts.store.flows.get(flow_id).revision == 2
