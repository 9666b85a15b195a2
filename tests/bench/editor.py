"""The editor in a headless Chromium, beside Node-RED's: how soon it opens, how evenly it moves, how soon it saves."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from flowbuilder.checks import View
from tests.bench.browsing import Drawing, Frames, Opened, frames_of_circling, open_editor, percentile_95
from tests.bench.flows import large_flow
from tests.bench.node_red import NodeRedMissing, running_node_red
from tests.bench.served import served_flowbuilder
from tests.bench.table import Row
from tests.browser.programs import ARGUMENTS, chromium_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from flowbuilder.flow.model import Flow
    from tests.bench.served import Served

ROUNDS = 1
EDITS = 12
MILLISECONDS_BETWEEN_EDITS = 250  # as quick as anybody
LINKS_A_NODE = 1.3
# As close as cards and the links between them can stand, so that as much as possible is in sight.
COLUMN, ROW = 256, 250
FAR = 0.3

MOST_SECONDS_TO_OPEN = 2.0
MOST_MS_A_FRAME = {500: 17.0, 1_000: 34.0}
MOST_MS_AN_EDIT = 100.0
MOST_SCRIPT_BYTES = 300_000

OURS = ("#nodes > .node", "html[data-ready] #links .link")
NODE_RED = (".red-ui-flow-node-group", ".red-ui-flow-link-line")

# From the key that leads to a request, to the first frame that shows its answer.
RECORD_EDITS = """() => {
  let key = 0, began = 0;
  window.editTimes = [];
  for (const kind of ["keydown", "keyup"]) addEventListener(kind, (event) => { key = event.timeStamp; }, true);
  const isSave = (event) => event.detail.ctx.request.method === "POST";
  document.addEventListener("htmx:before:request", (event) => { if (isSave(event)) began = key; });
  document.addEventListener("htmx:finally:request", (event) => {
    if (isSave(event)) requestAnimationFrame(() => setTimeout(() => window.editTimes.push(performance.now() - began)));
  });
}"""

# Resolves to whether so many edits are shown; the page is let alone meanwhile.
SHOWN = """(count) => new Promise((done) => {
  const began = performance.now();
  const look = () => {
    const shown = window.editTimes.length >= count;
    if (shown || performance.now() - began > 10000) done(shown);
    else setTimeout(look, 20);
  };
  look();
})"""

# The middle of the part of the drawing that is nearest to a point; of those in `ids` only, where there are some.
NEAREST = """([parts, x, y, ids]) => [...document.querySelectorAll(parts)].filter((part) => {
  return !ids.length || ids.includes(part.closest(".node").dataset.node);
}).map((part) => {
  const box = part.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2, part.closest(".node")?.dataset.node ?? ""];
}).sort((a, b) => Math.hypot(a[0] - x, a[1] - y) - Math.hypot(b[0] - x, b[1] - y))[0]"""


class ChromiumMissing(Exception):
    pass


@dataclass
class Figures:
    """What was measured of one editor with so many nodes, a value a round.

    By what was moved: `frames` are 95th percentiles in ms, `busy` the processor's ms on the main thread a frame.
    """

    opening: list[float] = field(default_factory=list)
    frames: dict[str, list[float]] = field(default_factory=dict)
    busy: dict[str, list[float]] = field(default_factory=dict)
    edits: list[float] = field(default_factory=list)
    script_bytes: int = 0

    def add_frames(self, what: str, taken: Frames) -> None:
        self.frames.setdefault(what, []).append(percentile_95(taken.times))
        self.busy.setdefault(what, []).append(taken.busy)


def measure() -> list[Row]:
    """The rows of the editor at 500, 1,000 and 5,000 nodes. Raises ChromiumMissing where there is no Chromium."""
    program = chromium_program()
    if program is None:
        raise ChromiumMissing("There is no Chromium. On Debian: apt-get install chromium; or set FLOWBUILDER_CHROMIUM.")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="flowbuilder-bench-") as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for count in (500, 1_000):
            rows += _rows(count, *_measured(browser, Path(name) / str(count), drawn_flow(count)))
        ours, _ = _measured(browser, Path(name) / "5000", drawn_flow(5_000), rounds=1, beside=False)
        rows += _rows_of_many(5_000, ours)
        browser.close()
    # Seconds and frames tell little of the editor while the machine does other work: the ratios to Node-RED still do.
    print(f"Load of the last minutes: {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores.", file=sys.stderr)
    return rows


def drawn_flow(count: int) -> Flow:
    """A flow of so many nodes in rows, with 1.3 links a node: those that lead on to a new node, and some others."""
    flow = large_flow(count)
    across = round(count**0.5)
    seen = {flow.entry}
    spare = round(len(flow.nodes) * LINKS_A_NODE) - len(flow.nodes)
    nodes = {}
    reached = View(flow).reached
    leads = {}
    for node_id in reached:
        exits = {}
        for exit, target in flow.nodes[node_id].exits.items():
            if target not in seen:
                seen.add(target)
            elif spare > 0:
                spare -= 1
            else:
                continue
            exits[exit] = target
        leads[node_id] = exits
    for place, (node_id, node) in enumerate(flow.nodes.items()):
        position = (float(place % across * COLUMN), float(place // across * ROW))
        nodes[node_id] = replace(node, exits=leads.get(node_id, node.exits), position=position)
    return replace(flow, nodes=nodes)


def _measured(
    browser: Browser, folder: Path, flow: Flow, rounds: int = ROUNDS, *, beside: bool = True
) -> tuple[Figures, Figures | None]:
    """Ours and Node-RED's, in turn; None for what is not installed."""
    ours, theirs = Figures(), Figures() if beside else None
    count = len(flow.nodes)
    with ExitStack() as stack:
        folder.mkdir()
        ours_served = stack.enter_context(served_flowbuilder(folder))
        address = ""
        try:
            address = stack.enter_context(running_node_red(folder / "node-red", flow)) if beside else ""
        except NodeRedMissing as missing:
            print(missing, file=sys.stderr)
            theirs = None
        for _ in range(rounds):
            _measure_ours(open_editor(browser, _ours(ours_served, flow), count), flow, ours)
            if theirs is not None:
                _measure_node_red(open_editor(browser, lambda _: Drawing(address, *NODE_RED), count), theirs)
    return ours, theirs


def _ours(served: Served, flow: Flow) -> Callable[[Page], Drawing]:
    """A flow that the server has not read before, for someone who has just logged in."""

    def drawing(page: Page) -> Drawing:
        served.log_in(page)
        return Drawing(f"{served.url}/flows/{served.add(flow)}/edit", *OURS)

    return drawing


def _measure_ours(opened: Opened, flow: Flow, figures: Figures) -> None:
    page = opened.page
    figures.opening.append(opened.seconds)
    figures.script_bytes = opened.script_bytes
    page.locator("[data-do=zoom-reset]").click()
    canvas = page.locator("#main").bounding_box()
    assert canvas is not None
    x, y = canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2
    figures.add_frames("pan", frames_of_circling(page, x, y, "middle"))
    figures.add_frames(
        "drag", frames_of_circling(page, *_middle_of(page, "#nodes > .node:not([data-off]) header", x, y), "left")
    )
    page.evaluate("window.flow.idle()")
    figures.edits += _edits(page, flow, x, y)
    page.locator("[data-do=zoom-reset]").click()
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    page.mouse.wheel(0, 344)  # exp(-344 x 0.0035) is 0.3
    page.keyboard.up("Control")
    figures.add_frames("pan far", frames_of_circling(page, x, y, "middle"))
    page.context.close()


def _middle_of(page: Page, parts: str, x: float, y: float) -> tuple[float, float]:
    """The middle of the part of the drawing that stands nearest to a point."""
    place = page.evaluate(NEAREST, [parts, x, y, []])
    return place[0], place[1]


def _edits(page: Page, flow: Flow, x: float, y: float) -> list[float]:
    """Milliseconds of edits by key: a prompt emptied and written again, a step moved, taken away, brought back."""
    speaks = [node_id for node_id, node in flow.nodes.items() if node.type == "speak"]
    in_sight = "#nodes > .node:not([data-off]) header"
    text = page.locator("#settings-form [name=text]")
    page.evaluate(RECORD_EDITS)
    made = 0

    def press(key: str) -> None:
        nonlocal made
        page.wait_for_timeout(MILLISECONDS_BETWEEN_EDITS)
        page.keyboard.press(key)
        made += 1
        if not page.evaluate(SHOWN, made):
            raise RuntimeError(f"Edit {made}, by {key}, was not shown within 10 seconds.")

    for number in range(EDITS):
        even = number % 2 == 0
        at_x, at_y, node_id = page.evaluate(NEAREST, [in_sight, x, y, speaks])
        page.mouse.click(at_x, at_y)
        page.locator(f"[data-inspecting={node_id}]").wait_for()
        text.fill("" if even else f"Text {number}")
        press("Tab")
        page.mouse.click(at_x, at_y)
        for key in ("Alt+ArrowRight" if even else "Alt+ArrowLeft", "Delete", "Control+z"):
            press(key)
    times: list[float] = page.evaluate("window.editTimes")
    return times


def _measure_node_red(opened: Opened, figures: Figures) -> None:
    page = opened.page
    figures.opening.append(opened.seconds)
    figures.script_bytes = opened.script_bytes
    chart = page.locator("#red-ui-workspace-chart").bounding_box()
    assert chart is not None
    x, y = chart["x"] + chart["width"] / 2, chart["y"] + chart["height"] / 2
    page.evaluate(
        "() => { const chart = document.getElementById('red-ui-workspace-chart'); chart.scrollTo(2000, 2000); }"
    )
    figures.add_frames("pan", frames_of_circling(page, x, y, "middle"))
    figures.add_frames("drag", frames_of_circling(page, *_middle_of(page, NODE_RED[0], x, y), "left"))
    for _ in range(20):
        if page.evaluate("RED.view.scale()") <= FAR + 0.01:
            break
        page.evaluate("RED.actions.invoke('core:zoom-out')")
        page.wait_for_timeout(400)
    figures.add_frames("pan far", frames_of_circling(page, x, y, "middle"))
    page.context.close()


def _rows(count: int, ours: Figures, theirs: Figures | None) -> list[Row]:
    """Each figure over the most that it may be, so that the aim is 1 for all; beside it what Node-RED takes."""
    rows = []
    if count == 1_000:
        opening = [statistics.median(each.opening) if each else None for each in (ours, theirs)]
        rows.append(_row(f"open to drawn, {count:,} nodes", "s", opening, MOST_SECONDS_TO_OPEN, digits=2))
    for what, taken in ours.frames.items():
        frames = [min(taken), min(theirs.frames[what]) if theirs else None]
        row = _row(f"{FRAMES[what]}, {count:,} nodes", "ms", frames, MOST_MS_A_FRAME[count])
        busy = " and ".join(f"{min(each.busy[what]):.1f}" for each in (ours, theirs) if each)
        rows.append(replace(row, figures=f"{row.figures}; main thread {busy} ms"))
    if count == 1_000:
        rows.append(_row(f"an edit, {count:,} nodes", "ms", [percentile_95(ours.edits), None], MOST_MS_AN_EDIT))
        weights = [each.script_bytes / 1000 if each else None for each in (ours, theirs)]
        rows.append(_row("scripts of the editor, gzipped", "kB", weights, MOST_SCRIPT_BYTES / 1000))
    return rows


FRAMES = {"pan": "a frame of panning", "drag": "a frame of dragging a node", "pan far": "a frame of panning at 30 %"}


def _rows_of_many(count: int, ours: Figures) -> list[Row]:
    """What has no aim but must stay usable, in one line."""
    frames = ", ".join(f"{what} {min(taken):.1f}" for what, taken in ours.frames.items())
    figures = f"ms a frame: {frames}; an edit {percentile_95(ours.edits):.0f} ms"
    return [Row(f"open to drawn, {count:,} nodes", f"{min(ours.opening):.2f} s; {figures}", min(ours.opening))]


def _row(what: str, unit: str, values: list[float | None], most: float, digits: int = 1) -> Row:
    mine, other = values
    assert mine is not None
    beside = f"; Node-RED {other:,.{digits}f} {unit}, ours over it {mine / other:.2f}" if other else ""
    return Row(what, f"{mine:,.{digits}f} of {most:g} {unit}{beside}", mine / most, at_most=1.0)
