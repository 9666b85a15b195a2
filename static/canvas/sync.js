/** Talks to the server: sends edits one after another, says whether all is saved, and keeps what could not be sent. */

import { toast } from "../js/page.js";

const SLOW = 300;

let canvas;
let pending = 0;
let slowTimer = 0;
const waiting = [];

const flowUrl = (path) => `/flows/${canvas.dataset.flow}/${path}`;

export const revision = () => Number(document.getElementById("revision").dataset.revision);

/** Send one edit. Resolves to the answer's status: 200 saved, 409 or 422 refused, 0 not sent. */
export function send(edit) {
  return post(flowUrl("edits"), { edit: JSON.stringify(edit) });
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
  // The revision, and what the inspector shows, as they are now: an earlier edit in the queue may have changed them.
  ctx.request.body.set("revision", revision());
  const shown = document.querySelector("[data-inspecting]");
  ctx.request.body.set("inspecting", shown?.dataset.inspecting ?? "");
  ctx.request.body.set("tab", shown?.dataset.tab ?? "settings");
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
    if (status === 0 || status === 401 || status === 403 || status >= 500) lost(ctx, status);
    else document.body.classList.remove("is-lost");
    ctx.done?.(status);
  }
  // The next request in the queue begins right after this event.
  setTimeout(() => { if (!pending) waiting.splice(0).forEach((done) => done()); });
}

/** An edit did not reach the server: say so, and offer it again. */
function lost(ctx, status) {
  document.body.classList.add("is-lost");
  const sentence = status === 401 || status === 403
    ? "You are no longer logged in. Log in in another tab, then try again: nothing is lost."
    : status ? "The server could not save this." : "No connection: this is not saved yet.";
  const again = () => {
    if (ctx.values) window.htmx.ajax("POST", ctx.request.action, { source: canvas, swap: "none", values: ctx.values, done: ctx.done });
    else window.htmx.trigger(ctx.sourceElement, "submit");
  };
  toast(sentence, { kind: "error", action: { label: "Try again", run: again } });
}

export function start(element) {
  canvas = element;
  document.addEventListener("htmx:before:request", began);
  document.addEventListener("htmx:finally:request", ended);
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
