// npm run bench: what recording costs, as the difference to the same program without it.
//
//   node scripts/bench.mjs [--runs 5] [--json file] [--compare file] [--chart file.svg] [--peers] [--variants a,b] [program …]
//   node scripts/bench.mjs --budgets [--runs 5] [--json file] [part of a budget's name …]
//
// Build first. Overhead is (traced - plain) / calls; the wall time is that of the whole command. `--budgets` tells what each of the
// costs that are limited may be, and is.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { tellBudgets } from "./bench/budgets.mjs";
import { chart } from "./bench/chart.mjs";
import { createMeasure, median } from "./bench/measure.mjs";
import { DEFAULT_PROGRAMS } from "./bench/programs.mjs";
import { WHOLE_PROGRAMS } from "./bench/project.mjs";
import { peerVariants } from "./bench/variants.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "5" },
    json: { type: "string" },
    compare: { type: "string" },
    chart: { type: "string" },
    peers: { type: "boolean", default: false },
    budgets: { type: "boolean", default: false },
    variants: { type: "string", default: "flowtrace,no values" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "flowtrace-bench-"));
const measure = createMeasure(folder);
const report = { node: process.version, date: new Date().toISOString(), programs: {} };
if (values.budgets) report.budgets = await tellBudgets(measure, Number(values.runs), positionals);
else for (const name of positionals.length > 0 ? positionals : DEFAULT_PROGRAMS) bench(name);

function bench(name) {
  const { own } = measure;
  const variants = { plain: own.plain };
  for (const variant of values.variants.split(",")) variants[variant] = own[variant];
  if (values.peers) Object.assign(variants, peerVariants(folder));
  const runs = measure.compare(name, variants, Number(values.runs));
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
  report.programs[name] = { calls, bytesPerCall: measure.journalBytes(name) / calls, figures };
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
