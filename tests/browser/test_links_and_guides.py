"""Where links run, and what a dragged step lines up with, in a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.serving import Running

pytestmark = pytest.mark.browser

# How many points of the link's course lie within the card.
INSIDE = """([link, card]) => {
  const path = document.querySelector(`[data-link="${link}"]`);
  const box = document.getElementById(`node-${card}`).getBoundingClientRect();
  const length = path.getTotalLength();
  let inside = 0;
  for (let at = 0; at <= length; at += 4) {
    const point = path.getPointAtLength(at).matrixTransform(path.getScreenCTM());
    inside += point.x > box.left && point.x < box.right && point.y > box.top && point.y < box.bottom;
  }
  return inside;
}"""


def open_with(page: Page, running: Running, nodes: dict[str, Node]) -> str:
    running.log_in(page)
    flow_id = running.add(Flow("Shop", next(iter(nodes)), nodes))
    page.goto(f"{running.url}/flows/{flow_id}/edit")
    expect(page.locator("html[data-ready]")).to_be_attached()
    return flow_id


def drag(page: Page, name: str, dx: float, dy: float, *, alt: bool = False, drop: bool = True) -> None:
    box = page.locator(f"#node-{name}").bounding_box()
    assert box
    x, y = box["x"] + 60, box["y"] + 12
    page.mouse.move(x, y)
    page.mouse.down()
    if alt:
        page.keyboard.down("Alt")
    page.mouse.move(x + dx / 2, y + dy / 2)
    page.mouse.move(x + dx, y + dy)
    if drop:
        page.mouse.up()
        page.evaluate("() => window.flow.idle()")


def test_a_long_link_runs_round_the_card_in_between_also_when_that_moves(page: Page, flowbuilder: Running) -> None:
    nodes = {
        "hi": Node("speak", {"text": "Hello."}, {"next": "end"}, (40, 200)),
        "between": Node("speak", {"text": "Not on the way."}, {}, (340, 180)),
        "end": Node("hangup", {}, {}, (640, 240)),
    }
    open_with(page, flowbuilder, nodes)
    assert page.evaluate(INSIDE, ["hi next", "between"]) == 0
    straight = page.evaluate("() => document.querySelector('[data-link=\"hi next\"]').getTotalLength()")
    drag(page, "between", 0, 240)
    assert page.evaluate("() => document.querySelector('[data-link=\"hi next\"]').getTotalLength()") < straight
    drag(page, "between", 0, -220)
    assert page.evaluate(INSIDE, ["hi next", "between"]) == 0
