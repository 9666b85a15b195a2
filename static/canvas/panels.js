/** Everything around the drawing: buttons, tabs, problems and the phone's slot. */

import { inspected } from "./inspected.js";
import { duplicateSelected, removeSelected } from "./keys.js";
import { nodes } from "./model.js";
import { markHere, reloadInspector, renamed, say, select, whenShown } from "./select.js";
import { idle, redo, send, undo } from "./sync.js";
import { fit, zoomBy, zoomTo } from "./view.js";

const body = document.body;
const narrow = matchMedia("(max-width: 820px)");

function togglePhone(open = !body.classList.contains("calling")) {
  const button = document.querySelector('[data-do="call"]');
  body.classList.toggle("calling", open);
  button.setAttribute("aria-pressed", String(open));
  if (open) window.htmx.trigger(button, "open-phone");
  else {
    document.getElementById("phone").replaceChildren();
    markHere(null);
    button.focus();
  }
}

const DO = {
  undo,
  redo,
  delete: removeSelected,
  duplicate: duplicateSelected,
  call: () => togglePhone(),
  problems: () => {
    togglePhoneIfOpen();
    const list = document.getElementById("problems");
    list.open = true;
    body.classList.add("side-open");
    (list.querySelector(".problem") ?? list.querySelector("summary")).focus();
  },
  "zoom-in": () => zoomBy(1.2),
  "zoom-out": () => zoomBy(1 / 1.2),
  "zoom-reset": () => zoomTo(1),
  "zoom-fit": () => fit(),
  "fold-palette": () => body.classList.toggle(narrow.matches ? "palette-open" : "palette-folded"),
  "close-sheet": () => { body.classList.remove("side-open"); togglePhoneIfOpen(); },
  "reload-inspector": reloadInspector,
};

function togglePhoneIfOpen() {
  if (body.classList.contains("calling")) togglePhone(false);
}

/** Show what a problem, or a use, is about: the node, and the field or the exit. */
function goTo(button) {
  const { go, setting } = button.dataset;
  if (!nodes.has(go)) return;
  const shown = inspected();
  const elsewhere = setting && shown?.dataset.tab !== "settings";
  if (elsewhere) shown.dataset.tab = "settings";
  select([go], { focus: false, show: true });
  if (elsewhere) reloadInspector();
  whenShown(go, () => {
    const name = CSS.escape(setting);
    const field = setting && document.querySelector(`#settings-form [name="${name}"], #settings-form [name^="${name}."]`);
    if (field) {
      field.closest("details")?.setAttribute("open", "");
      field.focus();
    } else nodes.get(go)?.el.focus({ preventScroll: true });
  });
}

/** Put a problem right, and go on to the one that stands in its place then. */
async function fix(button) {
  const listed = () => [...document.querySelectorAll("#problems button.problem")];
  const at = listed().indexOf(button.closest("li").querySelector(".problem"));
  if ((await send(JSON.parse(button.dataset.fix))) !== 200) return;
  await idle();
  const left = listed();
  (left[Math.min(at, left.length - 1)] ?? document.querySelector("#problems summary")).focus({ preventScroll: true });
  say(`Done: ${button.lastChild.textContent.replace(": ", "")}`);
}

async function copy(button) {
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
  say("Copied");
  button.lastChild.textContent = "Copied";
}

function onTabKey(event) {
  const tab = event.target.closest?.("[role=tab]");
  if (!tab || (event.key !== "ArrowRight" && event.key !== "ArrowLeft")) return;
  const tabs = [...tab.parentElement.children];
  const next = tabs[(tabs.indexOf(tab) + (event.key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
  event.preventDefault();
  next.focus();
  next.click();
}

export function start() {
  if (narrow.matches) document.getElementById("problems").open = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) DO[button.dataset.do]?.();
    const place = event.target.closest("[data-go]");
    if (place) goTo(place);
    if (place?.href) event.preventDefault();
    const offered = event.target.closest("[data-fix]");
    if (offered) fix(offered);
    if (event.target.closest("[data-closes-phone]")) togglePhone(false);
    if (event.target.closest("[data-copy]")) copy(event.target.closest("[data-copy]"));
  });
  // Enter in a form that is saved at every change: the change has been sent, nothing is to be loaded.
  document.addEventListener("submit", (event) => { if (event.target.hasAttribute("hx-post")) event.preventDefault(); });
  document.addEventListener("keydown", onTabKey);
  document.addEventListener("flow:here", (event) => markHere(event.detail.node ?? null));
  document.addEventListener("flow:renamed", (event) => renamed(event.detail.from, event.detail.to));
  document.addEventListener("flow:say", (event) => say(event.detail.text));
}
