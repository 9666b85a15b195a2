/** Lines up the selected steps: left edges, tops, or even distances; one edit each. */

import { saveMove } from "./dragging.js";
import { nodes, shift, tellMoved } from "./model.js";
import { selected } from "./select.js";

const spread = (list, at, size) => {
  const sorted = [...list].sort((a, b) => a[at] - b[at]);
  const [first, last] = [sorted[0], sorted.at(-1)];
  const free = last[at] - first[at] - sorted.slice(0, -1).reduce((sum, node) => sum + size(node), 0);
  const gap = Math.max(20, free / (sorted.length - 1));
  let place = first[at];
  return new Map(sorted.map((node) => {
    const here = place;
    place += size(node) + gap;
    return [node, Math.round(here)];
  }));
};

const WAYS = {
  left: (list) => { const x = Math.min(...list.map((node) => node.x)); return (node) => [x, node.y]; },
  top: (list) => { const y = Math.min(...list.map((node) => node.y)); return (node) => [node.x, y]; },
  across: (list) => { const xs = spread(list, "x", () => 220); return (node) => [xs.get(node), node.y]; },
  down: (list) => { const ys = spread(list, "y", (node) => node.h); return (node) => [node.x, ys.get(node)]; },
};

export function align(way) {
  const list = [...selected].map((id) => nodes.get(id));
  if (list.length < 2) return;
  const placed = WAYS[way](list);
  for (const node of list) shift(node, ...placed(node));
  tellMoved(selected);
  saveMove([...selected]);
}

export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-align]");
    if (button) align(button.dataset.align);
  });
}
