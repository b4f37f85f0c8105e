import { describe, expect, it } from "vitest";
import { TraceBuilder } from "../../../lib/trace/builder.js";
import { Flag, type Trace } from "../../../lib/trace/columns.js";
import type { ErrorInfo, RunEnd } from "../../../lib/trace/format.js";
import {
  countCalls,
  failingPath,
  functionStatistics,
  isGuess,
  selfTimes,
} from "../../../lib/trace/statistics.js";
import { depths, pathTo, postOrder, preOrder } from "../../../lib/trace/walk.js";

interface Call {
  /** `parent name start duration`; a duration of `-` is still running. */
  text: string;
  flags?: number;
  error?: number;
}

function traceOf(
  calls: (string | Call)[],
  errors: Omit<ErrorInfo, "id">[] = [],
  end: Partial<RunEnd> = {},
): Trace {
  const builder = new TraceBuilder();
  for (const error of errors) builder.error(error);
  for (const call of calls) {
    const { text, flags = 0, error = -1 } = typeof call === "string" ? { text: call } : call;
    const [parent, name, start, duration] = text.split(" ") as [string, string, string, string];
    const fn = builder.fn({ name, called: name, module: "a.js", kind: "function" });
    const row = builder.addCall(Number(parent), fn, Number(start));
    builder.columns.duration[row] = duration === "-" ? Number.NaN : Number(duration);
    builder.columns.flags[row] = flags | (duration === "-" ? Flag.running : 0);
    builder.columns.error[row] = error;
  }
  return builder.trace({}, end);
}

describe("self time", () => {
  it("leaves out what callees cover, overlapping ones once", () => {
    const trace = traceOf(["-1 root 0 100", "0 a 10 20", "0 b 15 20", "0 c 50 10", "1 d 12 3"]);
    expect([...selfTimes(trace)]).toEqual([65, 17, 20, 10, 3]);
  });

  it("of a caller that ended before its callees counts only what lies within it", () => {
    expect([...selfTimes(traceOf(["-1 root 0 10", "0 late 8 50", "0 later 20 5"]))].slice(0, 1)).toEqual([8]);
  });

  it("of a caller of something that never ended is what came before", () => {
    const self = selfTimes(traceOf(["-1 root 0 10", "0 hangs 4 -"]));
    expect(self[0]).toBe(4);
    expect(self[1]).toBeNaN();
  });
});

describe("statistics of functions", () => {
  it("count calls, errors, times and percentiles, those with most self time first", () => {
    const calls: (string | Call)[] = ["-1 root 0 1000"];
    for (let i = 1; i <= 100; i++) calls.push(`0 f ${i * 8} ${i / 100}`);
    calls.push({ text: "0 g 900 60", flags: Flag.threw }, "0 g 990 -");
    const [g, f] = functionStatistics(traceOf(calls));
    expect(g).toMatchObject({
      calls: 2,
      errors: 1,
      running: 1,
      total: 60,
      self: 60,
      min: 60,
      p50: 60,
      max: 60,
    });
    expect(f).toMatchObject({ calls: 100, errors: 0, min: 0.01, p50: 0.5, p95: 0.95, p99: 0.99, max: 1 });
    expect(f!.total).toBeCloseTo(50.5);
  });

  it("leave the root out", () => {
    expect(functionStatistics(traceOf(["-1 root 0 1"]))).toEqual([]);
  });
});

describe("the failing path", () => {
  const thrown = { name: "Error", message: "x" };
  const calls = (rootError = -1): (string | Call)[] => [
    { text: "-1 root 0 10", error: rootError },
    { text: "0 a 1 5", flags: Flag.threw, error: 0 },
    { text: "1 b 2 2", flags: Flag.threw, error: 0 },
    "0 c 7 1",
  ];

  it("leads to where the error that ended the run was thrown", () => {
    expect(failingPath(traceOf(calls(0), [{ ...thrown, outcome: "unhandled", thrown_in: 2 }]))).toEqual([
      0, 1, 2,
    ]);
  });

  it("finds the innermost call with that error when nobody noted where it was thrown", () => {
    expect(failingPath(traceOf(calls(0), [{ ...thrown, outcome: "unhandled" }]))).toEqual([0, 1, 2]);
  });

  it("leads to the first unhandled error when the run went on", () => {
    expect(failingPath(traceOf(calls(), [{ ...thrown, outcome: "unhandled", thrown_in: 1 }]))).toEqual([
      0, 1,
    ]);
  });

  it("leads to the last failure when only the exit code tells of one, as a guess", () => {
    const trace = traceOf(
      [
        "-1 root 0 10",
        { text: "0 late 1 8", flags: Flag.threw, error: 0 },
        { text: "1 inner 2 6", flags: Flag.threw, error: 0 },
        { text: "0 early 3 1", flags: Flag.threw, error: 1 },
      ],
      [
        { ...thrown, outcome: "caught" },
        { ...thrown, outcome: "caught" },
      ],
      { exit_code: 3 },
    );
    expect(failingPath(trace)).toEqual([0, 1, 2]);
    expect(isGuess(trace, failingPath(trace))).toBe(true);
  });

  it("is no guess where nobody handled the error", () => {
    const trace = traceOf(calls(), [{ ...thrown, outcome: "unhandled", thrown_in: 2 }], { exit_code: 1 });
    expect(isGuess(trace, failingPath(trace))).toBe(false);
    expect(isGuess(trace, [])).toBe(false);
  });

  it("leads to where the first test that failed went wrong, whatever else there is", () => {
    const trace = traceOf(
      [
        "-1 root 0 10",
        { text: "0 other 1 1", flags: Flag.threw, error: 0 },
        { text: "0 test 3 2", flags: Flag.threw, error: 1 },
        { text: "2 body 3 1", flags: Flag.threw, error: 1 },
      ],
      [
        { ...thrown, outcome: "unhandled", thrown_in: 1 },
        { ...thrown, outcome: "caught", thrown_in: 3 },
      ],
    );
    const functions = trace.functions.map((fn) =>
      fn.name === "test" ? { ...fn, kind: "test" as const } : fn,
    );
    expect(failingPath({ ...trace, functions })).toEqual([0, 2, 3]);
  });

  it("is empty when every error was handled", () => {
    expect(
      failingPath(traceOf(calls(), [{ ...thrown, outcome: "caught", thrown_in: 2 }], { exit_code: 0 })),
    ).toEqual([]);
  });
});

describe("walks", () => {
  const { calls } = traceOf(["-1 r 0 9", "0 a 1 1", "0 b 2 1", "1 c 3 1", "2 d 4 1", "1 e 5 1"]);

  it("visit callers before and after their callees", () => {
    expect([...preOrder(calls)]).toEqual([0, 1, 3, 5, 2, 4]);
    expect([...postOrder(calls)]).toEqual([3, 5, 1, 4, 2, 0]);
    expect([...preOrder(calls, 1)]).toEqual([1, 3, 5]);
  });

  it("know paths and depths", () => {
    expect(pathTo(calls, 5)).toEqual([0, 1, 5]);
    expect([...depths(calls)]).toEqual([0, 1, 1, 2, 2, 2]);
  });

  it("go 100,000 levels deep", () => {
    const builder = new TraceBuilder();
    for (let row = 0; row < 100_000; row++) builder.addCall(row - 1, 0, row);
    let last = -1;
    for (const row of postOrder(builder.trace().calls)) last = row;
    expect(last).toBe(0);
  });
});

describe("counts", () => {
  it("tell how many calls there are, how they ended and how deep they go", () => {
    const trace = traceOf([
      "-1 r 0 9",
      { text: "0 a 1 1", flags: Flag.rejected | Flag.async },
      "1 b 2 -",
      "0 a 3 1",
    ]);
    expect(countCalls(trace)).toEqual({ calls: 3, functions: 2, failed: 1, running: 1, async: 1, depth: 2 });
  });
});
