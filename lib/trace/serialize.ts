import { Flag, type FunctionInfo, type Trace } from "./columns.js";
import type { CallStatus, ErrorInfo } from "./format.js";
import { selfTimes } from "./statistics.js";

const CHUNK_BYTES = 1 << 18;
const encoder = new TextEncoder();

/**
 * The text of a trace file, in chunks of UTF-8: the layout that `format.ts` describes. Walks with the columns
 * alone, so no nesting is too deep, and no value is ever parsed.
 *
 * A chunk is only valid until the next one is asked for.
 */
export function* serializeTrace(trace: Trace): Generator<Uint8Array> {
  const writer = new TraceWriter(trace);
  const { parent, length } = trace.calls;
  const { firstChild, nextSibling } = childLists(parent, length);
  writer.ascii("[\n");
  let row = 0;
  writer.open(0);
  for (;;) {
    const child = firstChild[row]!;
    if (child >= 0) {
      row = child;
      writer.open(row);
    } else {
      writer.close(row, nextSibling[row]! >= 0);
      while (row !== 0 && nextSibling[row]! < 0) {
        row = parent[row]!;
        writer.close(row, nextSibling[row]! >= 0);
      }
      if (row === 0) break;
      row = nextSibling[row]!;
      writer.open(row);
    }
    if (writer.isFull) yield writer.take();
  }
  writer.ascii("]\n");
  yield writer.take();
}

/** Children in order of start: rows are. */
function childLists(parent: Int32Array, length: number): { firstChild: Int32Array; nextSibling: Int32Array } {
  const firstChild = new Int32Array(length).fill(-1);
  const nextSibling = new Int32Array(length).fill(-1);
  for (let row = length - 1; row > 0; row--) {
    const above = parent[row]!;
    nextSibling[row] = firstChild[above]!;
    firstChild[above] = row;
  }
  return { firstChild, nextSibling };
}

class TraceWriter {
  private bytes = new Uint8Array(CHUNK_BYTES * 2);
  private length = 0;
  private readonly heads: (Uint8Array | undefined)[] = [];
  private readonly callers: (Uint8Array | undefined)[] = [];
  private readonly siteTexts: (Uint8Array | undefined)[] = [];
  private readonly self: Float64Array;

  constructor(private readonly trace: Trace) {
    this.self = selfTimes(trace);
  }

  get isFull(): boolean {
    return this.length >= CHUNK_BYTES;
  }

  take(): Uint8Array {
    const chunk = this.bytes.slice(0, this.length);
    this.length = 0;
    return chunk;
  }

  private room(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + bytes));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  ascii(text: string): void {
    this.room(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.length + i] = text.charCodeAt(i);
    this.length += text.length;
  }

  private raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  private json(value: unknown): void {
    this.raw(encoder.encode(JSON.stringify(value)));
  }

  private value(ref: number): void {
    for (;;) {
      const end = this.trace.values.copyTo(ref, this.bytes, this.length);
      if (end >= 0) {
        this.length = end;
        return;
      }
      this.room(this.bytes.length + 1);
    }
  }

  /** ms with the ten nanoseconds that the recorder counts in. */
  private ms(n: number): void {
    const scaled = Math.round(n * 1e5);
    const whole = Math.floor(scaled / 1e5);
    const rest = scaled - whole * 1e5;
    if (rest === 0) this.ascii(String(whole));
    else
      this.ascii(
        `${whole}.${String(rest + 1e5)
          .slice(1)
          .replace(/0+$/, "")}`,
      );
  }

  open(row: number): void {
    const { calls, run, memory } = { ...this.trace, memory: this.trace.calls.memoryBefore.get(row) };
    this.ascii(`{"id":${row}`);
    this.raw(this.head(calls.functionId[row]!));
    const above = calls.parent[row]!;
    if (above < 0) this.ascii("null");
    else this.raw(this.caller(calls.functionId[above]!));
    const instance = calls.instance[row]!;
    this.ascii(`,"instance_id":${instance >= 0 ? instance : "null"}`);
    if (calls.flags[row]! & Flag.async) this.ascii(',"async":true');
    const site = calls.site[row]!;
    if (site >= 0) this.raw(this.site(site));
    this.ascii(',"start_ms":');
    this.ms(calls.start[row]!);
    const thread = calls.thread[row]!;
    if (thread > 0) this.ascii(`,"thread":${thread},"pid":${this.trace.end.threads[thread]?.pid ?? 0}`);
    this.ascii(',"inputs":');
    if (calls.inputs[row]! >= 0) this.value(calls.inputs[row]!);
    else this.ascii("{}");
    if (memory !== undefined) {
      this.ascii(',"memory_before":');
      this.value(memory);
    }
    const attributes = calls.attributes.get(row);
    if (attributes !== undefined) {
      this.ascii(',"attributes":');
      this.value(attributes);
    }
    if (row === 0) {
      this.ascii(',"flowtrace":');
      this.json(run);
    }
    this.ascii(',"calls":[\n');
  }

  close(row: number, hasNext: boolean): void {
    const { calls, errors } = this.trace;
    this.ascii("]");
    if (calls.inputsAfter[row]! >= 0) {
      this.ascii(',"inputs_after":');
      this.value(calls.inputsAfter[row]!);
    }
    if (calls.output[row]! >= 0) {
      this.ascii(',"output":');
      this.value(calls.output[row]!);
    } else this.ascii(',"output":null');
    const error = calls.error[row]!;
    if (error >= 0) {
      this.ascii(',"error":');
      this.json(errorText(errors[error]));
      this.ascii(`,"error_id":${error}`);
    } else
      this.ascii(
        calls.flags[row]! & Flag.threw
          ? ',"error":"(thrown, and taken by code that is not traced)"'
          : ',"error":null',
      );
    const duration = calls.duration[row]!;
    this.ascii(',"duration_ms":');
    if (Number.isNaN(duration)) this.ascii("null");
    else {
      this.ms(duration);
      this.ascii(',"self_ms":');
      this.ms(this.self[row]!);
    }
    const active = calls.active[row]!;
    if (!Number.isNaN(active)) {
      this.ascii(',"active_ms":');
      this.ms(active);
    }
    this.ascii(`,"status":"${status(calls.flags[row]!)}"`);
    const memory = calls.memoryAfter.get(row);
    if (memory !== undefined) {
      this.ascii(',"memory_after":');
      this.value(memory);
    }
    if (row === 0) {
      this.ascii(',"flowtrace_end":');
      this.json({ ...this.trace.end, errors });
    }
    this.ascii(hasNext ? "},\n" : "}\n");
  }

  private head(id: number): Uint8Array {
    let head = this.heads[id];
    if (head === undefined) {
      const { name, called, module, kind, file, line, column } = this.trace.functions[id]!;
      const position = file === undefined ? "" : `,"file":${JSON.stringify(file)}`;
      const place = line === undefined ? "" : `,"line":${line},"column":${column ?? 1}`;
      head = encoder.encode(
        `,"callable":${JSON.stringify(name)},"called":${JSON.stringify(called)},"module":${JSON.stringify(module)}` +
          `,"kind":"${kind}"${position}${place},"caller":`,
      );
      this.heads[id] = head;
    }
    return head;
  }

  private caller(id: number): Uint8Array {
    let caller = this.callers[id];
    if (caller === undefined) {
      caller = encoder.encode(JSON.stringify(callerText(this.trace.functions[id]!)));
      this.callers[id] = caller;
    }
    return caller;
  }

  private site(id: number): Uint8Array {
    let text = this.siteTexts[id];
    if (text === undefined) {
      text = encoder.encode(`,"call_site":${JSON.stringify(this.trace.sites[id])}`);
      this.siteTexts[id] = text;
    }
    return text;
  }
}

function callerText({ called, name }: FunctionInfo): string {
  return `${called}::${name}`;
}

function errorText(error: ErrorInfo | undefined): string {
  if (error === undefined) return "(unknown)";
  return error.name === ""
    ? error.message
    : error.message === ""
      ? error.name
      : `${error.name}: ${error.message}`;
}

function status(flags: number): CallStatus {
  if (flags & Flag.running) return "running";
  if (flags & Flag.rejected) return "rejected";
  return flags & Flag.threw ? "threw" : "ok";
}
