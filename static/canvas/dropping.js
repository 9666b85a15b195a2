/** Files dropped on the drawing: a flow file is offered to be pasted or opened; of anything else it is said what to do. */

import { csrfHeaders, toast } from "../js/page.js";
import { readPart } from "./clipboard.js";
import { dialogIsOpen } from "./inspected.js";
import { send } from "./sync.js";
import { toWorld } from "./view.js";

const MOST_BYTES = 16 * 1024 * 1024;

let dialog;
let dropped = null;

const refuse = (sentence) => toast(sentence, { kind: "error" });

/** Why a file cannot go on the drawing, by its kind; empty where it may hold a flow. */
export function whyNot({ name, type, size }) {
  const kind = type.split("/")[0];
  if (kind === "image") return `${name} is a picture. A drawing holds steps only: drop a flow file (.flow.json) here.`;
  if (kind === "audio") return `${name} is a recording. Put it where the web can reach it, then give its address to a Play audio step.`;
  if (size > MOST_BYTES) return `${name} is larger than any flow. Drop a flow file (.flow.json) here.`;
  if (!/\.(json|zip)$/i.test(name)) return `${name} is no flow file. Drop a .flow.json file here, or a bundle (.zip).`;
  return "";
}

async function take(file, at) {
  const refused = whyNot(file);
  if (refused) return refuse(refused);
  const part = /\.json$/i.test(file.name) ? readPart(await file.text()) : null;
  const count = Object.keys(part?.nodes ?? {}).length;
  dropped = { file, part: count ? part : null, at };
  dialog.querySelector("h2").textContent = file.name;
  dialog.querySelector("[data-drop-about]").textContent = count
    ? `A flow of ${count === 1 ? "1 step" : `${count} steps`}. Its steps can come into this drawing, or it becomes a flow of its own.`
    : "It can become a flow of its own; this drawing stays as it is.";
  const paste = dialog.querySelector('[data-drop="paste"]');
  paste.hidden = !count;
  dialog.showModal();
  (count ? paste : dialog.querySelector('[data-drop="open"]')).focus();
  return undefined;
}

async function openAsNew(file) {
  const body = new FormData();
  body.set("file", file);
  let answer;
  try {
    answer = await fetch("/flows/import", { method: "POST", body, headers: csrfHeaders({ "HX-Request": "true" }) });
  } catch {
    return refuse("No connection: the file was not opened. Drop it again.");
  }
  const address = answer.headers.get("HX-Redirect");
  if (address) return location.assign(address);
  const words = new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent.replace(/\s+/g, " ").trim();
  return refuse(answer.status < 500 && words ? words : "The file could not be opened.");
}

function onDrop(event) {
  if (!event.dataTransfer?.types.includes("Files") || event.target.closest?.("input[type=file], form.drop")) return;
  event.preventDefault(); // else the browser leaves the page to show the file
  const [file, ...more] = event.dataTransfer.files;
  if (!file || dialogIsOpen()) return;
  if (more.length) refuse("Drop one file at a time.");
  else if (!event.target.closest?.("#main")) refuse("Drop the file on the drawing.");
  else {
    const { x, y } = toWorld(event.clientX, event.clientY);
    take(file, [Math.round(x), Math.round(y)]);
  }
}

export function start() {
  dialog = document.getElementById("dropped");
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files") && !event.target.closest?.("input[type=file], form.drop")) event.preventDefault();
  });
  document.addEventListener("drop", onDrop);
  dialog.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-drop]")?.dataset.drop;
    if (!chosen) return;
    dialog.close();
    if (chosen === "paste") send({ op: "paste", ...dropped.part, at: dropped.at });
    else openAsNew(dropped.file);
  });
  dialog.addEventListener("close", () => document.getElementById("main").focus({ preventScroll: true }));
}
