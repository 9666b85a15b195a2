/** Marks on the canvas what has changed since a version: frames and words over the cards, dashed lines for what is gone. */

import { links, mark as markLink } from "./links.js";
import { ROW, WIDTH, inputOf, nodes, onChange, portOf } from "./model.js";
import { route } from "./routes.js";
import { point, say, select } from "./select.js";
import { idle } from "./sync.js";
import { reveal, revealBox } from "./view.js";

const SVG = "http://www.w3.org/2000/svg";
const SETTLED = 250;

let canvas;
let panel;
let layer;
let ghostLayer;
let lines;
let found = null;
let from = "";
let timer = 0;
let asked = 0;
let canSelect = true;

/** name -> what was taken out, as links see a card. */
const ghosts = new Map();

export const marksShown = () => !panel.hidden;

const cardOf = (name) => nodes.get(name) ?? ghosts.get(name);

function put(el, { x, y, h }) {
  Object.assign(el.style, { left: `${x}px`, top: `${y}px`, height: `${h}px` });
}

function chipOf(mark) {
  return panel.querySelector(`.marks-legend [data-mark="${mark}"]`)?.cloneNode(true) ?? null;
}

function chip(mark) {
  const made = chipOf(mark);
  made?.querySelector("b")?.remove();
  return made;
}

function frame(name, mark) {
  const card = cardOf(name);
  if (!card) return;
  const el = document.createElement("div");
  el.className = `change-mark ${mark}`;
  el.dataset.marks = name;
  put(el, card);
  const made = chip(mark);
  if (made) el.append(made);
  layer.append(el);
}

/** Beside the port of a link that changed: which way, in a word. New steps say it for all their links. */
function frameExit({ node, exit, is }) {
  markLink(`${node} ${exit}`, ["marked", is]);
  const card = nodes.get(node);
  const at = card?.exits.findIndex((each) => each.name === exit) ?? -1;
  if (at < 0 || found.nodes[node] === "added") return;
  const made = chip(is);
  if (!made) return;
  made.classList.add("at-exit");
  const port = portOf(card, at);
  Object.assign(made.style, { left: `${port.x + 10}px`, top: `${port.y - ROW / 2}px` });
  layer.append(made);
}

function goneLine({ node, exit, to }) {
  const [source, target] = [cardOf(node), cardOf(to)];
  if (!source || !target) return;
  const at = source.exits.findIndex((each) => each.name === exit);
  const start = at < 0 ? { x: source.x + WIDTH, y: source.y + source.h - ROW / 2 } : portOf(source, at);
  const end = inputOf(target);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("class", "removed");
  path.setAttribute("d", route(source, target, Math.max(at, 0), { x: start.x + 6, y: start.y }, { x: end.x - 4, y: end.y }));
  lines.append(path);
}

function wipe() {
  layer.replaceChildren();
  lines.replaceChildren();
  for (const key of links.keys()) markLink(key, ["marked", "added", "changed", "removed"], false);
}

function paint() {
  wipe();
  if (!found?.nodes || panel.hidden) return;
  for (const [name, mark] of Object.entries(found.nodes)) frame(name, mark);
  found.links.filter((each) => each.is !== "removed").forEach(frameExit);
  found.links.filter((each) => each.is === "removed").forEach(frameExit);
  found.gone.forEach(goneLine);
}

function readGhosts(html) {
  ghosts.clear();
  ghostLayer.innerHTML = html ?? ""; // made by our own server, escaped there
  for (const el of ghostLayer.children) {
    const { ghost, x, y, h, port, exits } = el.dataset;
    const card = { id: ghost, el, x: Number(x), y: Number(y), h: Number(h), port: Number(port), exits: JSON.parse(exits).map(([name]) => ({ name })) };
    ghosts.set(ghost, card);
    put(el, card);
  }
}

/** The list anew, with the keyboard and the scroll where they were. */
function fill(html) {
  const held = panel.contains(document.activeElement) ? document.activeElement : null;
  const [shows, side, scrolled] = [held?.dataset.shows, held?.dataset.side, panel.querySelector(".marks-list")?.scrollTop ?? 0];
  panel.innerHTML = html; // made by our own server, escaped there
  const list = panel.querySelector(".marks-list");
  if (list) list.scrollTop = scrolled;
  if (!held) return;
  const same = shows ? `[data-shows="${CSS.escape(shows)}"]` : side ? `[data-side="${side}"]` : "[data-do]";
  (panel.querySelector(same) ?? panel.querySelector("[data-do]"))?.focus({ preventScroll: true });
}

async function load({ speak = false } = {}) {
  asked += 1;
  const mine = asked;
  await idle();
  const query = new URLSearchParams({ from, to: canvas.dataset.version ?? "draft" });
  let answer = null;
  try {
    answer = await fetch(`/flows/${canvas.dataset.flow}/marks?${query}`, { headers: { Accept: "application/json" } });
  } catch {
    // No connection: what is shown stays, and the next change asks again.
  }
  if (mine !== asked || panel.hidden || !answer?.ok) return;
  found = await answer.json();
  if (mine !== asked || panel.hidden) return;
  fill(found.panel);
  readGhosts(found.ghosts);
  paint();
  if (speak) say(`${panel.querySelector("h2").textContent}. ${panel.querySelector(".hint")?.textContent ?? ""}`);
}

function show(open) {
  panel.hidden = !open;
  document.getElementById("show-changes").setAttribute("aria-pressed", String(open));
  if (open) return void load({ speak: true });
  if (panel.contains(document.activeElement)) canvas.focus({ preventScroll: true });
  found = null;
  readGhosts("");
  wipe();
  return undefined;
}

/** Mark the changes, or no longer. */
export function toggleMarks() {
  const held = panel.contains(document.activeElement);
  show(panel.hidden);
  if (held) document.getElementById("show-changes").focus({ preventScroll: true });
}

function go(name) {
  const ghost = ghosts.get(name);
  if (ghost) revealBox(ghost);
  else if (canSelect) select([name], { show: true });
  else {
    point(name);
    reveal(name);
  }
  const mark = layer.querySelector(`[data-marks="${CSS.escape(name)}"]`);
  mark?.classList.remove("found");
  requestAnimationFrame(() => mark?.classList.add("found"));
}

/** The canvas shows what `to` names; another one has a canvas of its own. */
function turn(select_) {
  const { side } = select_.dataset;
  if (side === "from") {
    from = select_.value;
    return void load({ speak: true });
  }
  const flow = `/flows/${canvas.dataset.flow}`;
  const query = `?changes=${panel.querySelector('[data-side="from"]').value}`;
  return void location.assign(select_.value === "draft" ? `${flow}/edit${query}` : `${flow}/versions/${select_.value}/drawing${query}`);
}

function onModel({ changed, removed, moved }) {
  if (panel.hidden) return;
  if (changed.size || removed.size) {
    clearTimeout(timer);
    timer = setTimeout(load, SETTLED);
  }
  if (moved.size && found) paint();
}

/** `selects`: whether going to a step selects it, too. */
export function start(element, { selects = true } = {}) {
  canvas = element;
  canSelect = selects;
  panel = document.getElementById("marks-panel");
  const world = document.getElementById("world");
  ghostLayer = Object.assign(document.createElement("div"), { className: "ghosts" });
  layer = Object.assign(document.createElement("div"), { className: "marks" });
  lines = document.createElementNS(SVG, "svg");
  lines.setAttribute("class", "links");
  for (const each of [ghostLayer, layer, lines]) each.setAttribute("aria-hidden", "true");
  document.getElementById("links").after(lines, ghostLayer);
  world.append(layer);
  onChange(onModel);
  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-do="changes"]')) toggleMarks();
  });
  panel.addEventListener("click", (event) => {
    const entry = event.target.closest("[data-shows]");
    if (entry) go(entry.dataset.shows);
  });
  panel.addEventListener("change", (event) => { if (event.target.dataset.side) turn(event.target); });
  const wanted = new URLSearchParams(location.search).get("changes");
  if (wanted === null) return;
  from = wanted;
  show(true);
}
