/** The heart beat: learns every second whether the server is there, sends what waited, takes over what others changed, and
 *  says that they are there. */

import { inspected } from "./inspected.js";
import { idle, revision, sendWaiting } from "./sync.js";
import * as unsent from "./unsent.js";

const EVERY = 1000;

let canvas;
let page = {};
let busy = false;

const typing = () => document.activeElement?.closest?.("#inspector") && document.activeElement.matches("input, textarea, select");

/** Bring the page to the draft as it is now, like an edit's answer does. */
function catchUp() {
  const shown = inspected();
  const values = {
    revision: revision(),
    inspecting: shown?.dataset.inspecting ?? "",
    tab: shown?.dataset.tab ?? "settings",
    typing: typing() ? "yes" : "",
  };
  return window.htmx.ajax("POST", `/flows/${canvas.dataset.flow}/catch-up`, { source: canvas, swap: "none", values });
}

function showOthers(count) {
  const chip = document.getElementById("others");
  chip.hidden = count < 1;
  chip.querySelector("span").textContent = count === 1 ? "1 other here" : `${count} others here`;
}

/** Ask how the flow stands. Nothing comes back where the server is away, or the login. */
async function ask() {
  let answer;
  try {
    answer = await fetch(`/flows/${canvas.dataset.flow}/pulse?tab=${unsent.tab}`, { headers: { Accept: "application/json" } });
  } catch {
    unsent.tell("offline");
    return null;
  }
  if (answer.ok) return answer.json();
  if (answer.status === 401) unsent.tell("login");
  return null;
}

async function beat(pressed) {
  await idle();
  const away = unsent.reason();
  const waited = unsent.held().length;
  const now = await ask();
  if (!now) return;
  unsent.takeToken(now.csrf);
  if (waited && (pressed || unsent.reason() !== "failed")) await sendWaiting(page.reveal);
  unsent.tell("");
  // One that could not be loaded meanwhile. The answer to what waited has brought its own, with a clash perhaps.
  if (away && !waited && !typing()) page.reload?.();
  showOthers(now.others);
  await idle();
  if (now.revision > revision()) await catchUp();
}

async function pulse({ pressed = false } = {}) {
  if (busy || (document.hidden && !pressed)) return;
  busy = true;
  try {
    await beat(pressed);
  } finally {
    busy = false;
  }
}

/** `reveal(node)` brings a node's settings before the author, `reload()` loads again what they show. */
export function start(element, { reveal, reload } = {}) {
  canvas = element;
  page = { reveal, reload };
  setInterval(pulse, EVERY);
  document.addEventListener("visibilitychange", () => pulse());
  addEventListener("online", () => pulse());
  unsent.onTry(() => pulse({ pressed: true }));
  pulse();
}
