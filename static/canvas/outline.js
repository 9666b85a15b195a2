/** The outline: the flow as a list, edited where it stands. Every edit brings the list anew; the keyboard keeps its place. */

import * as beat from "./beat.js";
import * as fields from "./fields.js";
import * as names from "./names.js";
import * as offering from "./offering.js";
import * as preview from "./preview.js";
import { say } from "./select.js";
import * as steplists from "./steplists.js";
import { idle, inspect, redo, revision, send, start as startSync, undo } from "./sync.js";

const main = document.getElementById("main");
const list = document.getElementById("outline");
const aside = document.getElementById("settings");
const dialog = document.getElementById("add-step");

const MOST_FILLED = 100;
const PAUSE = 500;

const steps = () => [...list.querySelectorAll("li[data-step]")];
const stepOf = (id) => list.querySelector(`li[data-step="${CSS.escape(id)}"]`);
const shown = () => aside.querySelector("[data-inspecting]")?.dataset.inspecting;

/** Put the keyboard at a step; at the button that adds one where there is none. */
function point(id) {
  (stepOf(id)?.querySelector("[data-settings]") ?? main.querySelector("[data-adds]")).focus();
}

/** Where an exit may lead. In a large flow that is much: there it is written when it is asked for. */
function fill(select) {
  if (select.dataset.filled === String(revision())) return;
  select.dataset.filled = String(revision());
  const targets = steps().map(({ dataset: { step } }) => new Option(step, step, false, step === select.dataset.to));
  select.replaceChildren(select.options[0], ...targets);
}

function mark() {
  if (steps().length <= MOST_FILLED) list.querySelectorAll("select[data-exit]").forEach(fill);
  for (const each of steps()) each.classList.toggle("is-shown", each.dataset.step === shown());
}

async function refresh() {
  const at = document.activeElement;
  const step = list.contains(at) ? at.closest("li[data-step]")?.dataset.step : null;
  await window.htmx.ajax("GET", `/flows/${main.dataset.flow}/outline`, { source: list, target: list, swap: "innerHTML" });
  mark();
  if (!step || document.activeElement !== document.body) return; // nobody was there, or they have gone on meanwhile
  const again = document.getElementById(at.id);
  if (again) again.focus();
  else point(step);
}

function close() {
  const id = shown();
  document.getElementById("inspector").replaceChildren();
  document.body.classList.remove("settings-open");
  mark();
  point(id);
}

async function open(id) {
  await inspect(`nodes/${id}?tab=settings`);
  document.body.classList.add("settings-open");
  mark();
  aside.querySelector(".pane :is(textarea, select, input:not([type=hidden]), button:not([tabindex='-1']))")?.focus();
}

async function remove(id) {
  const all = steps().map(({ dataset }) => dataset.step);
  const at = all.indexOf(id);
  if (shown() === id) close();
  if ((await send({ op: "delete_nodes", nodes: [id] })) !== 200) return;
  await idle();
  await refresh();
  point(all[at - 1] ?? all[at + 1]);
  say(`Deleted ${id}`);
}

/** Ask which step to add, and where it comes. */
function ask(button) {
  const step = button.closest("li[data-step]");
  const exits = step ? [...step.querySelectorAll("select[data-exit]")] : [];
  const where = dialog.querySelector("[name=exit]");
  dialog.dataset.after = step?.dataset.step ?? "";
  where.replaceChildren(...exits.map(({ dataset }) => new Option(dataset.words, dataset.exit)));
  where.value = (exits.find(({ dataset }) => !dataset.to) ?? exits[0])?.dataset.exit ?? "";
  where.closest(".field").hidden = !exits.length;
  dialog.querySelector("h2").textContent = step ? `Add a step after ${step.dataset.step}` : "Add a step";
  dialog.showModal();
}

/** A free place for the card: right of the step before. */
function place(after) {
  const cards = steps().map(({ dataset }) => ({ x: Number(dataset.x), y: Number(dataset.y) }));
  const x = after ? Number(after.dataset.x) + 300 : 40;
  let y = after ? Number(after.dataset.y) : 80;
  while (cards.some((card) => Math.abs(card.x - x) < 240 && Math.abs(card.y - y) < 160)) y += 40;
  return [x, y];
}

function add(event) {
  event.preventDefault();
  const { after } = dialog.dataset;
  const exit = dialog.querySelector("[name=exit]").value;
  const type = dialog.querySelector("[name=type]").value;
  dialog.close();
  send({ op: "add_node", type, position: place(stepOf(after)), ...(after && exit ? { from: [after, exit] } : {}) });
}

/** Leads an exit elsewhere. In some browsers every arrow key is a change: the choice holds when it rests, or is left. */
let resting = null;

function settle(select) {
  if (resting?.select !== select) return;
  clearTimeout(resting.timer);
  resting = null;
  lead(select);
}

function choose(select) {
  clearTimeout(resting?.timer);
  resting = { select, timer: setTimeout(settle, PAUSE, select) };
}

async function lead(select) {
  const { node, exit, words } = select.dataset;
  const to = select.value;
  const status = await send(to ? { op: "connect", node, exit, to } : { op: "disconnect", node, exit });
  if (status === 200) say(`${node}, ${words}, leads ${to ? `to ${to}` : "nowhere"}`);
  else if (status) refresh();
}

const DO = {
  undo,
  redo,
  delete: () => remove(shown()),
  duplicate: () => send({ op: "duplicate", nodes: [shown()], by: [40, 40] }),
  problems: () => {
    const step = list.querySelector(".field-error")?.closest("li");
    if (step) point(step.dataset.step);
  },
  "reload-inspector": () => open(shown()),
};

function onClick(event) {
  const button = event.target.closest("button, a");
  if (!button) return;
  const { dataset } = button;
  DO[dataset.do]?.();
  if (dataset.settings) open(dataset.settings);
  if (dataset.removes) remove(dataset.removes);
  if ("adds" in dataset) ask(button);
  if ("closesSettings" in dataset) close();
  if (dataset.go && stepOf(dataset.go)) {
    event.preventDefault();
    point(dataset.go);
  }
}

function onKey(event) {
  const { key, target } = event;
  if (key === "Escape" && aside.contains(target)) return void close();
  const tab = target.closest?.("[role=tab]");
  if (tab && (key === "ArrowRight" || key === "ArrowLeft")) {
    const next = key === "ArrowRight" ? tab.nextElementSibling ?? tab.parentElement.firstElementChild : tab.previousElementSibling ?? tab.parentElement.lastElementChild;
    next.focus();
    next.click();
  } else if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z" && !target.matches("input, textarea")) {
    if (event.shiftKey) redo();
    else undo();
  } else return;
  event.preventDefault();
}

startSync(main);
fields.start();
steplists.start();
offering.start(aside);
names.start();
preview.start();
document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
// Enter in a form that is saved at every change: the change has been sent, nothing is to be loaded.
document.addEventListener("submit", (event) => { if (event.target.hasAttribute("hx-post")) event.preventDefault(); });
document.addEventListener("flow:say", (event) => say(event.detail.text));
document.addEventListener("flow:added", async ({ detail }) => {
  await idle();
  await refresh();
  point(detail.nodes[0]);
  say(`Added ${detail.nodes.join(", ")}`);
});
for (const early of ["focusin", "pointerdown"]) {
  list.addEventListener(early, (event) => { if (event.target.matches("select[data-exit]")) fill(event.target); });
}
list.addEventListener("change", (event) => { if (event.target.matches("select[data-exit]")) choose(event.target); });
list.addEventListener("focusout", (event) => settle(event.target));
list.addEventListener("keydown", (event) => { if (event.key === "Enter") settle(event.target); });
dialog.querySelector("form").addEventListener("submit", add);

// Whatever made the draft another one, an edit here or one of somebody else: the list follows.
mark();
let seen = revision();
new MutationObserver(() => {
  if (revision() === seen) return;
  seen = revision();
  refresh();
}).observe(document.getElementById("bar-state"), { subtree: true, childList: true, attributes: true });
beat.start(main, {
  reveal: async (id) => { if (shown() !== id && stepOf(id)) await open(id); },
  reload: () => { if (shown()) inspect(`nodes/${shown()}?tab=settings`); },
});

/** What tests may look at. */
window.flow = { idle };
document.documentElement.dataset.ready = "yes";
