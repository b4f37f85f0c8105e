import { describe, expect, it } from "vitest";
import { createTraceParser } from "../../../lib/trace/parse.js";
import { serializeTrace } from "../../../lib/trace/serialize.js";
import { packTrace, unpackColumns } from "../../../lib/view/packed.js";

const FILE = `[
{"id":0,"callable":"a.js","called":"a.js","module":"a.js","kind":"root","start_ms":0,"inputs":{},"flowtrace":{"version":1},"calls":[
{"id":1,"callable":"f","called":"f","module":"a.js","kind":"function","start_ms":1,"inputs":{"n":1},"memory_before":{"heap_used_bytes":10},"attributes":{"table":"orders"},"calls":[
{"id":2,"callable":"g","called":"g","module":"a.js","kind":"function","start_ms":2,"inputs":{"s":"ñ"},"memory_before":{"heap_used_bytes":20},"calls":[
],"output":[1,2],"error":null,"duration_ms":0.5,"status":"ok","memory_after":{"heap_used_bytes":30},"later":true}
],"output":null,"error":null,"duration_ms":2,"status":"ok","memory_after":{"heap_used_bytes":40}}
],"error":null,"duration_ms":5,"status":"ok","flowtrace_end":{}}
]
`;

describe("the page's columns", () => {
  it("hold everything of every call, what few calls have included", () => {
    const parser = createTraceParser();
    parser.push(new TextEncoder().encode(FILE));
    const trace = parser.end();
    const packed = packTrace(trace);
    const { texts, ...calls } = unpackColumns(packed.columns, packed.length);
    const unpacked = { ...trace, calls, values: texts(Buffer.concat(packed.values)) };
    const written = (from: typeof trace) =>
      [...serializeTrace(from)].map((chunk) => Buffer.from(chunk)).join("");
    expect(written(unpacked)).toBe(written(trace));
    expect(written(unpacked)).toContain('"attributes":{"table":"orders"}');
    expect(written(unpacked)).toContain('"later":true');
  });
});
