/** A canvas to look round in: pan, zoom, walk from step to step, see what changed. Nothing on it can be changed. */

import * as links from "./links.js";
import * as marks from "./marks.js";
import * as minimap from "./minimap.js";
import * as model from "./model.js";
import { panning, pinching } from "./panning.js";
import { currentNode, point } from "./select.js";
import * as view from "./view.js";
import { nearest } from "./walk.js";

const canvas = document.getElementById("main");
const touches = new Map();
let gesture = null;

const ZOOM = {
  "zoom-in": () => view.zoomBy(1.2),
  "zoom-out": () => view.zoomBy(1 / 1.2),
  "zoom-reset": () => view.zoomTo(1),
  "zoom-fit": () => view.fit(),
};
const KEYS = { "+": "zoom-in", "=": "zoom-in", "-": "zoom-out", 0: "zoom-reset", 1: "zoom-fit" };

function local(event) {
  const box = canvas.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function onDown(event) {
  if (event.target.closest(".zoom, .minimap") || event.button > 1) return;
  event.preventDefault();
  if (event.pointerType === "touch") touches.set(event.pointerId, local(event));
  gesture?.cancel();
  const card = event.target.closest("[data-node]");
  if (card) point(card.dataset.node);
  else canvas.focus({ preventScroll: true });
  gesture = touches.size === 2 ? pinching(touches) : panning(canvas, event);
  canvas.setPointerCapture(event.pointerId);
}

function onMove(event) {
  if (touches.has(event.pointerId)) touches.set(event.pointerId, local(event));
  gesture?.move(event);
}

function onUp(event) {
  touches.delete(event.pointerId);
  gesture?.end(event);
  gesture = null;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, input")) return;
  if (KEYS[event.key]) ZOOM[KEYS[event.key]]();
  else if (event.key.toLowerCase() === "d") marks.toggleMarks();
  else if (event.key.startsWith("Arrow")) {
    const from = currentNode();
    const next = document.activeElement === from?.el ? nearest(from, event.key) : from;
    if (!next) return;
    point(next.id);
    view.reveal(next.id);
  } else return;
  event.preventDefault();
}

function placeNotes() {
  for (const note of document.getElementById("notes").children) {
    const { x, y, w, h } = note.dataset;
    Object.assign(note.style, { left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px` });
  }
}

model.start(document.getElementById("nodes"));
links.start();
view.start(canvas);
minimap.start();
placeNotes();
marks.start(canvas, { selects: false });
const entry = [...model.nodes.values()].find(({ el }) => el.classList.contains("is-entry")) ?? model.nodes.values().next().value;
if (entry) point(entry.id, { focus: false });
canvas.addEventListener("pointerdown", onDown);
canvas.addEventListener("pointermove", onMove);
canvas.addEventListener("pointerup", onUp);
canvas.addEventListener("pointercancel", onUp);
document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => ZOOM[event.target.closest("[data-do]")?.dataset.do]?.());
document.documentElement.dataset.ready = "yes";
