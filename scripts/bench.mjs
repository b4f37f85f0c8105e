// npm run bench: what recording costs, as the difference to the same program without it.
//
//   node scripts/bench.mjs [--runs 5] [--json file] [--compare file] [--chart file.svg] [--peers] [--variants a,b] [program …]
//
// Runs alternate, plain and traced, so that a machine whose speed drifts does not favour either, and on one core where
// there is `taskset`. Build first. Overhead is (traced - plain) / calls; the wall time is that of the whole command.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chart } from "./bench/chart.mjs";
import { DEFAULT_PROGRAMS, PROGRAMS } from "./bench/programs.mjs";
import { WHOLE_PROGRAMS } from "./bench/project.mjs";
import { ownVariants, peerVariants } from "./bench/variants.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "5" },
    json: { type: "string" },
    compare: { type: "string" },
    chart: { type: "string" },
    peers: { type: "boolean", default: false },
    variants: { type: "string", default: "flowtrace,no values" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "flowtrace-bench-"));
// What has Node do more at every start (read 140 certificates: 40 ms) is not ours: the command starts it twice.
const { NODE_OPTIONS, NODE_EXTRA_CA_CERTS, ...rest } = process.env;
const env = { ...rest, FLOWTRACE_CACHE_DIR: join(folder, "cache"), FLOWTRACE_FOLD_AFTER: "0" };
const isPinned = spawnSync("taskset", ["-c", "0", "true"]).status === 0;
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const own = ownVariants(folder);
const variants = { plain: own.plain };
for (const name of values.variants.split(",")) variants[name] = own[name];
if (values.peers) Object.assign(variants, peerVariants(folder));

function measure(args) {
  const started = process.hrtime.bigint();
  const command = isPinned ? ["taskset", "-c", "1", process.execPath, ...args] : [process.execPath, ...args];
  const stdout = execFileSync(command[0], command.slice(1), {
    env,
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 1 << 30,
  });
  const wall = Number(process.hrtime.bigint() - started) / 1e6;
  // A peer writes to stdout as well.
  return { ...JSON.parse(stdout.match(/\{"ms":[^}]*\}/)[0]), wall };
}

/** Bytes of journal that a run writes. */
function journalBytes(file) {
  measure([own.flowtrace(file)[0], "--keep-journal", ...own.flowtrace(file).slice(1)]);
  const run = join(folder, "t.json.run");
  const bytes = readdirSync(run).reduce((sum, name) => sum + statSync(join(run, name)).size, 0);
  rmSync(run, { recursive: true });
  return bytes;
}

const report = { node: process.version, date: new Date().toISOString(), programs: {} };
const named = positionals.length > 0 ? positionals : DEFAULT_PROGRAMS;
for (const name of named) {
  const file = join(folder, `${name.replace(/\W+/g, "-")}.js`);
  writeFileSync(file, PROGRAMS[name] ?? WHOLE_PROGRAMS[name](folder));
  const runs = Object.fromEntries(Object.keys(variants).map((variant) => [variant, []]));
  for (let i = 0; i < Number(values.runs); i++) {
    for (const [variant, args] of Object.entries(variants)) {
      if (name.endsWith("cold")) rmSync(env.FLOWTRACE_CACHE_DIR, { recursive: true, force: true });
      runs[variant].push(measure(args(file)));
    }
  }
  const plain = median(runs.plain.map(({ ms }) => ms));
  const { calls } = runs.plain[0];
  const figures = {};
  for (const variant of Object.keys(variants)) {
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
  const bytesPerCall = journalBytes(file) / calls;
  report.programs[name] = { calls, bytesPerCall, figures };
  tell(name, report.programs[name]);
}

function tell(name, { figures, bytesPerCall }) {
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
    const isWhole = name in WHOLE_PROGRAMS;
    const ratio = isWhole ? wall / figures.plain.wall : ms / figures.plain.ms;
    const cost =
      variant === "plain"
        ? ` (${bytesPerCall.toFixed(1)} bytes of journal a call)`
        : isWhole
          ? `+${(wall - figures.plain.wall).toFixed(0).padStart(6)} ms`
          : `${nsPerCall.toFixed(0).padStart(7)} ns/call (${least.toFixed(0)} to ${most.toFixed(0)})`;
    const memory =
      variant === "plain" ? "" : `  ${ratio.toFixed(1)} x  +${(addedMemory / 1e6).toFixed(0)} MB`;
    console.log(
      `${name.padEnd(13)} ${variant.padEnd(12)} ${ms.toFixed(1).padStart(9)} ms  wall ${wall.toFixed(0).padStart(6)} ms ${cost}${memory}${change}`,
    );
  }
}

if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
if (values.chart !== undefined) writeFileSync(values.chart, chart(report));
rmSync(folder, { recursive: true, force: true });
