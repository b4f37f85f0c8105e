// What a generated program reports by. Not traced itself.
const { inspect } = require("node:util");
const { writeSync } = require("node:fs");

const MOST_CALLS = 300;
const TOO_MANY = "too many calls";

let lines = [];
let ticks = [];
let out = 0;

/** First thing in the body of every function that is traced: the count that the trace is compared with. */
function tick(id) {
  ticks.push(id);
  if (ticks.length > MOST_CALLS) throw TOO_MANY;
}

function log(...values) {
  // What one program says is bounded: loops in loops make much of it.
  if (lines.length < 400) lines.push(values.map(shown).join(" "));
}

function shown(value) {
  if (typeof value === "string") return value.slice(0, 2000);
  if (typeof value === "function")
    return `${inspect(value)} ${value.name} ${value.length} ${Function.prototype.toString.call(value).slice(0, 600)}`;
  return inspect(value, { depth: 3, breakLength: 200 }).slice(0, 3000);
}

/** The frames above, as the program sees them through Error.prepareStackTrace. */
function sites() {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, frames) => frames;
  const { stack } = new Error("sites");
  Error.prepareStackTrace = prepareStackTrace;
  return stack
    .slice(1)
    .filter((s) => !s.getFileName()?.startsWith("node:"))
    .map((s, i, all) => {
      // The function of `new Promise` has, in stacks, a name taken from what follows.
      const name = all[i + 1]?.getFunctionName() === "Promise" ? "" : s.getFunctionName();
      return [name, s.getMethodName(), s.getLineNumber(), s.getColumnNumber(), s.isConstructor()].join();
    })
    .join(";");
}

/** An object that tells when it is looked at. */
function watched(name) {
  const noted =
    (trap) =>
    (...args) => {
      log("trap", name, trap, typeof args[1] === "string" ? args[1] : "");
      return Reflect[trap](...args);
    };
  return new Proxy(
    { name },
    {
      get: noted("get"),
      has: noted("has"),
      set: noted("set"),
      ownKeys: noted("ownKeys"),
      getPrototypeOf: noted("getPrototypeOf"),
      getOwnPropertyDescriptor: noted("getOwnPropertyDescriptor"),
    },
  );
}

/** What was said since the last time. */
function taken() {
  const said = { lines, ticks };
  lines = [];
  ticks = [];
  return said;
}

/** A program that runs alone says everything at its end. */
function reportAtExit() {
  process.on("exit", () => {
    const text = Buffer.from(`${JSON.stringify(taken())}\n`);
    while (out < text.length) out += writeSync(1, text, out);
  });
}

module.exports = { MOST_CALLS, tick, log, sites, watched, taken, reportAtExit };
