/** Fills a long list when it is about to be opened: nobody waits for lists that stay closed. */

import { nodes } from "./model.js";

const EVERYTHING = {
  steps: () => [...nodes.keys()].sort().map((id) => new Option(id, id)),
  languages: () => [...document.getElementById("all-languages").content.cloneNode(true).children],
};

const optionsIn = (part) => (part.localName === "option" ? [part] : [...part.children]);

/** The option that is chosen stays the one it is, in the place that it has among the others. */
function fill(list) {
  const parts = EVERYTHING[list.dataset.all]();
  const there = new Map([...list.options].map((option) => [option.value, option]));
  delete list.dataset.all;
  for (const part of parts) {
    for (const option of optionsIn(part)) {
      const known = there.get(option.value);
      if (known && part !== option) option.replaceWith(known);
    }
  }
  list.append(...parts.map((part) => there.get(part.value) ?? part));
}

const open = (target) => { if (target?.matches?.("select[data-all]")) fill(target); };

export function start() {
  document.addEventListener("focusin", ({ target }) => open(target));
  document.addEventListener("pointerdown", ({ target }) => open(target), true);
  // An answer has drawn the form anew, round the list that has the keyboard.
  document.addEventListener("htmx:after:settle", () => open(document.activeElement));
}
