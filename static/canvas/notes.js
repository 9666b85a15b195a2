/** Sticky notes and frames on the drawing: written in place, dragged, sized, taken out. A frame takes along what it holds. */

import { toast } from "../js/page.js";
import { saveMove } from "./dragging.js";
import { GRID, WIDTH, boundsOf, freePlace, nodes, restore, shift, snap, tellMoved } from "./model.js";
import { selected } from "./select.js";
import { send } from "./sync.js";
import { middle, view } from "./view.js";

const SMALLEST = 80;
/** How far a frame reaches beyond the cards in it; above them stands its title, and over the card where a call starts it
 *  leaves room for what says so. As in flowbuilder/flow/notes.py. */
const SIDE = 20;
const TOP = 40;
const TOP_AT_START = 60;
const STEP = { ArrowLeft: [-GRID, 0], ArrowRight: [GRID, 0], ArrowUp: [0, -GRID], ArrowDown: [0, GRID] };

let box;
/** What the arrow keys are doing to a note: {moves, dx, dy, by(dx, dy), save()}. */
let keyed = null;

const isFrame = (note) => note.classList.contains("is-frame");
const numbers = ({ dataset: { x, y, w, h } }) => ({ x: Number(x), y: Number(y), w: Number(w), h: Number(h) });

function place(note) {
  const { x, y, w, h } = note.dataset;
  Object.assign(note.style, { left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px` });
}

function placeAt(note, { x, y, w, h }) {
  Object.assign(note.dataset, { x, y, w, h });
  place(note);
}

/** How far an edge is moved that shall come to stand on the grid; not at all where nobody moves it. */
const toGrid = (edge, by) => (by ? snap(edge + by) - edge : 0);

const holds = (frame, { x, y, w, h }) => x >= frame.x && y >= frame.y && x + w <= frame.x + frame.w && y + h <= frame.y + frame.h;

/** Moves a note, and unless `alone` what a frame holds, from where it stands. All of it is one edit. */
function moving(note, alone) {
  const own = numbers(note);
  const takes = isFrame(note) && !alone;
  const steps = takes ? [...nodes.values()].filter((node) => holds(own, { x: node.x, y: node.y, w: WIDTH, h: node.h })) : [];
  const notes = [...box.children].filter((each) => each === note || (takes && holds(own, numbers(each))));
  const from = new Map(notes.map((each) => [each, numbers(each)]));
  const places = new Map(steps.map(({ id, x, y }) => [id, [x, y]]));
  let moved = [0, 0];
  const by = (dx, dy) => {
    moved = [toGrid(own.x, dx), toGrid(own.y, dy)];
    for (const [each, at] of from) placeAt(each, { ...at, x: at.x + moved[0], y: at.y + moved[1] });
    for (const [id, [x, y]] of places) if (nodes.has(id)) shift(nodes.get(id), x + moved[0], y + moved[1]);
    if (places.size) tellMoved(places.keys());
  };
  return {
    by,
    async save() {
      if (!moved[0] && !moved[1]) return;
      const positions = Object.fromEntries(notes.map((each) => [each.dataset.note, [Number(each.dataset.x), Number(each.dataset.y)]]));
      const still = [...places.keys()].filter((id) => nodes.has(id));
      let status;
      if (still.length) status = await saveMove(still, positions);
      else if (notes.length > 1) status = await send({ op: "set_notes", positions });
      else status = await send({ op: "set_note", note: note.dataset.note, position: positions[note.dataset.note] });
      if (status >= 400) for (const [each, at] of from) placeAt(each, at);
    },
    cancel() {
      for (const [each, at] of from) placeAt(each, at);
      const still = [...places.keys()].filter((id) => nodes.has(id));
      for (const id of still) restore(nodes.get(id));
      if (still.length) tellMoved(still);
    },
  };
}

function sizing(note) {
  const own = numbers(note);
  let size = [own.w, own.h];
  return {
    by(dx, dy) {
      size = [Math.max(SMALLEST, own.w + toGrid(own.x + own.w, dx)), Math.max(SMALLEST, own.h + toGrid(own.y + own.h, dy))];
      placeAt(note, { ...own, w: size[0], h: size[1] });
    },
    async save() {
      if (size[0] === own.w && size[1] === own.h) return;
      if ((await send({ op: "set_note", note: note.dataset.note, size })) >= 400) placeAt(note, own);
    },
    cancel() { placeAt(note, own); },
  };
}

function drag(event, note, change) {
  const over = new AbortController();
  // On the document, which stays: the note may be taken out in another tab meanwhile.
  const on = (name, act) => document.addEventListener(name, act, { signal: over.signal });
  const leave = () => {
    over.abort();
    change.cancel();
    if (!note.isConnected) toast("That was taken out in another tab while you dragged it.", { kind: "error" });
  };
  event.target.setPointerCapture(event.pointerId);
  on("pointermove", (now) => change.by((now.clientX - event.clientX) / view.k, (now.clientY - event.clientY) / view.k));
  on("pointerup", () => {
    if (!note.isConnected) return leave();
    over.abort();
    return change.save();
  });
  on("pointercancel", leave);
  on("keydown", ({ key }) => { if (key === "Escape") leave(); });
}

function onPointerDown(event) {
  if (event.button !== 0) return; // the middle one moves the view, here too
  event.stopPropagation();
  const note = event.target.closest("[data-note]");
  if (!note) return;
  if (event.target.closest("[data-sizes-note]")) drag(event, note, sizing(note));
  else if (!event.target.closest("textarea, button")) drag(event, note, moving(note, event.altKey));
}

/** At a note's corner: arrow keys size it, with Alt they move it; saved when the key is let go. */
function onKeyDown(event) {
  const note = event.target.closest("[data-note]");
  if (event.key === "Enter" && event.target.localName === "textarea" && isFrame(note)) {
    event.preventDefault();
    event.target.blur();
  }
  if (!STEP[event.key] || !event.target.closest("[data-sizes-note]")) return;
  event.preventDefault();
  const [dx, dy] = STEP[event.key];
  if (keyed && keyed.moves !== event.altKey) letGo();
  keyed ??= { moves: event.altKey, dx: 0, dy: 0, ...(event.altKey ? moving(note, false) : sizing(note)) };
  keyed.dx += dx;
  keyed.dy += dy;
  keyed.by(keyed.dx, keyed.dy);
}

function letGo() {
  keyed?.save();
  keyed = null;
}

async function add(edit) {
  const before = new Set([...box.children].map((note) => note.dataset.note));
  if ((await send({ op: "set_note", text: "", ...edit })) !== 200) return;
  setTimeout(() => [...box.children].find((note) => !before.has(note.dataset.note))?.querySelector("textarea").focus());
}

/** A new note near the middle of what is seen, beside the steps, with the cursor in it. */
export function addNote() {
  const at = middle();
  return add({ position: freePlace(at.x - 110, at.y - 60) });
}

/** A frame around the selected steps, with the cursor in its title. */
export function frameSelected() {
  const steps = [...selected].map((id) => nodes.get(id)).filter(Boolean);
  if (!steps.length) return toast("Select the steps that the frame shall hold, then press F.", { kind: "error" });
  const { left, top, right, bottom } = boundsOf(steps);
  const above = steps.some(({ el }) => el.classList.contains("is-entry")) ? TOP_AT_START : TOP;
  return add({ frame: true, position: [left - SIDE, top - above], size: [right - left + 2 * SIDE, bottom - top + above + SIDE] });
}

export function start() {
  box = document.getElementById("notes");
  for (const note of box.children) place(note);
  new MutationObserver(() => { for (const note of box.children) place(note); }).observe(box, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["data-x", "data-y", "data-w", "data-h"],
  });
  box.addEventListener("pointerdown", onPointerDown);
  box.addEventListener("keydown", onKeyDown);
  box.addEventListener("keyup", (event) => { if (STEP[event.key] || event.key === "Alt") letGo(); });
  box.addEventListener("focusout", letGo);
  box.addEventListener("change", (event) => {
    send({ op: "set_note", note: event.target.closest("[data-note]").dataset.note, text: event.target.value });
  });
  box.addEventListener("click", (event) => {
    const cross = event.target.closest("[data-removes-note]");
    if (cross) send({ op: "delete_note", note: cross.closest("[data-note]").dataset.note });
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-do="note"]')) addNote();
    if (event.target.closest('[data-do="frame"]')) frameSelected();
  });
}
