import { describe, expect, it } from "vitest";
import type { Value } from "../../../lib/trace/format.js";
import { findRepeatedWork } from "../../../lib/trace/repeated-work.js";
import { smallTrace } from "./small-trace.js";

describe("repeated work", () => {
  it("is calls with equal inputs and outcome, and the time of all but the first", () => {
    const trace = smallTrace([
      { fn: "price", in: { sku: "a" }, out: 1, duration: 5 },
      { fn: "price", in: { sku: "b" }, out: 1, duration: 7 },
      { fn: "price", in: { sku: "a" }, out: 1, duration: 3 },
      { fn: "price", in: { sku: "a" }, out: 1, duration: 4 },
    ]);
    const { functions, savedMs } = findRepeatedWork(trace);
    expect(functions).toEqual([
      {
        functionId: 1,
        calls: 4,
        distinct: 2,
        savedMs: 7,
        differing: 0,
        groups: [{ row: 1, calls: 3, savedMs: 7, differsAt: -1 }],
      },
    ]);
    expect(savedMs).toBe(7);
  });

  it("tells apart what came out differently, a thrown error included", () => {
    const trace = smallTrace(
      [
        { fn: "now", out: 1 },
        { fn: "now", out: 2 },
        { fn: "load", in: { id: 1 }, error: 0 },
        { fn: "load", in: { id: 1 }, error: 1 },
        { fn: "load", in: { id: 1 }, out: 5 },
      ],
      [
        { name: "E", message: "gone", outcome: "caught" },
        { name: "E", message: "gone", outcome: "caught" },
      ],
    );
    const { functions, savedMs } = findRepeatedWork(trace);
    expect(functions.map(({ groups }) => groups.map(({ differsAt }) => differsAt))).toEqual([[2], [5]]);
    expect(savedMs).toBe(0);
  });

  it("leaves out calls that give nothing back, and other objects' methods", () => {
    const trace = smallTrace([
      { fn: "log", in: { m: "x" }, out: { $type: "undefined" } },
      { fn: "log", in: { m: "x" }, out: { $type: "undefined" } },
      { fn: "total", of: "Cart", instance: 1, out: 1 },
      { fn: "total", of: "Cart", instance: 2, out: 1 },
    ]);
    expect(findRepeatedWork(trace).functions).toEqual([]);
  });

  it("leaves out values of which not all is known", () => {
    const twice = (value: Value) => [
      { fn: "f", in: { value }, out: 1 },
      { fn: "f", in: { value }, out: 1 },
      { fn: "g", in: {}, out: value },
      { fn: "g", in: {}, out: value },
    ];
    for (const value of [
      { $type: "function", name: "" },
      [{ $type: "cut", what: "depth", class: "Cart" }],
      { $type: "Promise" },
    ])
      expect(findRepeatedWork(smallTrace(twice(value))).functions).toEqual([]);
    const date = { $type: "Date", value: "2026-01-01T00:00:00.000Z" };
    expect(
      findRepeatedWork(smallTrace(twice({ at: date, no: { $type: "undefined" } }))).functions,
    ).toHaveLength(2);
  });

  it("counts work inside of saved work once", () => {
    const inner = () => ({ fn: "inner", in: { n: 1 }, out: 1, duration: 4 });
    const outer = () => ({ fn: "outer", in: { n: 1 }, out: 1, duration: 10, calls: [inner()] });
    expect(findRepeatedWork(smallTrace([outer(), outer()])).savedMs).toBe(10);
  });
});
