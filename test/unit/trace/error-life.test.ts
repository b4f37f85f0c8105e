import { describe, expect, it } from "vitest";
import { errorLife, errorStories, stackLines } from "../../../lib/trace/error-life.js";
import { smallTrace } from "./small-trace.js";

const place = (file: string, line: number) => ({ file, line, column: 1 });

/** take throws 0, fill lets it through, place wraps it as 1, try swallows that. */
const wrapped = smallTrace(
  [
    {
      fn: "tryOrder",
      calls: [
        {
          fn: "place",
          error: 1,
          calls: [{ fn: "fill", error: 0, calls: [{ fn: "take", of: "Stock", error: 0 }] }],
        },
      ],
    },
  ],
  [
    {
      name: "RangeError",
      message: "no soup",
      outcome: "wrapped",
      thrown_in: 4,
      thrown_at: place("stock.js", 5),
      caught_in: 2,
      caught_at: place("app.js", 12),
      stack:
        "RangeError: no soup\n    at Stock.take (/home/me/app.js:5:9)\n    at elsewhere (node:fs:1:1)\n    at fill (/home/me/app.js:6:1)",
    },
    { name: "Error", message: "order failed", outcome: "swallowed", cause: 0, thrown_in: 2, caught_in: 1 },
  ],
);

describe("the life of an error", () => {
  it("goes from the throw through the calls it crossed and the error that wraps it to its end", () => {
    expect(errorLife(wrapped, 1).map(({ kind, row, error }) => [kind, row, error])).toEqual([
      ["thrown", 4, 0],
      ["crossed", 3, 0],
      ["wrapped", 2, 1],
      ["swallowed", 1, 1],
    ]);
  });

  it("is one story for an error and those it was made from", () => {
    expect(errorStories(wrapped)).toEqual([{ errors: [1], outcome: "swallowed" }]);
  });

  it("tells errors of one make together, the gravest first", () => {
    const alike = { name: "E", message: "1", outcome: "caught", thrown_at: place("a.js", 1) } as const;
    const trace = smallTrace(
      [],
      [alike, { ...alike, message: "2" }, { name: "F", message: "", outcome: "unhandled" }],
    );
    expect(errorStories(trace)).toEqual([
      { errors: [2], outcome: "unhandled" },
      { errors: [0, 1], outcome: "caught" },
    ]);
  });

  it("counts the calls of a deep way beyond those it tells", () => {
    let calls = [{ fn: "leaf", error: 0 } as Parameters<typeof smallTrace>[0][0]];
    for (let i = 0; i < 30; i++) calls = [{ fn: "f", error: 0, calls }];
    const trace = smallTrace(calls, [{ name: "E", message: "", outcome: "unhandled" }]);
    const steps = errorLife(trace, 0, 5);
    expect(steps.map(({ kind }) => kind)).toEqual(["thrown", ...Array(5).fill("crossed"), "unhandled"]);
    expect(steps[0]?.row).toBe(31);
    expect(steps[5]?.more).toBe(25);
  });

  it("does not go round in a ring of causes", () => {
    const trace = smallTrace(
      [],
      [
        { name: "A", message: "", outcome: "caught", cause: 1 },
        { name: "B", message: "", outcome: "caught", cause: 0 },
      ],
    );
    expect(errorStories(trace)).toHaveLength(2);
    expect(errorLife(trace, 0).map(({ error }) => error)).toEqual([1, 1, 0, 0]);
  });

  it("finds the calls of the stack's frames", () => {
    expect(stackLines(wrapped, wrapped.errors[0]!).map(({ row }) => row)).toEqual([
      undefined,
      4,
      undefined,
      3,
    ]);
  });
});
