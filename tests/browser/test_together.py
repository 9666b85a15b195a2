"""Two people on one flow, in two tabs of a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser


def test_each_sees_the_others_edit_and_that_the_other_is_there(page: Page, flowbuilder: Running) -> None:
    flowbuilder.log_in(page)
    flow_id = flowbuilder.add(
        Flow(
            "The shop and the workshop on the main line", "hi", {"hi": Node("speak", {"text": "Hello."}, {}, (40, 80))}
        )
    )
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"{flowbuilder.url}/flows/{flow_id}/edit")
        expect(tab.locator("html[data-ready]")).to_be_attached()
    expect(page.locator("#others")).to_contain_text("1 other here")
    for width in (1024, 390):  # the name gives way
        other.set_viewport_size({"width": width, "height": 768})
        expect(other.locator("#others")).to_be_visible()
        expect(other.get_by_role("link", name="Publish")).to_be_in_viewport(ratio=1)
    other.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("navigation").get_by_role("button", name="Hang up").click()
    expect(other.locator("#node-hangup")).to_be_attached()
    other.locator("#node-hi").click()
    other.keyboard.press("Control+d")
    expect(page.locator("#node-hi_2")).to_be_attached()


def test_selected_steps_are_lined_up_in_one_edit(page: Page, flowbuilder: Running) -> None:
    flowbuilder.log_in(page)
    nodes = {name: Node("speak", {"text": "Hi"}, {}, place) for name, place in (("a", (40, 80)), ("b", (400, 240)))}
    flow_id = flowbuilder.add(Flow("Shop", "a", nodes))
    page.goto(f"{flowbuilder.url}/flows/{flow_id}/edit")
    page.locator("#node-a").click()
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Tops").click()
    page.evaluate("() => window.flow.idle()")
    assert [node.position for node in flowbuilder.parts.store.flows.load(flow_id).nodes.values()] == [
        (40, 80),
        (400, 80),
    ]
