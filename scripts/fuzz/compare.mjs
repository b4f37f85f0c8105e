import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Ajv from "ajv/dist/2020.js";

const { MOST_CALLS } = createRequire(import.meta.url)("./support.cjs");
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const isValid = new Ajv.default({ strict: false }).compile(
  JSON.parse(readFileSync(join(root, "templates", "flowtrace.schema.json"), "utf8")),
);

/**
 * Runs programs plain and traced.
 *
 * @param {{ extension: string, text: string }[]} programs
 * @param {{ node: string, alone: boolean }} how - `alone`: each in a process of its own, whose end is compared too
 * @returns {Promise<(string | undefined)[]>} what differs, by program
 */
export async function compare(programs, { node, alone }) {
  const folder = mkdtempSync(join(tmpdir(), "flowtrace-fuzz-"));
  try {
    for (const name of ["support.cjs", "batch.cjs"]) copyFileSync(join(here, name), join(folder, name));
    const names = programs.map(({ extension }, i) => `p${String(i).padStart(4, "0")}.${extension}`);
    programs.forEach(({ text }, i) => {
      writeFileSync(join(folder, names[i]), text);
    });
    if (!alone) {
      const differences = await compareBatch(folder, names, node);
      if (differences !== undefined) return differences;
      if (programs.length === 1) return ["a batch of this program alone does not come to its end"];
      const half = programs.length >> 1;
      const parts = [programs.slice(0, half), programs.slice(half)];
      return (await Promise.all(parts.map((part) => compare(part, { node, alone })))).flat();
    }
    const differences = [];
    for (const name of names) differences.push(await compareAlone(folder, name, node));
    return differences;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compareBatch(folder, names, node) {
  const results = {};
  for (const kind of ["plain", "traced"]) {
    const said = join(folder, `${kind}.json`);
    await run(folder, node, kind, ["batch.cjs", said]);
    try {
      results[kind] = JSON.parse(readFileSync(said, "utf8"));
    } catch {
      return undefined;
    }
  }
  const trace = tracedCalls(folder);
  return names.map((name) => {
    if (typeof trace === "string") return trace;
    const plain = results.plain[name];
    const traced = results.traced[name];
    return isCutShort(plain)
      ? undefined
      : (traceDiffers(trace, name, traced.ticks) ?? difference(plain.lines, traced.lines));
  });
}

async function compareAlone(folder, name, node) {
  const plain = await run(folder, node, "plain", [name]);
  const traced = await run(folder, node, "traced", [name]);
  const said = JSON.parse(plain.stdout || '{"lines":[],"ticks":[]}');
  if (isCutShort(said)) return undefined;
  for (const key of ["code", "signal", "stderr"])
    if (comparable(String(plain[key])) !== comparable(String(traced[key])))
      return `${key}:\n- ${plain[key]}\n+ ${traced[key]}`;
  const saidTraced = JSON.parse(traced.stdout || '{"lines":[],"ticks":[]}');
  const trace = tracedCalls(folder);
  if (typeof trace === "string") return trace;
  return traceDiffers(trace, name, saidTraced.ticks, true) ?? difference(said.lines, saidTraced.lines);
}

function run(folder, node, kind, args) {
  const trace = join(folder, "trace.json");
  rmSync(trace, { force: true });
  const command =
    kind === "plain"
      ? args
      : [join(root, "bin", "flowtrace.js"), "-o", trace, "--exclude", "**/support.cjs", ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(node, command, {
      cwd: folder,
      env: { ...process.env, FLOWTRACE_CACHE_DIR: join(folder, "cache") },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    const watch = setTimeout(() => child.kill("SIGKILL"), 20_000);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(watch);
      resolve({ code, signal, stdout, stderr: stderr.replace(/^\[FlowTrace\] .*\n/gm, "") });
    });
  });
}

/** Places of the calls of each file in order of start, out of the trace; or what is wrong with the trace. */
function tracedCalls(folder) {
  let json;
  try {
    json = JSON.parse(readFileSync(join(folder, "trace.json"), "utf8"));
  } catch (error) {
    return `the trace cannot be parsed: ${error.message}`;
  }
  const calls = [];
  for (const stack = [...json]; stack.length > 0; ) {
    const call = stack.pop();
    calls.push(call);
    stack.push(...call.calls);
  }
  const invalid = invalidCalls(calls);
  calls.sort((a, b) => a.id - b.id);
  const byFile = new Map();
  for (const { module, line, column, callable } of calls) {
    if (line === undefined) continue;
    if (!byFile.has(module)) byFile.set(module, []);
    byFile.get(module).push(`${callable} ${line}:${column}`);
  }
  return { byFile, invalid };
}

/** What is wrong with a call, by file. */
function invalidCalls(calls) {
  const wrong = new Map();
  // Side by side: the validator cannot go as deep as programs do.
  const [main, ...others] = calls.map((call) => ({ ...call, calls: [] }));
  if (isValid([{ ...main, calls: others }])) return wrong;
  if (!isValid([main])) {
    const { message, instancePath } = isValid.errors[0];
    wrong.set("", `schema: ${message} at ${instancePath}: ${JSON.stringify(placeIn([main], instancePath))}`);
    return wrong;
  }
  for (const call of others.filter(({ module }) => !wrong.has(module)))
    if (!isValid([{ ...main, calls: [call] }]))
      wrong.set(call.module, `schema: ${isValid.errors?.[0]?.message} in ${JSON.stringify(call)}`);
  return wrong;
}

/** The value that a JSON pointer points to, and the one that holds it. */
function placeIn(json, pointer) {
  const steps = pointer.split("/").slice(1, -1);
  return steps.reduce((value, step) => value?.[step], json);
}

/** A program that is stopped for its number of calls may be stopped anywhere. */
function isCutShort({ ticks }) {
  return ticks.length > MOST_CALLS;
}

function traceDiffers({ byFile, invalid }, name, ticks, goesOn = false) {
  const places = byFile.get(name) ?? [];
  // Node may ask an uncaught error for its text after the program has had its last say.
  const seen = goesOn ? places.slice(0, ticks.length) : places;
  return invalid.get("") ?? invalid.get(name) ?? callsDiffer(ticks, seen);
}

/**
 * What V8 makes of source text in messages is mended as far as that can be done:
 *
 * - a function literal that is called is `(intermediate value)` once for each statement of its body, ours included;
 * - a long function is quoted by its head only, from which it cannot always be told which one it is;
 * - an error that no `catch` of traced code sees is not mended;
 * - the operand of `for await` is told by our call around it;
 * - what stands in for `Function.prototype.toString` is quoted as it is.
 */
function comparable(line) {
  return (
    line
      // V8 has no position of its own for the call of a static initialiser: it tells that of something before it.
      ?.replace(/(?<=at <static_initializer> .*\n.*?):\d+:\d+/g, "")
      .replace(/(?<=<static_initializer>,[^;]*;[^,;]*,[^,;]*),\d+,\d+/g, "")
      // Nor for what a class extends.
      .replace(/(Class extends value [\s\S]*?\n\s+at [^\n]*?):\d+:\d+/g, "$1")
      // Which of Node's own functions comes back to the microtasks is a matter of time.
      .replace(/\n\s+at [^\n]*\(node:internal\/(?:process\/task_queues|timers):[^\n]*/g, "")
      // The function of `new Promise` has, in stacks, a name taken from what follows.
      .replace(/at [^\n]* \(([^\n()]*)\)(?=[^\n]*\n[^\n]*at new Promise)/g, "at $1")
      .replace(
        /toString\(\) \{\s+return withoutInsertions[\s\S]*?\n\s*\}/g,
        "function toString() { [native code] }",
      )
      .replace(/(?:\(intermediate value\))+/g, "(intermediate value)")
      .replace(/[\s\S]*(?:async iterable|Symbol\.asyncIterator|to search for ')[\s\S]*/, "…")
  );
}

function difference(plain, traced) {
  for (let i = 0; i < plain.length || i < traced.length; i++)
    if (comparable(plain[i]) !== comparable(traced[i]))
      return `line ${i + 1} of what it says:\n- ${plain[i]}\n+ ${traced[i]}`;
  return undefined;
}

/** The n-th tick and the n-th call of the trace must be of the same function: ids and places go together one to one. */
function callsDiffer(ticks, places) {
  const placeOf = new Map();
  const idOf = new Map();
  for (let i = 0; i < ticks.length || i < places.length; i++) {
    const [id, place] = [ticks[i], places[i]];
    if ((placeOf.get(id) ?? place) !== place || (idOf.get(place) ?? id) !== id || !id || !place)
      return `call ${i + 1} of ${ticks.length} is ${place} in the trace (of ${places.length}), and tick(${id}) by the program's count`;
    placeOf.set(id, place);
    idOf.set(place, id);
  }
  return undefined;
}
