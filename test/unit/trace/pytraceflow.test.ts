import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Trace } from "../../../lib/trace/columns.js";
import { toPyTraceFlow } from "../../../lib/trace/pytraceflow.js";
import { bytesOf, parsed, sampleTrace } from "./sample-trace.js";

const text = readFileSync(join(__dirname, "..", "..", "fixtures", "pytraceflow", "basic.json"));

function written(trace: Trace): unknown {
  return JSON.parse([...toPyTraceFlow(trace)].join(""));
}

function read(json: unknown): Trace {
  return parsed(Buffer.from(JSON.stringify(json)));
}

describe("a file of PyTraceFlow", () => {
  const trace = parsed(text);

  it("is written back as the same JSON value", () => {
    expect(written(trace)).toEqual(JSON.parse(text.toString()));
  });

  it("is still the same after a stay in our own format", () => {
    expect(written(parsed(bytesOf(trace)))).toEqual(JSON.parse(text.toString()));
  });

  it("has every call under its parent, instances as constructors, values and memory as they are", () => {
    const { calls, functions, values } = trace;
    expect(calls.length).toBe(27);
    const named = (row: number) => functions[calls.functionId[row]!]!;
    expect(named(0)).toMatchObject({ name: "basic_sample.py", module: "__main__", kind: "root" });
    const rows = Array.from(calls.parent, (_, row) => row);
    const add = rows.find((row) => named(row).name === "add")!;
    expect(named(add)).toMatchObject({ called: "Inventory", kind: "method" });
    expect(named(calls.parent[add]!)).toMatchObject({
      name: "__instance__",
      called: "Inventory",
      kind: "constructor",
    });
    expect(calls.instance[add]).toBe(2116226982416);
    expect(values.text(calls.inputs[add]!)).toBe('{"item":"coffee","count":20}');
    expect(values.text(calls.memoryBefore.get(add)!)).toContain("py_tracemalloc_current");
    expect(trace.run).toMatchObject({ tool: "PyTraceFlow", argv: ["basic_sample.py"] });
  });

  it("gets start times one after the other, and a warning that says so", () => {
    const { start, parent, duration, length } = trace.calls;
    for (let row = 1; row < length; row++) {
      expect(start[row]).toBeGreaterThanOrEqual(start[row - 1]!);
      expect(start[row]).toBeGreaterThanOrEqual(start[parent[row]!]!);
    }
    expect(start[0]).toBe(0);
    expect(duration[0]).toBeNaN();
    expect(trace.end.warnings).toEqual([expect.objectContaining({ code: "no-start-times", count: 27 })]);
  });
});

describe("oddities of PyTraceFlow", () => {
  it("keeps errors as their text, missing fields missing, unknown ones, and callers that are not the parent", () => {
    const json = [
      {
        id: 3,
        callable: "a.py",
        module: "__main__",
        called: "a.py",
        note: { more: [1, null] },
        calls: [
          {
            id: 9,
            callable: "f",
            module: "m",
            called: "f",
            caller: null,
            instance_id: null,
            inputs: {},
            output: null,
            error: "ValueError: no: way",
            duration_ms: 1.5,
          },
          {
            id: 4,
            callable: "g",
            module: "m",
            called: "C",
            caller: "a.py::a.py",
            instance_id: 5,
            inputs: "{'x': 1}",
            inputs_after: {},
            output: 7,
            error: "broken",
            duration_ms: 0,
            calls: [],
          },
        ],
      },
    ];
    const trace = read(json);
    expect(trace.errors.map(({ name, message }) => [name, message])).toEqual([
      ["ValueError", "no: way"],
      ["", "broken"],
    ]);
    expect(trace.values.text(trace.calls.inputs[2]!)).toBe(`{"inputs":"{'x': 1}"}`);
    expect(written(trace)).toEqual(json);
    expect(written(parsed(bytesOf(trace)))).toEqual(json);
  });

  it("reads the numbers that Python writes and JSON does not know", () => {
    const trace = parsed(
      Buffer.from(
        '[{"callable":"a.py","inputs":{"a":NaN,"b":[-Infinity,"NaN"]},"output":Infinity,"duration_ms":1}]',
      ),
    );
    expect(trace.values.text(trace.calls.inputs[0]!)).toBe(
      '{"a":{"$type":"NaN"},"b":[{"$type":"-Infinity"},"NaN"]}',
    );
    expect(trace.values.text(trace.calls.output[0]!)).toBe('{"$type":"Infinity"}');
  });

  it("writes our own traces in its layout", () => {
    const [root] = written(sampleTrace(200)) as [{ calls: Record<string, unknown>[] }];
    expect(Object.keys(root)).not.toContain("flowtrace");
    expect(Object.keys(root.calls[0]!)).toEqual([
      "id",
      "callable",
      "module",
      "called",
      "caller",
      "instance_id",
      "inputs",
      "calls",
      "output",
      "error",
      "duration_ms",
    ]);
  });
});
