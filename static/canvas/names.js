/** Offers the names that are set at this step while an expression is typed: behind {{, or anywhere in a bare one. */

const WORD = /[A-Za-z_][\w.]*$/;
const MOST = 200;

let list;
let field = null;
let prefix = "";

const options = () => [...list.children];
const picked = () => list.querySelector('[aria-selected="true"]');

/** The expression that the cursor stands in, up to the cursor; null outside of any. */
function begun(area) {
  const before = area.value.slice(0, area.selectionStart);
  if ("bare" in area.dataset) return before;
  const opened = before.lastIndexOf("{{");
  return opened < 0 || before.indexOf("}}", opened) >= 0 ? null : before.slice(opened + 2);
}

const isQuoted = (source) => /['"]/.test(source.replace(/'[^']*'|"[^"]*"/g, ""));

/** The names set at the step, and before them those that this one setting knows: the answer to a web request, secrets. */
function offeredIn(area) {
  const { names, ownNames } = document.getElementById("settings-form").dataset;
  const own = JSON.parse(ownNames ?? "{}");
  return [...new Set([...(own[area.name.split(".")[0]] ?? []), ...JSON.parse(names), ...(own[""] ?? [])])];
}

function fitting(area, asked) {
  const source = area.selectionStart === area.selectionEnd ? begun(area) : null;
  if (source === null || isQuoted(source)) return [];
  prefix = WORD.exec(source)?.[0] ?? "";
  const behind = source.slice(0, source.length - prefix.length);
  if (/\|\s*$|[\w.)\]]$/.test(behind)) return []; // a filter, or the middle of something else
  if (!prefix && !asked && "bare" in area.dataset) return [];
  const names = offeredIn(area);
  const wanted = prefix.toLowerCase();
  const begins = names.filter((name) => name.toLowerCase().startsWith(wanted));
  const holds = names.filter((name) => !begins.includes(name) && name.toLowerCase().includes(wanted));
  return begins.includes(prefix) && begins.length === 1 ? [] : [...begins, ...holds].slice(0, MOST);
}

function pick(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function close() {
  if (!field) return;
  list.hidden = true;
  field.removeAttribute("aria-activedescendant");
  if (field.getAttribute("role") === "combobox") field.setAttribute("aria-expanded", "false");
  field = null;
}

function place() {
  const box = field.getBoundingClientRect();
  list.style.width = `${box.width}px`;
  list.style.left = `${box.left}px`;
  const below = innerHeight - box.bottom > list.offsetHeight + 8;
  list.style.top = `${below ? box.bottom + 2 : Math.max(4, box.top - list.offsetHeight - 2)}px`;
}

function offer(area, asked = false) {
  const names = fitting(area, asked);
  if (!names.length) return close();
  if (field !== area) close();
  field = area;
  list.replaceChildren(...names.map((name, number) => {
    const option = Object.assign(document.createElement("div"), { id: `name-${number}`, textContent: name });
    option.setAttribute("role", "option");
    return option;
  }));
  list.hidden = false;
  if (field.getAttribute("role") === "combobox") field.setAttribute("aria-expanded", "true");
  place();
  pick(list.firstElementChild);
}

/** Put the name in the place of what was typed of it, and close the braces where they are open. */
function take(option) {
  const [area, name] = [field, option.textContent];
  const at = area.selectionStart;
  const after = area.value.slice(at);
  const source = begun(area);
  const isOpen = !("bare" in area.dataset) && !/^[^{]*?\}\}/s.test(after);
  const gap = isOpen && source === prefix ? " " : "";
  const text = `${gap}${name}${isOpen ? " }}" : ""}`;
  close();
  area.setSelectionRange(at - prefix.length, at);
  // As if typed, so that the browser's own undo and the change event know of it.
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, at - prefix.length, at, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.dispatchEvent(new Event("change", { bubbles: true }));
}

function onKey(event) {
  const { key, target } = event;
  if (!field) {
    if (key !== " " || !event.ctrlKey || !target.matches?.("[data-bare], [data-fills]")) return;
    offer(target, true);
  } else if (target !== field || event.isComposing) return;
  else if (key === "ArrowDown" || key === "ArrowUp") {
    const all = options();
    pick(all[(all.indexOf(picked()) + (key === "ArrowDown" ? 1 : all.length - 1)) % all.length]);
  } else if (key === "Escape") close();
  else if ((key === "Enter" || key === "Tab") && !event.shiftKey) take(picked());
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function start() {
  list = document.createElement("div");
  Object.assign(list, { id: "names", className: "menu names", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Names that are set here");
  document.body.append(list);
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-bare], [data-fills]")) offer(event.target);
  });
  document.addEventListener("focusout", close);
  document.addEventListener("selectionchange", () => { if (field && begun(field) === null) close(); });
  document.addEventListener("scroll", (event) => { if (field && event.target !== list) place(); }, true);
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the field keeps the keyboard
    const option = event.target.closest('[role="option"]');
    if (option) take(option);
  });
}
