import { FAILED, Flag, type FunctionInfo, type Trace } from "./columns.js";
import { errorText, UNSEEN_ERROR } from "./error-text.js";
import type { CallStatus } from "./format.js";
import { JsonBytes, jsonBytes } from "./json-bytes.js";
import { selfTimes } from "./statistics.js";
import { childLists } from "./walk.js";

const CHUNK_BYTES = 1 << 20;

/**
 * The text of a trace file, in chunks of UTF-8: the layout that `format.ts` describes. It walks by the columns alone,
 * so no nesting is too deep, and parses no value.
 *
 * A chunk is valid only until the next one is asked for.
 */
export function* serializeTrace(trace: Trace): Generator<Uint8Array> {
  const writer = new TraceWriter(trace);
  const { parent, length } = trace.calls;
  const { firstChild, nextSibling } = childLists(parent, length);
  let row = 0;
  writer.start();
  writer.open(0);
  for (;;) {
    if (writer.isFull) yield writer.take();
    const child = firstChild[row]!;
    if (child >= 0) {
      row = child;
    } else {
      while (row !== 0 && nextSibling[row]! < 0) {
        writer.close(row, false);
        row = parent[row]!;
        if (writer.isFull) yield writer.take();
      }
      writer.close(row, row !== 0);
      if (row === 0) break;
      row = nextSibling[row]!;
    }
    writer.open(row);
  }
  writer.finish();
  yield writer.take();
}

const Text = {
  start: jsonBytes("[\n"),
  end: jsonBytes("]\n"),
  id: jsonBytes('{"id":'),
  null: jsonBytes("null"),
  instance: jsonBytes(',"instance_id":'),
  async: jsonBytes(',"async":true'),
  startMs: jsonBytes(',"start_ms":'),
  thread: jsonBytes(',"thread":'),
  pid: jsonBytes(',"pid":'),
  inputs: jsonBytes(',"inputs":'),
  noInputs: jsonBytes(',"inputs":{}'),
  memoryBefore: jsonBytes(',"memory_before":'),
  attributes: jsonBytes(',"attributes":'),
  run: jsonBytes(',"flowtrace":'),
  calls: jsonBytes(',"calls":[\n'),
  inputsAfter: jsonBytes(',"inputs_after":'),
  output: jsonBytes(',"output":'),
  noOutput: jsonBytes(',"output":null'),
  error: jsonBytes(',"error":'),
  noError: jsonBytes(',"error":null'),
  errorId: jsonBytes(',"error_id":'),
  duration: jsonBytes(',"duration_ms":'),
  self: jsonBytes(',"self_ms":'),
  active: jsonBytes(',"active_ms":'),
  memoryAfter: jsonBytes(',"memory_after":'),
  next: jsonBytes("},\n"),
  last: jsonBytes("}\n"),
};

const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;

/** By flags. */
const STATUS = Array.from({ length: 16 }, (_, flags) => jsonBytes(`,"status":"${statusOf(flags)}"`));

class TraceWriter extends JsonBytes {
  private readonly heads: (Uint8Array | undefined)[] = [];
  private readonly callers: (Uint8Array | undefined)[] = [];
  private readonly kinds: (Uint8Array | undefined)[] = [];
  private readonly places: (Uint8Array | undefined)[] = [];
  private readonly sites: (Uint8Array | undefined)[] = [];
  private readonly errorTexts: (Uint8Array | undefined)[] = [];
  private readonly self: Float64Array;

  constructor(private readonly trace: Trace) {
    super(CHUNK_BYTES + (1 << 16));
    this.self = selfTimes(trace);
  }

  get isFull(): boolean {
    return this.length >= CHUNK_BYTES;
  }

  take(): Uint8Array {
    const chunk = this.bytes.subarray(0, this.length);
    this.length = 0;
    return chunk;
  }

  start(): void {
    this.raw(Text.start);
  }

  finish(): void {
    this.raw(Text.end);
  }

  private value(ref: number): void {
    for (;;) {
      const after = this.trace.values.copyTo(ref, this.bytes, this.length);
      if (after >= 0) {
        this.length = after;
        return;
      }
      this.room(this.bytes.length);
    }
  }

  open(row: number): void {
    const { calls } = this.trace;
    const fn = calls.functionId[row]!;
    this.raw(Text.id);
    this.integer(row);
    this.raw(this.heads[fn] ?? this.head(fn));
    if (row === 0) this.raw(Text.null);
    else {
      const caller = calls.functionId[calls.parent[row]!]!;
      this.raw(this.callers[caller] ?? this.caller(caller));
    }
    this.raw(Text.instance);
    const instance = calls.instance[row]!;
    if (instance >= 0) this.integer(instance);
    else this.raw(Text.null);
    this.raw(this.kinds[fn]!);
    if (calls.flags[row]! & Flag.async) this.raw(Text.async);
    this.raw(this.places[fn]!);
    const site = calls.site[row]!;
    if (site >= 0) this.raw(this.sites[site] ?? this.site(site));
    this.raw(Text.startMs);
    this.ms(calls.start[row]!);
    const thread = calls.thread[row]!;
    if (thread > 0) {
      this.raw(Text.thread);
      this.integer(thread);
      this.raw(Text.pid);
      this.integer(this.trace.end.threads[thread]?.pid ?? 0);
    }
    const inputs = calls.inputs[row]!;
    if (inputs >= 0) {
      this.raw(Text.inputs);
      this.value(inputs);
    } else this.raw(Text.noInputs);
    if (calls.memoryBefore.size > 0) this.optional(Text.memoryBefore, calls.memoryBefore.get(row));
    if (row === 0) {
      this.raw(Text.run);
      this.json(this.trace.run);
    }
    if (calls.attributes.size > 0) this.optional(Text.attributes, calls.attributes.get(row));
    this.raw(Text.calls);
  }

  close(row: number, hasNext: boolean): void {
    const { calls } = this.trace;
    const flags = calls.flags[row]!;
    this.byte(CLOSE_BRACKET);
    const inputsAfter = calls.inputsAfter[row]!;
    if (inputsAfter >= 0) {
      this.raw(Text.inputsAfter);
      this.value(inputsAfter);
    }
    const output = calls.output[row]!;
    if (output >= 0) {
      this.raw(Text.output);
      this.value(output);
    } else if (flags & (FAILED | Flag.running)) this.raw(Text.noOutput);
    const error = calls.error[row]!;
    if (error >= 0 || flags & FAILED) {
      this.raw(Text.error);
      this.raw(this.errorTexts[error + 1] ?? this.error(error));
    } else this.raw(Text.noError);
    if (error >= 0) {
      this.raw(Text.errorId);
      this.integer(error);
    }
    this.raw(Text.duration);
    const duration = calls.duration[row]!;
    this.ms(duration);
    if (!Number.isNaN(duration)) {
      this.raw(Text.self);
      this.ms(this.self[row]!);
    }
    const active = calls.active[row]!;
    if (!Number.isNaN(active)) {
      this.raw(Text.active);
      this.ms(active);
    }
    this.raw(STATUS[flags & 15]!);
    if (calls.memoryAfter.size > 0) this.optional(Text.memoryAfter, calls.memoryAfter.get(row));
    if (calls.extra !== undefined && calls.extra.size > 0) this.extra(calls.extra.get(row));
    if (row === 0) this.end();
    this.raw(hasNext ? Text.next : Text.last);
  }

  private optional(key: Uint8Array, ref: number | undefined): void {
    if (ref === undefined) return;
    this.raw(key);
    this.value(ref);
  }

  /** The members of an object among those of the call: a comma in place of its brace. */
  private extra(ref: number | undefined): void {
    if (ref === undefined) return;
    const start = this.length;
    this.value(ref);
    this.bytes[start] = COMMA;
    this.length--;
    if (this.length === start + 1) this.length = start;
  }

  /** Errors come one by one: all in one text may be longer than a string can be. */
  private end(): void {
    const { end, errors } = this.trace;
    this.raw(END_START);
    let isFirst = true;
    for (const [key, value] of Object.entries(end)) {
      if (value === undefined) continue;
      if (!isFirst) this.byte(COMMA);
      isFirst = false;
      this.raw(jsonBytes(`${JSON.stringify(key)}:`));
      if (key === "errors") this.list(errors);
      else if (Array.isArray(value)) this.list(value);
      else this.json(value);
    }
    this.raw(END_END);
  }

  private list(items: readonly unknown[]): void {
    this.byte(0x5b);
    for (let i = 0; i < items.length; i++) {
      if (i > 0) this.byte(COMMA);
      this.json(items[i]);
    }
    this.byte(CLOSE_BRACKET);
  }

  /** The texts of a function around what differs from call to call. */
  private head(id: number): Uint8Array {
    const { name, called, module, kind, file, line, column } = this.trace.functions[id]!;
    const text = JSON.stringify;
    const head = jsonBytes(
      `,"callable":${text(name)},"called":${text(called)},"module":${text(module)},"caller":`,
    );
    const fileText = file === undefined ? "" : `,"file":${text(file)}`;
    const lineText = line === undefined ? "" : `,"line":${line}`;
    const columnText = column === undefined ? "" : `,"column":${column}`;
    this.heads[id] = head;
    this.kinds[id] = jsonBytes(`,"kind":${text(kind)}`);
    this.places[id] = jsonBytes(`${fileText}${lineText}${columnText}`);
    return head;
  }

  private caller(id: number): Uint8Array {
    const caller = jsonBytes(JSON.stringify(callerText(this.trace.functions[id]!)));
    this.callers[id] = caller;
    return caller;
  }

  private site(id: number): Uint8Array {
    const { file, line, column } = this.trace.sites[id]!;
    const site = jsonBytes(`,"call_site":${JSON.stringify({ file, line, column })}`);
    this.sites[id] = site;
    return site;
  }

  private error(id: number): Uint8Array {
    const info = this.trace.errors[id];
    const text = jsonBytes(JSON.stringify(info === undefined ? UNSEEN_ERROR : errorText(info)));
    this.errorTexts[id + 1] = text;
    return text;
  }
}

const END_START = jsonBytes(',"flowtrace_end":{');
const END_END = jsonBytes("}");

/** How a call's callees name it. */
export function callerText({ called, name }: FunctionInfo): string {
  return `${called}::${name}`;
}

/** How a call ended, by its flags. */
export function statusOf(flags: number): CallStatus {
  if (flags & Flag.running) return "running";
  if (flags & Flag.rejected) return "rejected";
  return flags & Flag.threw ? "threw" : "ok";
}
