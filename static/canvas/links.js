/** Links: a halo, a line, and a wide, unpainted path to point at, for every exit that leads to a node. */

import { enter } from "./ground.js";
import { WIDTH, boundsOf, inputOf, nodes, onChange, portOf } from "./model.js";
import { curve, route } from "./routes.js";
import { onSight } from "./view.js";

const SVG = "http://www.w3.org/2000/svg";
const GAP = 6;
const NEAR = 40;
// A course may lead this far beyond its ends; one that leads farther is found when all have been.
const BEYOND = 400;
const PARTS = ["halo", "line", "hit"];

/** "node exit" -> {node, exit, to, d, box, classes, hidden, parts}; `parts` are its paths, null while it is out of sight. */
export const links = new Map();

/** card id -> where it stood when the links that pass it were drawn */
const stood = new Map();

let svg;
let rubber;
let chosen = null;
/** {left, top, right, bottom} of what is drawn now: a path costs time in every frame, seen or not. */
let sight = null;
let finding = 0;

function make(className) {
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("class", className);
  svg.append(path);
  return path;
}

function drop(key) {
  takeOff(links.get(key));
  links.delete(key);
}

function takeOff(link) {
  for (const part of PARTS) link.parts?.[part].remove();
  link.parts = null;
}

const meets = (box, other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top;

/** Give a link its paths where it comes into sight, take them off where it leaves. */
function fit(key, link) {
  if (!sight || !meets(link.box, sight)) return takeOff(link);
  if (link.parts) return undefined;
  link.parts = { halo: make("halo"), line: make(["link", ...link.classes].join(" ")), hit: make("hit") };
  link.parts.hit.dataset.link = key;
  for (const part of PARTS) link.parts[part].setAttribute("d", link.d);
  if (link.classes.has("lit")) svg.append(link.parts.line);
  return conceal(link);
}

function conceal({ parts, hidden }) {
  for (const path of [parts?.halo, parts?.line]) if (path) path.style.visibility = hidden ? "hidden" : "";
}

/** Set a link's line apart by classes, or no longer. */
export function mark(key, names, on = true) {
  const link = links.get(key);
  if (!link) return;
  for (const name of names) {
    if (on) link.classes.add(name);
    else link.classes.delete(name);
    link.parts?.line.classList.toggle(name, on);
  }
}

function enterLink(node, exit) {
  const key = `${node.id} ${exit.name}`;
  if (!nodes.has(exit.to)) {
    if (links.has(key)) drop(key);
    return null;
  }
  if (!links.has(key)) links.set(key, { node: node.id, exit: exit.name, d: "", box: null, classes: new Set(), hidden: false, parts: null });
  const link = links.get(key);
  link.to = exit.to;
  return link;
}

function draw(node, index) {
  const exit = node.exits[index];
  const link = enterLink(node, exit);
  if (!link) return;
  const target = nodes.get(exit.to);
  const from = portOf(node, index);
  const to = inputOf(target);
  const d = route(node, target, index, { x: from.x + GAP, y: from.y }, { x: to.x - 4, y: to.y });
  if (link.d === d) return;
  link.d = d;
  link.box = boxOf(d);
  for (const part of PARTS) link.parts?.[part].setAttribute("d", d);
  fit(`${node.id} ${exit.name}`, link);
}

/** What a course takes up: its points, those that bend it too. */
function boxOf(d) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  d.match(/-?[\d.]+/g).forEach((text, at) => {
    const value = Number(text);
    const [low, high] = at % 2 ? ["top", "bottom"] : ["left", "right"];
    box[low] = Math.min(box[low], value);
    box[high] = Math.max(box[high], value);
  });
  return box;
}

/** Draw again the links that pass one of these cards: where it stood, or where it stands. */
function redrawPassing(ids) {
  const places = [];
  for (const id of ids) {
    const [was, node] = [stood.get(id), nodes.get(id)];
    if (node && was && was.x === node.x && was.y === node.y && was.h === node.h) continue;
    if (was) places.push(was);
    if (node) {
      places.push({ x: node.x, y: node.y, h: node.h });
      stood.set(id, places.at(-1));
    } else stood.delete(id);
  }
  if (!places.length) return;
  const passes = ({ box }) => box && places.some((at) =>
    at.x - NEAR < box.right && at.x + WIDTH + NEAR > box.left && at.y - NEAR < box.bottom && at.y + at.h + NEAR > box.top);
  [...links.values()].filter(passes).forEach(drawLink);
}

/** Draw again every link that begins or ends at one of these nodes. */
function redraw(ids) {
  for (const node of nodes.values()) {
    const whole = ids.has(node.id);
    node.exits.forEach((exit, index) => {
      if (whole || ids.has(exit.to)) draw(node, index);
    });
  }
}

function sweep() {
  for (const [key, link] of links) {
    const node = nodes.get(link.node);
    if (!node || !nodes.has(link.to) || !node.exits.some((exit) => exit.name === link.exit && exit.to)) drop(key);
  }
}

/** Light the links that begin or end at a selected node. */
export function light(selected) {
  for (const [key, link] of links) {
    const on = selected.has(link.node) || selected.has(link.to);
    if (link.classes.has("lit") === on) continue;
    mark(key, ["lit"], on);
    if (!link.parts) continue;
    if (on) svg.append(link.parts.line);
    else svg.insertBefore(link.parts.line, link.parts.hit);
  }
}

/** Choose one link (or none), so that it can be deleted. */
export function choose(key) {
  if (chosen) mark(chosen, ["chosen"], false);
  chosen = key && links.has(key) ? key : null;
  if (chosen) mark(chosen, ["chosen"]);
}

export const chosenLink = () => (chosen ? links.get(chosen) : null);

/** The dashed line that follows the pointer; null takes it away. */
export function stretch(from, to) {
  if (!from) return rubber.setAttribute("d", "");
  return rubber.setAttribute("d", to.x - from.x > 20 ? curve(from, to) : `M${from.x} ${from.y}L${to.x} ${to.y}`);
}

export function hide(key, hidden) {
  const link = links.get(key);
  if (!link) return;
  link.hidden = hidden;
  conceal(link);
}

/** Draw what comes into sight; the courses of the rest are found when there is time. */
function look(area) {
  sight = area;
  for (const [key, link] of links) {
    if (link.box) fit(key, link);
    else if (meets(endsOf(link), sight)) drawLink(link);
  }
  finding ||= requestIdleCallback(findRest, { timeout: 1000 });
}

function drawLink(link) {
  const node = nodes.get(link.node);
  const index = node?.exits.findIndex((exit) => exit.name === link.exit) ?? -1;
  if (index >= 0) draw(node, index);
}

/** Where the course of a link that has none yet may lead. */
function endsOf({ node, to }) {
  const ends = boundsOf([nodes.get(node), nodes.get(to)]);
  return { left: ends.left - BEYOND, top: ends.top - BEYOND, right: ends.right + BEYOND, bottom: ends.bottom + BEYOND };
}

function findRest(deadline) {
  finding = 0;
  for (const link of links.values()) {
    if (link.box) continue;
    if (deadline.timeRemaining() < 1 && !deadline.didTimeout) {
      finding = requestIdleCallback(findRest, { timeout: 1000 });
      return;
    }
    drawLink(link);
  }
}

export function start() {
  svg = document.getElementById("links");
  rubber = make("rubber");
  for (const [id, { x, y, h }] of nodes) {
    enter(id);
    stood.set(id, { x, y, h });
  }
  for (const node of nodes.values()) for (const exit of node.exits) enterLink(node, exit);
  onSight(look);
  const hovered = (event, on) => { if (event.target.dataset?.link) mark(event.target.dataset.link, ["hovered"], on); };
  svg.addEventListener("pointerover", (event) => hovered(event, true));
  svg.addEventListener("pointerout", (event) => hovered(event, false));
  onChange(({ changed, removed, moved }) => {
    const touched = new Set([...changed, ...removed, ...moved]);
    for (const id of touched) enter(id);
    if (changed.size || removed.size) sweep();
    redraw(touched);
    // What merely passes a card that is being dragged waits until it is put down.
    redrawPassing([...touched].filter((id) => !nodes.get(id)?.held));
  });
}
