/** Keeps what is typed while the field that it is meant for is still on its way, and writes it there. */

const LONGEST = 4000;

let typed = null;
let timer = 0;

function stop() {
  clearTimeout(timer);
  typed = null;
}

/** From now on letters are meant for a field that comes. */
export function awaitField() {
  clearTimeout(timer);
  typed = [];
  timer = setTimeout(stop, LONGEST); // it never came: the keys are the canvas's again
}

/** The field is there and has the keyboard: as if it had all been typed in it. */
export function writeTyped(field) {
  const keys = typed ?? [];
  stop();
  if (!field?.matches("input, textarea")) return;
  for (const key of keys) {
    if (key === "Tab") return; // what came next was meant for another field
    if (key === "Escape") field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    else if (key === "Backspace") document.execCommand("delete");
    else if (key !== "Enter") document.execCommand("insertText", false, key);
    else if (field.localName === "textarea") document.execCommand("insertText", false, "\n");
    else { // leaving it is what saves it
      field.blur();
      field.focus();
    }
  }
}

function onKey(event) {
  const { key } = event;
  if (typed === null || typed.at(-1) === "Escape" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (key === "Escape" && !typed.length) return void stop();
  if (key.length > 1 && !["Enter", "Backspace", "Tab", "Escape"].includes(key)) return;
  typed.push(key);
  event.preventDefault();
  event.stopPropagation();
}

export function start() {
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("pointerdown", stop, true);
}
