/** Shows under an expression, or a text with {{ }}, what it gives with a call; worked out by the server while it is typed. */

import { csrfHeaders } from "../js/page.js";

const PAUSE = 250;
const MOST = 200;

let timer = 0;
let asking = null;
const known = new Map();

const form = () => document.getElementById("settings-form");
const keyOf = (field) => `${form().getAttribute("hx-post")} ${field.name} ${field.value}`;
const isAsked = (field) => ("bare" in field.dataset ? field.value.trim() !== "" : field.value.includes("{{"));
const fields = () => [...(form()?.querySelectorAll("[data-bare], [data-fills]") ?? [])].slice(0, MOST);

function placed(field) {
  const id = `${field.id}-gives`;
  const there = document.getElementById(id);
  if (there) return there;
  const made = Object.assign(document.createElement("p"), { id, className: "preview" });
  (field.closest(".line, .pairs-row, .with-unit") ?? field).after(made);
  return made;
}

function show(field, given) {
  const line = document.getElementById(`${field.id}-gives`);
  if (!given) return void line?.remove();
  const target = placed(field);
  const words = given.kind === "error" ? given.words : `${given.from}: `;
  if (target.dataset.words === words + given.words) return;
  target.dataset.words = words + given.words;
  target.className = `preview ${given.kind}`;
  target.replaceChildren(words);
  if (given.kind !== "error") target.append(Object.assign(document.createElement("b"), { textContent: given.words || "nothing" }));
  // Said while it is typed, not when the form appears.
  if (document.activeElement === field) target.setAttribute("aria-live", "polite");
}

/** Show what is known, at once, so that nothing jumps when the form has been replaced; ask for the rest. */
function refresh() {
  const all = fields();
  for (const field of all) {
    if (!isAsked(field)) show(field, null);
    else if (known.has(keyOf(field))) show(field, known.get(keyOf(field)));
  }
  clearTimeout(timer);
  if (all.some((field) => isAsked(field) && !known.has(keyOf(field)))) timer = setTimeout(ask, PAUSE);
}

async function ask() {
  if (!form()) return;
  const asked = fields().filter((field) => isAsked(field) && !known.has(keyOf(field)));
  const keys = asked.map(keyOf);
  asking?.abort();
  asking = new AbortController();
  const body = JSON.stringify({
    fields: asked.map((field) => ({ name: field.name, text: field.value, bare: "bare" in field.dataset })),
  });
  const headers = csrfHeaders({ "Content-Type": "application/json" });
  try {
    const answer = await fetch(`${form().getAttribute("hx-post")}/preview`, { method: "POST", headers, body, signal: asking.signal });
    if (!answer.ok) return;
    const given = await answer.json();
    if (known.size > 2000) known.clear();
    const from = given.from[0].toUpperCase() + given.from.slice(1);
    given.fields.forEach((each, place) => known.set(keys[place], { ...each, from }));
  } catch {
    return; // no connection, or something newer has been typed: what is saved, or not, is said elsewhere
  }
  for (const field of fields()) if (isAsked(field) && known.has(keyOf(field))) show(field, known.get(keyOf(field)));
}

export function start() {
  document.addEventListener("input", (event) => { if (event.target.matches?.("[data-bare], [data-fills]")) refresh(); });
  // The draft, or the last call, may be another one by now.
  document.addEventListener("flow:here", () => known.clear());
  document.addEventListener("htmx:after:settle", refresh);
}
