/** The whole drawing, small: where the nodes are and which part is seen. Press or drag in it to go there. */

import { WIDTH, boundsOf, nodes, onChange } from "./model.js";
import { onSelect, selected } from "./select.js";
import { onView, panBy, size, view } from "./view.js";

const PAD = 60;
const LAG = 150;

let map;
let scale = 1;
let origin = { x: 0, y: 0 };
let queued = false;
let shown = false;
let following = 0;
/** What the nodes take up, and their picture at this scale; null where they have changed since. */
let all = null;
let picture = null;
let colours = { accent: "", node: "" };

function frame() {
  const seen = { left: -view.x / view.k, top: -view.y / view.k };
  seen.right = seen.left + size.width / view.k;
  seen.bottom = seen.top + size.height / view.k;
  return seen;
}

/** Where the map begins and how small it is, so that all nodes and what is seen are on it. */
function measure(seen) {
  all ??= boundsOf([...nodes.values()]);
  const left = Math.min(all.left, seen.left) - PAD;
  const top = Math.min(all.top, seen.top) - PAD;
  const right = Math.max(all.right, seen.right) + PAD;
  const bottom = Math.max(all.bottom, seen.bottom) + PAD;
  const now = Math.min(map.width / (right - left), map.height / (bottom - top));
  const x = left - (map.width / now - (right - left)) / 2;
  const y = top - (map.height / now - (bottom - top)) / 2;
  if (now !== scale || x !== origin.x || y !== origin.y) picture = null;
  [scale, origin] = [now, { x, y }];
}

/** The nodes alone: they stay as they are while the view moves. */
function drawNodes() {
  picture = new OffscreenCanvas(map.width, map.height);
  const paint = picture.getContext("2d");
  const put = (node) => paint.fillRect((node.x - origin.x) * scale, (node.y - origin.y) * scale, Math.max(2, WIDTH * scale), Math.max(2, node.h * scale));
  paint.fillStyle = colours.node;
  for (const node of nodes.values()) if (!selected.has(node.id)) put(node);
  paint.fillStyle = colours.accent;
  for (const id of selected) if (nodes.has(id)) put(nodes.get(id));
}

function draw() {
  queued = false;
  const paint = map.getContext("2d");
  paint.clearRect(0, 0, map.width, map.height);
  if (!nodes.size) return;
  const seen = frame();
  measure(seen);
  if (!picture) drawNodes();
  paint.drawImage(picture, 0, 0);
  paint.strokeStyle = colours.accent;
  paint.lineWidth = 2;
  paint.strokeRect((seen.left - origin.x) * scale, (seen.top - origin.y) * scale, (seen.right - seen.left) * scale, (seen.bottom - seen.top) * scale);
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
  picture = null;
  later();
}

function later() {
  if (queued || !shown) return;
  queued = true;
  requestAnimationFrame(draw);
}

/** The nodes have changed, or what is selected: shown a little later, since what was changed itself comes first. */
function renew() {
  following ||= setTimeout(() => {
    following = 0;
    all = picture = null;
    later();
  }, LAG);
}

function go(event) {
  const box = map.getBoundingClientRect();
  const x = ((event.clientX - box.left) * map.width) / box.width / scale + origin.x;
  const y = ((event.clientY - box.top) * map.height) / box.height / scale + origin.y;
  const seen = frame();
  panBy(((seen.left + seen.right) / 2 - x) * view.k, ((seen.top + seen.bottom) / 2 - y) * view.k);
}

export function start() {
  map = document.getElementById("minimap");
  map.addEventListener("pointerdown", (event) => {
    map.setPointerCapture(event.pointerId);
    go(event);
    event.stopPropagation();
  });
  map.addEventListener("pointermove", (event) => { if (map.hasPointerCapture(event.pointerId)) go(event); });
  new ResizeObserver(() => { shown = map.clientWidth > 0; later(); }).observe(map);
  onView(later);
  onChange(renew);
  onSelect(renew);
  readColours();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", readColours);
  new MutationObserver(readColours).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
}
