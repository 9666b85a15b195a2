/** Others on this flow: asks every second whether they changed something, takes it over, and says that they are there. */

import { idle, revision } from "./sync.js";

const EVERY = 1000;
const tab = crypto.randomUUID?.() ?? String(Math.random());

let canvas;
let busy = false;

const typing = () => document.activeElement?.closest?.("#inspector") && document.activeElement.matches("input, textarea, select");

/** Bring the page to the draft as it is now, like an edit's answer does. */
function catchUp() {
  const shown = document.querySelector("[data-inspecting]");
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

async function pulse() {
  if (busy || document.hidden) return;
  busy = true;
  try {
    await idle();
    const answer = await fetch(`/flows/${canvas.dataset.flow}/pulse?tab=${tab}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { revision: theirs, others } = await answer.json();
    showOthers(others);
    await idle();
    if (theirs > revision()) await catchUp();
  } catch {
    // No connection: an edit that cannot be sent says so; here the next beat tries again.
  } finally {
    busy = false;
  }
}

export function start(element) {
  canvas = element;
  setInterval(pulse, EVERY);
  document.addEventListener("visibilitychange", pulse);
  pulse();
}
