/** Offers what a field may hold, by groups, and fewer with every letter: the voices of the language that is chosen. */

const list = Object.assign(document.createElement("div"), { id: "offered", className: "menu names offered", hidden: true });
let field = null;

const options = () => [...list.querySelectorAll('[role="option"]')];
const picked = () => list.querySelector('[aria-selected="true"]');

function element(role, className, ...children) {
  const made = Object.assign(document.createElement("div"), { className });
  made.setAttribute("role", role);
  made.append(...children);
  return made;
}

/** The groups that fit: a voice speaks the language chosen beside it, and its name, sex or language has what was typed. */
function fitting(area, typed) {
  const language = document.getElementById(area.dataset.language)?.value ?? "";
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return [...document.getElementById(area.dataset.offers).children].map((group) => {
    const name = group.dataset.group;
    const items = [...group.children].filter(({ dataset, textContent }) => {
      const text = `${dataset.value} ${textContent} ${name}`.toLowerCase();
      return (!language || dataset.languages.split(" ").includes(language)) && words.every((word) => text.includes(word));
    });
    return [name, items];
  }).filter(([, items]) => items.length);
}

function pick(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function close() {
  if (!field) return;
  list.hidden = true;
  field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-expanded", "false");
  field = null;
}

function place() {
  const box = field.getBoundingClientRect();
  const width = Math.max(box.width, 220);
  list.style.width = `${width}px`;
  list.style.left = `${Math.max(4, Math.min(box.left, innerWidth - width - 4))}px`;
  const below = innerHeight - box.bottom > list.offsetHeight + 8;
  list.style.top = `${below ? box.bottom + 2 : Math.max(4, box.top - list.offsetHeight - 2)}px`;
}

function offer(area, typed) {
  const groups = fitting(area, typed);
  close();
  if (!groups.length) return;
  field = area;
  let number = 0;
  list.replaceChildren(...groups.map(([name, items]) => {
    const heading = Object.assign(document.createElement("div"), { className: "group-name", textContent: name });
    heading.setAttribute("aria-hidden", "true");
    const group = element("group", "", heading, ...items.map((item) => {
      const option = element("option", "", item.textContent);
      option.id = `offered-${number += 1}`;
      option.dataset.value = item.dataset.value;
      return option;
    }));
    group.setAttribute("aria-label", name);
    return group;
  }));
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
  place();
  pick(options().find((option) => option.dataset.value === area.value) ?? (typed ? options()[0] : null));
}

function take(option) {
  const area = field;
  close();
  if (area.value === option.dataset.value) return;
  area.value = option.dataset.value;
  area.dispatchEvent(new Event("change", { bubbles: true }));
}

function move(by) {
  const all = options();
  const at = all.indexOf(picked());
  pick(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
}

function onKey(event) {
  const { key, target } = event;
  if (!target.matches?.("[data-offers]")) return;
  if (!field) {
    if (key !== "ArrowDown" && key !== "ArrowUp") return;
    offer(target, "");
  } else if (key === "ArrowDown" || key === "ArrowUp") move(key === "ArrowDown" ? 1 : -1);
  else if (key === "Escape") close();
  else if (key === "Enter" && picked()) take(picked());
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** The list stands in the part of the page that holds the fields. */
export function start(beside) {
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Voices");
  beside.append(list);
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("input", ({ target }) => { if (target.matches("[data-offers]")) offer(target, target.value); });
  document.addEventListener("click", ({ target }) => { if (target.matches("[data-offers]") && !field) offer(target, ""); });
  document.addEventListener("focusout", close);
  document.addEventListener("scroll", ({ target }) => { if (field && target !== list) place(); }, true);
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the field keeps the keyboard
    const option = event.target.closest('[role="option"]');
    if (option) take(option);
  });
}
