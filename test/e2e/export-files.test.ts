import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTraceFile } from "../../lib/files/trace-file.js";
import { writeTraceFile } from "../../lib/files/write-trace.js";
import { qualifiedName } from "../../lib/trace/call-name.js";
import { Flag, type Trace } from "../../lib/trace/columns.js";
import { selfTimes } from "../../lib/trace/statistics.js";
import { selfTimesOf, slicesOf } from "../support/devtools.js";
import { command, folderWith, ROOT } from "../support/run.js";
import { type SeenCall, startSpeedscope } from "../support/speedscope.js";
import { sampleTrace } from "../unit/trace/sample-trace.js";

let cwd: string;
/** Of several processes, threads and asynchronous calls side by side: a recorded run. */
let concurrent: Trace;
/** One call at a time. */
let sequential: Trace;
let speedscope: Awaited<ReturnType<typeof startSpeedscope>>;

beforeAll(async () => {
  cwd = folderWith();
  const sample = join(ROOT, "samples/concurrent/concurrent.js");
  await command("flowtrace", ["-s", sample, "-o", "concurrent.json"], { cwd });
  concurrent = await readTraceFile(join(cwd, "concurrent.json"));
  const made = sampleTrace(3000);
  const { calls } = made;
  calls.thread.fill(0);
  const last = calls.start[0]! + calls.duration[0]!;
  for (let row = 0; row < calls.length; row++) {
    if (Number.isNaN(calls.duration[row]!)) calls.duration[row] = last - calls.start[row]!;
    calls.flags[row] = calls.flags[row]! & ~Flag.running;
  }
  await writeTraceFile(made, join(cwd, "sequential.json"));
  sequential = await readTraceFile(join(cwd, "sequential.json"));
  speedscope = await startSpeedscope();
});
afterAll(() => speedscope?.close());

async function written(input: string, format: string, ...options: string[]): Promise<string> {
  const name = `${input}-${format}${options.join("")}.json`;
  const { code, stderr } = await command(
    "flowtrace-export",
    ["-i", `${input}.json`, "--format", format, "-o", name, ...options],
    { cwd },
  );
  expect(stderr).toContain("Written: ");
  expect(code).toBe(0);
  return join(cwd, name);
}

function nameOf({ calls, functions }: Trace, row: number): string {
  return qualifiedName(functions[calls.functionId[row]!]!);
}

type Bar = [name: string, us: number];

/** Name and duration of every call, in order of these; what never ended lasts as long as the run. */
function bars(trace: Trace): Bar[] {
  const { start, duration, length } = trace.calls;
  const end = (row: number): number => start[row]! + (duration[row]! || 0);
  let last = 0;
  for (let row = 0; row < length; row++) last = Math.max(last, end(row));
  const lasting = (row: number): number =>
    Number.isNaN(duration[row]!) ? last - start[row]! : duration[row]!;
  return Array.from({ length }, (_, row): Bar => [nameOf(trace, row), lasting(row) * 1e3]).sort(inOrder);
}

function inOrder([a, aUs]: Bar, [b, bUs]: Bar): number {
  return a < b ? -1 : a > b ? 1 : aUs - bUs;
}

function expectBars(seen: SeenCall[], trace: Trace, unitUs: number, name = (text: string) => text): void {
  const expected = bars(trace);
  const found = seen.map((call): Bar => [name(call.name), (call.end - call.start) * unitUs]).sort(inOrder);
  expect(found.map(([text]) => text)).toEqual(expected.map(([text]) => text));
  for (const [i, [, us]] of found.entries()) expect(us).toBeCloseTo(expected[i]![1], 1);
}

/** µs that each function ran itself. */
function selfByName(trace: Trace): Map<string, number> {
  const self = selfTimes(trace);
  const sums = new Map<string, number>();
  for (let row = 0; row < trace.calls.length; row++) {
    const name = nameOf(trace, row);
    sums.set(name, (sums.get(name) ?? 0) + self[row]! * 1e3);
  }
  return sums;
}

function selfOfSeen(seen: SeenCall[], toUs: number): Map<string, number> {
  const sums = new Map<string, number>();
  const add = (name: string, time: number): void => void sums.set(name, (sums.get(name) ?? 0) + time);
  for (const { name, start, end, parent } of seen) {
    const plain = name.replace(/ \(.*$/, "");
    add(plain, (end - start) * toUs);
    if (parent >= 0) add(seen[parent]!.name.replace(/ \(.*$/, ""), -(end - start) * toUs);
  }
  return sums;
}

/** Rounding each of a function's calls to whole µs may be off by one each. */
function expectSelf(found: Map<string, number>, trace: Trace): void {
  const expected = selfByName(trace);
  const calls = new Map<string, number>();
  for (const [name] of bars(trace)) calls.set(name, (calls.get(name) ?? 0) + 1);
  for (const [name, time] of expected)
    expect(Math.abs((found.get(name) ?? 0) - time), name).toBeLessThanOrEqual(4 * calls.get(name)! + 1);
}

describe("speedscope opens", () => {
  it.each([
    "concurrent",
    "sequential",
  ])("its own format: every call of a %s run once, at its time", async (run) => {
    const seen = await speedscope.open(await written(run, "speedscope"));
    expectBars(seen, run === "concurrent" ? concurrent : sequential, 1e-3);
  });

  it.each([
    "concurrent",
    "sequential",
  ])("Trace Event Format: every call of a %s run once, at its time", async (run) => {
    const seen = await speedscope.open(await written(run, "chrome"));
    expectBars(seen, run === "concurrent" ? concurrent : sequential, 1, (name) =>
      name.replace(/ \{.*$/s, ""),
    );
  });

  it("CPU profiles, with the time that each function ran itself", async () => {
    expectSelf(selfOfSeen(await speedscope.open(await written("sequential", "cpuprofile")), 1), sequential);
  });

  it("folded stacks, with the time that each function ran itself", async () => {
    expectSelf(selfOfSeen(await speedscope.open(await written("sequential", "collapsed")), 1e-3), sequential);
  });
});

describe("DevTools' trace engine", () => {
  it.each([
    "concurrent",
    "sequential",
  ])("finds every call of a %s run on a track, nested in those above it", async (run) => {
    const { calls } = run === "concurrent" ? concurrent : sequential;
    const slices = await slicesOf(JSON.parse(readFileSync(await written(run, "chrome"), "utf8")));
    expect(slices.map(({ id }) => id).sort((a, b) => a - b)).toEqual(
      Array.from({ length: calls.length }, (_, id) => id),
    );
    for (const { id, on, start, duration } of slices) {
      expect(start).toBeCloseTo(calls.start[id]! * 1e3, 1);
      if (!Number.isNaN(calls.duration[id]!)) expect(duration).toBeCloseTo(calls.duration[id]! * 1e3, 1);
      if (on === undefined) continue;
      let above = calls.parent[id]!;
      while (above > on) above = calls.parent[above]!;
      expect(above).toBe(on);
    }
  });

  it("reads a CPU profile, with the time that each function ran itself", async () => {
    const profile = JSON.parse(readFileSync(await written("sequential", "cpuprofile"), "utf8"));
    const ms = await selfTimesOf(profile);
    expectSelf(new Map([...ms].map(([name, time]) => [name, time * 1e3])), sequential);
  });
});

describe("the file of every format", () => {
  const FORMATS = [
    "speedscope",
    "chrome",
    "cpuprofile",
    "collapsed",
    "appmap",
    "csv",
    "pytraceflow",
    "otlp-json",
  ];

  it.each(FORMATS)("%s holds only the calls that were chosen", async (format) => {
    const all = readFileSync(await written("sequential", format), "utf8");
    const some = readFileSync(await written("sequential", format, "--filter", "fn:applyTax7"), "utf8");
    expect(all).toContain("applyTax8");
    expect(some).toContain("applyTax7");
    expect(some).not.toContain("applyTax8");
  });

  it("has the calls of --min-duration, --max-depth and --max-spans, those left out handing on their callees", async () => {
    const { calls } = sequential;
    const depth = new Int32Array(calls.length);
    for (let row = 1; row < calls.length; row++) depth[row] = depth[calls.parent[row]!]! + 1;
    const ids = async (...options: string[]): Promise<number[]> => {
      const lines = readFileSync(await written("sequential", "csv", ...options), "utf8")
        .split("\r\n")
        .slice(1, -1);
      return lines.map((line) => Number(line.split(",", 1)[0]));
    };
    const rows = Array.from({ length: calls.length }, (_, row) => row);
    expect(await ids("--max-depth", "4")).toEqual(rows.filter((row) => depth[row]! <= 4));
    const long = await ids("--min-duration", "1");
    expect(long.length).toBeLessThan(calls.length);
    for (const row of long)
      expect(calls.duration[row]! >= 1 || Number.isNaN(calls.duration[row]!)).toBe(true);
    expect((await ids("--max-spans", "17")).length).toBe(17);
    const slices = await slicesOf(
      JSON.parse(readFileSync(await written("sequential", "chrome", "--max-spans", "17"), "utf8")),
    );
    expect(slices.length).toBe(17);
  });

  it("is written of what is readable of a damaged trace with --salvage", async () => {
    const text = readFileSync(join(cwd, "concurrent.json"), "utf8");
    const folder = folderWith({ "cut.json": text.slice(0, text.length / 2) });
    const arguments_ = ["-i", "cut.json", "--format", "chrome", "-o", "cut-chrome.json"];
    expect((await command("flowtrace-export", arguments_, { cwd: folder })).code).toBe(2);
    expect((await command("flowtrace-export", [...arguments_, "--salvage"], { cwd: folder })).code).toBe(0);
    const slices = await slicesOf(JSON.parse(readFileSync(join(folder, "cut-chrome.json"), "utf8")));
    expect(slices.length).toBeGreaterThan(10);
  });

  it("tells the calls of other threads that a CPU profile cannot hold", async () => {
    const { stderr } = await command(
      "flowtrace-export",
      ["-i", "concurrent.json", "--format", "cpuprofile", "-o", "one-thread.cpuprofile"],
      { cwd },
    );
    expect(stderr).toMatch(/\d+ calls of other threads and processes are not in it/);
  });

  it("is refused by an unknown name before the trace is read", async () => {
    const { code, stderr } = await command(
      "flowtrace-export",
      ["-i", "none.json", "--format", "toString", "-o", "x"],
      { cwd },
    );
    expect(code).toBe(2);
    expect(stderr).toContain('--format is "toString", expected speedscope, chrome, ');
  });
});
