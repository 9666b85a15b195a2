/** The keyboard on the canvas. The list of shortcuts that people see is flowbuilder/web/shortcuts.py. */

import { openExit } from "./adding.js";
import * as ahead from "./ahead.js";
import { saveMove } from "./dragging.js";
import { dialogIsOpen } from "./inspected.js";
import { addMenuAt, beginLinking, isLinking, linkingKey } from "./keylinks.js";
import { choose, chosenLink } from "./links.js";
import { toggleMarks } from "./marks.js";
import { GRID, nodes, shift, tellMoved } from "./model.js";
import { frameSelected } from "./notes.js";
import { cancelGesture, holdSpace } from "./pointer.js";
import { currentNode, followWith, onlyNode, point, say, select, selected, toggle, whenShown } from "./select.js";
import { openStepMenu } from "./stepmenu.js";
import { redo, send, undo } from "./sync.js";
import { fit, middle, reveal, zoomBy, zoomTo } from "./view.js";
import { nearest } from "./walk.js";

const STEP = { ArrowLeft: [-GRID, 0], ArrowRight: [GRID, 0], ArrowUp: [0, -GRID], ArrowDown: [0, GRID] };

let nudged = new Set();

const typing = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
const onCanvas = (target) => target === document.body || target.closest?.("#main") && !target.closest("button");

function walk(event) {
  const node = currentNode();
  const next = node ? nearest(node, event.key) : nodes.values().next().value;
  if (!next) return;
  if (event.shiftKey) {
    selected.add(next.id);
    select([...selected], { focus: false });
    point(next.id);
  } else select([next.id]);
  reveal(next.id);
}

/** Move the selected nodes by one dot; saved as one edit when the key is let go. */
function nudge(key) {
  const [dx, dy] = STEP[key];
  for (const id of selected) {
    const node = nodes.get(id);
    shift(node, node.x + dx, node.y + dy);
    nudged.add(id);
  }
  tellMoved(selected);
}

export async function removeSelected() {
  const link = chosenLink();
  if (link) {
    choose(null);
    return send({ op: "disconnect", node: link.node, exit: link.exit });
  }
  if (!selected.size) return null;
  const ids = [...selected];
  const next = nearest(nodes.get(ids[0]), "ArrowLeft") ?? nearest(nodes.get(ids[0]), "ArrowRight");
  followWith(next?.id ?? null);
  const status = await send({ op: "delete_nodes", nodes: ids }, { then: next?.id });
  followWith(null);
  if (status === 200) say(`Deleted ${ids.join(", ")}`);
  return null;
}

export function duplicateSelected() {
  if (selected.size) send({ op: "duplicate", nodes: [...selected], by: [2 * GRID, 2 * GRID] });
}

/** Tidy the selected steps only, where they are. */
export function tidySelected() {
  if (selected.size) send({ op: "tidy", nodes: [...selected] });
}

/** Pin the selected steps, so that Tidy leaves them where they are; or take the pins out where all have one. */
export function pinSelected() {
  const chosen = [...selected].filter((id) => nodes.has(id));
  const pinned = chosen.every((id) => nodes.get(id).el.classList.contains("is-pinned"));
  if (chosen.length) send({ op: "pin_nodes", nodes: chosen, pinned: !pinned });
}

function addHere() {
  const node = onlyNode() ?? currentNode();
  if (!node) {
    const box = document.getElementById("main").getBoundingClientRect();
    return openStepMenu(box.left + box.width / 2 - 110, box.top + box.height / 3, { at: middle() });
  }
  reveal(node.id);
  return addMenuAt(node, node.exits.indexOf(openExit(node)));
}

const FIELD = ".pane :is(textarea, select, input:not([type=hidden]), button:not([tabindex='-1']))";

/** Go to the first field of the node's settings, or to the one that matches. */
function openSettings(field = FIELD) {
  const node = currentNode();
  if (!node) return;
  ahead.awaitField();
  select([node.id]);
  whenShown(node.id, () => {
    const input = document.querySelector(`#inspector ${field}`);
    input?.focus();
    if (field === "#rename") input?.select();
    ahead.writeTyped(input);
  });
}

const PLAIN = {
  Enter: () => openSettings(),
  F2: () => openSettings("#rename"),
  Delete: removeSelected,
  Backspace: removeSelected,
  a: addHere,
  c: beginLinking,
  t: () => send({ op: "tidy" }),
  T: tidySelected,
  i: pinSelected,
  d: toggleMarks,
  f: frameSelected,
  0: () => zoomTo(1),
  1: () => fit(),
  2: () => fit(selected.size ? selected : null),
  "+": () => zoomBy(1.2),
  "=": () => zoomBy(1.2),
  "-": () => zoomBy(1 / 1.2),
  p: () => document.querySelector("#problems summary").focus(),
  "/": () => document.getElementById("find-step").focus(),
  "?": () => document.getElementById("keys").showModal(),
};

const CTRL = {
  a: () => select([...nodes.keys()], { focus: false }),
  d: duplicateSelected,
};

/** The key as PLAIN names it: a letter is a capital where Shift is held, whatever Caps Lock says. */
function plain({ key, shiftKey }) {
  if (key.length > 1) return key;
  return shiftKey && PLAIN[key.toUpperCase()] ? key.toUpperCase() : key.toLowerCase();
}

/** On the one selected step Tab adds the next, where an exit waits for it; pressed again, it goes on past the drawing. */
function canAddTo(target) {
  const node = onlyNode();
  return node?.el === target && Boolean(openExit(node));
}

function onKeyDown(event) {
  const { key, target } = event;
  if (dialogIsOpen() || target.closest?.("#step-menu, #phone")) return;
  const control = event.ctrlKey || event.metaKey;
  if (control && !typing(target) && (key.toLowerCase() === "z" || key.toLowerCase() === "y")) {
    event.preventDefault();
    return void (event.shiftKey || key.toLowerCase() === "y" ? redo() : undo());
  }
  if (key === "Escape" && !onCanvas(target)) return void point(currentNode()?.id);
  if (!onCanvas(target) || typing(target)) return;
  if (isLinking() && !control) {
    if (linkingKey(event)) event.preventDefault();
    return;
  }
  if (key === " ") {
    event.preventDefault();
    if (control && currentNode()) toggle(currentNode().id);
    else holdSpace(true);
  } else if (key === "Escape") {
    if (!cancelGesture()) select([], { focus: false });
  } else if (STEP[key]) {
    event.preventDefault();
    if (event.altKey) nudge(key);
    else walk(event);
  } else if (control && CTRL[key.toLowerCase()]) {
    event.preventDefault();
    CTRL[key.toLowerCase()]();
  } else if (!control && !event.altKey && PLAIN[plain(event)]) {
    event.preventDefault();
    PLAIN[plain(event)]();
  } else if (key === "Tab" && !event.shiftKey && !control && !event.altKey && canAddTo(target)) {
    event.preventDefault();
    addHere();
  }
}

function onKeyUp(event) {
  if (event.key === " ") holdSpace(false);
  if (nudged.size && (STEP[event.key] || event.key === "Alt")) {
    const ids = [...nudged].filter((id) => nodes.has(id));
    nudged = new Set();
    saveMove(ids);
  }
}

export function start() {
  ahead.start();
  document.addEventListener("keydown", onKeyDown);
  document.addEventListener("keyup", onKeyUp);
  addEventListener("blur", () => holdSpace(false));
}
