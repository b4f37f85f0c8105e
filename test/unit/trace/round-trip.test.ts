import { describe, expect, it } from "vitest";
import { TraceBuilder } from "../../../lib/trace/builder.js";
import type { Trace } from "../../../lib/trace/columns.js";
import type { CallJson } from "../../../lib/trace/format.js";
import { bytesOf, numbers, parsed, sampleTrace } from "./sample-trace.js";

const NUMBERS = ["parent", "start", "duration", "active", "error", "instance", "thread", "flags"] as const;
const REFS = ["inputs", "inputsAfter", "output"] as const;
const SPARSE = ["memoryBefore", "memoryAfter", "attributes", "extra"] as const;

function expectSame(actual: Trace, expected: Trace): void {
  expect(actual.run).toEqual(expected.run);
  expect(actual.end).toEqual(expected.end);
  expect(actual.errors).toEqual(expected.errors);
  expect(actual.calls.length).toBe(expected.calls.length);
  for (const name of NUMBERS) expect(actual.calls[name], name).toEqual(expected.calls[name]);
  for (let row = 0; row < expected.calls.length; row++) {
    expect(actual.functions[actual.calls.functionId[row]!]).toEqual(
      expected.functions[expected.calls.functionId[row]!],
    );
    expect(actual.sites[actual.calls.site[row]!]).toEqual(expected.sites[expected.calls.site[row]!]);
    for (const name of REFS) {
      expect(actual.values.text(actual.calls[name][row]!), `${name} of ${row}`).toBe(
        expected.values.text(expected.calls[name][row]!),
      );
    }
    for (const name of SPARSE) expect(textAt(actual, name, row)).toBe(textAt(expected, name, row));
  }
}

function textAt({ calls, values }: Trace, name: (typeof SPARSE)[number], row: number): string | undefined {
  return values.text(calls[name]?.get(row) ?? -1);
}

describe("a trace written and read again", () => {
  it("has the same columns, values, functions, sites, errors and run", () => {
    const trace = sampleTrace(3000);
    expectSame(parsed(bytesOf(trace)), trace);
  });

  it("is the same however its bytes arrive", () => {
    const trace = sampleTrace(120);
    const bytes = bytesOf(trace);
    for (const sizes of [[1], [2, 3], [7], [1, 1000, 3]]) expectSame(parsed(bytes, sizes), trace);
  });

  it("is the same when another tool has laid the JSON out anew, with keys in any order", () => {
    const trace = sampleTrace(300);
    const json = JSON.parse(Buffer.from(bytesOf(trace)).toString()) as CallJson[];
    const sorted = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(sorted)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .sort(([a], [b]) => (a < b ? 1 : -1))
                .map(([key, inner]) => [key, sorted(inner)]),
            )
          : value;
    const pretty = parsed(Buffer.from(JSON.stringify(json, null, 2)));
    expectSame(pretty, trace);
    const backwards = parsed(Buffer.from(`\uFEFF${JSON.stringify(sorted(json), null, "\t")}\r\n`));
    for (const name of NUMBERS) expect(backwards.calls[name], name).toEqual(trace.calls[name]);
    expect(Buffer.from(bytesOf(parsed(bytesOf(pretty)))).equals(bytesOf(trace))).toBe(true);
  });

  it("keeps calls in order of start when the file nests them otherwise", () => {
    const builder = new TraceBuilder();
    const fn = builder.fn({ name: "f", called: "f", module: "a.js", kind: "function" });
    const rows = [
      [-1, 0],
      [0, 1],
      [0, 2],
      [1, 3],
      [2, 4],
      [1, 5],
    ] as const;
    for (const [parent, start] of rows) builder.addCall(parent, fn, start);
    const trace = builder.trace();
    const again = parsed(bytesOf(trace));
    expect([...again.calls.parent]).toEqual([-1, 0, 0, 1, 2, 1]);
    expect([...again.calls.start]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("holds a chain of 100,000 calls", () => {
    const builder = new TraceBuilder();
    const fn = builder.fn({ name: "f", called: "f", module: "a.js", kind: "function" });
    for (let row = 0; row < 100_000; row++) builder.addCall(row - 1, fn, row);
    const again = parsed(bytesOf(builder.trace()), [65536]);
    expect(again.calls.length).toBe(100_000);
    expect(again.calls.parent[99_999]).toBe(99_998);
    expect(again.calls.start[99_999]).toBe(99_999);
  });

  it("keeps times to ten nanoseconds", () => {
    const builder = new TraceBuilder();
    const fn = builder.fn({ name: "f", called: "f", module: "a.js", kind: "function" });
    const random = numbers(5);
    const times = [
      0,
      1e-5,
      0.1 + 0.2,
      123456.78901,
      1e15,
      4.000001,
      1e-9,
      Math.PI,
      ...Array.from({ length: 500 }, () => random() * 1e4),
    ];
    times.forEach((time, row) => {
      builder.addCall(row === 0 ? -1 : 0, fn, time);
      builder.columns.duration[row] = time;
    });
    const { start, duration } = parsed(bytesOf(builder.trace())).calls;
    times.forEach((time, row) => {
      expect(Math.abs(start[row]! - time)).toBeLessThanOrEqual(0.5001e-5);
      expect(Math.abs(duration[row]! - time)).toBeLessThanOrEqual(0.5001e-5);
    });
    expect(start[3]).toBe(123456.78901);
  });

  it("keeps values larger than any buffer", () => {
    const builder = new TraceBuilder();
    const fn = builder.fn({ name: "f", called: "f", module: "a.js", kind: "function" });
    builder.addCall(-1, fn, 0);
    const text = "ä".repeat(3_000_000);
    builder.columns.output[0] = builder.value({ text });
    builder.columns.duration[0] = 1;
    builder.addCall(0, fn, 0);
    builder.columns.output[1] = builder.value("after");
    builder.columns.duration[1] = 1;
    const { calls, values } = parsed(bytesOf(builder.trace()), [100_000]);
    expect(values.text(calls.output[0]!)).toBe(JSON.stringify({ text }));
    expect(values.text(calls.output[1]!)).toBe('"after"');
  });
});

describe("the text of a trace", () => {
  it("has one opening and one closing line per call, in the layout of the format", () => {
    const lines = Buffer.from(bytesOf(sampleTrace(50)))
      .toString()
      .trimEnd()
      .split("\n");
    expect(lines[0]).toBe("[");
    expect(lines.at(-1)).toBe("]");
    const calls = lines.slice(1, -1);
    expect(calls.length).toBe(100);
    expect(calls.filter((line) => line.startsWith('{"id":') && line.endsWith('"calls":[')).length).toBe(50);
    expect(calls.filter((line) => /^\].*\},?$/.test(line)).length).toBe(50);
  });

  it("names the caller and computes self time from what children cover", () => {
    const builder = new TraceBuilder();
    const root = builder.fn({ name: "app.js", called: "app.js", module: "app.js", kind: "root" });
    const method = builder.fn({ name: "total", called: "Cart", module: "cart.js", kind: "method" });
    const calls: [number, number, number, number][] = [
      [-1, root, 0, 100],
      [0, method, 10, 30],
      [0, method, 20, 30],
      [0, method, 90, 50],
    ];
    for (const [parent, fn, start, duration] of calls) {
      const row = builder.addCall(parent, fn, start);
      builder.columns.duration[row] = duration;
    }
    const [json] = JSON.parse(Buffer.from(bytesOf(builder.trace())).toString()) as [CallJson];
    expect(json.caller).toBeNull();
    expect(json.self_ms).toBe(50); // 10..50 and 90..100 are covered
    expect(json.calls.map((call) => call.caller)).toEqual(Array(3).fill("app.js::app.js"));
    expect(json.calls[0]!.self_ms).toBe(30);
  });
});
