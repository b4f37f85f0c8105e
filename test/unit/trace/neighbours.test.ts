import { describe, expect, it } from "vitest";
import { TraceBuilder } from "../../../lib/trace/builder.js";
import { ownMemoryGrowth } from "../../../lib/trace/memory-growth.js";
import { neighboursOf } from "../../../lib/trace/neighbours.js";
import { smallTrace } from "./small-trace.js";

describe("a function's neighbours", () => {
  it("are those that call it and those that it calls, the heaviest first", () => {
    const trace = smallTrace([
      { fn: "a", calls: [{ fn: "b", duration: 2, calls: [{ fn: "c", duration: 1 }] }] },
      {
        fn: "d",
        calls: [
          { fn: "b", duration: 5 },
          { fn: "b", duration: 1, calls: [{ fn: "b", duration: 1 }] },
        ],
      },
    ]);
    const of = (name: string) => trace.functions.findIndex((info) => info.name === name);
    const told = (list: ReturnType<typeof neighboursOf>["callers"]) =>
      list.map(({ functionId, calls, total }) => [trace.functions[functionId]!.name, calls, total]);
    const { callers, callees } = neighboursOf(trace, of("b"));
    expect(told(callers)).toEqual([
      ["d", 2, 6],
      ["a", 1, 2],
      ["b", 1, 1],
    ]);
    expect(told(callees)).toEqual([
      ["c", 1, 1],
      ["b", 1, 1],
    ]);
  });
});

describe("memory growth", () => {
  it("is that of a call's own work, and counts for those above where a call has no reading", () => {
    const builder = new TraceBuilder();
    const info = builder.fn({ name: "f", called: "f", module: "a.js", kind: "function" });
    const readings: [parent: number, before?: number, after?: number][] = [
      [-1],
      [0, 100, 190],
      [1],
      [2, 110, 140],
      [1, 140, 120],
    ];
    for (const [parent, before, after] of readings) {
      const row = builder.addCall(parent, info, 0);
      if (before === undefined || after === undefined) continue;
      builder.columns.memoryBefore.set(row, builder.value({ rss_bytes: 7, heap_used_bytes: before }));
      builder.columns.memoryAfter.set(row, builder.value({ rss_bytes: 9, heap_used_bytes: after }));
    }
    expect([...ownMemoryGrowth(builder.trace())!]).toEqual([0, 80, 0, 30, -20]);
  });

  it("is not known without readings", () => {
    expect(ownMemoryGrowth(smallTrace([{ fn: "f" }]))).toBeUndefined();
  });
});
