import { describe, expect, it } from "vitest";
import { findAwaiting, hangsOn, waitParts } from "../../../lib/trace/awaiting.js";
import { childLists } from "../../../lib/trace/walk.js";
import { smallTrace } from "./small-trace.js";

const PROMISE = { $type: "Promise" };
const trace = smallTrace([
  {
    fn: "main",
    async: true,
    start: 0,
    duration: 100,
    active: 10,
    calls: [
      {
        fn: "lost",
        async: true,
        start: 1,
        duration: Number.NaN,
        calls: [{ fn: "poll", start: 2, duration: 0, out: PROMISE }],
      },
      { fn: "mail", async: true, start: 5, duration: 60, active: 5 },
      { fn: "sleep", start: 65, duration: 1, out: PROMISE },
    ],
  },
  {
    fn: "hangs",
    async: true,
    start: 100,
    duration: Number.NaN,
    calls: [{ fn: "leaf", async: true, start: 101, duration: Number.NaN }],
  },
]);
const lists = childLists(trace.calls.parent, trace.calls.length);

describe("awaiting", () => {
  it("shares waiting out to the children that were over in time, the promise of a sync one as a guess", () => {
    const parts = waitParts(trace, 1, lists);
    expect(parts.map(({ row, ms, isGuess }) => [row, Math.round(ms), isGuess])).toEqual([
      [4, 55, false],
      [5, 34, true],
      [-1, 1, false],
    ]);
  });

  it("goes to the one that ended last, of those that ran at once", () => {
    const all = smallTrace([
      {
        fn: "all",
        async: true,
        start: 0,
        duration: 100,
        active: 0,
        calls: [
          { fn: "quick", async: true, start: 0, duration: 20, active: 0 },
          { fn: "slow", async: true, start: 1, duration: 89, active: 0 },
          { fn: "then", async: true, start: 90, duration: 10, active: 0 },
        ],
      },
    ]);
    const parts = waitParts(all, 1, childLists(all.calls.parent, all.calls.length));
    expect(parts.map(({ row, ms }) => [row, ms])).toEqual([
      [3, 89],
      [4, 10],
      [2, 1],
    ]);
  });

  it("never shares out more than the whole", () => {
    const busy = smallTrace([
      {
        fn: "a",
        async: true,
        start: 0,
        duration: 10,
        active: 8,
        calls: [{ fn: "b", async: true, start: 1, duration: 9, active: 0 }],
      },
    ]);
    const parts = waitParts(busy, 1, childLists(busy.calls.parent, busy.calls.length));
    expect(parts.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(2);
  });

  it("names the innermost calls that never settled, and what they hang on", () => {
    const { unsettled } = findAwaiting(trace);
    expect(unsettled.map((row) => trace.functions[trace.calls.functionId[row]!]!.name)).toEqual([
      "lost",
      "leaf",
    ]);
    expect(hangsOn(trace, 2, lists)).toBe(3);
    expect(hangsOn(trace, 7, lists)).toBe(-1);
  });

  it("sums up by function", () => {
    const main = findAwaiting(trace).functions.find(({ longest }) => longest === 1);
    expect(main).toMatchObject({ calls: 1, activeMs: 10, waitingMs: 90, unsettled: 0 });
  });
});
