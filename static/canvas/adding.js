/** Adds steps: from the palette by press or drag, or where a menu or a key asks for one. */

import { INPUT_Y, WIDTH, freePlace, nodes, snap } from "./model.js";
import { onlyNode } from "./select.js";
import { send } from "./sync.js";
import { middle, toWorld } from "./view.js";

const SLOP = 5;

/** The first exit of a node that leads nowhere yet. */
export const openExit = (node) => node?.exits.find((exit) => !exit.to && !exit.covered) ?? null;

/** Add a step. `from` is [node, exit] to link it to, `at` the point of the drawing where its input shall be; with `toExit`
 *  it comes into that link, and goes on from that exit of its own. */
export function addStep(type, { from = null, at = null, toExit = "" } = {}) {
  const source = from ? nodes.get(from[0]) : null;
  let place;
  if (at) place = [snap(at.x), snap(at.y - INPUT_Y)];
  else if (source) place = freePlace(source.x + WIDTH + 80, source.y);
  else {
    const centre = middle();
    place = nodes.size ? freePlace(centre.x - WIDTH / 2, centre.y - 60) : [snap(centre.x - WIDTH), snap(centre.y - 80)];
  }
  return send({ op: "add_node", type, position: place, ...(from ? { from } : {}), ...(toExit ? { insert: true, to_exit: toExit } : {}) });
}

/** Add after the selected node where it has an exit to spare, else in the middle of what is seen. */
export function addAfterSelected(type) {
  const node = onlyNode();
  const exit = openExit(node);
  return addStep(type, { from: node && exit ? [node.id, exit.name] : null });
}

function dragFromPalette(event, button) {
  let ghost = null;
  const over = (now) => {
    const el = document.elementFromPoint(now.clientX, now.clientY);
    return el?.closest("#main") ? el : null;
  };
  const move = (now) => {
    if (!ghost) {
      if (Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY) < SLOP) return;
      ghost = document.createElement("div");
      ghost.className = `ghost ${button.closest("ul").className}`;
      ghost.append(...[...button.childNodes].map((child) => child.cloneNode(true)));
      document.body.append(ghost);
    }
    ghost.style.left = `${now.clientX - 16}px`;
    ghost.style.top = `${now.clientY - 18}px`;
  };
  const stop = (now) => {
    button.removeEventListener("pointermove", move);
    button.removeEventListener("pointerup", stop);
    button.removeEventListener("pointercancel", stop);
    if (!ghost) return;
    ghost.remove();
    button.dataset.dragged = "yes";
    setTimeout(() => delete button.dataset.dragged);
    const at = toWorld(now.clientX, now.clientY);
    const target = now.type === "pointerup" && over(now);
    if (!target) return;
    const link = target.dataset.link?.split(" ");
    addStep(button.dataset.add, { at: { x: at.x - 16, y: at.y + 5 }, ...(link ? { from: link, toExit: button.dataset.exit } : {}) });
  };
  button.setPointerCapture(event.pointerId);
  button.addEventListener("pointermove", move);
  button.addEventListener("pointerup", stop);
  button.addEventListener("pointercancel", stop);
}

function filter(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let any = false;
  for (const group of document.querySelectorAll("#palette [data-group]")) {
    let shown = 0;
    for (const button of group.querySelectorAll("[data-add]")) {
      const fits = words.every((word) => button.dataset.words.includes(word));
      button.parentElement.hidden = !fits;
      shown += fits;
    }
    group.hidden = !shown;
    any ||= shown > 0;
  }
  document.getElementById("no-step").hidden = any;
}

export function start() {
  const palette = document.getElementById("palette");
  const find = document.getElementById("find-step");
  palette.addEventListener("pointerdown", (event) => {
    const button = event.target.closest("[data-add]");
    if (button && event.button === 0) dragFromPalette(event, button);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (!button || button.dataset.dragged || button.closest("#step-menu")) return;
    addAfterSelected(button.dataset.add);
    document.body.classList.remove("palette-open");
  });
  find.addEventListener("input", () => filter(find.value));
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") palette.querySelector("section:not([hidden]) li:not([hidden]) [data-add]")?.click();
    if (event.key !== "Escape") return;
    find.value = "";
    filter("");
    document.getElementById("main").focus();
  });
}
