// Generates programs and runs each plain and traced: what they say, how they end and how often they call must be equal, and
// the trace must keep to its schema. A program that differs is shrunk and printed.
//   node scripts/fuzz.mjs [--runs 10000] [--seed 1] [--node <path>] [--alone <n>: every n-th has a process of its own]
import { parseArgs } from "node:util";
import { Choices } from "./fuzz/choices.mjs";
import { compare } from "./fuzz/compare.mjs";
import { makeProgram } from "./fuzz/grammar.mjs";
import { shrink } from "./fuzz/shrink.mjs";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    node: { type: "string", default: process.execPath },
    alone: { type: "string", default: "40" },
    "no-shrink": { type: "boolean", default: false },
    failures: { type: "string", default: "1" },
  },
});
const runs = Number(values.runs);
const firstSeed = Number(values.seed);
const { node } = values;
const BATCH = 100;
const SHRINKING_MS = 60_000;

/** Seeds of programs that are not always the same: their timers fire in another order on a busy machine. */
const unsteady = [];
let failures = 0;
let done = 0;
const started = performance.now();

for (let from = 0; from < runs && failures < Number(values.failures); from += BATCH) {
  const seeds = Array.from({ length: Math.min(BATCH, runs - from) }, (_, i) => firstSeed + from + i);
  for (const alone of [false, true]) {
    const chosen = seeds.filter((seed) => (seed % Number(values.alone) === 0) === alone);
    const choices = chosen.map((seed) => new Choices(seed));
    const differences = await compare(
      choices.map((c) => makeProgram(c, alone)),
      { node, alone },
    );
    for (let i = 0; i < chosen.length && failures < Number(values.failures); i++) {
      if (differences[i] === undefined) continue;
      if (await showsAgain(choices[i], alone)) await report(chosen[i], alone, choices[i], differences[i]);
      else unsteady.push(chosen[i]);
    }
  }
  done += seeds.length;
}
const seconds = ((performance.now() - started) / 1000).toFixed(1);
if (unsteady.length > 0) console.log(`differed once, and not again: seeds ${unsteady.join(", ")}`);
console.log(`${done} programs in ${seconds} s, ${failures} of them differ`);
process.exitCode = failures > 0 ? 1 : 0;

async function showsAgain(choices, alone) {
  const program = () => makeProgram(new Choices(choices.made), alone);
  const [difference] = await compare([program()], { node, alone });
  return difference !== undefined;
}

async function report(seed, alone, choices, found) {
  failures++;
  console.log(`seed ${seed} differs in ${found}\n${values["no-shrink"] ? "" : "shrinking…"}`);
  if (values["no-shrink"]) return;
  const kind = kindOf(found);
  const compared = (list) =>
    compare(
      list.map((c) => makeProgram(c, alone)),
      { node, alone },
    );
  const fail = async (list) => (await compared(list)).map((difference) => kindOf(difference) === kind);
  const until = performance.now() + SHRINKING_MS;
  const best = new Choices((await shrink(choices, fail, () => performance.now() > until)).made);
  const [difference] = await compared([best]);
  const { extension, text } = makeProgram(new Choices(best.made), alone);
  console.log(`\n----- smallest program found (.${extension}) -----\n${text}-----\n${difference ?? found}\n`);
}

/** A smaller program is to differ in the same way. */
function kindOf(difference) {
  const first = difference?.split(" ", 1)[0];
  return first === "line" && difference.includes("$ft7") ? "leak" : first;
}
