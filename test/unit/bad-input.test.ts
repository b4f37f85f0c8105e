import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CallJson, Value } from "../../lib/trace/format.js";
import { whatReadersSay } from "../support/every-reader.js";
import { ROOT } from "../support/run.js";
import { bytesOf, sampleTrace } from "./trace/sample-trace.js";

const PYTHON = join(ROOT, "test", "fixtures", "pytraceflow", "basic.json");

/** A trace with every field that the format knows, as JSON. */
function everyField(): CallJson[] {
  const file = JSON.parse(Buffer.from(bytesOf(sampleTrace(12))).toString()) as CallJson[];
  const root = file[0]!;
  const position = { file: "app.js", line: 3, column: 1 };
  const values: { [name: string]: Value } = {
    text: "a",
    list: [1, [2], { b: null }],
    "": { $type: "undefined" },
    bigint: { $type: "bigint", value: "12" },
    symbol: { $type: "symbol", value: "s" },
    fn: { $type: "function", name: "f", class: true },
    date: { $type: "Date", value: "2026-01-01T00:00:00.000Z" },
    regexp: { $type: "RegExp", value: "/x/g" },
    error: { $type: "Error", name: "E", message: "m", code: "C", error: 0 },
    map: { $type: "Map", size: 1, entries: [["a", { b: 1 }]] },
    set: { $type: "Set", size: 2, values: [1, 2] },
    bytes: { $type: "Buffer", length: 9, values: [1, 2] },
    promise: { $type: "Promise" },
    opaque: { $type: "opaque", class: "Map" },
    instance: { $type: "instance", class: "A", id: 1, value: { x: 1, self: { $type: "cycle", up: 1 } } },
    object: { $type: "object", entries: [["$type", 1]], null_prototype: true },
    getter: { $type: "getter" },
    holes: [{ $type: "hole", count: 3 }],
    string: { $type: "cut", what: "string", value: "head", length: 900 },
    array: { $type: "cut", what: "array", values: [1], length: 900 },
    keys: { $type: "cut", what: "object", value: { a: 1 }, keys: 90 },
    depth: { $type: "cut", what: "depth", class: "A" },
    spent: { $type: "cut", what: "bytes" },
    filtered: { $type: "filtered", token: "t" },
    skipped: { $type: "skipped" },
  };
  const [call] = root.calls;
  Object.assign(call!, {
    inputs: values,
    inputs_after: values,
    output: values,
    attributes: {
      ...values,
      "http.request.method": "GET",
      "url.path": "/a",
      "http.response.status_code": 200,
    },
    memory_before: { rss_bytes: 1, heap_used_bytes: 2, heap_total_bytes: 3, external_bytes: 4 },
    memory_after: { rss_bytes: 2, heap_used_bytes: 3, heap_total_bytes: 4, external_bytes: 5 },
    call_site: position,
    file: "app.js",
    line: 3,
    column: 1,
    async: true,
    active_ms: 1,
    thread: 1,
    pid: 7,
  });
  const end = root.flowtrace_end!;
  Object.assign(end, {
    signal: "SIGTERM",
    overhead_ms: 2,
    files: [{ file: "app.js", path: "/nowhere/app.js", sha256: "00" }],
    usage: [{ at_ms: 1, pid: 100, cpu_percent: 3, rss_bytes: 9 }],
  });
  Object.assign(end.errors[0]!, {
    code: "E_CODE",
    value: values,
    cause: 1,
    thrown_at: position,
    thrown_in: 2,
    caught_at: position,
    caught_in: 1,
  });
  Object.assign(end.threads[1]!, { exit_code: 1, signal: "SIGTERM" });
  return file;
}

type Path = (string | number)[];

/** Where something stands in `json`: one place for each field, of the many calls those of the first and of one that failed. */
function placesIn(json: unknown): Path[] {
  const places: Path[] = [];
  const visit = (value: unknown, path: Path): void => {
    if (path.length > 0) places.push(path);
    if (typeof value !== "object" || value === null) return;
    const isCalls = path.at(-1) === "calls";
    const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
    for (const key of keys) {
      if (isCalls && (key as number) > 0) break;
      visit((value as Record<string | number, unknown>)[key], [...path, key]);
    }
  };
  visit(json, []);
  return places;
}

function withAt(json: CallJson[], path: Path, value: unknown): Buffer {
  const copy = structuredClone(json);
  let holder = copy as unknown as Record<string | number, never>;
  for (const key of path.slice(0, -1)) holder = holder[key]!;
  const last = path.at(-1)!;
  if (value === undefined) delete holder[last];
  else holder[last] = value as never;
  return Buffer.from(JSON.stringify(copy));
}

const WRONG: unknown[] = [undefined, null, -1, 1.5, "x", [null, 1, "x", [], {}], { $type: 5 }];

/** A message that names the file and the place in it, or says that it is something else as a whole. */
const PLACED =
  /^t\.json: (line \d+, column \d+: expected .+, but (found|the file ends)|it is JSON, but not a trace|trace format \S+ is newer)/;

describe.each([
  ["FlowTrace's", everyField()],
  ["PyTraceFlow's", JSON.parse(readFileSync(PYTHON, "utf8")) as CallJson[]],
])("a trace of %s with something of a wrong type", (_, file) => {
  it("is read as it is made", async () => {
    expect(await whatReadersSay(Buffer.from(JSON.stringify(file)))).toBeUndefined();
  });

  // One wrong value a test: all of them take as long as many other test files together.
  it.each(
    WRONG.map((value) => [JSON.stringify(value) ?? "nothing", value]),
  )("is refused with its place, or read: by every reader, wherever there is %s", async (shown, value) => {
    const trips: string[] = [];
    for (const path of placesIn(file)) {
      const bytes = withAt(file, path, value);
      try {
        const said = await whatReadersSay(bytes);
        if (said === undefined) continue;
        expect(said).toMatch(PLACED);
        await whatReadersSay(bytes, { salvage: true });
      } catch (error) {
        trips.push(`${path.join(".")} = ${shown}: ${String(error)}: ${String((error as Error).cause)}`);
      }
    }
    expect(trips).toEqual([]);
  });
});
