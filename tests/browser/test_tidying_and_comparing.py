"""Tidy, pins and changes in a real Chromium."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Node
from flowbuilder.web.gallery import start_flow
from flowbuilder.web.publishing_steps import publish
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


def test_the_changes_since_are_counted_and_told(page: Page, flowbuilder: Running) -> None:
    flow = start_flow("voicemail")
    flowbuilder.log_in(page)
    flow_id = flowbuilder.add(flow)
    assert list(publish(flowbuilder.parts, flow_id, ["+14155550000"]))[-1].ok
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
