/** Which nodes are selected, which one has the keyboard, and what the inspector shows of them. */

import { inspected } from "./inspected.js";
import { light, choose } from "./links.js";
import { nodes, onChange } from "./model.js";
import { inspect } from "./sync.js";
import { reveal } from "./view.js";

export const selected = new Set();

let current = null;
let shown = "";
let here = null;
let timer = 0;
let loading = false;
let follower = null;
/** The nodes that an edit has added, and whose cards are not here yet. */
let coming = [];
/** The cards that were not left plain. */
let painted = [];
const listeners = [];

export function onSelect(listener) {
  listeners.push(listener);
}

/** The node that has, or last had, the keyboard. */
export const currentNode = () => nodes.get(current) ?? null;

/** The one selected node, if it is exactly one. */
export const onlyNode = () => (selected.size === 1 ? nodes.get([...selected][0]) : null);

export function say(text) {
  document.getElementById("said").textContent = text;
}

/** Show on the cards what is selected; `drawn` are those that have come new from the server. */
function paint(drawn = []) {
  const now = [...selected, current, here].filter((id) => id !== null);
  for (const id of new Set([...drawn, ...painted, ...now])) {
    const node = nodes.get(id);
    if (!node) continue;
    const on = String(selected.has(node.id));
    const tab = node.id === current ? 0 : -1;
    if (node.el.getAttribute("aria-selected") !== on) node.el.setAttribute("aria-selected", on);
    if (node.el.tabIndex !== tab) node.el.tabIndex = tab;
    if (node.el.classList.contains("here") !== (node.id === here)) node.el.classList.toggle("here");
  }
  painted = now;
  light(selected);
  for (const listener of listeners) listener(selected);
}

/** Make a node the one that the keyboard is at. */
export function point(id, { focus = true } = {}) {
  const node = nodes.get(id);
  if (!node) return;
  current = id;
  paint();
  if (focus) node.el.focus({ preventScroll: true });
}

/** Select exactly these nodes. `show` brings the first into sight. */
export function select(ids, { focus = true, show = false } = {}) {
  selected.clear();
  for (const id of ids) if (nodes.has(id)) selected.add(id);
  choose(null);
  const first = [...selected][0];
  if (first && (!selected.has(current) || selected.size === 1)) current = first;
  paint();
  if (focus && selected.size) nodes.get(current).el.focus({ preventScroll: true });
  if (show && first) reveal(first);
  showInspector();
}

export function toggle(id) {
  const rest = new Set(selected);
  if (!rest.delete(id)) rest.add(id);
  current = id;
  select(rest);
}

/** Load what the inspector should show now; walking fast with the arrow keys asks only once. */
function showInspector(force = false) {
  const wanted = selected.size === 1 ? [...selected][0] : `(${selected.size})`;
  if (wanted === shown && !force) return;
  shown = wanted;
  clearTimeout(timer);
  timer = setTimeout(() => load(wanted), 60);
  loading = true;
  document.body.classList.toggle("side-open", selected.size === 1);
}

async function load(wanted) {
  const tab = inspected()?.dataset.tab ?? "settings";
  await inspect(wanted.startsWith("(") ? `inspector?selected=${selected.size}` : `nodes/${wanted}?tab=${tab}`);
  if (shown !== wanted) return;
  loading = false;
  document.dispatchEvent(new CustomEvent("flow:inspected"));
}

/** An answer to an edit made while another node was selected must not bring that node's inspector back. */
function keepInspector(event) {
  const { ctx, tasks } = event.detail;
  const { body } = ctx.request;
  const asked = ctx.request.method === "POST" && body?.get?.("inspecting");
  if (asked === false || asked === null || asked === undefined || asked === (shown.startsWith("(") ? "" : shown)) return;
  const at = tasks.findIndex((task) => task.target?.id === "inspector");
  if (at >= 0) tasks.splice(at, 1);
}

export const reloadInspector = () => showInspector(true);

const isShown = (id) => inspected()?.dataset.inspecting === id;

/** Do something once the inspector shows this node, unless another one is wanted by then. */
export function whenShown(id, act) {
  if (isShown(id) && !loading) return void act();
  const look = () => {
    if (shown === id && (loading || !isShown(id))) return;
    document.removeEventListener("htmx:after:settle", look);
    document.removeEventListener("flow:inspected", look);
    if (shown === id) act();
  };
  document.addEventListener("htmx:after:settle", look);
  document.addEventListener("flow:inspected", look);
}

/** Where a call is now, marked on the drawing; null when there is none. */
export function markHere(id) {
  here = id;
  paint();
  if (id) reveal(id);
}

/** A node got another name: what was said of the old one holds for the new. */
export function renamed(from, to) {
  if (selected.delete(from)) selected.add(to);
  if (current === from) current = to;
  if (shown === from) shown = to;
  if (here === from) here = to;
}

/** Which node is selected when those that are have been taken away. */
export function followWith(id) {
  follower = id;
}

function afterChange({ changed, removed, moved }) {
  if (moved.size) return;
  if (selectNew()) return paint(changed);
  let lost = false;
  for (const id of removed) {
    lost = selected.delete(id) || lost;
    if (current === id) current = null;
  }
  const follows = lost && !selected.size && nodes.has(follower);
  if (follows) {
    current = follower;
    selected.add(follower);
  }
  if (!nodes.has(current)) current = nodes.keys().next().value ?? null;
  paint(changed);
  if (follows) showInspector();
  else if (lost && !selected.size) {
    clearTimeout(timer); // the answer that took the node away has brought what the inspector shows now
    shown = "(0)";
    loading = false;
  }
  if (removed.size && document.activeElement === document.body) (nodes.get(current)?.el ?? document.getElementById("main")).focus({ preventScroll: true });
}

/** What is new is selected in the same moment as it is drawn: the next key, pressed at once, is meant for it. */
function selectNew() {
  const ids = coming;
  if (!ids.length || !ids.every((id) => nodes.has(id))) return false;
  coming = [];
  select(ids, { show: true });
  say(`Added ${ids.join(", ")}`);
  return true;
}

export function start() {
  current = nodes.keys().next().value ?? null;
  shown = "(0)";
  paint();
  onChange(afterChange);
  document.addEventListener("flow:coming", ({ detail }) => {
    coming = detail.nodes;
    selectNew(); // another answer may have brought them already
  });
  document.addEventListener("htmx:before:swap", keepInspector);
  // Whoever comes by Tab must see where the keyboard is.
  document.getElementById("nodes").addEventListener("focusin", (event) => {
    if (event.target.matches(":focus-visible")) reveal(event.target.dataset.node);
  });
}
