// Writes documents with the official Node SDK: a JSON list on standard input, each [name, attributes, text, children,
// tail] from Response on; a JSON list on standard output, each {xml} or {error}.
"use strict";

const { Response } = require(process.argv[2]);

// Elements whose method takes no text.
const WITHOUT_TEXT = new Set(["Dial", "GetDigits", "GetInput", "Hangup", "PreAnswer", "Record", "Wait", "break"]);

function method(name) {
  return "add" + name.split("-").map((part) => part[0].toUpperCase() + part.slice(1)).join("");
}

function write(parent, [name, attributes, text, children, tail]) {
  const made = WITHOUT_TEXT.has(name)
    ? parent[method(name)](attributes)
    : parent[method(name)](text, attributes);
  for (const child of children) write(made, child);
  if (tail) parent.addText(tail);
}

let input = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => (input += part));
process.stdin.on("end", () => {
  const written = JSON.parse(input).map(([, , , children]) => {
    try {
      const response = new Response();
      for (const child of children) write(response, child);
      return { xml: response.toXML() };
    } catch (error) {
      return { error: error.message || String(error) };
    }
  });
  process.stdout.write(JSON.stringify(written));
});
