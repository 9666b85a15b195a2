/** Links: one visible path and one wide, unpainted path to point at, for every exit that leads to a node. */

import { inputOf, nodes, onChange, portOf } from "./model.js";
import { curve, route } from "./routes.js";

const SVG = "http://www.w3.org/2000/svg";
const GAP = 6;

/** "node exit" -> {node, exit, to, line, hit} */
export const links = new Map();

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
    link = { node: node.id, exit: exit.name, line: make("link"), hit: make("hit") };
    link.hit.dataset.link = key;
    links.set(key, link);
  }
  link.to = exit.to;
  const from = portOf(node, index);
  const to = inputOf(target);
  const d = route(node, target, index, { x: from.x + GAP, y: from.y }, { x: to.x - 4, y: to.y });
  link.line.setAttribute("d", d);
  link.hit.setAttribute("d", d);
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
    if (on) svg.insertBefore(link.line, rubber);
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
  if (link) link.line.style.visibility = hidden ? "hidden" : "";
}

export function start() {
  svg = document.getElementById("links");
  rubber = make("rubber");
  redraw();
  svg.addEventListener("pointerover", (event) => links.get(event.target.dataset?.link)?.line.classList.add("hovered"));
  svg.addEventListener("pointerout", (event) => links.get(event.target.dataset?.link)?.line.classList.remove("hovered"));
  onChange(({ changed, removed, moved }) => {
    if (changed.size || removed.size) sweep();
    redraw(changed.size ? changed : moved);
  });
}
