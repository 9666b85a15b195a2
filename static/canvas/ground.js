/** Which cards stand where: the drawing in cells, so that what lies in the way of a link is found without asking all cards. */

import { WIDTH, nodes } from "./model.js";

const CELL = 240;
const EDGE = 8;

/** "column row" as one number -> the cards that touch the cell */
const cells = new Map();
/** card id -> {node, left, top, right, bottom} as it was entered, in cells */
const entered = new Map();

const keyOf = (column, row) => column * 100_003 + row;
const cell = (value) => Math.floor(value / CELL);

function leave(id) {
  const at = entered.get(id);
  if (!at) return;
  for (let column = at.left; column <= at.right; column += 1) {
    for (let row = at.top; row <= at.bottom; row += 1) cells.get(keyOf(column, row))?.delete(at.node);
  }
  entered.delete(id);
}

/** Enter a card where it stands now, or forget one that is gone. */
export function enter(id) {
  leave(id);
  const node = nodes.get(id);
  if (!node) return;
  const at = { node, left: cell(node.x), right: cell(node.x + WIDTH), top: cell(node.y - EDGE), bottom: cell(node.y + node.h + EDGE) };
  for (let column = at.left; column <= at.right; column += 1) {
    for (let row = at.top; row <= at.bottom; row += 1) {
      const key = keyOf(column, row);
      if (!cells.has(key)) cells.set(key, new Set());
      cells.get(key).add(node);
    }
  }
  entered.set(id, at);
}

/** The cards near a line from the left to the right, which is at `at(x)` in between (level where none is given). */
export function* cardsNear(left, y1, right, y2, at = null) {
  for (let column = cell(left); column <= cell(right); column += 1) {
    const [one, other] = at ? [at(column * CELL), at((column + 1) * CELL)] : [y1, y2];
    for (let row = cell(Math.min(one, other) - EDGE); row <= cell(Math.max(one, other) + EDGE); row += 1) {
      const found = cells.get(keyOf(column, row));
      if (found) yield* found;
    }
  }
}
