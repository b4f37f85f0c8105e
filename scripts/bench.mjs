// npm run bench: what recording costs, as the difference to the same program without it.
//
//   node scripts/bench.mjs [--runs 5] [--json file] [--compare file] [program …]
//
// Runs alternate, plain and traced, so that a machine whose speed drifts does not favour either. Build first.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PROGRAMS } from "./bench/programs.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "5" }, json: { type: "string" }, compare: { type: "string" } },
});
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = mkdtempSync(join(tmpdir(), "flowtrace-bench-"));
const env = { ...process.env, FLOWTRACE_CACHE_DIR: join(folder, "cache") };
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

const VARIANTS = {
  plain: (file) => [file],
  traced: (file) => [join(root, "bin/flowtrace.js"), "-o", join(folder, "t.json"), "-s", file],
  "no values": (file) => [
    join(root, "bin/flowtrace.js"),
    "--skip-inputs",
    "--skip-outputs",
    "-o",
    join(folder, "t.json"),
    "-s",
    file,
  ],
};

function measure(args) {
  const started = process.hrtime.bigint();
  const stdout = execFileSync(process.execPath, args, {
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return { ...JSON.parse(stdout), wall: Number(process.hrtime.bigint() - started) / 1e6 };
}

const report = { node: process.version, date: new Date().toISOString(), programs: {} };
for (const [name, text] of Object.entries(PROGRAMS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const file = join(folder, `${name}.js`);
  writeFileSync(file, text);
  const runs = Object.fromEntries(Object.keys(VARIANTS).map((variant) => [variant, []]));
  for (let i = 0; i < Number(values.runs); i++) {
    for (const [variant, args] of Object.entries(VARIANTS)) runs[variant].push(measure(args(file)));
  }
  const plain = median(runs.plain.map(({ ms }) => ms));
  const { calls } = runs.plain[0];
  const figures = {};
  for (const variant of Object.keys(VARIANTS)) {
    const costs = runs[variant].map(({ ms }) => ((ms - plain) * 1e6) / calls);
    figures[variant] = {
      ms: median(runs[variant].map(({ ms }) => ms)),
      nsPerCall: median(costs),
      least: Math.min(...costs),
      most: Math.max(...costs),
      addedMemory: median(runs[variant].map(({ rss }) => rss)) - median(runs.plain.map(({ rss }) => rss)),
      wall: median(runs[variant].map(({ wall }) => wall)),
    };
  }
  report.programs[name] = { calls, figures };
  const earlier =
    values.compare === undefined
      ? undefined
      : JSON.parse(readFileSync(values.compare, "utf8")).programs[name];
  for (const [variant, { ms, nsPerCall, least, most, addedMemory, wall }] of Object.entries(figures)) {
    const before = earlier?.figures[variant];
    const change =
      before === undefined || variant === "plain"
        ? ""
        : `  ${(((nsPerCall - before.nsPerCall) / before.nsPerCall) * 100).toFixed(0)} % to before`;
    const cost =
      variant === "plain"
        ? ""
        : `${nsPerCall.toFixed(0).padStart(7)} ns/call (${least.toFixed(0)}–${most.toFixed(0)})  +${(addedMemory / 1e6).toFixed(0)} MB`;
    console.log(
      `${name.padEnd(9)} ${variant.padEnd(10)} ${ms.toFixed(1).padStart(9)} ms  wall ${wall.toFixed(0).padStart(6)} ms ${cost}${change}`,
    );
  }
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
rmSync(folder, { recursive: true, force: true });
