/** Links: a halo, a line, and a wide, unpainted path to point at, for every exit that leads to a node. */

import { enter } from "./ground.js";
import { WIDTH, inputOf, nodes, onChange, portOf } from "./model.js";
import { curve, route } from "./routes.js";

const SVG = "http://www.w3.org/2000/svg";
const GAP = 6;
const NEAR = 40;

/** "node exit" -> {node, exit, to, halo, line, hit, box} */
export const links = new Map();

/** card id -> where it stood when the links that pass it were drawn */
const stood = new Map();

let svg;
let rubber;
let chosen = null;

function make(className, parent = svg) {
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("class", className);
  parent.append(path);
  return path;
}

function drop(key) {
  const link = links.get(key);
  link.halo.remove();
  link.line.remove();
  link.hit.remove();
  links.delete(key);
}

function draw(node, index) {
  const exit = node.exits[index];
  const key = `${node.id} ${exit.name}`;
  const target = nodes.get(exit.to);
  if (!target) {
    if (links.has(key)) drop(key);
    return;
  }
  let link = links.get(key);
  if (!link) {
    link = { node: node.id, exit: exit.name, halo: make("halo"), line: make("link"), hit: make("hit") };
    link.hit.dataset.link = key;
    links.set(key, link);
  }
  link.to = exit.to;
  const from = portOf(node, index);
  const to = inputOf(target);
  const d = route(node, target, index, { x: from.x + GAP, y: from.y }, { x: to.x - 4, y: to.y });
  if (link.d === d) return;
  link.d = d;
  link.box = boxOf(d);
  for (const path of [link.halo, link.line, link.hit]) path.setAttribute("d", d);
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
  const passes = ({ box }) => places.some((at) =>
    at.x - NEAR < box.right && at.x + WIDTH + NEAR > box.left && at.y - NEAR < box.bottom && at.y + at.h + NEAR > box.top);
  for (const link of [...links.values()].filter(passes)) {
    const node = nodes.get(link.node);
    const index = node?.exits.findIndex((exit) => exit.name === link.exit) ?? -1;
    if (index >= 0) draw(node, index);
  }
}

/** Draw again every link that begins or ends at one of these nodes (all links when none are given). */
export function redraw(ids = null) {
  for (const node of nodes.values()) {
    const whole = !ids || ids.has(node.id);
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
  for (const link of links.values()) {
    const on = selected.has(link.node) || selected.has(link.to);
    if (link.line.classList.contains("lit") === on) continue;
    link.line.classList.toggle("lit", on);
    if (on) svg.append(link.line);
    else svg.insertBefore(link.line, link.hit);
  }
}

/** Choose one link (or none), so that it can be deleted. */
export function choose(key) {
  if (chosen) links.get(chosen)?.line.classList.remove("chosen");
  chosen = key && links.has(key) ? key : null;
  if (chosen) links.get(chosen).line.classList.add("chosen");
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
  for (const path of [link.halo, link.line]) path.style.visibility = hidden ? "hidden" : "";
}

export function start() {
  svg = document.getElementById("links");
  rubber = make("rubber");
  for (const [id, { x, y, h }] of nodes) {
    enter(id);
    stood.set(id, { x, y, h });
  }
  redraw();
  svg.addEventListener("pointerover", (event) => links.get(event.target.dataset?.link)?.line.classList.add("hovered"));
  svg.addEventListener("pointerout", (event) => links.get(event.target.dataset?.link)?.line.classList.remove("hovered"));
  onChange(({ changed, removed, moved }) => {
    const touched = new Set([...changed, ...removed, ...moved]);
    for (const id of touched) enter(id);
    if (changed.size || removed.size) sweep();
    redraw(touched);
    // What merely passes a card that is being dragged waits until it is put down.
    redrawPassing([...touched].filter((id) => !nodes.get(id)?.held));
  });
}
