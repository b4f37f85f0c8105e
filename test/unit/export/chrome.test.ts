import { describe, expect, it } from "vitest";
import { chrome } from "../../../lib/export/chrome.js";
import type { Trace } from "../../../lib/trace/columns.js";
import { numbers } from "../trace/sample-trace.js";
import { smallTrace, type Written } from "../trace/small-trace.js";

interface Slice {
  ph: string;
  ts: number;
  dur: number;
  tid: number;
  args: { id: number };
}

function slicesOf(trace: Trace): Slice[] {
  const { traceEvents } = JSON.parse([...chrome(trace)].join("")) as { traceEvents: Slice[] };
  return traceEvents.filter(({ ph }) => ph === "X");
}

/** Calls that end with their callers and begin where those before them end, at times of many digits. */
function touching(random: () => number, start: number, end: number, levels: number): Written[] {
  const step = (ms: number): number => Math.round(ms * 1e5) / 1e5;
  const middle = step(start + (end - start) * random());
  return [
    [start, middle],
    [middle, end],
  ].map(([from, to]) => ({
    fn: `f${levels}`,
    start: from!,
    duration: step(to! - from!),
    calls: levels === 0 ? [] : touching(random, from!, to!, levels - 1),
  }));
}

/** How Perfetto and DevTools come to where a slice ends. */
const ENDS: Record<string, (slice: Slice) => [begin: number, end: number]> = {
  "added up in floating point": ({ ts, dur }) => [ts, ts + dur],
  "cut to nanoseconds": ({ ts, dur }) => {
    const begin = Math.floor(ts * 1000);
    return [begin, begin + Math.floor(dur * 1000)];
  },
};

describe("Trace Event Format", () => {
  it.each(Object.keys(ENDS))("has slices that nest and never overlap, times being %s", (how) => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = numbers(seed);
      const trace = smallTrace([
        { fn: "main", start: 0, duration: 900.01, calls: touching(random, 189.95, 900.01, 6) },
      ]);
      trace.calls.duration[0] = 900.01;
      const slices = slicesOf(trace);
      expect(slices.length).toBe(trace.calls.length);
      expect(new Set(slices.map(({ tid }) => tid)).size).toBe(1);
      const open: [number, number][] = [];
      for (const slice of slices) {
        const [begin, end] = ENDS[how]!(slice);
        while (open.length > 0 && open.at(-1)![1] <= begin) open.pop();
        if (open.length > 0) expect(end).toBeLessThanOrEqual(open.at(-1)![1]);
        open.push([begin, end]);
      }
    }
  });

  it("has objects as the arguments of its slices, errors among them", () => {
    const trace = smallTrace(
      [{ fn: "pay", in: { amount: 3 }, error: 0, instance: 7, line: 4 }],
      [{ name: "TypeError", message: "no card", outcome: "caught" }],
    );
    expect(slicesOf(trace).map(({ args }) => args)).toEqual([
      { id: 0, at: "app.js:1" },
      { id: 1, inputs: { amount: 3 }, error: "TypeError: no card", at: "app.js:4", instance: 7 },
    ]);
  });
});
