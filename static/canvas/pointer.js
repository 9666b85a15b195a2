/** What the pointer does on the canvas: pan, pinch, box select, drag nodes, draw and re-attach links. */

import { dragging } from "./dragging.js";
import * as links from "./links.js";
import { boundsOf, inputOf, nodes, portOf } from "./model.js";
import { panning, pinching } from "./panning.js";
import { onlyNode, select, selected } from "./select.js";
import { openStepMenu } from "./stepmenu.js";
import { send } from "./sync.js";
import { panBy, size, toWorld, view } from "./view.js";

const SLOP = 4;
const EDGE = 36;
const GRAB = 34;

let canvas;
let gesture = null;
let spaceHeld = false;
const touches = new Map();

function local(event) {
  const box = canvas.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

/** Gestures are {move(event), end(event), cancel()}; at most one is under way. */
function begin(event, next) {
  gesture = next;
  canvas.setPointerCapture(event.pointerId);
}

function boxSelecting(event) {
  const from = local(event);
  const kept = event.shiftKey || event.ctrlKey || event.metaKey ? [...selected] : [];
  let lasso = null;
  return {
    move(now) {
      const to = local(now);
      if (!lasso && Math.hypot(to.x - from.x, to.y - from.y) < SLOP) return;
      lasso ??= Object.assign(document.createElement("div"), { className: "lasso" });
      canvas.append(lasso);
      Object.assign(lasso.style, {
        left: `${Math.min(from.x, to.x)}px`, top: `${Math.min(from.y, to.y)}px`,
        width: `${Math.abs(to.x - from.x)}px`, height: `${Math.abs(to.y - from.y)}px`,
      });
    },
    end(now) {
      if (!lasso) return select(kept, { focus: false });
      lasso.remove();
      const [a, b] = [toWorld(event.clientX, event.clientY), toWorld(now.clientX, now.clientY)];
      const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
      const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
      const caught = [...nodes.values()].filter((node) => {
        const box = boundsOf([node]);
        return box.left < right && box.right > left && box.top < bottom && box.bottom > top;
      });
      return select([...kept, ...caught.map((node) => node.id)]);
    },
    cancel() { lasso?.remove(); },
  };
}

/** Keep panning while the pointer is held at the edge. */
function edgePan(act) {
  let last = null;
  let frame = 0;
  function step() {
    const { x, y } = local(last);
    const dx = x < EDGE ? 9 : x > size.width - EDGE ? -9 : 0;
    const dy = y < EDGE ? 9 : y > size.height - EDGE ? -9 : 0;
    if (dx || dy) {
      panBy(dx, dy);
      act(last);
    }
    frame = requestAnimationFrame(step);
  }
  return {
    follow(event) { last = event; if (!frame) frame = requestAnimationFrame(step); },
    stop() { cancelAnimationFrame(frame); },
  };
}

function linking(event, node, index, attached) {
  const exit = node.exits[index];
  const key = `${node.id} ${exit.name}`;
  let target = null;
  let pulled = !attached;
  const from = () => { const port = portOf(node, index); return { x: port.x + 6, y: port.y }; };
  const clear = () => {
    target?.el.classList.remove("target");
    canvas.classList.remove("linking");
    links.stretch(null);
    links.hide(key, false);
  };
  const stretch = (now) => {
    target?.el.classList.remove("target");
    const over = document.elementFromPoint(now.clientX, now.clientY)?.closest(".node");
    target = over ? nodes.get(over.dataset.node) : null;
    target?.el.classList.add("target");
    const input = target && inputOf(target);
    links.stretch(from(), input ? { x: input.x - 4, y: input.y } : toWorld(now.clientX, now.clientY));
  };
  const edge = edgePan(stretch);
  return {
    move(now) {
      if (!pulled && Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY) < SLOP) return;
      pulled = true;
      canvas.classList.add("linking");
      links.hide(key, true);
      edge.follow(now);
      stretch(now);
    },
    end(now) {
      edge.stop();
      const goal = target;
      const far = Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY) > 24;
      clear();
      if (!pulled) return links.choose(key);
      if (goal) return goal.id === exit.to ? null : send({ op: "connect", node: node.id, exit: exit.name, to: goal.id });
      if (attached && far) return send({ op: "disconnect", node: node.id, exit: exit.name });
      return far ? openStepMenu(now.clientX, now.clientY, { from: [node.id, exit.name], at: toWorld(now.clientX, now.clientY) }) : null;
    },
    cancel() { edge.stop(); clear(); },
  };
}

/** On a link: near its end it is pulled off and re-attached, elsewhere it is chosen. */
function onLink(event, key) {
  const link = links.links.get(key);
  const node = nodes.get(link.node);
  const index = node.exits.findIndex((exit) => exit.name === link.exit);
  const end = inputOf(nodes.get(link.to));
  const at = toWorld(event.clientX, event.clientY);
  if (Math.hypot(at.x - end.x, at.y - end.y) * view.k < GRAB) return linking(event, node, index, true);
  select([], { focus: false });
  links.choose(key);
  canvas.focus({ preventScroll: true });
  return null;
}

function onDown(event) {
  if (event.target.closest(".zoom, .minimap, .empty-flow")) return;
  if (event.pointerType === "touch") touches.set(event.pointerId, local(event));
  if (touches.size === 2) {
    gesture?.cancel();
    gesture = pinching(touches);
    return;
  }
  if (gesture) return;
  const card = event.target.closest(".node");
  const port = event.target.closest(".port");
  const link = event.target.dataset?.link;
  if (event.button === 1 || (event.button === 0 && spaceHeld)) {
    event.preventDefault();
    return void begin(event, panning(canvas, event));
  }
  if (event.button !== 0) return;
  if (port) {
    const node = nodes.get(card.dataset.node);
    const index = node.exits.findIndex((exit) => exit.name === port.parentElement.dataset.exit);
    event.preventDefault();
    return void begin(event, linking(event, node, index, false));
  }
  if (card) return void begin(event, dragging(canvas, event, card.dataset.node, edgePan));
  if (link) {
    event.preventDefault();
    const next = onLink(event, link);
    return void (next && begin(event, next));
  }
  event.preventDefault();
  canvas.focus({ preventScroll: true });
  if (event.pointerType === "touch") return void begin(event, panning(canvas, event));
  begin(event, boxSelecting(event));
}

function onMove(event) {
  if (touches.has(event.pointerId)) touches.set(event.pointerId, local(event));
  gesture?.move(event);
}

function onUp(event) {
  touches.delete(event.pointerId);
  const ending = gesture;
  gesture = null;
  if (event.type === "pointercancel") ending?.cancel();
  else ending?.end(event);
}

/** Leave the gesture under way, if there is one; says whether there was. */
export function cancelGesture() {
  const was = gesture;
  gesture = null;
  was?.cancel();
  return Boolean(was);
}

export function holdSpace(held) {
  spaceHeld = held;
  canvas.classList.toggle("can-pan", held);
}

export function start(element) {
  canvas = element;
  canvas.addEventListener("pointerdown", onDown);
  canvas.addEventListener("pointermove", onMove);
  canvas.addEventListener("pointerup", onUp);
  canvas.addEventListener("pointercancel", onUp);
  canvas.addEventListener("auxclick", (event) => event.preventDefault());
  canvas.addEventListener("dblclick", (event) => {
    if (event.target.closest(".node, .zoom, .minimap, .empty-flow")) {
      if (event.target.closest(".node") && onlyNode()) document.querySelector("#inspector .pane :is(textarea, input:not([type=hidden]), select)")?.focus();
      return;
    }
    openStepMenu(event.clientX, event.clientY, { at: toWorld(event.clientX, event.clientY) });
  });
}
