/** Starts the canvas; each module does one thing. The server holds the truth, the page its picture. */

import * as links from "./links.js";
import * as model from "./model.js";
import * as view from "./view.js";

const canvas = document.getElementById("main");
model.start(document.getElementById("nodes"));
view.start(canvas);
links.start();
