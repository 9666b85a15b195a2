/** The whole drawing, small: where the nodes are and which part is seen. Press or drag in it to go there. */

import { WIDTH, boundsOf, nodes, onChange } from "./model.js";
import { onSelect, selected } from "./select.js";
import { onView, panBy, view } from "./view.js";

const PAD = 60;

let map;
let canvas;
let scale = 1;
let origin = { x: 0, y: 0 };
let queued = false;
let colours = { accent: "", node: "" };

function frame() {
  const seen = { left: -view.x / view.k, top: -view.y / view.k };
  seen.right = seen.left + canvas.clientWidth / view.k;
  seen.bottom = seen.top + canvas.clientHeight / view.k;
  return seen;
}

function draw() {
  queued = false;
  const paint = map.getContext("2d");
  paint.clearRect(0, 0, map.width, map.height);
  if (!nodes.size) return;
  const seen = frame();
  const all = boundsOf([...nodes.values()]);
  const left = Math.min(all.left, seen.left) - PAD;
  const top = Math.min(all.top, seen.top) - PAD;
  const right = Math.max(all.right, seen.right) + PAD;
  const bottom = Math.max(all.bottom, seen.bottom) + PAD;
  scale = Math.min(map.width / (right - left), map.height / (bottom - top));
  origin = {
    x: left - (map.width / scale - (right - left)) / 2,
    y: top - (map.height / scale - (bottom - top)) / 2,
  };
  const at = (x, y) => [(x - origin.x) * scale, (y - origin.y) * scale];
  for (const node of nodes.values()) {
    paint.fillStyle = selected.has(node.id) ? colours.accent : colours.node;
    paint.fillRect(...at(node.x, node.y), Math.max(2, WIDTH * scale), Math.max(2, node.h * scale));
  }
  paint.strokeStyle = colours.accent;
  paint.lineWidth = 2;
  paint.strokeRect(...at(seen.left, seen.top), (seen.right - seen.left) * scale, (seen.bottom - seen.top) * scale);
}

/** Canvas colours must be plain: the tokens are read through an element that computes them. */
function readColours() {
  const probe = document.createElement("i");
  map.parentElement.append(probe);
  const computed = (value) => {
    probe.style.color = value;
    return getComputedStyle(probe).color;
  };
  colours = { accent: computed("var(--accent)"), node: computed("var(--wire)") };
  probe.remove();
  later();
}

function later() {
  if (queued || !map.clientWidth) return;
  queued = true;
  requestAnimationFrame(draw);
}

function go(event) {
  const box = map.getBoundingClientRect();
  const x = ((event.clientX - box.left) * map.width) / box.width / scale + origin.x;
  const y = ((event.clientY - box.top) * map.height) / box.height / scale + origin.y;
  const seen = frame();
  panBy(((seen.left + seen.right) / 2 - x) * view.k, ((seen.top + seen.bottom) / 2 - y) * view.k);
}

export function start(element) {
  canvas = element;
  map = document.getElementById("minimap");
  map.addEventListener("pointerdown", (event) => {
    map.setPointerCapture(event.pointerId);
    go(event);
    event.stopPropagation();
  });
  map.addEventListener("pointermove", (event) => { if (map.hasPointerCapture(event.pointerId)) go(event); });
  onView(later);
  onChange(later);
  onSelect(later);
  readColours();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", readColours);
  new MutationObserver(readColours).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
}
