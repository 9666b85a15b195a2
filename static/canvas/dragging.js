/** Drags steps: on the grid, or in line with others; saved when put down, calm when another tab takes a step away meanwhile. */

import { toast } from "../js/page.js";
import { linesInSight, meet, showGuides } from "./guides.js";
import { boundsOf, nodes, onChange, restore, settle, shift, snap, tellMoved } from "./model.js";
import { select, selected, toggle } from "./select.js";
import { send } from "./sync.js";
import { toWorld } from "./view.js";

const SLOP = 4;

/** {id, leave(sentence)} of the drag under way */
let underWay = null;

/** The gesture that begins with pressing a card: a drag, or a mere selection. `edgePan` keeps panning at the edge. */
export function dragging(canvas, event, id, edgePan) {
  const start = toWorld(event.clientX, event.clientY);
  let moved = null;
  let box = null;
  let lines = null;
  let over = false;

  /** How far the steps move for the pointer at this place: freely with Alt, else onto a line or the grid. */
  const stepFor = (now) => {
    const at = toWorld(now.clientX, now.clientY);
    const [dx, dy] = [at.x - start.x, at.y - start.y];
    if (now.altKey) return [Math.round(dx), Math.round(dy)];
    const lead = moved.get(id);
    const near = meet(lines, { left: box.left + dx, top: box.top + dy, right: box.right + dx, bottom: box.bottom + dy });
    return [
      near.x === null ? snap(lead.x + dx) - lead.x : Math.round(dx + near.x),
      near.y === null ? snap(lead.y + dy) - lead.y : Math.round(dy + near.y),
    ];
  };
  const place = (now) => {
    if (over) return;
    const [dx, dy] = stepFor(now);
    for (const [name, from] of moved) if (nodes.has(name)) shift(nodes.get(name), from.x + dx, from.y + dy);
    showGuides(lines, now.altKey ? null : { left: box.left + dx, top: box.top + dy, right: box.right + dx, bottom: box.bottom + dy });
    tellMoved(moved.keys());
  };
  const edge = edgePan((now) => {
    lines = linesInSight(moved);
    place(now);
  });
  const finish = () => {
    over = true;
    underWay = null;
    edge.stop();
    showGuides();
    canvas.classList.remove("dragging");
  };
  const cancel = () => {
    if (over) return;
    finish();
    for (const name of moved?.keys() ?? []) if (nodes.has(name)) restore(nodes.get(name));
    if (moved) tellMoved(moved.keys());
  };
  underWay = { id, leave(sentence) { cancel(); toast(sentence, { kind: "error" }); } };
  return {
    move(now) {
      if (over) return;
      if (!moved) {
        if (Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY) < SLOP) return;
        if (!selected.has(id)) select([id]);
        moved = new Map([...selected].map((name) => [name, { x: nodes.get(name).x, y: nodes.get(name).y }]));
        box = boundsOf([...moved.keys()].map((name) => nodes.get(name)));
        lines = linesInSight(moved);
        canvas.classList.add("dragging");
      }
      edge.follow(now);
      place(now);
    },
    end(now) {
      if (over) return null;
      finish();
      if (!moved) return now.shiftKey || now.ctrlKey || now.metaKey ? toggle(id) : select([id]);
      return saveMove([...moved.keys()].filter((name) => nodes.has(name)));
    },
    cancel,
  };
}

/** Save where these nodes stand now, and `notes` with them, places by id; put the nodes back when that is refused.
 *  Resolves to the answer's status. */
export async function saveMove(ids, notes = null) {
  const still = ids.every((id) => nodes.get(id).x === Number(nodes.get(id).el.dataset.x) && nodes.get(id).y === Number(nodes.get(id).el.dataset.y));
  if (still && !notes) {
    ids.forEach((id) => settle(nodes.get(id)));
    tellMoved(ids);
    return 200;
  }
  const positions = Object.fromEntries(ids.map((id) => [id, [nodes.get(id).x, nodes.get(id).y]]));
  const status = await send({ op: "move_nodes", positions, ...(notes ? { notes } : {}) });
  for (const id of ids) {
    const node = nodes.get(id);
    const [x, y] = positions[id];
    if (!node || node.x !== x || node.y !== y) continue; // gone, or moved on meanwhile: the next save is for that
    if (status === 200 || status === 0) settle(node);
    else restore(node);
  }
  tellMoved(ids);
  return status;
}

export function start() {
  onChange(({ removed }) => {
    if (underWay && removed.has(underWay.id)) underWay.leave(`${underWay.id} was taken away, or renamed, in another tab while you dragged it.`);
  });
}
