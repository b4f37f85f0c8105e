import { describe, expect, it } from "vitest";
import { findOmissions } from "../../../lib/trace/omissions.js";
import { smallTrace } from "./small-trace.js";

describe("what a trace does not hold", () => {
  it("is counted by call, values by value", () => {
    const cut = { $type: "cut", what: "string", value: "x", length: 9 };
    const trace = smallTrace(
      [
        { fn: "a", in: { long: cut, other: cut }, out: cut },
        {
          fn: "b",
          in: { password: { $type: "filtered", token: "1" }, tags: { $type: "Set", size: 0, values: [] } },
        },
        { fn: "c", in: { all: { $type: "skipped" } }, duration: Number.NaN },
        { fn: "d", in: { text: '{"$type":"cut"}' }, duration: 10 },
      ],
      [],
      {
        folded: [
          {
            parent: 0,
            function: "f",
            file: "a.js",
            line: 1,
            calls: 7,
            total_ms: 1,
            min_ms: 0,
            max_ms: 1,
            errors: 0,
            reason: "hot",
          },
        ],
        overhead_ms: 1,
      },
    );
    expect(findOmissions(trace)).toMatchObject({ cut: 1, filtered: 1, skipped: 1, folded: 7, running: 1 });
    expect(findOmissions(trace).cost).toBeGreaterThan(0);
  });
});
