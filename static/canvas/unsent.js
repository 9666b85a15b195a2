/** Edits that could not be sent: kept in order, over a reload too, counted in a strip above the page, and sent when they can be. */

const NOTHING = { items: [], why: "" };

let key = "";
let strip;
let words;
let login;
let again;
let drop;
let state = { ...NOTHING };
const listeners = [];

export const held = () => state.items;
export const reason = () => state.why;

/** This tab's name: the same after a reload, and not that of a tab that was made from it. */
export const tab = sessionStorage.getItem("tab") ?? crypto.randomUUID?.() ?? String(Math.random());
sessionStorage.removeItem("tab");
addEventListener("pagehide", () => sessionStorage.setItem("tab", tab));

/** Be told when the author asks to try now. */
export function onTry(listener) {
  listeners.push(listener);
}

function counted() {
  const count = state.items.length;
  if (!count) return "";
  return count === 1 ? "1 edit waits here" : `${count} edits wait here`;
}

const SENTENCES = {
  offline: (waiting) => (waiting ? `No connection to Flowbuilder. ${waiting} and will be sent as soon as it is back.` : "No connection to Flowbuilder. Go on: what you change waits here until it is back."),
  login: (waiting) => (waiting ? `You are no longer logged in. ${waiting} and will be sent as soon as you are.` : "You are no longer logged in. What you change waits here until you are."),
  failed: (waiting) => `Flowbuilder could not save an edit. ${waiting}.`,
};

function show() {
  const sentence = state.why ? SENTENCES[state.why](counted()) : "";
  document.body.classList.toggle("is-lost", state.items.length > 0);
  if (words.textContent !== sentence) words.textContent = sentence;
  login.hidden = state.why !== "login";
  drop.hidden = state.why !== "failed";
  again.hidden = !sentence;
  strip.classList.toggle("is-shown", Boolean(sentence));
}

function keep() {
  try {
    if (state.items.length) sessionStorage.setItem(key, JSON.stringify(state.items));
    else sessionStorage.removeItem(key);
  } catch {
    // No room in the browser's store: the edits wait on this page only.
  }
}

/** Say why nothing reaches the server: "offline", "login", "failed", or "" when all is well. */
export function tell(why) {
  if (state.why === why || (!why && state.items.length)) return;
  state.why = why;
  show();
}

/** Keep an edit: its address, its fields as pairs, and the revision that its author saw. */
export function hold(item, why) {
  const last = state.items.at(-1);
  // A form that is sent at every change holds all that the one before it held.
  const replaces = last?.path === item.path && item.form && last.form;
  if (replaces) state.items.pop();
  state.items.push(replaces ? { ...item, seen: last.seen } : item);
  state.why = why || state.why || "offline";
  keep();
  show();
}

/** The first edit has arrived, or is given up. */
export function released() {
  state.items.shift();
  if (!state.items.length) state.why = "";
  keep();
  show();
}

function button(label, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: label });
  made.addEventListener("click", act);
  return made;
}

/** Another login gave another token: the page's forms and requests take it over. */
export function takeToken(token) {
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (!token || meta.content === token) return;
  meta.content = token;
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
}

export function start(flow) {
  key = `unsent:${flow}`;
  strip = Object.assign(document.createElement("div"), { id: "unsent", className: "unsent" });
  strip.setAttribute("role", "alert");
  words = document.createElement("span");
  login = Object.assign(document.createElement("a"), { href: "/login", target: "_blank", className: "button small", textContent: "Log in, in another tab" });
  again = button("Try now", () => listeners.forEach((listener) => listener()));
  drop = button("Leave that edit out", () => { released(); listeners.forEach((listener) => listener()); });
  strip.append(words, login, again, drop);
  document.querySelector(".bar").after(strip);
  try {
    state.items = JSON.parse(sessionStorage.getItem(key) ?? "[]");
  } catch {
    state.items = [];
  }
  if (state.items.length) state.why = "offline";
  show();
  addEventListener("beforeunload", (event) => { if (state.items.length) event.preventDefault(); });
}
