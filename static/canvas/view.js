/** What part of the drawing is seen: pan, zoom, fit. The view belongs to the tab and is kept for a reload. */

import { WIDTH, boundsOf, cull, nodes, onChange } from "./model.js";

const LEAST = 0.1;
const MOST = 2;
const FAR = 0.45;
const NEAR = 0.75;
// How far the dots reach beyond the canvas: one of their cells, the largest there is.
const MARGIN = 40;
const STILL = 250;

export const view = { x: 40, y: 60, k: 1 };

/** How large the canvas is, in pixels of the window: asked when it changes, since every question lays out the page. */
export const size = { width: 0, height: 0 };

// What lies this far outside, in parts of what is seen, is drawn too: not at every frame does something come into sight.
const BEYOND = 0.4;
const LEAST_BEYOND = 0.1;

let canvas;
let world;
let dots;
let stopping = 0;
let key;
let queued = false;
let keeping = 0;
let percent = 0;
let sight = null;
const listeners = [];
const sightListeners = [];

export function onView(listener) {
  listeners.push(listener);
}

/** Calls `listener({left, top, right, bottom})` with the part of the drawing that must be drawn from now on. */
export function onSight(listener) {
  sightListeners.push(listener);
}

function look() {
  const { x, y, k } = view;
  const [width, height] = [size.width / k, size.height / k];
  const around = (part) => ({
    left: -x / k - width * part, top: -y / k - height * part, right: -x / k + width * (1 + part), bottom: -y / k + height * (1 + part),
  });
  const need = around(LEAST_BEYOND);
  const inside = sight && need.left >= sight.left && need.top >= sight.top && need.right <= sight.right && need.bottom <= sight.bottom;
  if (inside && sight.right - sight.left < 3 * width) return;
  sight = around(BEYOND);
  cull(sight);
  for (const listener of sightListeners) listener(sight);
}

function apply() {
  queued = false;
  const { x, y, k } = view;
  world.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
  world.classList.toggle("far", k < FAR);
  world.classList.toggle("near", k >= NEAR);
  const step = k < 0.35 ? 100 * k : 20 * k;
  const within = (value) => (((value - step / 2) % step) + step) % step;
  dots.style.backgroundSize = `${step}px ${step}px`;
  dots.style.transform = `translate(${within(x + MARGIN)}px, ${within(y + MARGIN)}px)`;
  if (percent !== Math.round(k * 100)) {
    percent = Math.round(k * 100);
    document.getElementById("percent").textContent = `${percent} %`;
  }
  look();
  for (const listener of listeners) listener();
  clearTimeout(keeping);
  keeping = setTimeout(() => sessionStorage.setItem(key, JSON.stringify(view)), 200);
}

function changed() {
  if (queued) return;
  queued = true;
  requestAnimationFrame(apply);
}

export function panBy(dx, dy) {
  canvas.classList.add("moving");
  clearTimeout(stopping);
  stopping = setTimeout(() => canvas.classList.remove("moving"), STILL);
  view.x += dx;
  view.y += dy;
  changed();
}

/** Zoom to `k`, keeping the point (px, py) of the canvas where it is. */
export function zoomTo(k, px = size.width / 2, py = size.height / 2) {
  k = Math.min(MOST, Math.max(LEAST, k));
  view.x = px - ((px - view.x) / view.k) * k;
  view.y = py - ((py - view.y) / view.k) * k;
  view.k = k;
  canvas.classList.remove("moving"); // a picture of it would be blurred
  changed();
}

export function zoomBy(factor, px, py) {
  zoomTo(view.k * factor, px, py);
}

/** A point of the window, in the drawing's own measure. */
export function toWorld(clientX, clientY) {
  const box = canvas.getBoundingClientRect();
  return { x: (clientX - box.left - view.x) / view.k, y: (clientY - box.top - view.y) / view.k };
}

/** The middle of what is seen, in the drawing's own measure. */
export function middle() {
  return { x: (size.width / 2 - view.x) / view.k, y: (size.height / 2 - view.y) / view.k };
}

/** Show all of these nodes (all there are when none are given), never nearer than actual size. */
export function fit(ids = null, least = LEAST) {
  const list = [...nodes.values()].filter((node) => !ids || ids.has(node.id));
  if (!list.length) return;
  const box = boundsOf(list);
  const [width, height] = [size.width, size.height];
  const pad = Math.min(64, width * 0.08);
  const wanted = Math.min((width - 2 * pad) / (box.right - box.left), (height - 2 * pad - 24) / (box.bottom - box.top), 1);
  const k = Math.max(wanted, least);
  view.k = k;
  if (k > wanted) {
    // Too large to be read whole: begin where the call begins.
    const entry = list.find((node) => node.el.classList.contains("is-entry")) ?? list[0];
    const tall = (box.bottom - box.top) * k > height - pad;
    const wide = (box.right - box.left) * k > width - pad;
    view.x = wide ? pad - entry.x * k : (width - (box.right - box.left) * k) / 2 - box.left * k;
    view.y = tall ? height / 3 - entry.y * k : (height - (box.bottom - box.top) * k) / 2 - box.top * k;
  } else {
    view.x = (width - (box.right - box.left) * k) / 2 - box.left * k;
    view.y = (height - (box.bottom - box.top) * k) / 2 - box.top * k + 8;
  }
  changed();
}

/** Bring a node into sight, moving no more than needed. */
export function reveal(id) {
  if (nodes.has(id)) revealBox(nodes.get(id));
}

/** The same for whatever stands at {x, y} and is {h} high. */
export function revealBox(node) {
  const margin = 48;
  const left = node.x * view.k + view.x;
  const top = node.y * view.k + view.y;
  const right = left + WIDTH * view.k;
  const bottom = top + node.h * view.k;
  let [dx, dy] = [0, 0];
  if (right > size.width - margin) dx = size.width - margin - right;
  if (left + dx < margin) dx = margin - left;
  if (bottom > size.height - margin) dy = size.height - margin - bottom;
  if (top + dy < margin) dy = margin - top;
  if (dx || dy) panBy(dx, dy);
}

function onWheel(event) {
  event.preventDefault();
  const box = canvas.getBoundingClientRect();
  const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? size.height : 1;
  if (event.ctrlKey || event.metaKey) {
    zoomBy(Math.exp(-event.deltaY * unit * 0.0035), event.clientX - box.left, event.clientY - box.top);
  } else if (event.shiftKey && !event.deltaX) {
    panBy(-event.deltaY * unit, 0);
  } else {
    panBy(-event.deltaX * unit, -event.deltaY * unit);
  }
}

function measure() {
  size.width = canvas.clientWidth;
  size.height = canvas.clientHeight;
}

export function start(element) {
  canvas = element;
  measure();
  world = document.getElementById("world");
  dots = Object.assign(document.createElement("div"), { className: "dots" });
  canvas.prepend(dots);
  key = `view:${canvas.dataset.flow}${canvas.dataset.version ? `@${canvas.dataset.version}` : ""}`;
  canvas.addEventListener("wheel", onWheel, { passive: false });
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
  if (kept) Object.assign(view, kept);
  else fit(null, 0.85);
  apply();
  new ResizeObserver(() => { measure(); changed(); }).observe(canvas);
  onChange(({ changed: cards }) => {
    if (!cards.size) return;
    sight = null;
    changed();
  });
}
