/** The drawing as the page holds it: every node's place, size and exits, read from the cards that the server rendered. */

export const WIDTH = 220;
export const ROW = 20;
export const INPUT_Y = 23;
export const GRID = 20;

/** id -> {id, el, x, y, h, port, exits: [{name, to, covered}]}, in the order of the page. */
export const nodes = new Map();

const listeners = [];

/** Calls `listener({changed, removed, moved})`, sets of ids, after cards were changed, taken away, or only moved here. */
export function onChange(listener) {
  listeners.push(listener);
}

const NONE = new Set();

function tell(changed, removed) {
  for (const listener of listeners) listener({ changed, removed, moved: NONE });
}

/** Say that these nodes have been moved on the page. */
export function tellMoved(ids) {
  const moved = new Set(ids);
  for (const listener of listeners) listener({ changed: NONE, removed: NONE, moved });
}

function read(el) {
  const { node: id, x, y, h, port, exits } = el.dataset;
  const known = nodes.get(id);
  const entry = {
    id, el, x: Number(x), y: Number(y), h: Number(h), port: Number(port),
    exits: JSON.parse(exits).map(([name, to, covered]) => ({ name, to, covered: Boolean(covered) })),
  };
  if (known && known.held) Object.assign(entry, { x: known.x, y: known.y, held: true });
  if (known) leaveOut(entry, known.off);
  nodes.set(id, entry);
  place(entry);
}

/** Put a card where its node is. */
export function place(node) {
  node.el.style.left = `${node.x}px`;
  node.el.style.top = `${node.y}px`;
  node.el.style.height = `${node.h}px`;
}

/** Move a node on the page only; `settle` makes it last. */
export function shift(node, x, y) {
  node.x = x;
  node.y = y;
  node.held = true;
  place(node);
}

export function settle(node) {
  node.held = false;
  node.el.dataset.x = node.x;
  node.el.dataset.y = node.y;
}

/** Leave out what is inside the cards that lie outside this part of the drawing; they stay where they are, and focusable. */
export function cull({ left, top, right, bottom }) {
  for (const node of nodes.values()) {
    const off = node.x > right || node.x + WIDTH < left || node.y > bottom || node.y + node.h < top;
    if (off === node.off) continue;
    leaveOut(node, off);
  }
}

function leaveOut(node, off) {
  node.off = off;
  node.el.toggleAttribute("data-off", off);
  // What is left out is not read aloud either: the card says it by its label meanwhile.
  if (off) label(node.el);
  else node.el.removeAttribute("aria-label");
}

function label(el) {
  el.setAttribute("aria-label", el.textContent.replace(/\s+/g, " ").trim());
}

/** A card drawn anew has lost the label that it was given here. */
function labelAgain(el) {
  if (nodes.get(el.dataset.node)?.off && !el.hasAttribute("aria-label")) label(el);
}

/** Take back a shift: the node stands where the server last said. */
export function restore(node) {
  node.held = false;
  node.x = Number(node.el.dataset.x);
  node.y = Number(node.el.dataset.y);
  place(node);
}

/** Where a link leaves: the middle of the exit's port. */
export function portOf(node, index) {
  return { x: node.x + WIDTH, y: node.y + node.port + index * ROW };
}

export function inputOf(node) {
  return { x: node.x, y: node.y + INPUT_Y };
}

export function boundsOf(list) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const node of list) {
    left = Math.min(left, node.x);
    top = Math.min(top, node.y);
    right = Math.max(right, node.x + WIDTH);
    bottom = Math.max(bottom, node.y + node.h);
  }
  return { left, top, right, bottom };
}

export const snap = (value) => Math.round(value / GRID) * GRID;

/** The nearest free place for a card at or below (x, y), on the grid. */
export function freePlace(x, y, height = 120) {
  let [left, top] = [snap(x), snap(y)];
  const taken = (node) =>
    left < node.x + WIDTH + GRID && left + WIDTH + GRID > node.x && top < node.y + node.h + GRID && top + height + GRID > node.y;
  for (let tries = 0; tries < 400; tries += 1) {
    const hit = [...nodes.values()].find(taken);
    if (!hit) break;
    top = snap(hit.y + hit.h + GRID + GRID / 2);
  }
  return [left, top];
}

/** Read the cards now, and again whenever htmx has changed some. */
export function start(container) {
  for (const el of container.children) read(el);
  const observer = new MutationObserver((records) => {
    const changed = new Set();
    const removed = new Set();
    for (const record of records) {
      for (const el of record.removedNodes) if (el.dataset?.node) removed.add(el.dataset.node);
      for (const el of record.addedNodes) if (el.dataset?.node) changed.add(el.dataset.node);
      if (record.attributeName === "aria-label") labelAgain(record.target);
      else if (record.type === "attributes") changed.add(record.target.dataset.node);
    }
    for (const id of [...changed, ...removed]) {
      const el = document.getElementById(`node-${id}`);
      if (el) {
        removed.delete(id);
        changed.add(id);
        read(el);
      } else {
        changed.delete(id);
        nodes.delete(id);
      }
    }
    if (changed.size || removed.size) tell(changed, removed);
  });
  observer.observe(container, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["data-x", "data-y", "data-h", "data-port", "data-exits", "aria-label"],
  });
}
