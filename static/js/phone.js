/** The phone's keys: real ones press the drawn ones, several digits gather before they are sent, and the canvas is told where the call is. */

const SELECTOR = "#phone-panel";
const KEYS = "0123456789*#";

const panel = () => document.querySelector(SELECTOR);
const typedBox = () => panel()?.querySelector(".typed");

function send(digits) {
  const box = typedBox();
  const button = box.querySelector("button");
  button.value = digits;
  button.click();
}

/** Gathers a key. True where it was only gathered; false where it is to be sent as it is. */
function gather(key) {
  const { digits, finish } = panel().dataset;
  const box = typedBox();
  if (!box) return false;
  const output = box.querySelector("output");
  if (finish && key === finish) {
    send(output.textContent + key);
    return true;
  }
  output.textContent += key;
  if (output.textContent.length >= Number(digits)) send(output.textContent);
  return true;
}

function flash(button) {
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 90);
}

document.addEventListener("click", (event) => {
  const key = event.target.closest(`${SELECTOR} [data-key]`);
  if (key && gather(key.dataset.key)) event.preventDefault();
  const submit = event.target.closest(`${SELECTOR} .typed button`);
  if (submit && !submit.value) submit.value = typedBox().querySelector("output").textContent;
  if (submit && !submit.value) event.preventDefault();
}, true);

document.addEventListener("keydown", (event) => {
  const here = panel();
  if (!here || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!here.contains(document.activeElement) && document.activeElement !== document.body) return;
  if (event.target.closest("input, textarea, select")) return;
  if (event.key === "Backspace" && typedBox()) {
    const output = typedBox().querySelector("output");
    output.textContent = output.textContent.slice(0, -1);
    return;
  }
  const speech = here.querySelector(".speak-row .input");
  if (speech && here.contains(document.activeElement) && /^\p{L}$/u.test(event.key)) speech.focus();
  if (!KEYS.includes(event.key)) return;
  const button = here.querySelector(`[data-key="${event.key}"]`);
  if (!button || button.disabled) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  flash(button);
  button.click();
}, true);

let told = null;
let shown = false;

function settle() {
  const here = panel();
  const node = here?.dataset.node || null;
  if (node !== told) {
    told = node;
    document.dispatchEvent(new CustomEvent("flow:here", { detail: { node } }));
  }
  const log = here?.querySelector(".log");
  if (log) log.scrollTop = log.scrollHeight;
  if (here && !shown) here.querySelector("[autofocus]:enabled")?.focus({ preventScroll: true });
  shown = Boolean(here);
  if (!here) return;
  const going = Boolean(here.dataset.going);
  const lost = document.activeElement === document.body;
  if (going && lost) here.focus({ preventScroll: true });
}

new MutationObserver((changes) => {
  if (changes.some(({ target }) => target.id === "phone" || target.id === "main" || target.closest?.("#phone, .page"))) settle();
}).observe(document.body, { childList: true, subtree: true });
settle();
