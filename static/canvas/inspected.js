/** What the page shows beside the drawing. Looked for where it stands: a look through the whole page passes every card. */

/** The head of the inspector: its data name the node and the tab. Null where the page has none. */
export const inspected = () => document.getElementById("inspector")?.querySelector("[data-inspecting]") ?? null;

const dialogs = document.getElementsByTagName("dialog");

export const dialogIsOpen = () => [...dialogs].some((dialog) => dialog.open);
