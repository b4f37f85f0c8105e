import { type CallColumns, Flag, type FunctionInfo, type Trace } from "../../trace/columns.js";
import type { Value } from "../../trace/format.js";
import {
  childLists,
  type FunctionStatistics,
  failingPath,
  functionStatistics,
  selfTimes,
} from "../../trace/statistics.js";
import { type PageMeta, unpackColumns } from "../packed.js";

/** The trace as the views ask for it. */
export interface Model {
  trace: Trace;
  meta: PageMeta;
  calls: CallColumns;
  self: Float64Array;
  firstChild: Int32Array;
  nextSibling: Int32Array;
  failing: number[];
  statistics(): FunctionStatistics[];
  fn(row: number): FunctionInfo;
  /** `Class.method` or the function's name. */
  name(row: number): string;
  value(ref: number): Value | undefined;
  inputs(row: number): { [name: string]: Value };
  status(row: number): "ok" | "threw" | "rejected" | "running";
  /** Rows of the same function, in order. */
  siblingsOf(row: number): { rows: Int32Array; at: number };
  memory: Map<number, { before: Value; after: Value }>;
  attributes: Map<number, { [name: string]: Value }>;
}

async function inflate(base64: string): Promise<Uint8Array> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Takes the data out of an inert script element, and the element out of the page. */
function island(element: Element): string {
  const text = element.textContent ?? "";
  element.remove();
  return text;
}

export async function readModel(): Promise<Model> {
  const meta = JSON.parse(
    new TextDecoder().decode(await inflate(island(document.getElementById("meta")!))),
  ) as PageMeta;
  const columns = await inflate(island(document.getElementById("columns")!));
  const bytes = new Uint8Array(meta.valueBytes);
  let at = 0;
  for (const element of [...document.querySelectorAll("script.values")]) {
    const block = await inflate(island(element));
    bytes.set(block, at);
    at += block.length;
  }
  const { texts, ...calls } = unpackColumns(columns, meta.length);
  const values = texts(bytes);
  const trace: Trace = { ...meta, calls, values };
  const self = selfTimes(trace);
  const lists = childLists(calls.parent, calls.length);
  let statistics: FunctionStatistics[] | undefined;
  let byFunction: Map<number, Int32Array> | undefined;

  const value = (ref: number): Value | undefined => {
    const text = values.text(ref);
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  };

  function rowsByFunction(): Map<number, Int32Array> {
    const counts = new Int32Array(meta.functions.length);
    for (let row = 0; row < calls.length; row++) counts[calls.functionId[row]!]!++;
    const map = new Map<number, Int32Array>();
    const next = new Int32Array(counts.length);
    for (let row = 0; row < calls.length; row++) {
      const id = calls.functionId[row]!;
      let rows = map.get(id);
      if (rows === undefined) {
        rows = new Int32Array(counts[id]!);
        map.set(id, rows);
      }
      rows[next[id]!++] = row;
    }
    return map;
  }

  return {
    trace,
    meta,
    calls,
    self,
    ...lists,
    failing: failingPath(trace),
    statistics: () => {
      statistics ??= functionStatistics(trace, self);
      return statistics;
    },
    fn: (row) => meta.functions[calls.functionId[row]!]!,
    name(row) {
      const { called, name } = meta.functions[calls.functionId[row]!]!;
      return called === name || called === "" ? name : `${called}.${name}`;
    },
    value,
    inputs: (row) => (value(calls.inputs[row]!) ?? {}) as { [name: string]: Value },
    status(row) {
      const flags = calls.flags[row]!;
      if (flags & Flag.running) return "running";
      if (flags & Flag.rejected) return "rejected";
      return flags & Flag.threw ? "threw" : "ok";
    },
    siblingsOf(row) {
      byFunction ??= rowsByFunction();
      const rows = byFunction.get(calls.functionId[row]!)!;
      let low = 0;
      let high = rows.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (rows[middle]! < row) low = middle + 1;
        else high = middle;
      }
      return { rows, at: low };
    },
    memory: new Map(
      meta.memory.map(([row, before, after]) => [
        row,
        {
          before: before === null ? null : JSON.parse(before),
          after: after === null ? null : JSON.parse(after),
        },
      ]),
    ),
    attributes: new Map(meta.attributes.map(([row, text]) => [row, JSON.parse(text)])),
  };
}
