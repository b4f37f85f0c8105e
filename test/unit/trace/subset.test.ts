import { describe, expect, it } from "vitest";
import { compileQuery } from "../../../lib/trace/query.js";
import { subsetTrace } from "../../../lib/trace/subset.js";
import { bytesOf, parsed, sampleTrace } from "./sample-trace.js";

describe("a subset of a trace", () => {
  const trace = sampleTrace(2000);
  const matches = compileQuery(trace, "fn:applyTax7");
  const subset = subsetTrace(trace, matches, '"fn:applyTax7"');

  it("holds the chosen calls and those above them, and nothing else", () => {
    const chosen = compileQuery(subset, "fn:applyTax7");
    const isAbove = new Set<number>([0]);
    let count = 0;
    for (let row = 0; row < subset.calls.length; row++) {
      if (!chosen(row)) continue;
      count++;
      for (let at = subset.calls.parent[row]!; at > 0; at = subset.calls.parent[at]!) isAbove.add(at);
    }
    for (let row = 0; row < subset.calls.length; row++) expect(chosen(row) || isAbove.has(row)).toBe(true);
    let all = 0;
    for (let row = 0; row < trace.calls.length; row++) if (matches(row)) all++;
    expect(count).toBe(all);
    expect(all).toBeGreaterThan(5);
  });

  it("is a valid trace of its own, which says what was left out", () => {
    const again = parsed(bytesOf(subset));
    expect(again.calls.length).toBe(subset.calls.length);
    expect([...again.calls.parent]).toEqual([...subset.calls.parent]);
    expect(again.end.calls).toBe(subset.calls.length - 1);
    expect(again.end.warnings.at(-1)).toEqual({
      code: "subset",
      message: 'This is a part of a trace: the calls that match "fn:applyTax7" and those above them.',
      count: trace.calls.length - subset.calls.length,
    });
  });

  it("moves what names calls to their new rows, and drops what is gone", () => {
    const withErrors = {
      ...trace,
      errors: [
        { ...trace.errors[0]!, thrown_in: 1999, caught_in: 0 },
        { ...trace.errors[1]!, thrown_in: 1998 },
      ],
    };
    const { errors, calls, end } = subsetTrace(withErrors, (row) => row === 1999);
    expect(errors[0]).toMatchObject({ thrown_in: calls.length - 1, caught_in: 0 });
    expect(errors[1]!.thrown_in === undefined || calls.length > 2).toBe(true);
    for (const { parent } of end.folded) expect(parent).toBeLessThan(calls.length);
    expect(end.errors).toBe(errors);
    const { end: linked, calls: rows } = subsetTrace(trace, (row) => row === 7 || row === 2);
    expect(linked.links).toEqual([
      { call: rows.length - 1, goes_back_to: expect.any(Number), reference: "flowtrace-1-100-0-2" },
    ]);
  });

  it("of nothing is the root alone; of everything, everything", () => {
    expect(subsetTrace(trace, () => false).calls.length).toBe(1);
    const all = subsetTrace(trace, () => true);
    expect(all.calls.start).toEqual(trace.calls.start);
  });
});
