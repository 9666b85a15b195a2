/** Fills a list of all steps when it is about to be opened: in a large flow nobody waits for lists that stay closed. */

import { nodes } from "./model.js";

function fill(list) {
  list.removeAttribute("data-all-steps");
  const there = new Map([...list.options].map((option) => [option.value, option]));
  list.append(...[...nodes.keys()].sort().map((id) => there.get(id) ?? new Option(id, id)));
}

const opening = (event) => { if (event.target.matches?.("select[data-all-steps]")) fill(event.target); };

export function start() {
  document.addEventListener("focusin", opening);
  document.addEventListener("pointerdown", opening, true);
}
