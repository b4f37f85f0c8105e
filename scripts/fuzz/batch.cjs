// Runs the programs of its folder one after the other: the next when nothing of the last is left to be done.
const { readdirSync, writeFileSync } = require("node:fs");
const { log, taken } = require("./support.cjs");

const programs = readdirSync(__dirname)
  .filter((name) => /^p\d+\.c?m?js$/.test(name))
  .sort();
const said = {};
let running = -1;

process.on("unhandledRejection", (reason) => log("unhandled", reason));
process.on("uncaughtException", (error) => log("uncaught", error));
process.on("beforeExit", () => {
  if (running >= 0) said[programs[running]] = taken();
  running++;
  if (running < programs.length) run(programs[running]);
  else if (running === programs.length) writeFileSync(process.argv[2], JSON.stringify(said));
});

function run(name) {
  if (name.endsWith(".mjs")) import(`./${name}`).catch((error) => log("rejected", error));
  else
    try {
      require(`./${name}`);
    } catch (error) {
      log("threw", error);
    }
  // With nothing else to do, beforeExit would not be emitted again.
  setImmediate(() => {});
}
