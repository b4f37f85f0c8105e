import { describe, expect, it } from "vitest";
import { changesOf, findMutations, onlyPassesOn } from "../../../lib/trace/mutations.js";
import { childLists } from "../../../lib/trace/walk.js";
import { smallTrace } from "./small-trace.js";

const trace = smallTrace([
  {
    fn: "outer",
    in: { order: { total: 1 }, stock: 5 },
    after: { order: { total: 2 } },
    calls: [{ fn: "through", calls: [{ fn: "inner", in: { o: { total: 1 } }, after: { o: { total: 2 } } }] }],
  },
  { fn: "outer", in: { order: { total: 1 } }, after: {} },
  {
    fn: "both",
    in: { a: [1], b: 1 },
    after: { a: [1, 2], b: { seen: true } },
    calls: [{ fn: "inner", in: { o: [1] }, after: { o: [1, 2] } }],
  },
]);
const lists = childLists(trace.calls.parent, trace.calls.length);

describe("mutations", () => {
  it("are the calls that left their inputs different, counted by function", () => {
    const { rows, functions } = findMutations(trace);
    expect([...rows]).toEqual([1, 3, 5, 6]);
    expect(
      functions.map(({ functionId, calls, changing }) => [
        trace.functions[functionId]!.name,
        calls,
        changing,
      ]),
    ).toEqual([
      ["inner", 2, 2],
      ["outer", 2, 1],
      ["both", 1, 1],
    ]);
  });

  it("say where and what, by the parameter", () => {
    expect(changesOf(trace, 1)).toEqual([{ kind: "changed", path: ["order", "total"], before: 1, after: 2 }]);
    expect(changesOf(trace, 5)[0]).toEqual({ kind: "added", path: ["a", "1"], after: 2 });
  });

  it("know the callers that only pass on what calls below them did", () => {
    expect([1, 3, 5].map((row) => onlyPassesOn(trace, row, lists))).toEqual([true, false, false]);
  });
});
