"""Where links run, and what a dragged step lines up with, in a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from flowbuilder.flow.model import Flow, Node
from flowbuilder.web.tidying import laid_out

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


def test_the_links_of_the_selected_step_lie_over_all_others(page: Page, flowbuilder: Running) -> None:
    nodes = {
        "hi": Node("speak", {"text": "Hello."}, {"next": "end"}, (40, 80)),
        "end": Node("hangup", {}, {}, (340, 80)),
    }
    open_with(page, flowbuilder, nodes)
    page.locator("#node-hi").click()
    expect(page.locator("path.link.lit")).to_have_count(1)
    assert page.evaluate("() => document.querySelector('#links').lastElementChild.matches('.link.lit')")
    page.keyboard.press("Escape")
    expect(page.locator("path.link.lit")).to_have_count(0)
    assert page.evaluate("() => document.querySelector('path.link').previousElementSibling.matches('.halo')")


def test_a_dragged_step_meets_the_edges_and_middles_of_others(page: Page, flowbuilder: Running) -> None:
    nodes = {
        "hi": Node("speak", {"text": "Hello."}, {}, (47, 93)),
        "end": Node("speak", {"text": "Bye."}, {}, (420, 380)),
    }
    flow_id = open_with(page, flowbuilder, nodes)
    page.locator("#main").press("0")
    drag(page, "end", -369, -283, drop=False)  # 4 and 4 off: to (51, 97)
    expect(page.locator(".guide")).to_have_count(6)
    page.mouse.up()
    expect(page.locator(".guide")).to_have_count(0)
    page.evaluate("() => window.flow.idle()")

    def place() -> tuple[float, float]:
        return flowbuilder.parts.store.flows.load(flow_id).nodes["end"].position

    assert place() == (47, 93)
    drag(page, "end", 404, 304, alt=True)
    page.keyboard.up("Alt")
    assert place() == (451, 397)
    drag(page, "end", 3, -300)
    assert place() == (460, 93)


def test_cards_are_as_high_as_the_layout_believes(page: Page, flowbuilder: Running) -> None:
    """Tidy knows the cards by their arithmetic: what a card shows must fit into it, or it covers the next."""
    flowbuilder.log_in(page)
    flow_id = flowbuilder.add(laid_out(busy_dials()))
    page.goto(f"{flowbuilder.url}/flows/{flow_id}/edit")
    page.locator("#main").press("1")
    heights = page.evaluate(
        """() => [...document.querySelectorAll("#nodes > .node")].map((el) => {
        el.classList.remove("off");
        const last = el.lastElementChild;
        const rows = el.querySelectorAll(".exits li").length;
        return [Number(el.dataset.h), last.offsetTop + last.offsetHeight, rows]; })"""
    )
    assert max(exits for *_, exits in heights) == 7
    assert [height for height, foot, _ in heights if abs(height - foot) > 1] == []
    boxes = page.evaluate("() => window.flow.nodes()")
    for one in boxes:
        for other in boxes:
            beside = abs(one["x"] - other["x"]) >= 220
            apart = beside or one["y"] + one["h"] <= other["y"] or one["y"] >= other["y"] + other["h"]
            assert one is other or apart, (one["id"], other["id"])


def busy_dials() -> Flow:
    """Dials that show all seven of their exits, most of them in one column."""
    ends = ("completed", "busy", "failed", "timeout", "no_answer", "cancel", "otherwise")
    number = {"to": [{"number": "+14155550142"}]}
    front = {exit: f"desk_{at}" for at, exit in enumerate(ends[:5])}
    nodes = {desk: Node("dial", number, dict.fromkeys(ends, "end")) for desk in front.values()}
    return Flow("Desks", "front", {"front": Node("dial", number, front), **nodes, "end": Node("hangup")})
