/* Set the chosen theme before the first paint, so that nothing flashes. Runs as a plain script in <head>. */
(() => {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
