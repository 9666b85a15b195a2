/** The heart beat on the drawing: what waited and clashes is shown where its node's settings are. */

import * as beat from "./beat.js";
import { inspected } from "./inspected.js";
import { nodes } from "./model.js";
import { reloadInspector, select, whenShown } from "./select.js";

/** Show a node's settings: what waited for it may clash with what is there now, and both are shown then. */
function reveal(id) {
  const shown = inspected()?.dataset.inspecting;
  if (shown === id || !nodes.has(id)) return Promise.resolve();
  return new Promise((done) => {
    select([id], { focus: false });
    whenShown(id, done);
  });
}

export function start(canvas) {
  beat.start(canvas, { reveal, reload: reloadInspector });
}
