// Runs the search worker of mkdocs-material, the very file the theme ships, outside a browser.
// node lunr_search.cjs TASK.json RESULT.json ; the task is written by bench/peers.py.
// The worker is spoken to as the page does: message 0 sets the index up, message 2 asks, the answer is message 3.
"use strict";
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const [taskFile, resultFile] = process.argv.slice(2);
const task = JSON.parse(fs.readFileSync(taskFile, "utf8"));

let listener = null;
let answered = null;
const quiet = { log() {}, warn() {}, error() {} };
const worker = { console: quiet, RegExp, setTimeout };
worker.self = worker;
worker.addEventListener = (_, handler) => { listener = handler; };
worker.postMessage = (message) => answered(message);
const context = vm.createContext(worker);
const load = (file) => vm.runInContext(fs.readFileSync(file, "utf8"), context, { filename: file });
// The worker loads "../lunr/min/lunr.zh.min.js" and the like relative to its own folder.
worker.importScripts = (...files) =>
  files.forEach((file) => load(path.join(task.lunr, file.replace(/^\.\.\/lunr\//, ""))));

const tell = (message) => new Promise((resolve, reject) => {
  answered = resolve;
  Promise.resolve(listener({ data: message })).catch(reject);
});

async function main() {
  load(task.worker);
  await tell({ type: 0, data: { config: task.config, docs: task.docs, options: { suggest: false } } });
  const rankings = [];
  for (const question of task.questions) {
    const { data } = await tell({ type: 2, data: question });
    // Every document is a page of its own, so a group of results holds one document.
    rankings.push(data.items.slice(0, task.depth).map((group) => parseInt(group[0].location, 10)));
  }
  fs.writeFileSync(resultFile, JSON.stringify(rankings));
}

main().catch((error) => { console.error(error); process.exit(1); });
