import { FlowTraceError } from "../errors.js";
import { ColumnBuilder } from "./column-builder.js";
import { Flag, type FunctionInfo, type Trace } from "./columns.js";
import { type CallKind, FORMAT_VERSION, type RunEnd, type RunInfo, type SourcePosition } from "./format.js";
import { adoptPyTraceFlow } from "./pytraceflow.js";
import { TextBlob } from "./text-blob.js";

export interface ParseOptions {
  /** How the input is called in messages. */
  name: string;
  /** Take what is readable of a damaged file instead of refusing it. */
  salvage?: boolean;
}

/** A trace file being read: bytes go in as they come, a trace comes out at the end. */
export interface TraceParser {
  /** @throws FlowTraceError FT_TRACE_INVALID, FT_TRACE_TOO_NEW */
  push(bytes: Uint8Array): void;
  end(): Trace;
}

/**
 * Reads a trace file of any layout without recursion and without ever holding its text: values stay the bytes that they
 * are. Calls may nest as deep as they like.
 */
export function createTraceParser(options: ParseOptions): TraceParser {
  return new Parser(options);
}

/** What is expected next. */
const At = { start: 0, call: 1, key: 2, afterValue: 3, calls: 4, afterCall: 5, end: 6 } as const;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** More input is needed to go on. */
const MORE = -1;
const LONGEST_HEAD = 1 << 30;

/** Keys that make up a function, in the order of their slots. */
const FUNCTION_KEYS = ["callable", "called", "module", "kind", "file", "line", "column"] as const;

class Parser implements TraceParser {
  private bytes = new Uint8Array(1 << 16);
  /** Unread part of `bytes`. */
  private p = 0;
  private end_ = 0;
  private consumed = 0;
  private at: number = At.start;
  private readonly columns = new ColumnBuilder();
  private readonly values = new TextBlob();
  private readonly functions: FunctionInfo[] = [];
  private readonly functionIds = new Map<string, number>();
  private readonly sites: SourcePosition[] = [];
  private readonly siteIds = new Map<string, number>();
  private readonly open: number[] = [];
  private readonly decoder = new TextDecoder();
  private run: Partial<RunInfo> | undefined;
  private runEnd: Partial<RunEnd> | undefined;
  private readonly extras = new Map<number, Record<string, unknown>>();
  private damage: string | undefined;

  /** Per open call: ranges of its function's fields as text, until they are complete. */
  private readonly heads: (string | undefined)[][] = [];

  constructor(private readonly options: ParseOptions) {}

  push(bytes: Uint8Array): void {
    if (this.damage !== undefined) return;
    const rest = this.end_ - this.p;
    if (rest + bytes.length > this.bytes.length || this.p > 0) {
      const target =
        rest + bytes.length > this.bytes.length
          ? new Uint8Array(Math.max(this.bytes.length * 2, rest + bytes.length))
          : this.bytes;
      target.set(this.bytes.subarray(this.p, this.end_));
      this.bytes = target;
      this.consumed += this.p;
      this.p = 0;
      this.end_ = rest;
    }
    this.bytes.set(bytes, this.end_);
    this.end_ += bytes.length;
    if (this.end_ > LONGEST_HEAD) this.fail("one value of more than 1 GB");
    try {
      while (this.step());
    } catch (error) {
      this.salvageOrThrow(error);
    }
  }

  private salvageOrThrow(error: unknown): void {
    if (
      !(error instanceof FlowTraceError) ||
      this.options.salvage !== true ||
      error.code === "FT_TRACE_TOO_NEW"
    ) {
      throw error;
    }
    this.damage = error.message;
  }

  private fail(expected: string): never {
    const position = this.consumed + this.p;
    throw new FlowTraceError(
      "FT_TRACE_INVALID",
      `${this.options.name}: byte ${position}${this.lineText()}: ${expected}. Is it a whole trace of FlowTrace? --salvage reads what is readable.`,
    );
  }

  private lines = 1;
  private lineText(): string {
    return ` (line ${this.lines})`;
  }

  /** Position of the next byte that is no blank; MORE when there is none yet. */
  private blank(): number {
    const { bytes, end_ } = this;
    let p = this.p;
    while (p < end_) {
      const b = bytes[p]!;
      if (b === 0x0a) this.lines++;
      else if (b !== 0x20 && b !== 0x0d && b !== 0x09) break;
      p++;
    }
    this.p = p;
    return p < end_ ? p : MORE;
  }

  /** Takes one token's worth; false when more input is needed. */
  private step(): boolean {
    const p = this.blank();
    if (p === MORE) return false;
    const b = this.bytes[p]!;
    switch (this.at) {
      case At.start:
        if (b !== OPEN_BRACKET)
          this.fail(`expected "[" as the first character of a trace, found ${shown(b)}`);
        this.p++;
        this.at = At.call;
        return true;
      case At.call:
        if (b === OPEN_BRACE) {
          this.p++;
          this.begin();
          this.at = At.key;
        } else if (b === CLOSE_BRACKET) this.endList();
        else this.fail(`expected a call, found ${shown(b)}`);
        return true;
      case At.key:
        if (b === CLOSE_BRACE) {
          this.p++;
          this.finish();
          return true;
        }
        return this.field(p);
      case At.afterValue:
        this.p++;
        if (b === COMMA) this.at = At.key;
        else if (b === CLOSE_BRACE) this.finish();
        else {
          this.p--;
          this.fail(`expected "," or "}" after a field, found ${shown(b)}`);
        }
        return true;
      case At.afterCall:
        this.p++;
        if (b === COMMA) this.at = At.call;
        else if (b === CLOSE_BRACKET) {
          this.p--;
          this.endList();
        } else {
          this.p--;
          this.fail(`expected "," or "]" after a call, found ${shown(b)}`);
        }
        return true;
      default:
        this.fail(`expected the end of the trace, found ${shown(b)}`);
    }
  }

  private endList(): void {
    this.p++;
    this.at = this.open.length === 0 ? At.end : At.afterValue;
  }

  private begin(): void {
    const parent = this.open.length === 0 ? -1 : this.open[this.open.length - 1]!;
    // PyTraceFlow writes several roots when it has to; one stands for all of them.
    const row = this.columns.add(parent < 0 && this.columns.length > 0 ? 0 : parent);
    this.open.push(row);
    this.heads.push([]);
  }

  private finish(): void {
    const row = this.open.pop()!;
    const head = this.heads.pop()!;
    if (head.length > 0 || row === 0) this.columns.functionId[row] = this.functionOf(head);
    this.at = this.open.length === 0 ? At.afterCall : At.afterCall;
  }

  private functionOf(head: (string | undefined)[]): number {
    const key = head.join("\u0000");
    let id = this.functionIds.get(key);
    if (id === undefined) {
      const text = (slot: number): string | undefined => {
        const json = head[slot];
        const value: unknown = json === undefined ? undefined : JSON.parse(json);
        return typeof value === "string" ? value : undefined;
      };
      const name = text(0) ?? "(unnamed)";
      const info: FunctionInfo = {
        name,
        called: text(1) ?? name,
        module: text(2) ?? "",
        kind: (text(3) ?? "function") as CallKind,
      };
      const file = text(4);
      if (file !== undefined) info.file = file;
      if (head[5] !== undefined) info.line = Number(head[5]);
      if (head[6] !== undefined) info.column = Number(head[6]);
      id = this.functions.push(info) - 1;
      this.functionIds.set(key, id);
    }
    return id;
  }

  /** A key and its value, when they are there as a whole. */
  private field(p: number): boolean {
    const { bytes } = this;
    if (bytes[p] !== QUOTE) this.fail(`expected a field's name, found ${shown(bytes[p]!)}`);
    const keyEnd = this.skipString(p);
    if (keyEnd === MORE) return false;
    let v = keyEnd;
    while (v < this.end_ && bytes[v]! <= 0x20) v++;
    if (v >= this.end_) return false;
    if (bytes[v] !== COLON) {
      this.p = v;
      this.fail(`expected ":", found ${shown(bytes[v]!)}`);
    }
    v++;
    while (v < this.end_ && bytes[v]! <= 0x20) v++;
    if (v >= this.end_) return false;
    if (
      keyEnd - p === 7 &&
      bytes[p + 1] === 0x63 &&
      this.ascii(p + 1, keyEnd - 1) === "calls" &&
      bytes[v] === OPEN_BRACKET
    ) {
      this.p = v + 1;
      this.at = At.call;
      return true;
    }
    const end = this.skipValue(v);
    if (end === MORE) return false;
    this.take(this.ascii(p + 1, keyEnd - 1), v, end);
    this.p = end;
    this.at = At.afterValue;
    return true;
  }

  private ascii(start: number, end: number): string {
    let text = "";
    for (let i = start; i < end; i++) text += String.fromCharCode(this.bytes[i]!);
    return text;
  }

  /** Position after the string that starts at `p`. */
  private skipString(p: number): number {
    const { bytes, end_ } = this;
    for (let i = p + 1; i < end_; i++) {
      const b = bytes[i]!;
      if (b === QUOTE) return i + 1;
      if (b === BACKSLASH) i++;
      else if (b < 0x20) {
        this.p = i;
        this.fail("a control character in a string");
      }
    }
    return MORE;
  }

  private skipValue(start: number): number {
    const { bytes, end_ } = this;
    const first = bytes[start]!;
    if (first === QUOTE) return this.skipString(start);
    if (first !== OPEN_BRACE && first !== OPEN_BRACKET) {
      let i = start;
      while (i < end_) {
        const b = bytes[i]!;
        if (b === COMMA || b === CLOSE_BRACE || b === CLOSE_BRACKET || b <= 0x20) {
          if (i === start) this.fail(`expected a value, found ${shown(b)}`);
          return i;
        }
        i++;
      }
      return MORE;
    }
    let depth = 0;
    for (let i = start; i < end_; i++) {
      const b = bytes[i]!;
      if (b === QUOTE) {
        const after = this.skipString(i);
        if (after === MORE) return MORE;
        i = after - 1;
      } else if (b === OPEN_BRACE || b === OPEN_BRACKET) depth++;
      else if (b === CLOSE_BRACE || b === CLOSE_BRACKET) {
        depth--;
        if (depth === 0) return i + 1;
      }
    }
    return MORE;
  }

  private number(start: number, end: number, key: string): number {
    const text = this.ascii(start, end);
    const value = text === "null" ? Number.NaN : Number(text);
    if (text !== "null" && Number.isNaN(value))
      this.fail(`"${key}" should be a number, found ${text.slice(0, 40)}`);
    return value;
  }

  private isNull(start: number): boolean {
    return this.bytes[start] === 0x6e;
  }

  private json(start: number, end: number, key: string): unknown {
    try {
      return JSON.parse(this.decoder.decode(this.bytes.subarray(start, end)));
    } catch {
      this.fail(`"${key}" is not valid JSON`);
    }
  }

  private object(start: number, end: number, key: string): number {
    if (this.bytes[start] !== OPEN_BRACE) this.fail(`"${key}" should be an object`);
    return this.values.add(this.bytes, start, end);
  }

  private take(key: string, start: number, end: number): void {
    const { columns, values, bytes } = this;
    const row = this.open[this.open.length - 1]!;
    const slot = (FUNCTION_KEYS as readonly string[]).indexOf(key);
    if (slot >= 0) {
      this.heads[this.heads.length - 1]![slot] = this.decoder.decode(bytes.subarray(start, end));
      return;
    }
    switch (key) {
      case "id":
        columns.id[row] = this.number(start, end, key);
        return;
      case "inputs":
        columns.inputs[row] = this.isNull(start) ? -1 : this.object(start, end, key);
        return;
      case "inputs_after":
        if (end - start > 2) columns.inputsAfter[row] = this.object(start, end, key);
        return;
      case "output":
        if (!this.isNull(start)) columns.output[row] = values.add(bytes, start, end);
        else columns.output[row] = NULL_OUTPUT;
        return;
      case "error":
        if (!this.isNull(start)) {
          columns.flags[row] = columns.flags[row]! | Flag.threw;
          this.extra(row).error = this.json(start, end, key);
        }
        return;
      case "error_id":
        columns.error[row] = this.number(start, end, key);
        return;
      case "start_ms":
        columns.start[row] = this.number(start, end, key);
        return;
      case "duration_ms":
        columns.duration[row] = this.number(start, end, key);
        if (!Number.isNaN(columns.duration[row]!)) columns.flags[row] = columns.flags[row]! & ~Flag.running;
        return;
      case "active_ms":
        columns.active[row] = this.number(start, end, key);
        return;
      case "status":
        this.status(row, this.ascii(start, end));
        return;
      case "async":
        if (bytes[start] === 0x74) columns.flags[row] = columns.flags[row]! | Flag.async;
        return;
      case "instance_id":
        if (!this.isNull(start)) columns.instance[row] = this.number(start, end, key);
        return;
      case "thread":
        columns.thread[row] = this.number(start, end, key);
        return;
      case "call_site":
        columns.site[row] = this.siteOf(start, end);
        return;
      case "memory_before":
        columns.memoryBefore.set(row, this.object(start, end, key));
        return;
      case "memory_after":
        columns.memoryAfter.set(row, this.object(start, end, key));
        return;
      case "attributes":
        columns.attributes.set(row, this.object(start, end, key));
        return;
      case "flowtrace":
        this.takeRun(this.json(start, end, key));
        return;
      case "flowtrace_end":
        this.runEnd = this.json(start, end, key) as Partial<RunEnd>;
        return;
      case "calls":
        this.fail('"calls" should be a list');
        break;
      case "caller":
      case "pid":
      case "self_ms":
        return;
      default:
        this.extra(row)[key] = this.json(start, end, key);
    }
  }

  private extra(row: number): Record<string, unknown> {
    let extra = this.extras.get(row);
    if (extra === undefined) {
      extra = {};
      this.extras.set(row, extra);
    }
    return extra;
  }

  private status(row: number, json: string): void {
    const { flags } = this.columns;
    if (json === '"running"') flags[row] = flags[row]! | Flag.running;
    else if (json === '"rejected"') flags[row] = flags[row]! | Flag.rejected | Flag.threw;
    else if (json === '"threw"') flags[row] = flags[row]! | Flag.threw;
  }

  private siteOf(start: number, end: number): number {
    const text = this.decoder.decode(this.bytes.subarray(start, end));
    let id = this.siteIds.get(text);
    if (id === undefined) {
      id = this.sites.push(JSON.parse(text) as SourcePosition) - 1;
      this.siteIds.set(text, id);
    }
    return id;
  }

  private takeRun(run: unknown): void {
    if (typeof run !== "object" || run === null) this.fail('"flowtrace" should be an object');
    this.run = run as Partial<RunInfo>;
    const { version } = this.run;
    if (typeof version === "number" && version > FORMAT_VERSION) {
      throw new FlowTraceError(
        "FT_TRACE_TOO_NEW",
        `${this.options.name}: trace format ${version} is newer than this FlowTrace reads (up to ${FORMAT_VERSION}). Update with: npm i -g flowtrace-cli@latest`,
      );
    }
  }

  end(): Trace {
    try {
      if (this.damage === undefined && this.at !== At.end) {
        this.fail(
          this.columns.length === 0
            ? "the file ends before its first call"
            : "the file ends in the middle of a call",
        );
      }
    } catch (error) {
      this.salvageOrThrow(error);
    }
    if (this.columns.length === 0) {
      throw new FlowTraceError("FT_TRACE_INVALID", `${this.options.name}: there is no call in it.`);
    }
    while (this.open.length > 0) this.finish();
    return this.trace();
  }

  private trace(): Trace {
    const { run, runEnd, extras, damage } = this;
    const isForeign = run === undefined;
    const { calls, rowOf } = this.columns.finish();
    const warnings = [...(runEnd?.warnings ?? [])];
    if (damage !== undefined) warnings.push({ code: "salvaged", message: damage });
    const trace: Trace = {
      run: {
        version: FORMAT_VERSION,
        tool: "",
        node: "",
        platform: "",
        argv: [],
        cwd: "",
        root: "",
        started_unix_ms: 0,
        options: {},
        ...run,
      },
      end: {
        finished: damage === undefined,
        exit_code: null,
        signal: null,
        threads: [],
        errors: [],
        files: [],
        usage: [],
        folded: [],
        ...runEnd,
        calls: calls.length - 1,
        warnings,
      },
      functions: this.functions,
      sites: this.sites,
      errors: runEnd?.errors ?? [],
      calls,
      values: this.values,
    };
    const output = calls.output as Float64Array;
    for (let row = 0; row < calls.length; row++)
      if (output[row] === NULL_OUTPUT) output[row] = this.nullRef(calls.flags[row]!);
    const extrasByRow = new Map([...extras].map(([added, extra]) => [rowOf(added), extra]));
    return isForeign ? adoptPyTraceFlow(trace, extrasByRow, this.values, this.columns) : trace;
  }

  /** `"output":null` says "null" of a call that returned, and nothing of one that did not. */
  private nullRef(flags: number): number {
    return flags & (Flag.threw | Flag.running) ? -1 : this.values.addText("null");
  }
}

const NULL_OUTPUT = -2;

function shown(byte: number): string {
  return byte >= 0x20 && byte < 0x7f
    ? `"${String.fromCharCode(byte)}"`
    : `byte 0x${byte.toString(16).padStart(2, "0")}`;
}
