/** The course of a link, from a port to an input: a curve forward, an angled way round when it leads back. */

import { WIDTH, nodes } from "./model.js";

const CORNER = 10;
const CLEAR = 16;

/** The course when it leads on to the right. */
export function curve(from, to) {
  const across = to.x - from.x;
  const reach = Math.max(28, Math.min(across * 0.5, 150));
  return `M${from.x} ${from.y}C${from.x + reach} ${from.y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`;
}

/** A line through points, its corners rounded. */
function rounded(points) {
  let path = `M${points[0][0]} ${points[0][1]}`;
  for (let i = 1; i < points.length - 1; i += 1) {
    const [[ax, ay], [bx, by], [cx, cy]] = [points[i - 1], points[i], points[i + 1]];
    const before = Math.abs(bx - ax) + Math.abs(by - ay);
    const after = Math.abs(cx - bx) + Math.abs(cy - by);
    const r = Math.min(CORNER, before / 2, after / 2);
    const [ux, uy] = [Math.sign(bx - ax), Math.sign(by - ay)];
    const [vx, vy] = [Math.sign(cx - bx), Math.sign(cy - by)];
    path += `L${bx - ux * r} ${by - uy * r}Q${bx} ${by} ${bx + vx * r} ${by + vy * r}`;
  }
  const [x, y] = points[points.length - 1];
  return `${path}L${x} ${y}`;
}

/** Move a level line up or down until it runs through no card. */
function clearLane(lane, left, right, step) {
  for (let tries = 0; tries < 8; tries += 1) {
    let hit = null;
    for (const node of nodes.values()) {
      if (node.x < right && node.x + WIDTH > left && node.y - 8 < lane && node.y + node.h + 8 > lane) {
        hit = node;
        break;
      }
    }
    if (!hit) return lane;
    lane = step > 0 ? hit.y + hit.h + CLEAR : hit.y - CLEAR;
  }
  return lane;
}

/** The course from exit `index` of `source` back to `target`, which lies to the left or in the same column. */
function wayRound(source, target, index, from, to) {
  const rows = source.exits.length;
  const right = Math.max(from.x, source === target ? 0 : Math.min(target.x + WIDTH, from.x + WIDTH)) + CLEAR;
  const beyond = (target.x + WIDTH > from.x && source !== target ? right : from.x + CLEAR);
  const left = to.x - CLEAR - 6 - 6 * (index % 4);
  const under = Math.max(source.y + source.h, target.y + target.h) + CLEAR + 6 * (rows - 1 - index);
  const over = Math.min(source.y, target.y) - CLEAR - 12 - 6 * index;
  const lanes = [
    [clearLane(under, left, beyond, 1), beyond + 6 * (rows - 1 - index)],
    [clearLane(over, left, beyond, -1), beyond + 6 * index],
  ];
  if (target.y + target.h + 3 * CLEAR < source.y) lanes.push([clearLane((target.y + target.h + source.y) / 2, left, beyond, -1), from.x + CLEAR + 6 * index]);
  if (source.y + source.h + 3 * CLEAR < target.y) lanes.push([clearLane((source.y + source.h + target.y) / 2, left, beyond, 1), from.x + CLEAR + 6 * (rows - 1 - index)]);
  const length = ([lane]) => Math.abs(lane - from.y) + Math.abs(lane - to.y);
  lanes.sort((a, b) => length(a) - length(b));
  const [lane, out] = lanes[0];
  return rounded([[from.x, from.y], [out, from.y], [out, lane], [left, lane], [left, to.y], [to.x, to.y]]);
}

/** The `d` of the path from exit number `index` of `source` to `target`. */
export function route(source, target, index, from, to) {
  return to.x - from.x > 20 ? curve(from, to) : wayRound(source, target, index, from, to);
}
