/** The menu "add a step here": the palette's steps in a list to search, by pointer or keyboard. */

import { addStep } from "./adding.js";

let menu;
let input;
let list;
let plan = {};
let back = null;

function options() {
  return [...list.querySelectorAll("[role=option]:not([hidden])")];
}

function pick(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  input.setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

const picked = () => list.querySelector("[aria-selected=true]:not([hidden])");

function close() {
  menu.hidden = true;
  (back?.isConnected ? back : document.getElementById("main")).focus({ preventScroll: true });
}

function choose(option) {
  if (!option) return;
  close();
  addStep(option.dataset.type, plan);
}

function filter() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const option of list.children) option.hidden = !words.every((word) => option.dataset.words.includes(word));
  pick(options()[0]);
}

function onKey(event) {
  const all = options();
  const at = all.indexOf(picked());
  if (event.key === "ArrowDown") pick(all[Math.min(at + 1, all.length - 1)]);
  else if (event.key === "ArrowUp") pick(all[Math.max(at - 1, 0)]);
  else if (event.key === "Enter") choose(picked());
  else if (event.key === "Escape" || event.key === "Tab") close();
  else return;
  if (event.key === "Tab" && !event.shiftKey) return; // it goes on from the step that the menu was opened at
  event.preventDefault();
  event.stopPropagation();
}

function build() {
  const label = document.createElement("input");
  Object.assign(label, { className: "input", type: "search", placeholder: "Add a step", autocomplete: "off" });
  label.setAttribute("role", "combobox");
  label.setAttribute("aria-expanded", "true");
  label.setAttribute("aria-controls", "step-menu-list");
  label.setAttribute("aria-label", "Add a step");
  list = document.createElement("div");
  list.id = "step-menu-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Steps");
  for (const button of document.querySelectorAll("#palette [data-add]")) {
    const option = document.createElement("div");
    option.id = `add-${button.dataset.add}`;
    option.className = button.closest("ul").className;
    option.setAttribute("role", "option");
    Object.assign(option.dataset, { type: button.dataset.add, words: button.dataset.words });
    option.append(...[...button.childNodes].map((child) => child.cloneNode(true)));
    list.append(option);
  }
  menu.append(label, list);
  return label;
}

/** Open at a point of the window. `what` is passed on to addStep: {from, at}. */
export function openStepMenu(clientX, clientY, what) {
  plan = what;
  back = document.activeElement;
  menu.hidden = false;
  input.value = "";
  filter();
  const box = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(clientX, innerWidth - box.width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(clientY, innerHeight - box.height - 8))}px`;
  input.focus();
}

export function start() {
  menu = document.getElementById("step-menu");
  input = build();
  input.addEventListener("input", filter);
  menu.addEventListener("keydown", onKey);
  list.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== picked()) pick(option);
  });
  list.addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
  document.addEventListener("pointerdown", (event) => {
    if (!menu.hidden && !event.target.closest("#step-menu")) menu.hidden = true;
  }, true);
}
