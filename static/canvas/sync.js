/** Talks to the server: sends edits one after another, says whether all is saved, and keeps what could not be sent. */

import { toast } from "../js/page.js";
import { inspected } from "./inspected.js";
import * as unsent from "./unsent.js";

const SLOW = 300;

let canvas;
let pending = 0;
let slowTimer = 0;
const waiting = [];

const flowUrl = (path) => `/flows/${canvas.dataset.flow}/${path}`;

export const revision = () => Number(document.getElementById("revision").dataset.revision);

/** Send one edit. Resolves to the answer's status: 200 saved, 409 or 422 refused, 0 not sent.
 *  The answer brings no inspector where that of another node is asked for `then`. */
export function send(edit, { then = "" } = {}) {
  return post(flowUrl("edits"), { edit: JSON.stringify(edit), ...(then ? { then } : {}) });
}

export const undo = () => post(flowUrl("undo"), {});
export const redo = () => post(flowUrl("redo"), {});

function post(url, values) {
  return new Promise((done) => {
    window.htmx.ajax("POST", url, { source: canvas, swap: "none", values, done });
  });
}

/** Load an inspector; the latest wish wins. */
export function inspect(path) {
  const target = document.getElementById("inspector");
  return window.htmx.ajax("GET", flowUrl(path), { source: target, target, swap: "innerHTML" });
}

/** Resolves when nothing is under way to the server and its answers are on the page. */
export function idle() {
  return pending ? new Promise((done) => waiting.push(done)) : Promise.resolve();
}

const SAVES = /\/(edits|undo|redo|nodes\/\w+)$/;
const isSave = (ctx) => ctx?.request?.method === "POST" && SAVES.test(ctx.request.action);

function began(event) {
  const { ctx } = event.detail;
  pending += 1;
  if (!isSave(ctx)) return;
  if (ctx.waited) ctx.request.body = new URLSearchParams(ctx.waited.pairs);
  // The revision, and what the inspector shows, as they are now: an earlier edit in the queue may have changed them.
  ctx.request.body.set("revision", ctx.waited?.seen ?? revision());
  const shown = inspected();
  ctx.request.body.set("inspecting", shown?.dataset.inspecting ?? "");
  ctx.request.body.set("by", unsent.tab);
  if (!ctx.request.body.has("once")) ctx.request.body.set("once", crypto.randomUUID?.() ?? `${Date.now()}${Math.random()}`);
  ctx.request.body.set("tab", shown?.dataset.tab ?? "settings");
  if (unsent.held().length && !ctx.waited) return void event.preventDefault(); // it waits behind those that wait
  clearTimeout(slowTimer);
  slowTimer = setTimeout(() => document.body.classList.add("is-saving"), SLOW);
}

function ended(event) {
  const { ctx } = event.detail;
  pending -= 1;
  if (isSave(ctx)) {
    clearTimeout(slowTimer);
    document.body.classList.remove("is-saving");
    const status = ctx.response?.status ?? 0;
    if (why(status) && !ctx.waited) keep(ctx, why(status));
    ctx.done?.(status);
  }
  // The next request in the queue begins right after this event.
  setTimeout(() => { if (!pending) waiting.splice(0).forEach((done) => done()); });
}

/** Why an edit with this answer did not reach the flow; "" where the server dealt with it. */
function why(status) {
  if (status === 401 || status === 403) return "login";
  if (status === 0 || status === 502 || status === 503 || status === 504) return "offline";
  return status >= 500 ? "failed" : "";
}

function keep(ctx, reason) {
  const pairs = [...ctx.request.body.entries()];
  const names = pairs.map(([name]) => name);
  // A button of the form does one more thing: such an edit stands for itself.
  const form = names.includes("base") && !names.includes("do") && !names.includes("keep");
  unsent.hold({ path: ctx.request.action, pairs, seen: revision(), form }, unsent.held().length ? "" : reason);
}

let sending = null;

/** Send what waits, the oldest first, until one is not taken. `reveal` brings a node's settings before the author. */
export function sendWaiting(reveal = async () => {}) {
  sending ??= sendAll(reveal).finally(() => { sending = null; });
  return sending;
}

async function sendAll(reveal) {
  const own = new Map();
  let sent = 0;
  while (unsent.held().length) {
    const item = unsent.held()[0];
    const node = /\/nodes\/(\w+)$/.exec(item.path)?.[1];
    if (node) await reveal(node);
    const base = own.get(item.path);
    const pairs = base ? item.pairs.map(([name, value]) => [name, name === "base" ? base : value]) : item.pairs;
    const status = await new Promise((done) => {
      const waited = { pairs, seen: sent ? revision() : item.seen };
      window.htmx.ajax("POST", item.path, { source: canvas, swap: "none", values: {}, waited, done });
    });
    if (why(status)) return unsent.tell(why(status));
    await new Promise((settled) => setTimeout(settled)); // the answer brings the revision that the next one builds on
    own.set(item.path, String(revision()));
    sent += 1;
    unsent.released();
  }
  return undefined;
}

/** New names and new nodes are told of before the cards change, htmx's own events come after: what is selected would else
 *  be lost with the old name, and a key pressed at once would miss what is new. */
function foretell(event) {
  const { ctx } = event.detail;
  const told = JSON.parse((isSave(ctx) && ctx.response?.headers.get("HX-Trigger")) || "{}");
  const added = told["flow:added"];
  const renamed = told["flow:renamed"];
  if (added) document.dispatchEvent(new CustomEvent("flow:coming", { detail: added }));
  if (!renamed) return;
  if (ctx.request.body.get("inspecting") === renamed.from) ctx.request.body.set("inspecting", renamed.to);
  document.dispatchEvent(new CustomEvent("flow:renamed", { detail: renamed }));
}

export function start(element) {
  canvas = element;
  unsent.start(canvas.dataset.flow);
  document.addEventListener("htmx:before:request", began);
  document.addEventListener("htmx:finally:request", ended);
  document.addEventListener("htmx:before:swap", foretell);
  // A refusal without partials is one sentence: said in passing, it must not take the inspector's place.
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (!ctx.response || ctx.response.status < 400 || ctx.text.includes("<hx-partial")) return;
    if (!isSave(ctx) && ctx.target?.id !== "inspector") return;
    event.preventDefault();
    const words = new DOMParser().parseFromString(ctx.text, "text/html").body.textContent.trim();
    if (ctx.response.status < 500 && ctx.response.status !== 401 && ctx.response.status !== 403) toast(words, { kind: "error" });
  });
  addEventListener("beforeunload", (event) => {
    if (pending && document.body.classList.contains("is-saving")) event.preventDefault();
  });
}
