import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TraceBuilder } from "../../../lib/trace/builder.js";
import type { Value } from "../../../lib/trace/format.js";
import { subsetTrace } from "../../../lib/trace/subset.js";
import { schemaProblems as problems } from "../../support/schema.js";
import { bytesOf, parsed, sampleTrace } from "./sample-trace.js";

const json = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString());

describe("the published schema", () => {
  it("accepts what the writer writes", () => {
    expect(problems(json(bytesOf(sampleTrace(500))))).toEqual([]);
    expect(problems(json(bytesOf(subsetTrace(sampleTrace(500), (row) => row % 50 === 1))))).toEqual([]);
  });

  it("accepts PyTraceFlow's calls once they are in our format", () => {
    const python = readFileSync(join(__dirname, "..", "..", "fixtures", "pytraceflow", "basic.json"));
    expect(problems(json(bytesOf(parsed(python))))).toEqual([]);
  });

  const withOutput = (value: Value): unknown => {
    const builder = new TraceBuilder();
    builder.addCall(-1, builder.fn({ name: "a.js", called: "a.js", module: "a.js", kind: "root" }), 0);
    builder.columns.output[0] = builder.value(value);
    return json(bytesOf(builder.trace()));
  };

  it("knows every tag of the format", () => {
    const tags: Value[] = [
      { $type: "undefined" },
      { $type: "bigint", value: "-12" },
      { $type: "Date", value: null },
      { $type: "Map", size: 1, entries: [[{ $type: "symbol", value: "x" }, [1]]] },
      { $type: "Set", size: 9, values: [] },
      { $type: "instance", class: "A", id: 3, value: { a: { $type: "cycle", up: 1 } } },
      { $type: "object", entries: [["$type", 1]] },
      { $type: "object", null_prototype: true, value: {} },
      { $type: "cut", what: "string", value: "a", length: 9 },
      { $type: "cut", what: "array", values: [{ $type: "hole", count: 2 }], length: 9 },
      { $type: "Uint8Array", length: 9, values: [1] },
      { $type: "filtered", token: "00ff" },
    ];
    expect(problems(withOutput(tags))).toEqual([]);
  });

  it.each<[string, Value]>([
    ["a bigint without digits", { $type: "bigint", value: "x" }],
    ["a map without entries", { $type: "Map", size: 1 }],
    ["a cut string without its length", [{ a: { $type: "cut", what: "string", value: "a" } }]],
    ["a tag that is no name", { $type: 3 }],
  ])("refuses %s", (_, value) => {
    expect(problems(withOutput(value))).not.toEqual([]);
  });

  it("refuses calls that lack a field or have it of another type", () => {
    const [root] = json(bytesOf(sampleTrace(5))) as [Record<string, unknown>];
    for (const field of ["id", "callable", "kind", "inputs", "calls", "status", "flowtrace_end"]) {
      const { [field]: _, ...without } = root;
      expect(problems([without]), field).not.toEqual([]);
      expect(problems([{ ...root, [field]: true }]), field).not.toEqual([]);
    }
    expect(problems([root, root])).not.toEqual([]);
  });
});
