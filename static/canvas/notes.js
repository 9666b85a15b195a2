/** Sticky notes on the drawing: written in place, dragged by their edge, taken out with their cross. */

import { freePlace, snap } from "./model.js";
import { send } from "./sync.js";
import { middle, view } from "./view.js";

let box;

function place(note) {
  const { x, y, w, h } = note.dataset;
  note.style.left = `${x}px`;
  note.style.top = `${y}px`;
  note.style.width = `${w}px`;
  note.style.height = `${h}px`;
}

function drag(event, note) {
  const from = { x: event.clientX, y: event.clientY };
  const [x, y] = [Number(note.dataset.x), Number(note.dataset.y)];
  const move = (now) => {
    note.dataset.x = snap(x + (now.clientX - from.x) / view.k);
    note.dataset.y = snap(y + (now.clientY - from.y) / view.k);
    place(note);
  };
  const stop = () => {
    note.removeEventListener("pointermove", move);
    note.removeEventListener("pointerup", stop);
    note.removeEventListener("pointercancel", stop);
    const position = [Number(note.dataset.x), Number(note.dataset.y)];
    if (position[0] !== x || position[1] !== y) send({ op: "set_note", note: note.dataset.note, position });
  };
  note.setPointerCapture(event.pointerId);
  note.addEventListener("pointermove", move);
  note.addEventListener("pointerup", stop);
  note.addEventListener("pointercancel", stop);
}

/** A new note near the middle of what is seen, beside the steps, with the cursor in it. */
export async function addNote() {
  const at = middle();
  const before = new Set([...box.children].map((note) => note.dataset.note));
  if ((await send({ op: "set_note", text: "", position: freePlace(at.x - 110, at.y - 60) })) !== 200) return;
  setTimeout(() => [...box.children].find((note) => !before.has(note.dataset.note))?.querySelector("textarea").focus());
}

export function start() {
  box = document.getElementById("notes");
  for (const note of box.children) place(note);
  new MutationObserver(() => { for (const note of box.children) place(note); }).observe(box, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["data-x", "data-y", "data-w", "data-h"],
  });
  box.addEventListener("pointerdown", (event) => {
    event.stopPropagation();
    const note = event.target.closest("[data-note]");
    if (note && !event.target.closest("textarea, button")) drag(event, note);
  });
  box.addEventListener("change", (event) => {
    send({ op: "set_note", note: event.target.closest("[data-note]").dataset.note, text: event.target.value });
  });
  box.addEventListener("click", (event) => {
    const cross = event.target.closest("[data-removes-note]");
    if (cross) send({ op: "delete_note", note: cross.closest("[data-note]").dataset.note });
  });
  document.addEventListener("click", (event) => { if (event.target.closest('[data-do="note"]')) addNote(); });
}
