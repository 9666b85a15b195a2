/** Which node lies next in a direction, for the arrow keys. */

import { WIDTH, nodes } from "./model.js";

const AHEAD = {
  ArrowRight: (dx, dy) => [dx, dy],
  ArrowLeft: (dx, dy) => [-dx, dy],
  ArrowDown: (dx, dy) => [dy, dx],
  ArrowUp: (dx, dy) => [-dy, dx],
};

const centre = (node) => ({ x: node.x + WIDTH / 2, y: node.y + node.h / 2 });

/** The node nearest to `from` in the direction of an arrow key, or null. */
export function nearest(from, key) {
  const at = centre(from);
  let best = null;
  let least = Infinity;
  for (const node of nodes.values()) {
    if (node === from) continue;
    const to = centre(node);
    const [ahead, aside] = AHEAD[key](to.x - at.x, to.y - at.y);
    if (ahead <= 8 || Math.abs(aside) > ahead * 3) continue;
    const cost = ahead + 2 * Math.abs(aside);
    if (cost < least) [best, least] = [node, cost];
  }
  return best;
}
