/** Copy, cut and paste of steps: within a flow, across flows, across tabs. The clipboard names what was copied; the server knows it. */

import { toast } from "../js/page.js";
import { dialogIsOpen } from "./inspected.js";
import { say, selected } from "./select.js";
import { revision, send } from "./sync.js";
import { middle } from "./view.js";

const KIND = "flowbuilder/part";

const typing = (target) => target?.closest?.("input, textarea, select, [contenteditable]");
const busy = () => dialogIsOpen() || window.getSelection()?.toString();

function put(event) {
  if (typing(event.target) || busy() || !selected.size) return null;
  const nodes = [...selected];
  const flow = document.getElementById("main").dataset.flow;
  event.clipboardData.setData("text/plain", JSON.stringify({ [KIND]: { flow, revision: revision(), nodes } }));
  event.preventDefault();
  return nodes;
}

const counted = (nodes) => (nodes.length === 1 ? nodes[0] : `${nodes.length} steps`);

function copy(event) {
  const nodes = put(event);
  if (nodes) say(`Copied ${counted(nodes)}`);
}

async function cut(event) {
  const nodes = put(event);
  if (nodes && (await send({ op: "delete_nodes", nodes })) === 200) say(`Cut ${counted(nodes)}`);
}

/** What a paste holds: a part that was copied here, or the text of a flow file. Null for anything else. */
export function readPart(text) {
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  if (data?.[KIND]?.nodes?.length) return { source: data[KIND] };
  return data?.format && data?.nodes ? { nodes: data.nodes } : null;
}

function whyNot(data) {
  if ([...data.files].some((file) => file.type.startsWith("image/"))) return "A picture cannot be pasted: a drawing holds steps only.";
  return "That is no part of a flow. Copy steps in a drawing first, or the text of a flow file.";
}

function paste(event) {
  if (typing(event.target) || dialogIsOpen()) return;
  const part = readPart(event.clipboardData.getData("text/plain"));
  if (!part) {
    if (event.target === document.body || event.target.closest?.("#main")) toast(whyNot(event.clipboardData), { kind: "error" });
    return;
  }
  event.preventDefault();
  const at = middle();
  send({ op: "paste", ...part, at: [at.x - 110, at.y - 60] });
}

export function start() {
  document.addEventListener("copy", copy);
  document.addEventListener("cut", cut);
  document.addEventListener("paste", paste);
}
