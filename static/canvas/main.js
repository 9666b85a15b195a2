/** Starts the canvas; each module does one thing. The server holds the truth, the page its picture. */

import * as adding from "./adding.js";
import * as align from "./align.js";
import * as clipboard from "./clipboard.js";
import * as fields from "./fields.js";
import * as dragging from "./dragging.js";
import * as dropping from "./dropping.js";
import * as finder from "./finder.js";
import * as keys from "./keys.js";
import * as links from "./links.js";
import * as marks from "./marks.js";
import * as minimap from "./minimap.js";
import * as model from "./model.js";
import * as names from "./names.js";
import * as notes from "./notes.js";
import * as offering from "./offering.js";
import * as panels from "./panels.js";
import * as pointer from "./pointer.js";
import * as preview from "./preview.js";
import * as select from "./select.js";
import * as steplists from "./steplists.js";
import * as stepmenu from "./stepmenu.js";
import * as sync from "./sync.js";
import * as together from "./together.js";
import * as view from "./view.js";

const canvas = document.getElementById("main");
sync.start(canvas);
model.start(document.getElementById("nodes"));
model.onChange(() => canvas.classList.toggle("is-empty", !model.nodes.size));
links.start();
select.start();
view.start(canvas);
pointer.start(canvas);
dragging.start();
dropping.start();
adding.start();
stepmenu.start();
keys.start();
clipboard.start();
finder.start();
minimap.start();
panels.start();
steplists.start();
fields.start();
offering.start(document.querySelector(".side"));
names.start();
preview.start();
align.start();
notes.start();
marks.start(canvas);
together.start(canvas);

// An address may name a step: /flows/ID/edit#menu.
const named = decodeURIComponent(location.hash.slice(1));
if (model.nodes.has(named)) select.select([named], { show: true });

/** What tests may look at instead of guessing from pixels. */
window.flow = {
  idle: sync.idle,
  revision: sync.revision,
  nodes: () => [...model.nodes.values()].map(({ id, x, y, h }) => ({ id, x, y, h })),
  links: () => [...links.links.values()].map(({ node, exit, to }) => ({ node, exit, to })),
  select: (id) => select.select([id], { show: true }),
  selected: () => [...select.selected],
  view: () => ({ ...view.view }),
  port: (id, exit) => {
    const node = model.nodes.get(id);
    return model.portOf(node, node.exits.findIndex((each) => each.name === exit));
  },
};
document.documentElement.dataset.ready = "yes";
