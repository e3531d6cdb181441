// Does to JSON-LD documents what each line of a file asks, by jsonld.js, and writes one line for each.
//
//   node process.js TASKS CONTEXT     (from a folder with node_modules)
//
// A line is {"op": "expand|flatten|compact|frame|toRDF", "input": …, "with": …}; `with` is a context or a frame. CONTEXT is
// a file that stands for every address that ends in context.jsonld; no other address is loaded, and nothing is fetched.
"use strict";

const fs = require("fs");
const path = require("path");
const { createRequire } = require("module");

const jsonld = createRequire(path.join(process.cwd(), "package.json"))("jsonld");
const [tasks, contextFile] = process.argv.slice(2);
const context = JSON.parse(fs.readFileSync(contextFile, "utf8"));

const documentLoader = async (url) => {
  if (!/\/context(\/[0-9a-f]+)?\.jsonld$/.test(url)) throw new Error(`not loaded: ${url}`);
  return { contextUrl: null, documentUrl: url, document: context };
};

const OPERATIONS = {
  expand: (input) => jsonld.expand(input, { documentLoader }),
  flatten: (input) => jsonld.flatten(input, null, { documentLoader }),
  compact: (input, own) => jsonld.compact(input, own, { documentLoader, graph: true }),
  frame: (input, own) => jsonld.frame(input, own, { documentLoader, omitDefault: true }),
  toRDF: (input) => jsonld.toRDF(input, { documentLoader, format: "application/n-quads" }),
};

(async () => {
  for (const line of fs.readFileSync(tasks, "utf8").split("\n").filter(Boolean)) {
    const task = JSON.parse(line);
    const made = await OPERATIONS[task.op](task.input, task.with);
    process.stdout.write(JSON.stringify(made) + "\n");
  }
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
