import { jsonBytes } from "../trace/json-bytes.js";
import { CHUNK_HEADER_BYTES, Definition, Enter, Event, Leave, Tag, TICK_MS } from "./layout.js";

/** What the events of a journal say, in order. Offsets are positions in the journal; times are ms since its start. */
export interface EventSink {
  /** `parent`: -1 for the call on top of the stack. */
  enter(
    fn: number,
    parent: number,
    site: number,
    self: number,
    inputsAt: number,
    memoryAt: number,
    at: number,
  ): void;
  /** `call` 0: the one on top of the stack. Offsets are -1 for what is not there. */
  leave(call: number, threw: boolean, outputAt: number, afterAt: number, memoryAt: number, at: number): void;
  suspend(call: number, at: number): void;
  resume(call: number, onTop: boolean, at: number): void;
  fail(call: number, error: number): void;
  thrown(call: number, site: number, error: number): void;
  caught(call: number, site: number, error: number, isSwallowed: boolean): void;
  uncaught(error: number, origin: number): void;
  /** Offsets of the values name, message, code, value. */
  errorDefined(nameAt: number, messageAt: number, codeAt: number, valueAt: number, cause: number): void;
  stackSeen(error: number, textAt: number): void;
  apart(call: number): void;
  /** `error` 0: not seen. */
  close(call: number, threw: boolean, error: number, outputAt: number, at: number): void;
  attributes(call: number, valueAt: number): void;
}

/** Strings and shapes of a journal, by number. */
export class Definitions {
  /** JSON texts, quotes included; number 0 is the empty name. */
  readonly strings: Uint8Array[] = [Buffer.from('""')];
  readonly shapes: Shape[] = [{ className: 0, keys: [] }];
  /** The highest number of an object that values were met with. */
  objects = 0;

  /** Reads a chunk of definitions; stops at the first one that is not whole. */
  read(bytes: Buffer, start: number, end: number): void {
    const reader = new Cursor(bytes, start, end);
    try {
      while (reader.p < end) {
        const kind = bytes[reader.p++];
        if (kind === Definition.shape) {
          const className = reader.varint();
          const keys: number[] = [];
          for (let n = reader.varint(); n > 0; n--) keys.push(reader.varint());
          this.shapes.push({ className, keys });
        } else {
          const isWide = kind === Definition.string16;
          const length = reader.varint() * (isWide ? 2 : 1);
          const from = reader.p;
          reader.skipBytes(length);
          const text = bytes.toString(isWide ? "utf16le" : "utf8", from, reader.p);
          this.strings.push(jsonBytes(JSON.stringify(text)));
        }
      }
    } catch (error) {
      if (!(error instanceof OutOfBytes)) throw error;
    }
  }

  /** A string's own text. */
  name(number: number): string {
    const json = this.strings[number];
    return json === undefined ? "" : (JSON.parse(Buffer.from(json).toString()) as string);
  }
}

export interface Shape {
  className: number;
  keys: number[];
}

/** The bytes end in the middle of something: what a killed writer leaves. */
export class OutOfBytes extends Error {}

const float = new Float64Array(1);
const floatBytes = new Uint8Array(float.buffer);

/** Reads numbers and values off a piece of a journal. */
export class Cursor {
  constructor(
    public bytes: Uint8Array,
    public p: number,
    public end: number,
  ) {}

  byte(): number {
    if (this.p >= this.end) throw new OutOfBytes();
    return this.bytes[this.p++]!;
  }

  varint(): number {
    const { bytes, end } = this;
    let p = this.p;
    let b = p < end ? bytes[p++]! : OUT;
    if (b < 0x80) {
      this.p = p;
      return b;
    }
    let n = b & 0x7f;
    for (let scale = 128; b >= 0x80; scale *= 128) {
      if (p >= end || b === OUT) throw new OutOfBytes();
      b = bytes[p++]!;
      n += (b & 0x7f) * scale;
    }
    this.p = p;
    return n;
  }

  double(): number {
    if (this.p + 8 > this.end) throw new OutOfBytes();
    for (let i = 0; i < 8; i++) floatBytes[i] = this.bytes[this.p + i]!;
    this.p += 8;
    return float[0]!;
  }

  take(length: number): Uint8Array {
    this.skipBytes(length);
    return this.bytes.subarray(this.p - length, this.p);
  }

  skipBytes(length: number): void {
    if (this.p + length > this.end) throw new OutOfBytes();
    this.p += length;
  }

  /** Moves past one value. Nesting is bounded by the recorder's limit of depth. */
  skipValue(definitions: Definitions): void {
    const tag = this.byte();
    if (tag < Tag.smallEnd) return;
    switch (tag) {
      case Tag.int:
      case Tag.stringRef:
      case Tag.depth:
      case Tag.cycle:
      case Tag.hole:
      case Tag.opaque:
        this.varint();
        return;
      case Tag.double:
      case Tag.date:
      case Tag.filtered:
        this.skipBytes(8);
        return;
      case Tag.string:
        this.skipBytes(this.varint());
        return;
      case Tag.string16:
        this.skipBytes(this.varint() * 2);
        return;
      case Tag.stringCut:
      case Tag.objectCut:
        this.varint();
        this.skipValue(definitions);
        return;
      case Tag.bigint:
      case Tag.symbol:
      case Tag.function:
      case Tag.class:
      case Tag.regexp:
      case Tag.nullPrototype:
        this.skipValue(definitions);
        return;
      case Tag.object:
        this.skipValues(definitions.shapes[this.varint()]?.keys.length ?? 0, definitions);
        return;
      case Tag.instance: {
        this.varint();
        const object = this.varint();
        if (object > definitions.objects) definitions.objects = object;
        this.skipValue(definitions);
        return;
      }
      case Tag.array:
        this.skipValues(this.varint(), definitions);
        return;
      case Tag.arrayCut:
      case Tag.set:
        this.varint();
        this.skipValues(this.varint(), definitions);
        return;
      case Tag.map:
        this.varint();
        this.skipValues(this.varint() * 2, definitions);
        return;
      case Tag.dictionary:
        this.skipValues(this.varint() * 2, definitions);
        return;
      case Tag.error:
        this.varint();
        this.skipValues(2, definitions);
        return;
      case Tag.typedArray:
        this.varint();
        this.varint();
        this.skipValues(this.varint(), definitions);
        return;
      default:
        return;
    }
  }

  skipValues(count: number, definitions: Definitions): void {
    for (let i = 0; i < count; i++) this.skipValue(definitions);
  }
}

/** More than any byte: "there is none". */
const OUT = 0x100;

/** Decodes a journal's events, chunk after chunk. */
export class EventReader {
  private now = 0;
  private readonly cursor = new Cursor(new Uint8Array(0), 0, 0);

  constructor(
    private readonly definitions: Definitions,
    private readonly sink: EventSink,
  ) {}

  /**
   * Reads the events of one chunk.
   *
   * @param base - position in the journal of `bytes[0]`
   * @returns the position in `bytes` after the last whole event
   */
  read(bytes: Uint8Array, start: number, end: number, base: number): number {
    const { cursor } = this;
    cursor.bytes = bytes;
    cursor.p = start;
    cursor.end = end;
    let whole = start;
    try {
      while (cursor.p < end) {
        this.event(cursor, base);
        whole = cursor.p;
      }
    } catch (error) {
      if (!(error instanceof OutOfBytes)) throw error;
    }
    return whole;
  }

  private time(cursor: Cursor): number {
    this.now += cursor.varint() * TICK_MS;
    return this.now;
  }

  private event(cursor: Cursor, base: number): void {
    const { sink, definitions } = this;
    const start = cursor.p;
    const kind = cursor.byte();
    if (kind >= Enter.bit) {
      const fn = cursor.varint();
      const parent = kind & Enter.parent ? cursor.varint() : -1;
      const site = kind & Enter.site ? cursor.varint() : 0;
      const self = kind & Enter.self ? cursor.varint() : 0;
      let argc = kind & Enter.argcMask;
      if (argc === Enter.many) argc = cursor.varint();
      cursor.skipValues(argc, definitions);
      const memoryAt = kind & Enter.memory ? base + cursor.p : -1;
      if (memoryAt >= 0) for (let i = 0; i < 4; i++) cursor.varint();
      sink.enter(fn, parent, site, self, argc > 0 ? base + start : -1, memoryAt, this.time(cursor));
      return;
    }
    switch (kind) {
      case Event.leave: {
        const at = this.time(cursor);
        const outputAt = base + cursor.p;
        cursor.skipValue(definitions);
        sink.leave(0, false, outputAt, -1, -1, at);
        return;
      }
      case Event.threw:
        sink.leave(0, true, -1, -1, -1, this.time(cursor));
        return;
      case Event.leaveFull: {
        const parts = cursor.byte();
        const at = this.time(cursor);
        const call = parts & Leave.call ? cursor.varint() : 0;
        const memoryAt = parts & Leave.memory ? base + cursor.p : -1;
        if (memoryAt >= 0) for (let i = 0; i < 4; i++) cursor.varint();
        const afterAt = parts & Leave.after ? base + cursor.p : -1;
        if (afterAt >= 0) cursor.skipValues(cursor.varint(), definitions);
        const threw = (parts & Leave.threw) !== 0;
        const outputAt = threw ? -1 : base + cursor.p;
        if (!threw) cursor.skipValue(definitions);
        sink.leave(call, threw, outputAt, afterAt, memoryAt, at);
        return;
      }
      case Event.suspend: {
        const at = this.time(cursor);
        sink.suspend(cursor.varint(), at);
        return;
      }
      case Event.resume:
      case Event.next: {
        const at = this.time(cursor);
        sink.resume(cursor.varint(), kind === Event.next, at);
        return;
      }
      case Event.fail: {
        this.time(cursor);
        const call = cursor.varint();
        sink.fail(call, cursor.varint());
        return;
      }
      case Event.thrown:
      case Event.caught:
      case Event.swallowed: {
        const call = cursor.varint();
        const site = cursor.varint();
        if (kind === Event.thrown) sink.thrown(call, site, cursor.varint());
        else sink.caught(call, site, cursor.varint(), kind === Event.swallowed);
        return;
      }
      case Event.uncaught: {
        const error = cursor.varint();
        sink.uncaught(error, cursor.varint());
        return;
      }
      case Event.error: {
        const nameAt = base + cursor.p;
        cursor.skipValue(definitions);
        const messageAt = base + cursor.p;
        cursor.skipValue(definitions);
        const codeAt = base + cursor.p;
        cursor.skipValue(definitions);
        const valueAt = base + cursor.p;
        cursor.skipValue(definitions);
        sink.errorDefined(nameAt, messageAt, codeAt, valueAt, cursor.varint());
        return;
      }
      case Event.time:
        this.now = cursor.double();
        return;
      case Event.stack: {
        const error = cursor.varint();
        sink.stackSeen(error, base + cursor.p);
        cursor.skipValue(definitions);
        return;
      }
      case Event.apart:
        sink.apart(cursor.varint());
        return;
      case Event.close: {
        const threw = (cursor.byte() & Leave.threw) !== 0;
        const at = this.time(cursor);
        const call = cursor.varint();
        const error = threw ? cursor.varint() : 0;
        const outputAt = threw ? -1 : base + cursor.p;
        if (!threw) cursor.skipValue(definitions);
        sink.close(call, threw, error, outputAt, at);
        return;
      }
      case Event.attributes: {
        const call = cursor.varint();
        sink.attributes(call, base + cursor.p);
        cursor.skipValue(definitions);
        return;
      }
      default:
        throw new OutOfBytes(`unknown event ${kind}`);
    }
  }
}

export interface ChunkHead {
  type: number;
  /** Position of the payload. */
  start: number;
  length: number;
}

/** The chunk head at `at`, or null when it is not whole. */
export function chunkHead(bytes: Uint8Array, at: number, end: number): ChunkHead | null {
  if (at + CHUNK_HEADER_BYTES > end) return null;
  const length = bytes[at + 1]! | (bytes[at + 2]! << 8) | (bytes[at + 3]! << 16) | (bytes[at + 4]! << 24);
  return { type: bytes[at]!, start: at + CHUNK_HEADER_BYTES, length: length >>> 0 };
}
