/** Lines up what is dragged with the cards in sight: snaps to their edges and middles, and shows by thin lines to which. */

import { GRID, WIDTH, nodes } from "./model.js";
import { view } from "./view.js";

const REACH = 6;
const OVER = 14;

let shown = [];

const spansOf = ({ x, y, h }) => ({ x: [x, x + WIDTH / 2, x + WIDTH], y: [y, y + h / 2, y + h] });

/** The lines to which the nodes in sight invite, save those that are dragged: {at, low, high} along x and y. */
export function linesInSight(dragged) {
  const lines = { x: [], y: [] };
  for (const node of nodes.values()) {
    if (node.off || dragged.has(node.id)) continue;
    const spans = spansOf(node);
    for (const at of spans.x) lines.x.push({ at, low: node.y, high: node.y + node.h });
    for (const at of spans.y) lines.y.push({ at, low: node.x, high: node.x + WIDTH });
  }
  return lines;
}

/** How far to move so that an edge of the box meets an edge, or its middle a middle; null where none is near.
 *  A box meets a left or top edge with its own wherever that is, all else only where it still stands on the grid. */
function nearest(lines, [low, middle, high]) {
  let best = null;
  let least = REACH / view.k;
  lines.forEach(({ at }, number) => {
    const side = number % 3;
    for (const mine of side === 1 ? [middle] : [low, high]) {
      const far = Math.abs(at - mine);
      const kept = (side === 0 && mine === low) || (low + at - mine) % GRID === 0;
      if (kept && far < least) [best, least] = [at - mine, far];
    }
  });
  return best;
}

/** The step that takes `box` {left, top, right, bottom} onto the nearest lines, by axis; null where none is near. */
export function meet(lines, box) {
  return {
    x: nearest(lines.x, [box.left, (box.left + box.right) / 2, box.right]),
    y: nearest(lines.y, [box.top, (box.top + box.bottom) / 2, box.bottom]),
  };
}

function draw(axis, at, low, high) {
  const el = document.createElement("div");
  const thick = 1 / view.k;
  el.className = "guide";
  const [left, top, width, height] = axis === "x" ? [at - thick / 2, low, thick, high - low] : [low, at - thick / 2, high - low, thick];
  Object.assign(el.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  document.getElementById("world").append(el);
  shown.push(el);
}

/** Show every line that the box is on now; nothing where no box is given. */
export function showGuides(lines = null, box = null) {
  for (const el of shown) el.remove();
  shown = [];
  if (!box) return;
  const sides = {
    x: [[box.left, (box.left + box.right) / 2, box.right], box.top, box.bottom],
    y: [[box.top, (box.top + box.bottom) / 2, box.bottom], box.left, box.right],
  };
  for (const axis of ["x", "y"]) {
    const [mine, low, high] = sides[axis];
    mine.forEach((at, number) => {
      const met = lines[axis].filter((line, other) => Math.abs(line.at - at) < 0.01 && (other % 3 === 1) === (number === 1));
      if (!met.length) return;
      draw(axis, at, Math.min(low, ...met.map((line) => line.low)) - OVER, Math.max(high, ...met.map((line) => line.high)) + OVER);
    });
  }
}
