import { FlowTraceError } from "../errors.js";
import { StringTable, TupleTable } from "./byte-tables.js";
import { CALL_FIELDS, Field, fieldBit } from "./call-fields.js";
import { ColumnBuilder } from "./column-builder.js";
import { Flag, type Trace } from "./columns.js";
import { enlarged } from "./enlarged.js";
import type { Facts } from "./file-facts.js";
import { FORMAT_VERSION } from "./format.js";
import { Char, JsonScanner, MORE, ScanError } from "./json-scan.js";
import { parseLarge } from "./parse-large.js";
import { functionList, siteList } from "./parsed-names.js";
import { completeTrace, NO_ID } from "./parsed-trace.js";
import { rewritePythonLiterals } from "./pytraceflow.js";
import { TextBlob } from "./text-blob.js";

export interface ParseOptions {
  /** How the input is called in messages. */
  name?: string;
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
export function createTraceParser(options: ParseOptions = {}): TraceParser {
  return new Parser(options);
}

/** What may come next. */
const At = {
  start: 0,
  callOrEnd: 1,
  call: 2,
  keyOrEnd: 3,
  key: 4,
  afterField: 5,
  afterCall: 6,
  end: 7,
} as const;

const EXPECTED: Record<number, string> = {
  [At.start]: '"[", the start of a trace',
  [At.callOrEnd]: 'a call ("{") or "]"',
  [At.call]: 'a call ("{")',
  [At.keyOrEnd]: 'a field\'s name in quotes or "}"',
  [At.key]: "a field's name in quotes",
  [At.afterField]: '"," or "}" after a field',
  [At.afterCall]: '"," or "]" after a call',
  [At.end]: "nothing after the trace",
};

/** Slots of an open call, after those of its function. */
const ERROR = 7;
const CALLER = 8;
const PRESENT = 9;
const SLOTS = 10;

/** A field that nobody knows is refused above this when the file has not yet shown to be a trace. */
const LONGEST_UNKNOWN = 1 << 22;
/** The list of errors and what else stands in the run's end may be long; no value is. */
const LONGEST_END_MIB = 1024;
const LONGEST_FIELD_MIB = 256;
/** Fields longer than this are tried again only when twice as much is there, so that their reading stays linear. */
const RETRY_BYTES = 1 << 16;

const CALL_START = CALL_FIELDS.length;
const NULL_OUTPUT = -2;
const TRUE = 0x74;
const CALLABLE_BIT = fieldBit(Field.callable);
const STATUS_BIT = fieldBit(Field.status);

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const ROOT = encoder.encode("root");

class Parser implements TraceParser {
  private readonly scan = new JsonScanner();
  /** Unread from here. */
  private p = 0;
  /** Bytes needed from `p` on before it is worth to go on. */
  private wanted = 0;
  private consumed = 0;
  private at: number = At.start;
  private isBareRoot = false;

  private readonly columns = new ColumnBuilder();
  private readonly values = new TextBlob();
  private readonly keys = new StringTable();
  private readonly strings = new StringTable();
  private readonly functions = new TupleTable(ERROR);
  private readonly sites = new TupleTable(3);
  private readonly siteSlots = new Int32Array(3);
  /** The last string of each field: most come again. */
  private readonly lastStrings = new Int32Array(CALL_FIELDS.length);

  /** The field that came after each one last, and after the start of a call. */
  private readonly followers = new Uint8Array(CALL_FIELDS.length + 1);
  private lastField: number = CALL_START;

  private roots = 0;
  private depth = 0;
  private rows: Int32Array = new Int32Array(256);
  private slots: Int32Array = new Int32Array(256 * SLOTS);
  private present = 0;

  private run: Facts | undefined;
  private runEnd: Facts | undefined;
  /** Ids by row, once one differs. */
  private ids: Int32Array | undefined;
  private readonly errorTexts = new Map<number, number>();
  private readonly threadPids = new Map<number, number>();
  private readonly extras = new Map<number, string>();
  /** Until the file shows to be ours: per row the caller's string and the fields that were there. */
  private callers: number[] = [];
  private fields: number[] = [];
  private damage: { message: string; open: number } | undefined;

  constructor(private readonly options: ParseOptions) {
    for (const name of CALL_FIELDS) {
      const bytes = encoder.encode(name);
      this.keys.add(bytes, 0, bytes.length);
    }
  }

  push(chunk: Uint8Array): void {
    if (this.damage !== undefined) return;
    this.append(chunk);
    if (this.scan.end - this.p >= this.wanted) this.readOn();
  }

  end(): Trace {
    if (this.damage === undefined) this.readOn();
    if (this.damage === undefined && this.at !== At.end) {
      this.damaged(() => this.fail(this.scan.end, EXPECTED[this.at] ?? "more", "the file ends here"));
    }
    if (this.columns.length === 0) {
      throw this.invalid("there is no call in it; is it a trace of FlowTrace?");
    }
    if (this.depth > 1 && this.slots[(this.depth - 1) * SLOTS + Field.callable] === 0) this.dropLast();
    while (this.depth > 0) this.closeUnfinished();
    const { columns, values, run, ids, errorTexts, threadPids, extras, callers, fields, strings } = this;
    return completeTrace({
      columns,
      values,
      run,
      end: this.runEnd,
      functions: functionList(this.functions, strings),
      sites: siteList(this.sites, strings),
      ids,
      errorText: (text) => strings.text(text)!,
      errorTexts,
      threadPids,
      extras,
      foreign: run === undefined ? { caller: (row) => strings.text(callers[row]!), fields } : undefined,
      roots: this.roots,
      damage: this.damage,
    });
  }

  private append(chunk: Uint8Array): void {
    const { scan } = this;
    const rest = scan.end - this.p;
    const needed = rest + chunk.length + 1;
    if (scan.end + chunk.length + 1 > scan.bytes.length) {
      const source = scan.bytes;
      const target = needed > source.length ? new Uint8Array(Math.max(needed, source.length * 2)) : source;
      target.set(source.subarray(this.p, scan.end));
      scan.bytes = target;
      scan.lineStart -= this.p;
      this.consumed += this.p;
      this.p = 0;
      scan.end = rest;
    }
    scan.bytes.set(chunk, scan.end);
    scan.end += chunk.length;
    scan.bytes[scan.end] = Char.quote;
  }

  private readOn(): void {
    this.damaged(() => {
      try {
        this.read();
      } catch (error) {
        if (error instanceof ScanError) this.fail(error.position, error.expected);
        throw error;
      }
    });
  }

  /** Runs `read`; an invalid file ends the reading, and is an error only when nothing should be salvaged. */
  private damaged(read: () => void): void {
    try {
      read();
    } catch (error) {
      const isInvalid = error instanceof FlowTraceError && error.code === "FT_TRACE_INVALID";
      if (!isInvalid || this.options.salvage !== true) throw error;
      this.damage = { message: error.message, open: this.depth };
    }
  }

  private invalid(problem: string): FlowTraceError {
    return new FlowTraceError("FT_TRACE_INVALID", `${this.options.name ?? "The trace"}: ${problem}`);
  }

  private fail(position: number, expected: string, found = shown(this.scan, position)): never {
    const { lines, lineStart } = this.scan;
    const { isTrace } = this;
    const hint = isTrace ? " --salvage reads what is readable." : " Is it a trace of FlowTrace?";
    const place = `line ${lines + 1}, column ${position - lineStart + 1}`;
    throw this.invalid(
      `${place}: expected ${expected}, but ${found}.${this.options.salvage === true && isTrace ? "" : hint}`,
    );
  }

  /** Whether the file has shown to be one: it has a call with a name. */
  private get isTrace(): boolean {
    return this.columns.length > 1 || (this.columns.length === 1 && (this.present & CALLABLE_BIT) !== 0);
  }

  /** Reads as far as the bytes go. */
  private read(): void {
    const { scan } = this;
    const { bytes } = scan;
    for (;;) {
      const p = scan.blank(this.p);
      if (p === MORE) {
        this.p = scan.end;
        this.wanted = 0;
        return;
      }
      this.p = p;
      const b = bytes[p]!;
      switch (this.at) {
        case At.keyOrEnd:
        case At.key:
          if (b === Char.quote) {
            if (!this.field(p)) return;
          } else if (b === Char.closeBrace && this.at === At.keyOrEnd) {
            this.close();
            this.p = p + 1;
          } else this.fail(p, EXPECTED[this.at]!);
          break;
        case At.afterField:
          if (b === Char.comma) this.at = At.key;
          else if (b === Char.closeBrace) this.close();
          else this.fail(p, EXPECTED[At.afterField]!);
          this.p = p + 1;
          break;
        case At.afterCall:
          if (b === Char.comma) this.at = At.call;
          else if (b === Char.closeBracket) this.endList();
          else this.fail(p, EXPECTED[At.afterCall]!);
          this.p = p + 1;
          break;
        case At.callOrEnd:
        case At.call:
          if (b === Char.openBrace) this.open();
          else if (b === Char.closeBracket && this.at === At.callOrEnd) this.endList();
          else this.fail(p, EXPECTED[this.at]!);
          this.p = p + 1;
          break;
        case At.start:
          this.start(p, b);
          break;
        default:
          this.fail(p, EXPECTED[At.end]!);
      }
    }
  }

  private start(p: number, b: number): void {
    const { bytes, end } = this.scan;
    if (b === 0xef && end - p < 3) this.fail(p, EXPECTED[At.start]!);
    if (b === 0xef && bytes[p + 1] === 0xbb && bytes[p + 2] === 0xbf) this.p = p + 3;
    else if (b === Char.openBracket) {
      this.at = At.callOrEnd;
      this.p = p + 1;
    } else if (b === Char.openBrace) {
      this.isBareRoot = true;
      this.open();
      this.p = p + 1;
    } else this.fail(p, EXPECTED[At.start]!);
  }

  private open(): void {
    const { columns, depth } = this;
    // Files with several roots get the first for all of them.
    if (depth === 0) this.roots++;
    const parent = depth > 0 ? this.rows[depth - 1]! : columns.length > 0 ? 0 : -1;
    if (depth === this.rows.length) {
      this.rows = enlarged(new Int32Array(depth * 2), this.rows);
      this.slots = enlarged(new Int32Array(depth * 2 * SLOTS), this.slots);
    }
    if (depth > 0) this.slots[(depth - 1) * SLOTS + PRESENT] = this.present;
    this.present = 0;
    this.rows[depth] = columns.add(parent, 0, Number.NaN);
    this.slots.fill(0, depth * SLOTS, (depth + 1) * SLOTS);
    if (this.ids !== undefined) this.takeId(this.rows[depth]!, NO_ID);
    this.depth = depth + 1;
    this.lastField = CALL_START;
    this.at = At.keyOrEnd;
  }

  private endList(): void {
    this.lastField = Field.calls;
    this.at = this.depth === 0 ? At.end : At.afterField;
  }

  private close(): void {
    const { columns, slots, present } = this;
    const depth = this.depth - 1;
    const row = this.rows[depth]!;
    if (row === 0 && (present & CALLABLE_BIT) === 0) {
      throw this.invalid('it is JSON, but not a trace of FlowTrace: its first call has no "callable".');
    }
    const head = depth * SLOTS;
    if (row === 0 && slots[head + Field.kind] === 0) {
      slots[head + Field.kind] = this.strings.add(ROOT, 0, ROOT.length);
    }
    columns.functionId[row] = this.functions.add(slots, head);
    const errorText = slots[head + ERROR]!;
    if (errorText > 0) this.takeErrorText(row, errorText);
    if (this.run === undefined) {
      this.callers[row] = slots[head + CALLER]!;
      this.fields[row] = present;
    }
    if ((present & STATUS_BIT) === 0 && errorText > 0) columns.flags[row] = columns.flags[row]! | Flag.threw;
    if (columns.output[row] === NULL_OUTPUT) {
      // Of a call that did not return, "output":null says nothing.
      const returned = (columns.flags[row]! & (Flag.threw | Flag.rejected | Flag.running)) === 0;
      columns.output[row] = returned ? this.nullRef() : -1;
    }
    this.depth = depth;
    if (depth > 0) this.present = slots[(depth - 1) * SLOTS + PRESENT]!;
    this.at = depth === 0 && this.isBareRoot ? At.end : At.afterCall;
  }

  private nullRef_ = -1;
  private nullRef(): number {
    if (this.nullRef_ < 0) this.nullRef_ = this.values.addText("null");
    return this.nullRef_;
  }

  /** The file ended before this call's name: nothing of it is known. */
  private dropLast(): void {
    this.depth--;
    if (this.rows[this.depth] === this.columns.length - 1) this.columns.length--;
    this.present = this.slots[(this.depth - 1) * SLOTS + PRESENT]!;
  }

  /** The file ended inside this call. */
  private closeUnfinished(): void {
    const row = this.rows[this.depth - 1]!;
    this.present |= CALLABLE_BIT;
    this.close();
    const { columns } = this;
    columns.flags[row] = (columns.flags[row]! & Flag.async) | Flag.running;
    columns.duration[row] = Number.NaN;
    columns.active[row] = Number.NaN;
    columns.error[row] = -1;
  }

  /** Errors are known by number; the text serves where the file has no list of them. */
  private takeErrorText(row: number, text: number): void {
    const { error } = this.columns;
    const known = error[row]!;
    // Below -1: minus 2 minus the text, until there is a list of errors.
    if (known < 0) error[row] = -2 - text;
    else if (!this.errorTexts.has(known)) this.errorTexts.set(known, text);
  }

  /** A key and its value, when they are there as a whole. */
  private field(p: number): boolean {
    const { scan } = this;
    const { lines, lineStart } = scan;
    const after = this.wholeField(p);
    if (after !== MORE) {
      this.p = after;
      return true;
    }
    scan.lines = lines;
    scan.lineStart = lineStart;
    this.at = At.key;
    const length = scan.end - p;
    const longest = this.lastField === Field.flowtrace_end ? LONGEST_END_MIB : LONGEST_FIELD_MIB;
    if (length > longest * 2 ** 20) this.fail(p, `a field of at most ${longest} MiB`, "it is longer");
    if (length > LONGEST_UNKNOWN && !this.isTrace)
      this.fail(p, "the fields of a call", "what is there is none");
    this.wanted = length > RETRY_BYTES ? length * 2 : 0;
    return false;
  }

  private wholeField(p: number): number {
    const { scan, keys } = this;
    const { bytes } = scan;
    // Fields follow each other in an order that hardly changes.
    let field = this.followers[this.lastField]!;
    let keyEnd = p + 2 + keys.length(field + 1);
    if (keyEnd > scan.end || !keys.isAt(field + 1, bytes, p + 1)) {
      keyEnd = scan.string(p);
      if (keyEnd === MORE) return MORE;
      field = keys.find(bytes, p + 1, keyEnd - 1) - 1;
    }
    const start = scan.colon(keyEnd);
    if (start === MORE) return MORE;
    if (field < 0) return this.unknownField(p, start);
    this.followers[this.lastField] = field;
    this.lastField = field;
    this.present |= 1 << field;
    this.at = At.afterField;
    return this.known(field, start, bytes[start]!);
  }

  /** Reads the value of a known field. */
  private known(field: number, p: number, b: number): number {
    const { scan, columns } = this;
    const row = this.rows[this.depth - 1]!;
    switch (field) {
      case Field.callable:
      case Field.called:
      case Field.module:
      case Field.kind:
      case Field.file:
      case Field.error:
        return this.string(field, p, b);
      case Field.caller:
        // In our files it repeats what the parent says.
        return this.run === undefined || b !== Char.quote ? this.string(field, p, b) : scan.string(p);
      case Field.self_ms:
        return this.number(field, p, b);
      case Field.line:
      case Field.column: {
        const after = this.integer(field, p, b);
        if (after !== MORE) this.slots[(this.depth - 1) * SLOTS + field] = scan.numberValue;
        return after;
      }
      case Field.id: {
        const after = this.integer(field, p, b);
        if (after !== MORE) this.takeId(row, scan.numberValue);
        return after;
      }
      case Field.thread: {
        const after = this.integer(field, p, b);
        if (after !== MORE) columns.thread[row] = scan.numberValue;
        return after;
      }
      case Field.pid: {
        const after = this.integer(field, p, b);
        if (after !== MORE) this.threadPids.set(columns.thread[row]!, scan.numberValue);
        return after;
      }
      case Field.error_id: {
        if (b === Char.n) return scan.value(p);
        const after = this.integer(field, p, b);
        if (after !== MORE) columns.error[row] = scan.numberValue;
        return after;
      }
      case Field.instance_id: {
        if (b === Char.n) return scan.value(p);
        const after = this.integer(field, p, b);
        if (after !== MORE) columns.instance[row] = scan.numberValue;
        return after;
      }
      case Field.start_ms: {
        const after = this.number(field, p, b);
        if (after !== MORE) columns.start[row] = scan.numberValue;
        return after;
      }
      case Field.duration_ms: {
        const after = this.number(field, p, b);
        if (after !== MORE) columns.duration[row] = scan.numberValue;
        return after;
      }
      case Field.active_ms: {
        const after = this.number(field, p, b);
        if (after !== MORE) columns.active[row] = scan.numberValue;
        return after;
      }
      case Field.async: {
        const after = scan.value(p);
        if (after !== MORE && b === TRUE) columns.flags[row] = columns.flags[row]! | Flag.async;
        return after;
      }
      case Field.status:
        return this.status(row, p, b);
      case Field.call_site:
        return this.callSite(row, p, b);
      case Field.calls:
        if (b !== Char.openBracket) this.fail(p, 'a list as "calls"');
        this.at = At.callOrEnd;
        return p + 1;
      case Field.flowtrace:
        return this.runInfo(p, b);
      case Field.flowtrace_end:
        return this.runEndInfo(p, b);
      default:
        return this.storedValue(field, row, p, b);
    }
  }

  private storedValue(field: number, row: number, p: number, b: number): number {
    const { scan, columns } = this;
    if (field !== Field.output && b !== Char.openBrace && b !== Char.n) {
      const isPythonText = this.run === undefined && b === Char.quote;
      if (!isPythonText) this.fail(p, `an object as "${CALL_FIELDS[field]}"`);
    }
    scan.sawBlank = false;
    const after = scan.value(p);
    if (after === MORE) return MORE;
    if (b === Char.n && field !== Field.output) return after;
    switch (field) {
      case Field.inputs:
        // No parameters: nothing to keep.
        if (b !== Char.openBrace || scan.bytes[p + 1] !== Char.closeBrace)
          columns.inputs[row] = this.store(p, after);
        break;
      case Field.inputs_after:
        columns.inputsAfter[row] = this.store(p, after);
        break;
      case Field.output:
        columns.output[row] = b === Char.n ? NULL_OUTPUT : this.store(p, after);
        break;
      case Field.memory_before:
        columns.memoryBefore.set(row, this.store(p, after));
        break;
      case Field.memory_after:
        columns.memoryAfter.set(row, this.store(p, after));
        break;
      case Field.attributes:
        columns.attributes.set(row, this.store(p, after));
        break;
    }
    return after;
  }

  /** Keeps a value on one line: that is how it will be written again. */
  private store(start: number, end: number): number {
    const { scan, values } = this;
    if (!scan.sawBlank && !scan.sawPythonLiteral) return values.add(scan.bytes, start, end);
    const text = this.oneLine(start, end);
    return values.addText(text);
  }

  private oneLine(start: number, end: number): string {
    const { scan } = this;
    const text = decoder.decode(scan.sawBlank ? scan.compact(start, end) : scan.bytes.subarray(start, end));
    const json = scan.sawPythonLiteral ? rewritePythonLiterals(text) : text;
    scan.sawBlank = false;
    scan.sawPythonLiteral = false;
    return json;
  }

  private string(field: number, p: number, b: number): number {
    const { scan, strings, lastStrings } = this;
    const { bytes } = scan;
    if (b === Char.n && field !== Field.callable) return scan.value(p);
    if (b !== Char.quote) this.fail(p, `a text as "${CALL_FIELDS[field]}"`);
    const slot = (this.depth - 1) * SLOTS + field;
    const last = lastStrings[field]!;
    if (last > 0) {
      const after = p + strings.length(last) + 2;
      if (after <= scan.end && strings.isAt(last, bytes, p + 1)) {
        this.slots[slot] = last;
        return after;
      }
    }
    const after = scan.string(p);
    if (after === MORE) return MORE;
    const id = strings.add(bytes, p + 1, after - 1);
    lastStrings[field] = id;
    this.slots[slot] = id;
    return after;
  }

  private number(field: number, p: number, b: number): number {
    const { scan } = this;
    if (b === Char.n) {
      scan.numberValue = Number.NaN;
      return scan.value(p);
    }
    if (b !== Char.minus && !(b >= Char.zero && b <= Char.nine)) {
      this.fail(p, `a number as "${CALL_FIELDS[field]}"`);
    }
    return scan.number(p);
  }

  private integer(field: number, p: number, b: number): number {
    const { scan } = this;
    if (!(b >= Char.zero && b <= Char.nine))
      this.fail(p, `a whole number from 0 on as "${CALL_FIELDS[field]}"`);
    const after = scan.number(p);
    if (after !== MORE && !Number.isSafeInteger(scan.numberValue)) {
      this.fail(p, `a whole number from 0 on as "${CALL_FIELDS[field]}"`);
    }
    return after;
  }

  private takeId(row: number, id: number): void {
    if (this.ids === undefined) {
      if (id === row) return;
      this.ids = new Int32Array(Math.max(1024, this.columns.parent.length));
      for (let before = 0; before < row; before++) this.ids[before] = before;
    }
    if (row >= this.ids.length) this.ids = enlarged(new Int32Array(this.ids.length * 2), this.ids);
    this.ids[row] = id;
  }

  private status(row: number, p: number, b: number): number {
    const { scan, columns } = this;
    if (b !== Char.quote) this.fail(p, 'a text as "status"');
    const after = scan.string(p);
    if (after === MORE) return MORE;
    // ok, threw, running, rejected: their lengths differ.
    const length = after - p - 2;
    if (length === 2) return after;
    const flags = columns.flags[row]!;
    const text = scan.ascii(p + 1, after - 1);
    if (text === "threw") columns.flags[row] = flags | Flag.threw;
    else if (text === "rejected") columns.flags[row] = flags | Flag.rejected;
    else if (text === "running") columns.flags[row] = flags | Flag.running;
    return after;
  }

  /** `{"file":"app.js","line":12,"column":3}` */
  private callSite(row: number, start: number, b: number): number {
    const { scan, siteSlots } = this;
    if (b === Char.n) return scan.value(start);
    if (b !== Char.openBrace) this.fail(start, 'an object as "call_site"');
    siteSlots.fill(0);
    let p = scan.blank(start + 1);
    while (p !== MORE && scan.bytes[p] !== Char.closeBrace) {
      const keyStart = p;
      p = scan.key(p);
      if (p === MORE) return MORE;
      const field = this.keys.find(scan.bytes, keyStart + 1, scan.keyEnd - 1) - 1;
      const value = scan.bytes[p]!;
      if (field === Field.file) {
        if (value !== Char.quote) this.fail(p, 'a text as "file"');
        const after = scan.string(p);
        if (after !== MORE) siteSlots[0] = this.strings.add(scan.bytes, p + 1, after - 1);
        p = after;
      } else if (field === Field.line || field === Field.column) {
        p = this.integer(field, p, value);
        if (p !== MORE) siteSlots[field === Field.line ? 1 : 2] = scan.numberValue;
      } else p = scan.value(p);
      if (p !== MORE) p = scan.blank(p);
      if (p === MORE) return MORE;
      if (scan.bytes[p] === Char.comma) {
        p = scan.blank(p + 1);
        if (p !== MORE && scan.bytes[p] !== Char.quote) this.fail(p, "a key in quotes");
      } else if (scan.bytes[p] !== Char.closeBrace) this.fail(p, '"," or "}"');
    }
    if (p === MORE) return MORE;
    if (siteSlots[0]! > 0) this.columns.site[row] = this.sites.add(siteSlots, 0);
    return p + 1;
  }

  private runInfo(p: number, b: number): number {
    if (b !== Char.openBrace) this.fail(p, 'an object as "flowtrace"');
    const after = this.scan.value(p);
    if (after === MORE) return MORE;
    const run = parseLarge(this.scan, p, after) as Facts;
    const { version } = run;
    if (typeof version !== "number") this.fail(p, 'a number as "version" of "flowtrace"');
    if (version > FORMAT_VERSION) {
      throw new FlowTraceError(
        "FT_TRACE_TOO_NEW",
        `${this.options.name ?? "The trace"}: trace format ${version} is newer than this FlowTrace reads (up to ${FORMAT_VERSION}). Update with: npm i -g flowtrace-cli@latest`,
        {
          spanish: `${this.options.name ?? "La traza"}: su formato ${version} es más nuevo que el que lee este FlowTrace (hasta ${FORMAT_VERSION}). Actualícelo con: npm i -g flowtrace-cli@latest`,
        },
      );
    }
    this.run = run;
    this.callers = [];
    this.fields = [];
    return after;
  }

  private runEndInfo(p: number, b: number): number {
    if (b !== Char.openBrace) this.fail(p, 'an object as "flowtrace_end"');
    const after = this.scan.value(p);
    if (after !== MORE) this.runEnd = parseLarge(this.scan, p, after) as Facts;
    return after;
  }

  private unknownField(p: number, start: number): number {
    const { scan } = this;
    const row = this.rows[this.depth - 1]!;
    const after = scan.value(start);
    if (after === MORE) return MORE;
    const before = this.extras.get(row);
    const text = this.oneLine(p, after);
    this.extras.set(row, before === undefined ? text : `${before},${text}`);
    this.at = At.afterField;
    return after;
  }
}

function shown({ bytes, end }: JsonScanner, position: number): string {
  if (position >= end) return "the file ends here";
  const b = bytes[position]!;
  const text = b > 0x20 && b < 0x7f ? String.fromCharCode(b) : `byte 0x${b.toString(16).padStart(2, "0")}`;
  return `found ${text}`;
}
