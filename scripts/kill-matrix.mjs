// Kills traced programs at random moments with SIGKILL. Each time the trace must be whole, calls that were open must be
// running, and no call may be missing that had ended before the last flush that was due.
//   node scripts/kill-matrix.mjs [--runs 100] [--seed 1]
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Choices } from "./fuzz/choices.mjs";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "100" }, seed: { type: "string", default: "1" } },
});
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const FLUSH_MS = 50;

/** Each step is written down as soon as it has ended: `pid number time`. */
const SUPPORT = [
  "const { isMainThread, Worker } = require('node:worker_threads');",
  "const { openSync, writeSync } = require('node:fs');",
  "const progress = openSync('progress.txt', 'a');",
  "function step(n) { return n }",
  "/* flowtrace ignore next */ function said(n) { writeSync(progress, process.pid + ' ' + n + ' ' + performance.now() + '\\n') }",
  "function busy() { for (let n = 0; ; n++) { step(n); said(n) } }",
].join("\n");

const PROGRAMS = {
  busy: "busy()",
  async:
    "(async function loop() { for (let n = 0; ; n++) { await new Promise(setImmediate); step(n); said(n) } })()",
  timers: "let n = 0; setInterval(function tick() { step(n); said(n++) }, 3)",
  worker: "if (isMainThread) new Worker(__filename); else busy()",
  child:
    "if (process.argv[2]) busy(); else require('node:child_process').spawn(process.execPath, [__filename, 'child'], { stdio: 'inherit' })",
};

const choices = new Choices(Number(values.seed));
const runs = Number(values.runs);
let failures = 0;
for (let i = 0; i < runs; i++) {
  const state = Object.keys(PROGRAMS)[i % Object.keys(PROGRAMS).length];
  const problem = await killed(state, choices.next(400));
  if (problem === undefined) continue;
  failures++;
  console.log(`run ${i + 1}, ${state}: ${problem}`);
}
console.log(`${runs} kills, ${failures} traces that lack something`);
process.exitCode = failures > 0 ? 1 : 0;

/** @returns what is wrong, if anything */
async function killed(state, afterMs) {
  const cwd = mkdtempSync(join(tmpdir(), "flowtrace-kill-"));
  try {
    writeFileSync(join(cwd, "app.js"), `${SUPPORT}\n${PROGRAMS[state]}\n`);
    const args = [
      join(root, "bin", "flowtrace.js"),
      "--flush-interval",
      String(FLUSH_MS / 1000),
      "--fold-after",
      "0", // every step is to be in the trace
      "-s",
      "app.js",
    ];
    const flowtrace = spawn(process.execPath, args, { cwd, stdio: "ignore" });
    const ended = new Promise((resolve) => flowtrace.on("exit", (code, signal) => resolve(signal ?? code)));
    const pid = await firstProgress(cwd);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    process.kill(pid, "SIGKILL");
    const end = await ended;
    if (state !== "child" && end !== "SIGKILL") return `flowtrace ended with ${end}`;
    return problemOf(cwd);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

async function firstProgress(cwd) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    try {
      const [line = ""] = readFileSync(join(cwd, "progress.txt"), "utf8").split("\n");
      if (/^\d+ \d+ [\d.]+$/.test(line)) return Number(line.split(" ")[0]);
    } catch {
      // not yet there
    }
  }
}

function problemOf(cwd) {
  const steps = readFileSync(join(cwd, "progress.txt"), "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split(" ").map(Number));
  const last = steps.at(-1)[2];
  // A flush that is due happens at the next event, and every step makes some.
  const due = steps.filter(([, , at], i) => at < last - FLUSH_MS && i < steps.length - 2).length;
  let json;
  try {
    json = JSON.parse(readFileSync(join(cwd, "flowtrace.json"), "utf8"));
  } catch (error) {
    return `the trace cannot be parsed: ${error.message}`;
  }
  const calls = [];
  for (const stack = [...json]; stack.length > 0; ) {
    const call = stack.pop();
    calls.push(call);
    for (let i = call.calls.length - 1; i >= 0; i--) stack.push(call.calls[i]);
  }
  const traced = calls.filter(({ callable }) => callable === "step");
  if (traced.length < due) return `${traced.length} steps of ${due} that were due (${steps.length} in all)`;
  const wrong = traced.findIndex(
    ({ inputs, output, status }, n) => inputs.n !== n || (status === "ok" && output !== n),
  );
  if (wrong >= 0) return `step ${wrong} is ${JSON.stringify(traced[wrong])}`;
  const open = calls.filter(({ callable }) => callable === "busy" || callable === "loop");
  if (open.some(({ status, duration_ms }) => status !== "running" || duration_ms !== null))
    return "a call that was open is not running";
  return undefined;
}
