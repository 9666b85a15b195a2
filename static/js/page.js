/** What every screen needs: the CSRF header on what htmx sends, the theme switch, dialogs, toasts. */

/** As it is now: another login gives another one. */
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRF-Token"] = token();
});

/** Headers for a fetch of our own. */
export function csrfHeaders(more = {}) {
  return { "X-CSRF-Token": token(), ...more };
}

function nextTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const next = dark ? "light" : "dark";
  if (next === system) {
    delete root.dataset.theme;
    localStorage.removeItem("theme");
  } else {
    root.dataset.theme = next;
    localStorage.setItem("theme", next);
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-switch]")) nextTheme();
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
});

/** Say something in passing; errors stay longer. `action` is {label, run}. */
export function toast(text, { kind = "", action = null } = {}) {
  const box = document.getElementById("toasts");
  const item = document.createElement("div");
  item.className = `toast ${kind}`;
  item.append(text);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action.label;
    button.addEventListener("click", () => { action.run(); item.remove(); });
    item.append(button);
  }
  box.append(item);
  setTimeout(() => item.remove(), kind === "error" ? 9000 : 4500);
}

document.addEventListener("flow:say", (event) => { if (event.detail.kind !== "quiet") toast(event.detail.text, event.detail); });
