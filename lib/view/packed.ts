import type { CallColumns, Trace, ValueTexts } from "../trace/columns.js";
import { SparseRefs } from "../trace/sparse-refs.js";

/**
 * Columns as bytes for the page: varints of what differs from the row before, which deflate takes to a few bytes a call.
 *
 * ```text
 * sparse texts' count, then the rows, then what few rows have, kind by kind: count, (row distance, length + 1)*
 * row = parent distance, function, start (ticks since the row before), duration + 1 (0: none), active + 1, flags,
 *       site + 1, error + 1, instance + 1, thread, inputs length + 1 (0: none), inputs after + 1, output + 1
 * ```
 *
 * Values stand in another block, one behind the other in the order of the lengths.
 */
export interface PackedTrace {
  columns: Uint8Array;
  values: Uint8Array[];
  length: number;
}

/** What the page reads besides the columns. */
export interface PageMeta {
  run: Trace["run"];
  end: Trace["end"];
  functions: Trace["functions"];
  sites: Trace["sites"];
  errors: Trace["errors"];
  length: number;
  language: string;
  theme: string;
  title: string;
  /** Text by file. */
  sources: Record<string, string>;
}

/** What a page is made with, besides the trace. */
export type PageChoices = Pick<PageMeta, "language" | "theme" | "title" | "sources">;

/** The blocks of data in a page, in order: what {@link PageMeta} says as JSON, the columns, the values. */
export function pageBlocks(trace: Trace, choices: PageChoices): Uint8Array[] {
  const { run, end, functions, sites, errors } = trace;
  const { columns, values, length } = packTrace(trace);
  const meta: PageMeta = { run, end: { ...end, errors: [] }, functions, sites, errors, length, ...choices };
  return [new TextEncoder().encode(JSON.stringify(meta)), columns, ...values];
}

/** What few rows have, in the order in which it stands after the rows. */
const SPARSE = ["memoryBefore", "memoryAfter", "attributes", "extra"] as const;

/** Grain of times in the page, ms: what the recorder counts in. */
const TICK_MS = 1e-5;

class Writer {
  bytes = new Uint8Array(1 << 20);
  length = 0;

  varint(n: number): void {
    if (this.length + 10 > this.bytes.length) {
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    let rest = n;
    while (rest > 0x7f) {
      this.bytes[this.length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }
}

export function packTrace(trace: Trace): PackedTrace {
  const { calls } = trace;
  const writer = new Writer();
  const values = new ValueBlock(trace.values);
  writer.varint(SPARSE.reduce((sum, name) => sum + (calls[name]?.size ?? 0), 0));
  let last = 0;
  const ticks = (ms: number): number => Math.max(0, Math.round(ms / TICK_MS));
  for (let row = 0; row < calls.length; row++) {
    writer.varint(row - Math.max(0, calls.parent[row]!));
    writer.varint(calls.functionId[row]!);
    const start = ticks(calls.start[row]!);
    writer.varint(Math.max(0, start - last));
    last = Math.max(start, last);
    const duration = calls.duration[row]!;
    writer.varint(Number.isNaN(duration) ? 0 : ticks(duration) + 1);
    const active = calls.active[row]!;
    writer.varint(Number.isNaN(active) || row === 0 ? 0 : ticks(active) + 1);
    writer.varint(calls.flags[row]!);
    writer.varint(calls.site[row]! + 1);
    writer.varint(calls.error[row]! + 1);
    writer.varint(calls.instance[row]! + 1);
    writer.varint(calls.thread[row]!);
    writer.varint(values.add(calls.inputs[row]!));
    writer.varint(values.add(calls.inputsAfter[row]!));
    writer.varint(values.add(calls.output[row]!));
  }
  for (const name of SPARSE) {
    const refs = [...(calls[name] ?? [])].sort(([a], [b]) => a - b);
    writer.varint(refs.length);
    let before = 0;
    for (const [row, ref] of refs) {
      writer.varint(row - before);
      writer.varint(values.add(ref));
      before = row;
    }
  }
  return { columns: writer.bytes.subarray(0, writer.length), values: values.finish(), length: calls.length };
}

/** Collects texts in blocks of some megabytes. */
class ValueBlock {
  private readonly blocks: Uint8Array[] = [];
  private block = new Uint8Array(4 << 20);
  private used = 0;

  constructor(private readonly values: ValueTexts) {}

  /** @returns the text's length + 1, 0 when there is none */
  add(ref: number): number {
    if (ref < 0) return 0;
    for (;;) {
      const end = this.values.copyTo(ref, this.block, this.used);
      if (end >= 0) {
        const length = end - this.used;
        this.used = end;
        return length + 1;
      }
      if (this.used > 0) this.blocks.push(this.block.subarray(0, this.used));
      this.block = new Uint8Array(this.used === 0 ? this.block.length * 2 : this.block.length);
      this.used = 0;
    }
  }

  finish(): Uint8Array[] {
    this.blocks.push(this.block.subarray(0, this.used));
    return this.blocks;
  }
}

/** The page's side of {@link packTrace}: columns, and the texts by reference into the values' bytes. */
export function unpackColumns(
  columns: Uint8Array,
  length: number,
): CallColumns & { texts: (values: Uint8Array) => ValueTexts } {
  let p = 0;
  const varint = (): number => {
    let b = columns[p++]!;
    if (b < 0x80) return b;
    let n = b & 0x7f;
    for (let scale = 128; b >= 0x80; scale *= 128) {
      b = columns[p++]!;
      n += (b & 0x7f) * scale;
    }
    return n;
  };
  const calls = {
    length,
    parent: new Int32Array(length),
    functionId: new Int32Array(length),
    start: new Float64Array(length),
    duration: new Float64Array(length),
    active: new Float64Array(length),
    inputs: new Float64Array(length),
    inputsAfter: new Float64Array(length),
    output: new Float64Array(length),
    error: new Int32Array(length),
    site: new Int32Array(length),
    instance: new Float64Array(length),
    thread: new Uint16Array(length),
    flags: new Uint8Array(length),
    memoryBefore: new SparseRefs(),
    memoryAfter: new SparseRefs(),
    attributes: new SparseRefs(),
    extra: new SparseRefs(),
  };
  // A reference is a text's number. It ends where the next one starts.
  const starts = new Float64Array(length * 3 + varint() + 1);
  let texts = 0;
  let at = 0;
  const text = (): number => {
    const size = varint();
    if (size === 0) return -1;
    at += size - 1;
    starts[++texts] = at;
    return texts - 1;
  };
  let start = 0;
  for (let row = 0; row < length; row++) {
    const distance = varint();
    calls.parent[row] = row === 0 ? -1 : row - distance;
    calls.functionId[row] = varint();
    start += varint();
    calls.start[row] = start * TICK_MS;
    const duration = varint();
    calls.duration[row] = duration === 0 ? Number.NaN : (duration - 1) * TICK_MS;
    const active = varint();
    calls.active[row] = active === 0 ? Number.NaN : (active - 1) * TICK_MS;
    calls.flags[row] = varint();
    calls.site[row] = varint() - 1;
    calls.error[row] = varint() - 1;
    calls.instance[row] = varint() - 1;
    calls.thread[row] = varint();
    calls.inputs[row] = text();
    calls.inputsAfter[row] = text();
    calls.output[row] = text();
  }
  for (const name of SPARSE) {
    let row = 0;
    for (let left = varint(); left > 0; left--) {
      row += varint();
      calls[name].set(row, text());
    }
  }
  const decoder = new TextDecoder();
  return {
    ...calls,
    texts: (values) => ({
      text: (ref) => (ref < 0 ? undefined : decoder.decode(values.subarray(starts[ref], starts[ref + 1]))),
      copyTo(ref, target, offset) {
        const bytes = values.subarray(starts[ref], starts[ref + 1]);
        if (offset + bytes.length > target.length) return -1;
        target.set(bytes, offset);
        return offset + bytes.length;
      },
    }),
  };
}
