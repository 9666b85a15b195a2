/** One box for everything: Ctrl+F finds text, numbers, steps and settings here and in other flows, Ctrl+K also does commands. */

import { dialogIsOpen } from "./inspected.js";
import { duplicateSelected, pinSelected, removeSelected, tidySelected } from "./keys.js";
import { toggleMarks } from "./marks.js";
import { nodes } from "./model.js";
import { addNote, frameSelected } from "./notes.js";
import { select, selected } from "./select.js";
import { redo, send, undo } from "./sync.js";
import { fit, zoomTo } from "./view.js";

const press = (selector) => document.querySelector(selector)?.click();

const COMMANDS = [
  ["Call this flow", () => press('[data-do="call"]')],
  ["Publish", () => press('a[href$="/publish"]')],
  ["Undo", undo],
  ["Redo", redo],
  ["Tidy the drawing", () => send({ op: "tidy" })],
  ["Tidy what is selected", tidySelected],
  ["Pin what is selected, or take the pins out", pinSelected],
  ["Frame what is selected", frameSelected],
  ["Add a note", addNote],
  ["Fit everything", () => fit()],
  ["Fit what is selected", () => fit(selected.size ? selected : null)],
  ["Actual size", () => zoomTo(1)],
  ["Select everything", () => select([...nodes.keys()], { focus: false })],
  ["Duplicate what is selected", duplicateSelected],
  ["Delete what is selected", removeSelected],
  ["Show the problems", () => press('[data-do="problems"]')],
  ["Outline of the flow", () => press('a[href$="/outline"]')],
  ["Changes marked on the drawing", toggleMarks],
  ["Changes in words", () => location.assign(`/flows/${document.getElementById("main").dataset.flow}/diff`)],
  ["Versions", () => press('a[href$="/versions"]')],
  ["Every shortcut", () => document.getElementById("keys").showModal()],
  ["Light or dark", () => press("[data-theme-switch]")],
  ["All flows", () => press('a[href="/"]')],
];

let dialog;
let input;
let box;
let timer = 0;
let asked = 0;
/** Whether the words have changed since they were last asked for. */
let stale = false;
let listed = Promise.resolve();

const options = () => [...box.querySelectorAll('[role="option"]')];
const picked = () => box.querySelector('[aria-selected="true"]');

function pick(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function row(number, title, detail, run) {
  const option = document.createElement("div");
  option.id = `found-${number}`;
  option.setAttribute("role", "option");
  option.append(Object.assign(document.createElement("b"), { textContent: title }));
  option.append(Object.assign(document.createElement("small"), { textContent: detail }));
  option.run = run;
  return option;
}

function goTo(found) {
  if (found.url) location.assign(found.url);
  else select([found.node], { show: true });
}

/** What holds these words; null where the server did not say. */
async function search(words) {
  const flow = document.getElementById("main").dataset.flow;
  try {
    const answer = await fetch(`/flows/${flow}/find?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } });
    return answer.ok ? (await answer.json()).found : null;
  } catch {
    return null;
  }
}

/** List what fits the words in the box; the latest question wins. */
async function list() {
  clearTimeout(timer);
  stale = false;
  asked += 1;
  const mine = asked;
  const words = input.value.trim();
  const wanted = words.toLowerCase();
  const commands = dialog.dataset.commands ? COMMANDS.filter(([title]) => title.toLowerCase().includes(wanted)) : [];
  const found = words ? await search(words) : [];
  if (mine !== asked) return;
  const rows = commands.map(([title, run], at) => row(at, title, "command", run));
  rows.push(...(found ?? []).map((each, at) => row(rows.length + at, each.title, each.detail, () => goTo(each))));
  box.replaceChildren(...rows);
  dialog.querySelector("[data-nothing]").hidden = rows.length > 0 || !words || !found;
  dialog.querySelector("[data-unasked]").hidden = Boolean(found);
  pick(rows[0]);
}

const listAgain = () => { listed = list(); };

/** Resolves once the list is that of the words in the box: a key pressed sooner is meant for it, not for the one before. */
async function upToDate() {
  if (stale) listAgain();
  for (let seen = null; seen !== listed;) {
    seen = listed;
    await seen;
  }
}

function choose(option) {
  if (!option) return;
  dialog.close();
  option.run();
}

function open(commands) {
  if (commands) dialog.dataset.commands = "yes";
  else delete dialog.dataset.commands;
  input.placeholder = commands ? "Do something, or find a step" : "Find a text, a number, a step, a setting";
  input.value = "";
  dialog.showModal();
  input.focus();
  listAgain();
}

const KEYS = {
  ArrowDown: (all, at) => pick(all[Math.min(at + 1, all.length - 1)]),
  ArrowUp: (all, at) => pick(all[Math.max(at - 1, 0)]),
  Enter: (all, at) => choose(all[at]),
};

async function onKey(event) {
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  await upToDate();
  const all = options();
  if (dialog.open) act(all, all.indexOf(picked()));
}

export function start() {
  dialog = document.getElementById("finder");
  input = dialog.querySelector("input");
  box = dialog.querySelector('[role="listbox"]');
  input.addEventListener("input", () => {
    stale = true;
    clearTimeout(timer);
    timer = setTimeout(listAgain, 80);
  });
  dialog.addEventListener("keydown", onKey);
  box.addEventListener("click", (event) => choose(event.target.closest('[role="option"]')));
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || (key !== "f" && key !== "k")) return;
    if (dialogIsOpen()) return;
    event.preventDefault();
    open(key === "k");
  });
}
