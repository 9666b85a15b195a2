/** The course of a link from a port to an input: a curve forward, level past other cards, an angled way back.
 *  The same courses as in pictures of a flow: flowbuilder/web/courses.py. */

import { WIDTH } from "./model.js";
import { cardsNear } from "./ground.js";

const CORNER = 10;
const CLEAR = 16;
const NEAR = 8;
const MOST_TRIES = 8;
// A link longer than this passes a column of cards; the bends at its ends are this wide.
const LONG = 200;
const BEND = 66;

/** The course when it leads on to the right and nothing is in between. */
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
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    let hit = null;
    for (const node of cardsNear(left, lane, right, lane)) {
      if (node.x < right && node.x + WIDTH > left && node.y - NEAR < lane && node.y + node.h + NEAR > lane) {
        hit = node;
        break;
      }
    }
    if (!hit) return lane;
    lane = step > 0 ? hit.y + hit.h + CLEAR : hit.y - CLEAR;
  }
  return lane;
}

/** Whether a card between `left` and `right` touches the straight line, or nearly. */
function inLine(from, to, left, right) {
  const slope = (to.y - from.y) / (to.x - from.x);
  const at = (x) => from.y + slope * (Math.min(Math.max(x, from.x), to.x) - from.x);
  for (const node of cardsNear(left, from.y, right, to.y, at)) {
    if (node.x >= right || node.x + WIDTH <= left) continue;
    const [one, other] = [at(node.x), at(node.x + WIDTH)];
    if (Math.min(one, other) < node.y + node.h + NEAR && Math.max(one, other) > node.y - NEAR) return true;
  }
  return false;
}

/** A long way forward: straight where nothing stands in between, else level along the nearest free lane. */
function past(from, to, index) {
  const [left, right] = [from.x + BEND, to.x - BEND];
  if (!inLine(from, to, left, right)) return curve(from, to);
  const aside = 5 * (index % 4);
  const lanes = [from.y, to.y].flatMap((wanted) => [-1, 1].map((step) => clearLane(wanted, left, right, step) + step * aside));
  const cost = (lane) => Math.abs(lane - from.y) + Math.abs(lane - to.y);
  const lane = lanes.reduce((best, each) => (cost(each) < cost(best) ? each : best));
  const half = BEND / 2;
  return `M${from.x} ${from.y}C${from.x + half} ${from.y} ${from.x + half} ${lane} ${left} ${lane}`
    + `L${right} ${lane}C${to.x - half} ${lane} ${to.x - half} ${to.y} ${to.x} ${to.y}`;
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
  const across = to.x - from.x;
  if (across <= 20) return wayRound(source, target, index, from, to);
  return across > LONG ? past(from, to, index) : curve(from, to);
}
