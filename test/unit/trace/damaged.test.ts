import { describe, expect, it } from "vitest";
import { FlowTraceError } from "../../../lib/errors.js";
import { Flag, type Trace } from "../../../lib/trace/columns.js";
import { createTraceParser } from "../../../lib/trace/parse.js";
import { bytesOf, numbers, parsed, sampleTrace } from "./sample-trace.js";

function problem(input: string | Uint8Array): string {
  try {
    parsed(typeof input === "string" ? Buffer.from(input) : input);
  } catch (error) {
    expect(error).toBeInstanceOf(FlowTraceError);
    return `${(error as FlowTraceError).code}: ${(error as FlowTraceError).message}`;
  }
  return "no problem";
}

function salvaged(input: string | Uint8Array): Trace {
  return parsed(typeof input === "string" ? Buffer.from(input) : input, [777], true);
}

const HEAD = '[{"id":0,"callable":"a.js","kind":"root","start_ms":0,"flowtrace":{"version":1},"calls":[\n';
const CALL = '{"id":1,"callable":"f","kind":"function","start_ms":1,"inputs":{"n":1},"calls":[\n';

describe("a file that is cut off", () => {
  const bytes = bytesOf(sampleTrace(400));
  const random = numbers(42);
  const cuts = Array.from({ length: 200 }, () => Math.floor(random() * (bytes.length - 2)));

  it("is refused with the line where it ends, at each of 200 random bytes", () => {
    for (const cut of cuts) {
      const newlines = bytes.subarray(0, cut).filter((b) => b === 0x0a).length;
      expect(problem(bytes.subarray(0, cut)), `cut at ${cut}`).toMatch(
        new RegExp(
          `^FT_TRACE_INVALID: t\\.json: line ${newlines + 1}, column \\d+: expected .+ but the file ends here\\.`,
        ),
      );
    }
  });

  it("gives all calls up to there when salvaged, the open ones as running", () => {
    const whole = parsed(bytes);
    for (const cut of cuts) {
      const kept = bytes.subarray(0, cut);
      const opened =
        Buffer.from(kept)
          .toString("latin1")
          .match(/\{"id":\d+,"callable":"(\\.|[^"\\])*"/g)?.length ?? 0;
      if (opened === 0) continue;
      const trace = salvaged(kept);
      expect(trace.calls.length, `cut at ${cut}`).toBe(opened);
      expect(trace.end).toMatchObject({ finished: false, calls: opened - 1 });
      expect(trace.end.warnings.map(({ code }) => code)).toContain("salvaged");
      expect(trace.calls.flags[0]! & Flag.running).toBe(Flag.running);
      // What came through whole is as it was.
      for (let row = 1; row < opened - 1; row += 7) {
        expect(trace.values.text(trace.calls.inputs[row]!)).toBe(whole.values.text(whole.calls.inputs[row]!));
      }
      expect(parsed(bytesOf(trace)).calls.length).toBe(opened);
    }
  });

  it("keeps errors and processes that only the end of the file lists, as far as calls tell of them", () => {
    const text = `${HEAD}${CALL}],"error":"TypeError: x","error_id":4,"duration_ms":1,"status":"threw"},
{"id":2,"callable":"g","kind":"function","start_ms":2,"thread":1,"pid":77,"inputs":{},"calls":[\n`;
    const trace = salvaged(text);
    expect(trace.errors[trace.calls.error[1]!]).toMatchObject({
      name: "TypeError",
      message: "x",
      outcome: "outside",
    });
    expect(trace.end.threads[1]).toMatchObject({ pid: 77 });
    expect(trace.end.warnings.at(-1)).toMatchObject({ code: "salvaged", count: 2 });
  });

  it("keeps calls in order of start though ids are missing", () => {
    const late = '{"id":5,"callable":"f","kind":"function","start_ms":9,"inputs":{},"calls":[\n]},\n';
    const early = '{"id":3,"callable":"g","kind":"function","start_ms":4,"inputs":{},"calls":[\n';
    const trace = salvaged(HEAD + late + early);
    expect([...trace.calls.start]).toEqual([0, 4, 9]);
  });
});

describe("input that is no trace", () => {
  it.each([
    [
      "nothing",
      "",
      /^FT_TRACE_INVALID: t\.json: line 1, column 1: expected "\[", the start of a trace, but the file ends here/,
    ],
    ["blanks", " \n\n ", /line 3/],
    ["binary", Uint8Array.from({ length: 4096 }, (_, i) => (i * 7) % 256), /line 1, column 1: expected/],
    [
      "a picture",
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10),
      /expected "\[", the start of a trace, but found byte 0x89/,
    ],
    ["UTF-16", Buffer.from("\ufeff[{}]", "utf16le"), /but found byte 0xff/],
    ["text", "hello", /but found h\. Is it a trace of FlowTrace\?/],
    ["an empty list", "[]", /there is no call in it; is it a trace of FlowTrace\?/],
    ["a list of numbers", "[1,2]", /expected a call \("\{"\) or "\]", but found 1/],
    [
      "another tool's list",
      '[{"pid":1,"ts":2,"ph":"X"}]',
      /it is JSON, but not a trace of FlowTrace: its first call has no "callable"/,
    ],
    ["another tool's object", '{"traceEvents":[{"pid":1}]}', /its first call has no "callable"/],
    [
      "more after the end",
      `${HEAD}]}]\n]`,
      /line 3, column 1: expected nothing after the trace, but found \]/,
    ],
  ])("is refused: %s", (_, input, message) => {
    expect(problem(input)).toMatch(message);
  });

  it("is refused before all of it is read when it goes on for ever", () => {
    const parser = createTraceParser({ name: "big.json" });
    const piece = Buffer.from(`{"a":[${"1,".repeat(1 << 19)}`);
    const pour = (): void => {
      parser.push(piece);
      for (let i = 0; i < 50; i++) parser.push(piece.subarray(6));
    };
    expect(pour).toThrow(/expected the fields of a call/);
  });

  it("of a later format version asks for an update, salvaged or not", () => {
    const later = '[{"callable":"a.js","flowtrace":{"version":9}}]';
    expect(problem(later)).toBe(
      "FT_TRACE_TOO_NEW: t.json: trace format 9 is newer than this FlowTrace reads (up to 1). Update with: npm i -g flowtrace-cli@latest",
    );
    expect(() => salvaged(later)).toThrow(/newer/);
  });
});

describe("fields of a wrong type", () => {
  it.each([
    ['"id":"x"', 'line 2, column 7: expected a whole number from 0 on as "id", but found "'],
    ['"id":-1', 'a whole number from 0 on as "id"'],
    ['"id":1.5', 'a whole number from 0 on as "id"'],
    ['"callable":5', 'a text as "callable"'],
    ['"callable":null', 'a text as "callable"'],
    ['"duration_ms":"12"', 'a number as "duration_ms"'],
    ['"start_ms":[]', 'a number as "start_ms"'],
    ['"inputs":[1]', 'an object as "inputs"'],
    ['"inputs":"x"', 'an object as "inputs"'],
    ['"memory_before":3', 'an object as "memory_before"'],
    ['"calls":{}', 'a list as "calls"'],
    ['"calls":[3]', 'a call ("{") or "]"'],
    ['"call_site":3', 'an object as "call_site"'],
    ['"call_site":{"line":"x"}', 'a whole number from 0 on as "line"'],
    ['"status":1', 'a text as "status"'],
    ['"flowtrace":[]', 'an object as "flowtrace"'],
    ['"flowtrace_end":3', 'an object as "flowtrace_end"'],
  ])("are refused: %s", (field, expected) => {
    expect(problem(`${HEAD}{${field}}]}]`)).toContain(expected);
  });

  it.each([
    "01",
    "1.",
    ".5",
    "+1",
    "1e",
    "tru",
    "nul",
    "undefined",
    "'x'",
    '"\t"',
    '"\\x"',
    '"\\u12g4"',
    "[1,]",
    "[1 2]",
    "{1:2}",
    '{"a":1,}',
    '{"a" 1}',
    '{"a":}',
    "[}",
    "{]",
    "//",
  ])("and values that are not JSON: %s", (value) => {
    expect(problem(`${HEAD}{"output":${value}}]}]`)).toMatch(
      /^FT_TRACE_INVALID: t\.json: line 2, column \d+: expected/,
    );
  });

  it("in the run's facts become what a reader can rely on", () => {
    const trace = parsed(
      Buffer.from(
        '[{"callable":"a.js","flowtrace":{"version":1,"argv":"x","cwd":3},"flowtrace_end":{"errors":[3,{"name":5}],"threads":{},"folded":[{"parent":99}]}}]',
      ),
    );
    expect(trace.run).toMatchObject({ argv: [], cwd: "" });
    expect(trace.errors).toEqual([{ id: 0, name: "", message: "", outcome: "outside" }]);
    expect(trace.end).toMatchObject({ threads: [{ index: 0 }], folded: [{ parent: 0 }], exit_code: null });
  });

  it("of what the file says last can be salvaged around", () => {
    const trace = salvaged(`${HEAD}${CALL}],"duration_ms":1,"status":"ok"},{"id":true}`);
    expect(trace.calls.length).toBe(2);
    expect(trace.end.warnings.at(-1)!.message).toMatch(
      /^t\.json: line 3, column \d+: expected a whole number/,
    );
  });
});

describe("a file with several outermost calls", () => {
  it("shows them below the first, and says so", () => {
    const trace = parsed(Buffer.from('[{"callable":"a.js"},{"callable":"b.js","calls":[{"callable":"f"}]}]'));
    expect([...trace.calls.parent]).toEqual([-1, 0, 1]);
    expect(trace.end.warnings).toContainEqual(expect.objectContaining({ code: "several-roots", count: 2 }));
  });
});

describe("deep nesting", () => {
  it("of values is no problem at 100,000 levels", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const trace = parsed(Buffer.from(`${HEAD}{"callable":"f","output":${deep},"calls":[]}]}]`));
    expect(trace.values.text(trace.calls.output[1]!)).toBe(deep);
  });

  it("of calls that never end is salvaged at 100,000 levels", () => {
    const trace = salvaged(HEAD + CALL.repeat(100_000));
    expect(trace.calls.length).toBe(100_001);
  });
});

describe("damage anywhere", () => {
  it("never breaks the reader: it gives a trace or a FlowTraceError, and salvaging gives calls whose parents exist", () => {
    const bytes = bytesOf(sampleTrace(40));
    const random = numbers(7);
    for (let round = 0; round < 3000; round++) {
      const broken = bytes.slice();
      for (let i = 0; i < 1 + (round % 4); i++)
        broken[Math.floor(random() * broken.length)] = Math.floor(random() * 256);
      let trace: Trace;
      try {
        trace = parsed(broken, [4096], true);
      } catch (error) {
        expect(error).toBeInstanceOf(FlowTraceError);
        continue;
      }
      const { parent, length, functionId, error, site } = trace.calls;
      for (let row = 1; row < length; row++) {
        expect(parent[row]! >= 0 && parent[row]! < row).toBe(true);
        expect(trace.functions[functionId[row]!]).toBeDefined();
        expect(error[row]! < trace.errors.length && site[row]! < trace.sites.length).toBe(true);
        expect(trace.end.threads[trace.calls.thread[row]!]).toBeDefined();
      }
    }
  });
});
