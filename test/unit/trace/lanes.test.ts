import { describe, expect, it } from "vitest";
import { lanesOf } from "../../../lib/trace/lanes.js";
import { smallTrace, type Written } from "./small-trace.js";

/** Names by level, from the top. */
function levelsOf(calls: Written[]): string[] {
  const trace = smallTrace(calls);
  const { level, levels } = lanesOf(trace, 100);
  const names: string[][] = Array.from({ length: levels }, () => []);
  for (let row = 0; row < trace.calls.length; row++)
    names[level[row]!]!.push(trace.functions[trace.calls.functionId[row]!]!.name);
  return names.map((list) => list.join(" "));
}

describe("lanes", () => {
  it("have calls stand below their callers, and calls that follow each other beside each other", () => {
    expect(
      levelsOf([
        {
          fn: "a",
          start: 0,
          duration: 4,
          calls: [
            { fn: "b", start: 1, duration: 1 },
            { fn: "c", start: 2, duration: 1 },
          ],
        },
        { fn: "d", start: 5, duration: 1 },
      ]),
    ).toEqual(["app.js", "a d", "b c"]);
  });

  it("give calls that overlap a lane of their own, with what they call", () => {
    expect(
      levelsOf([
        { fn: "a", start: 0, duration: 9, calls: [{ fn: "x", start: 1, duration: 7 }] },
        { fn: "b", start: 2, duration: 4, calls: [{ fn: "y", start: 3, duration: 1 }] },
        { fn: "c", start: 7, duration: 1, calls: [] },
      ]),
    ).toEqual(["app.js", "a", "x", "b c", "y"]);
  });

  it("let no call stand below another that only happens to run then", () => {
    // `late` is started by `a`, which is over, while `b` runs.
    expect(
      levelsOf([
        { fn: "a", start: 0, duration: 1, calls: [{ fn: "late", start: 12, duration: 1 }] },
        { fn: "b", start: 10, duration: 9 },
      ]).length,
    ).toBe(3);
  });
});
