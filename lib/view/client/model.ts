import { qualifiedName } from "../../trace/call-name.js";
import { type CallColumns, Flag, type FunctionInfo, type Trace } from "../../trace/columns.js";
import type { Value } from "../../trace/format.js";
import { ownMemoryGrowth } from "../../trace/memory-growth.js";
import { CLIENT_ERROR, responseStatuses, SERVER_ERROR } from "../../trace/responses.js";
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
  /** Status code of a request; undefined for any other call. */
  response(row: number): number | undefined;
  /** Requests that were answered with an error, the graver first. */
  refused(): number[];
  /** Rows of the same function, in order. */
  siblingsOf(row: number): { rows: Int32Array; at: number };
  /** Readings before and after a call; undefined when there are none. */
  memory(row: number): { before: Value | undefined; after: Value | undefined } | undefined;
  /** Bytes by which each call's own work let memory grow; undefined when it was not read. */
  growth(): Float64Array | undefined;
}

/** Browsers of 2025 and later do it themselves, in a quarter of the time. */
function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (native !== undefined) return native.call(Uint8Array, base64);
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * Inflates base64. Not through a Blob or a Response: both pass the bytes to the browser's process and back.
 *
 * @param bytes - takes what comes out, and is as long
 */
async function inflate(base64: string, bytes: Uint8Array): Promise<Uint8Array> {
  const { readable, writable } = new DecompressionStream("deflate-raw");
  const writer = writable.getWriter();
  const deflated = fromBase64(base64);
  // What goes wrong shows on the reading side.
  writer.write(deflated).catch(() => {});
  writer.close().catch(() => {});
  const reader = readable.getReader();
  let at = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    bytes.set(next.value, at);
    at += next.value.length;
  }
  return bytes;
}

/** Takes the data out of an inert script element, and the element out of the page. */
function island(element: Element): string {
  const text = element.textContent ?? "";
  element.remove();
  return text;
}

export async function readModel(): Promise<Model> {
  const data = [...document.querySelectorAll<HTMLElement>("script[type='application/octet-stream']")];
  const sizes = data.map(({ dataset }) => Number(dataset.bytes));
  const values = new Uint8Array(sizes.slice(2).reduce((sum, size) => sum + size, 0));
  let valuesAt = 0;
  // All at once: the browser inflates one while the page takes in another.
  const [head, columns, ...blocks] = data.map((element, i) => {
    const size = sizes[i]!;
    if (i < 2) return inflate(island(element), new Uint8Array(size));
    valuesAt += size;
    return inflate(island(element), values.subarray(valuesAt - size, valuesAt));
  });
  const meta = JSON.parse(new TextDecoder().decode(await head)) as PageMeta;
  const { texts, ...calls } = unpackColumns((await columns)!, meta.length);
  await Promise.all(blocks);
  const trace: Trace = { ...meta, calls, values: texts(values) };
  const self = selfTimes(trace);
  const lists = childLists(calls.parent, calls.length);
  let statistics: FunctionStatistics[] | undefined;
  let growth: Float64Array | undefined;
  let byFunction: Map<number, Int32Array> | undefined;
  let responses: Map<number, number> | undefined;

  const value = (ref: number): Value | undefined => {
    const text = trace.values.text(ref);
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  };

  const statuses = (): Map<number, number> => {
    responses ??= responseStatuses(trace);
    return responses;
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
    name: (row) => qualifiedName(meta.functions[calls.functionId[row]!]!),
    value,
    inputs: (row) => (value(calls.inputs[row]!) ?? {}) as { [name: string]: Value },
    status(row) {
      const flags = calls.flags[row]!;
      if (flags & Flag.running) return "running";
      if (flags & Flag.rejected) return "rejected";
      return flags & Flag.threw ? "threw" : "ok";
    },
    response: (row) => statuses().get(row),
    refused() {
      const refused = [...statuses()].filter(([, status]) => status >= CLIENT_ERROR);
      const grave = ([, status]: [number, number]): number => (status >= SERVER_ERROR ? 0 : 1);
      return refused.sort((a, b) => grave(a) - grave(b)).map(([row]) => row);
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
    memory(row) {
      const before = value(calls.memoryBefore.get(row) ?? -1);
      const after = value(calls.memoryAfter.get(row) ?? -1);
      return before === undefined && after === undefined ? undefined : { before, after };
    },
    growth() {
      growth ??= ownMemoryGrowth(trace);
      return growth;
    },
  };
}
