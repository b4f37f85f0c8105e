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
  errorId: jsonBytes(',"error_id":'),
  noErrorDuration: jsonBytes(',"error":null,"duration_ms":'),
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
const STATUS_NEXT = Array.from({ length: 16 }, (_, flags) => jsonBytes(`,"status":"${statusOf(flags)}"},\n`));

/** What stands between a call's number and its start, around the number of its instance. */
interface Opening {
  caller: number;
  site: number;
  isAsync: boolean;
  before: Uint8Array;
  after: Uint8Array;
}

class TraceWriter extends JsonBytes {
  private readonly openings: (Opening | undefined)[] = [];
  private readonly heads: (Uint8Array | undefined)[] = [];
  private readonly callers: (Uint8Array | undefined)[] = [];
  private readonly tails: (Uint8Array | undefined)[] = [];
  private readonly asyncTails: (Uint8Array | undefined)[] = [];
  private readonly sites: (Uint8Array | undefined)[] = [];
  private readonly errorTexts: (Uint8Array | undefined)[] = [];
  private readonly self: Float64Array;
  /** Nothing is told of a call behind its status. */
  private readonly isPlain: boolean;

  constructor(private readonly trace: Trace) {
    super(CHUNK_BYTES + (1 << 16));
    this.self = selfTimes(trace);
    const { memoryAfter, extra } = trace.calls;
    this.isPlain = memoryAfter.size === 0 && (extra === undefined || extra.size === 0);
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
    const caller = row === 0 ? -1 : calls.functionId[calls.parent[row]!]!;
    const site = calls.site[row]!;
    const isAsync = (calls.flags[row]! & Flag.async) !== 0;
    const opening = this.openings[fn] ?? this.opening(fn, caller, site, isAsync);
    const isAsBefore = opening.caller === caller && opening.site === site && opening.isAsync === isAsync;
    this.raw(Text.id);
    this.integer(row);
    if (isAsBefore) this.raw(opening.before);
    else {
      this.raw(this.heads[fn] ?? this.head(fn));
      this.raw(this.callers[caller] ?? this.caller(caller));
    }
    const instance = calls.instance[row]!;
    if (instance >= 0) this.integer(instance);
    else this.raw(Text.null);
    if (isAsBefore) this.raw(opening.after);
    else {
      this.raw((isAsync ? this.asyncTails : this.tails)[fn] ?? this.tail(fn, isAsync));
      this.raw(site < 0 ? Text.startMs : (this.sites[site] ?? this.site(site)));
    }
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
      if (error >= 0) {
        this.raw(Text.errorId);
        this.integer(error);
      }
      this.raw(Text.duration);
    } else this.raw(Text.noErrorDuration);
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
    if (hasNext && this.isPlain) {
      this.raw(STATUS_NEXT[flags & 15]!);
      return;
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

  /** Most functions are called from one place, and many once: of these, all is made at a time. */
  private opening(fn: number, caller: number, site: number, isAsync: boolean): Opening {
    const opening = {
      caller,
      site,
      isAsync,
      before: jsonBytes(this.headText(fn) + this.callerText(caller)),
      after: jsonBytes(this.tailText(fn, isAsync) + this.siteText(site)),
    };
    this.openings[fn] = opening;
    return opening;
  }

  /*
   * The same in pieces, for calls from elsewhere.
   */

  private head(fn: number): Uint8Array {
    const head = jsonBytes(this.headText(fn));
    this.heads[fn] = head;
    return head;
  }

  private caller(fn: number): Uint8Array {
    const caller = jsonBytes(this.callerText(fn));
    this.callers[fn] = caller;
    return caller;
  }

  private tail(fn: number, isAsync: boolean): Uint8Array {
    const tail = jsonBytes(this.tailText(fn, isAsync));
    (isAsync ? this.asyncTails : this.tails)[fn] = tail;
    return tail;
  }

  private site(id: number): Uint8Array {
    const site = jsonBytes(this.siteText(id));
    this.sites[id] = site;
    return site;
  }

  private headText(fn: number): string {
    const { name, called, module } = this.trace.functions[fn]!;
    const text = JSON.stringify;
    return `,"callable":${text(name)},"called":${text(called)},"module":${text(module)},"caller":`;
  }

  /** @param fn - below 0 for none */
  private callerText(fn: number): string {
    const caller = fn < 0 ? "null" : JSON.stringify(callerText(this.trace.functions[fn]!));
    return `${caller},"instance_id":`;
  }

  private tailText(fn: number, isAsync: boolean): string {
    const { kind, file, line, column } = this.trace.functions[fn]!;
    let text = `,"kind":${JSON.stringify(kind)}`;
    if (isAsync) text += ',"async":true';
    if (file !== undefined) text += `,"file":${JSON.stringify(file)}`;
    if (line !== undefined) text += `,"line":${line}`;
    if (column !== undefined) text += `,"column":${column}`;
    return text;
  }

  /** @param id - below 0 for none */
  private siteText(id: number): string {
    if (id < 0) return ',"start_ms":';
    const { file, line, column } = this.trace.sites[id]!;
    return `,"call_site":{"file":${JSON.stringify(file)},"line":${line},"column":${column}},"start_ms":`;
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
