/** Connecting by keyboard: C, then the exit by up and down, Enter, then the step by arrow keys or Tab, Enter. */

import { inputOf, nodes, portOf } from "./model.js";
import { stretch } from "./links.js";
import { currentNode, point, say, select } from "./select.js";
import { openStepMenu } from "./stepmenu.js";
import { send } from "./sync.js";
import { reveal, view } from "./view.js";
import { nearest } from "./walk.js";

let state = null;

export const isLinking = () => state !== null;

function show(text) {
  const mode = document.getElementById("mode");
  mode.textContent = text ?? "";
  mode.hidden = !text;
  if (text) say(text);
}

function exitRow(node, index) {
  return node.el.querySelectorAll(".exits li")[index];
}

function paint() {
  for (const row of document.querySelectorAll(".exits .armed")) row.classList.remove("armed");
  for (const el of document.querySelectorAll(".node.target")) el.classList.remove("target");
  stretch(null);
  if (!state) return show(null);
  const node = nodes.get(state.node);
  const exit = node.exits[state.index];
  const words = exit.name.replaceAll("_", " ");
  exitRow(node, state.index)?.classList.add("armed");
  if (state.stage === "exit") {
    const leads = exit.to ? `leads to ${exit.to}` : "leads nowhere";
    return show(`${words} ${leads}. Enter to connect${exit.to ? ", Delete to disconnect" : ""}, ↑ ↓ for another exit, Esc to leave`);
  }
  const target = nodes.get(state.target);
  const port = portOf(node, state.index);
  target?.el.classList.add("target");
  if (target) {
    const input = inputOf(target);
    stretch({ x: port.x + 6, y: port.y }, { x: input.x - 4, y: input.y });
    reveal(target.id);
  }
  return show(`${node.id}, ${words}, to ${target ? target.id : "a step"}? Enter to connect, arrow keys or Tab for another, A for a new step, Esc to leave`);
}

/** Begin at the node that has the keyboard. */
export function beginLinking() {
  const node = currentNode();
  if (!node) return;
  if (!node.exits.length) return void say(`${node.id} has no exit: the call ends there.`);
  const open = node.exits.findIndex((exit) => !exit.to && !exit.covered);
  state = { stage: "exit", node: node.id, index: Math.max(open, 0), target: null };
  select([node.id], { show: true });
  paint();
}

export function stopLinking() {
  const from = state?.node;
  state = null;
  paint();
  if (from) point(from);
}

async function connect() {
  const { node, index, target } = state;
  const exit = nodes.get(node).exits[index].name;
  stopLinking();
  if (await send({ op: "connect", node, exit, to: target }) === 200) say(`${node}, ${exit.replaceAll("_", " ")}, leads to ${target}`);
}

function disconnect() {
  const { node, index } = state;
  const exit = nodes.get(node).exits[index];
  stopLinking();
  if (exit.to) send({ op: "disconnect", node, exit: exit.name });
}

function newStep() {
  const { node, index } = state;
  stopLinking();
  addMenuAt(nodes.get(node), index);
}

/** Open the menu of steps beside an exit of a node. */
export function addMenuAt(node, index) {
  const box = document.getElementById("main").getBoundingClientRect();
  const port = index >= 0 ? portOf(node, index) : { x: node.x + 240, y: node.y };
  const exit = node.exits[index];
  openStepMenu(box.left + view.x + (port.x + 24) * view.k, box.top + view.y + port.y * view.k - 12, { from: exit ? [node.id, exit.name] : null });
}

/** Keys while connecting; says whether the key was one of them. */
export function linkingKey(event) {
  if (!state) return false;
  const node = nodes.get(state.node);
  if (!node) {
    stopLinking();
    return false;
  }
  const { key } = event;
  if (key === "Escape") stopLinking();
  else if (state.stage === "exit" && (key === "ArrowDown" || key === "ArrowUp")) {
    const step = key === "ArrowDown" ? 1 : -1;
    state.index = (state.index + step + node.exits.length) % node.exits.length;
    paint();
  } else if (state.stage === "exit" && (key === "Enter" || key === "ArrowRight")) {
    state.stage = "target";
    state.target = node.exits[state.index].to || nearest(node, "ArrowRight")?.id || [...nodes.keys()].find((id) => id !== node.id) || node.id;
    paint();
  } else if (state.stage === "exit" && (key === "Delete" || key === "Backspace")) disconnect();
  else if (state.stage === "target" && key.startsWith("Arrow")) {
    state.target = nearest(nodes.get(state.target) ?? node, key)?.id ?? state.target;
    paint();
  } else if (state.stage === "target" && key === "Tab") {
    const all = [...nodes.keys()];
    state.target = all[(all.indexOf(state.target) + (event.shiftKey ? all.length - 1 : 1)) % all.length];
    paint();
  } else if (state.stage === "target" && key === "Enter") connect();
  else if (key === "a" || key === "A") newStep();
  else return key.length === 1;
  return true;
}
