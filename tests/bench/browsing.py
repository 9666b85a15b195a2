"""What can be measured of an editor in a browser: how soon it is drawn, how evenly it moves, what its scripts weigh."""

from __future__ import annotations

import gzip
import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playwright.sync_api import Browser, CDPSession, Page, Response

VIEWPORT = {"width": 1440, "height": 900}
MOVES = 150
RADIUS = 130
MOVES_A_TURN = 30
MILLISECONDS_TO_DRAW = 60_000

# Looks at every frame whether all is there; drawn is when the frame after that one has been painted.
WHEN_DRAWN = """(function () {
  const look = () => {
    if (document.querySelectorAll(%r).length < %d || !document.querySelector(%r)) return requestAnimationFrame(look);
    return requestAnimationFrame(() => setTimeout(() => { window.drawnAfter = performance.now(); }));
  };
  requestAnimationFrame(look);
})()"""

# What a frame took: from one call before painting to the next. A frame that is left out makes the next one longer.
RECORD = """() => {
  window.frameTimes = [];
  const step = (now) => { window.frameTimes.push(now); window.frameAsked = requestAnimationFrame(step); };
  window.frameAsked = requestAnimationFrame(step);
}"""
RECORDED = "() => { cancelAnimationFrame(window.frameAsked); return window.frameTimes; }"


@dataclass(frozen=True)
class Drawing:
    """How an editor is recognised as drawn: so many `nodes`, and what is there once it can be used."""

    address: str
    nodes: str
    ready: str


@dataclass
class Opened:
    """An editor that has been opened: its page, how long that took, and the scripts that came with it, gzipped."""

    page: Page
    seconds: float
    scripts: list[Response] = field(default_factory=list)

    @property
    def script_bytes(self) -> int:
        return sum(len(gzip.compress(response.body(), 6)) for response in self.scripts)


def open_editor(browser: Browser, drawing: Callable[[Page], Drawing], count: int) -> Opened:
    """Opens an editor in a context of its own, with nothing kept from before, and waits until all nodes are drawn.

    `drawing` is given the page, to log in with, and says what is to be opened.
    """
    context = browser.new_context(viewport=VIEWPORT)  # type: ignore[arg-type]
    context.set_default_timeout(MILLISECONDS_TO_DRAW)
    page = context.new_page()
    wanted = drawing(page)
    scripts: list[Response] = []
    page.on("response", lambda got: scripts.append(got) if got.request.resource_type == "script" else None)
    page.add_init_script(WHEN_DRAWN % (wanted.nodes, count, wanted.ready))
    page.goto(wanted.address, wait_until="commit")
    waited = 0
    while not (after := page.evaluate("window.drawnAfter ?? null")):
        page.wait_for_timeout(50)
        waited += 50
        if waited > MILLISECONDS_TO_DRAW:
            raise RuntimeError(f"{wanted.address} was not drawn within {MILLISECONDS_TO_DRAW // 1000} seconds.")
    return Opened(page, after / 1000, scripts)


@dataclass(frozen=True)
class Frames:
    """The milliseconds from frame to frame; and those of processor time that the page's main thread spent on each.

    The first is what a person sees, the second says what the editor is to blame for where the machine has other work.
    """

    times: list[float]
    busy: float


def frames_of_circling(page: Page, x: float, y: float, button: str) -> Frames:
    """Presses the button at (x, y), goes round in circles, lets go."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.mouse.move(x, y)
    page.mouse.down(button=button)  # type: ignore[arg-type]
    page.mouse.move(x + RADIUS / 2, y)
    busy_before = _main_thread_ms(devtools)
    page.evaluate(RECORD)
    for move in range(MOVES):
        angle = 2 * math.pi * move / MOVES_A_TURN
        page.mouse.move(x + RADIUS * math.cos(angle), y + RADIUS * math.sin(angle))
    times = page.evaluate(RECORDED)
    busy = _main_thread_ms(devtools) - busy_before
    page.mouse.move(x, y)
    page.mouse.up(button=button)  # type: ignore[arg-type]
    devtools.detach()
    return Frames([after - before for before, after in pairwise(times)], busy / len(times))


def _main_thread_ms(devtools: CDPSession) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration")) * 1000


def percentile_95(values: Iterable[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(len(ordered) * 0.95) - 1)]
