/** What the fields of a settings form do by themselves: offer, insert, count, play, and let keys be chosen on a keypad. */

import { toast } from "../js/page.js";
import { inspected } from "./inspected.js";
import { onSelect, say } from "./select.js";
import { nodes, onChange } from "./model.js";

const MARKUP = /<!--.*?-->|<\/?[A-Za-z][^<>]*>/gs;
const KEYS_DOWN = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 3, ArrowUp: -3 };
const WORKDAYS = ["tue", "wed", "thu", "fri"];

/** Nodes that were added here and not left since: what is missing in them is not wrong yet, only to be done. */
const fresh = new Set();
const painted = new Set();
let newKey = null;

const byId = (id) => document.getElementById(id);
const changed = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

function count(area) {
  const shown = area.closest(".field, .item")?.querySelector("[data-count]");
  if (!shown) return;
  const length = ("tagged" in area.dataset ? area.value.replace(MARKUP, "") : area.value).length;
  const most = Number(area.dataset.most);
  const spoken = "speech" in area.dataset ? ` · about ${Math.ceil(length / 14)} s` : "";
  shown.textContent = `${length.toLocaleString("en")} of ${most.toLocaleString("en")} characters${spoken}`;
  shown.parentElement.classList.toggle("over", length > most);
}

function hear(button) {
  const area = button.closest(".field, .item")?.querySelector("[data-speech]");
  const text = "tagged" in area.dataset ? area.value.replace(MARKUP, " ").trim() : area.value.trim();
  if (!window.speechSynthesis) return toast("This browser cannot speak. Call the flow to read what a caller hears.");
  if (!text) return;
  const speaking = speechSynthesis.speaking;
  speechSynthesis.cancel();
  if (!speaking) speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(text), { lang: button.dataset.hear }));
}

/** Put a tag around what is selected in the text, or at the cursor; what is to be spoken in it stays selected. */
function insertTag({ dataset: { into, tag, closing } }) {
  const area = byId(into);
  const [start, end] = [area.selectionStart, area.selectionEnd];
  const inside = area.value.slice(start, end) || (closing ? "words" : "");
  area.focus();
  const text = `${tag}${inside}${closing}`;
  // As if typed, so that the browser's own undo and the change event know of it.
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, start, end, "end");
  if (closing) area.setSelectionRange(start + tag.length, start + tag.length + inside.length);
  count(area);
}

function showMistake({ dataset: { into, shows, length } }) {
  const area = byId(into);
  const at = offsetIn(area.value, Number(shows));
  area.focus();
  area.setSelectionRange(at, offsetIn(area.value, Number(shows) + Math.max(1, Number(length))));
}

/** The server counts characters, the browser halves of those beyond the 16-bit ones. */
const offsetIn = (text, characters) => [...text].slice(0, characters).join("").length;

function putInto({ dataset: { into, puts } }) {
  const field = byId(into);
  field.value = puts;
  field.focus();
  changed(field);
}

function copyMonday({ dataset: { copiesMonday: week } }) {
  const monday = byId(`${week}-mon`).value;
  const others = WORKDAYS.map((day) => byId(`${week}-${day}`));
  for (const field of others) field.value = monday;
  changed(others.at(-1));
  say(monday ? `Tuesday to Friday: ${monday}` : "Closed from Tuesday to Friday");
}

function onClick({ target }) {
  const button = target.closest?.("button");
  if (!button) return;
  const { dataset } = button;
  if ("hear" in dataset) hear(button);
  if ("tag" in dataset) insertTag(button);
  if ("shows" in dataset) showMistake(button);
  if ("puts" in dataset) putInto(button);
  if ("copiesMonday" in dataset) copyMonday(button);
  if ("focuses" in dataset) focusOn(dataset.focuses);
  else if (button.type === "submit" && button.closest("[data-keypad]")) newKey = dataset.key;
}

function focusOn(id) {
  const field = byId(id);
  field?.focus();
  field?.select();
}

/** On the keypad the arrows go from key to key, and a key of the keyboard is that key. */
function onKey(event) {
  const pad = event.target.closest?.("[data-keypad]");
  if (!pad || event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = [...pad.querySelectorAll("button")];
  const by = KEYS_DOWN[event.key];
  const wanted = by ? keys[keys.indexOf(event.target) + by] : keys.find((key) => key.dataset.key === event.key);
  if (!by && !wanted) return;
  event.preventDefault();
  event.stopPropagation();
  wanted?.focus();
  if (!by) wanted.click();
}

/** The choice that a key of the keypad has added can be named at once. */
function nameNewChoice() {
  if (newKey === null) return;
  const key = document.querySelector(`[data-keypad] [data-key="${CSS.escape(newKey)}"][data-focuses]`);
  if (!key) return;
  newKey = null;
  focusOn(key.dataset.focuses);
}

function paintFresh() {
  for (const id of new Set([...painted, ...fresh])) nodes.get(id)?.el.classList.toggle("is-fresh", fresh.has(id));
  painted.clear();
  for (const id of fresh) painted.add(id);
  const shown = inspected()?.dataset.inspecting;
  byId("inspector").classList.toggle("is-fresh", fresh.has(shown));
}

/** A node is new until it was selected and then left. */
function leave(selected) {
  for (const id of fresh) if (!selected.has(id)) fresh.delete(id);
  paintFresh();
}

function unplayed({ target }) {
  if (target.localName !== "audio") return;
  const sentence = target.parentElement.querySelector("[data-unplayed]");
  if (sentence) sentence.hidden = false;
}

export function start() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("input", ({ target }) => { if (target.dataset?.most) count(target); });
  document.addEventListener("error", unplayed, true);
  document.addEventListener("flow:coming", ({ detail }) => { for (const id of detail.nodes) fresh.add(id); });
  document.addEventListener("flow:renamed", ({ detail: { from, to } }) => { if (fresh.delete(from)) fresh.add(to); });
  document.addEventListener("htmx:after:settle", () => { nameNewChoice(); paintFresh(); });
  onChange(paintFresh);
  onSelect(leave);
}
