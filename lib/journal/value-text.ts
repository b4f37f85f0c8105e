import { Tag } from "./layout.js";
import type { Cursor, Definitions } from "./reader.js";

/**
 * Writes journal values as the JSON of the trace format, bytes to bytes: no string is made on the way. The target
 * grows; `reset` starts over in the same memory.
 */
export class JsonText {
  bytes = new Uint8Array(1 << 16);
  length = 0;

  reset(): void {
    this.length = 0;
  }

  room(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + bytes));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  byte(b: number): void {
    if (this.length === this.bytes.length) this.room(1);
    this.bytes[this.length++] = b;
  }

  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    this.room(length);
    // Below some dozens of bytes a loop beats the call of `set`.
    if (length < 64) for (let i = 0; i < length; i++) this.bytes[this.length + i] = bytes[i]!;
    else this.bytes.set(bytes, this.length);
    this.length += length;
  }

  ascii(text: string): void {
    this.room(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.length + i] = text.charCodeAt(i);
    this.length += text.length;
  }

  integer(n: number): void {
    if (n >= 0 && n < 10) this.byte(0x30 + n);
    else this.ascii(String(n));
  }
}

const HEX = "0123456789abcdef";
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/** ms from 1970 that dates reach; others are invalid (https://tc39.es/ecma262/#sec-time-values-and-time-range). */
const LATEST_DATE = 8.64e15;

/** Reads values at a cursor and appends their JSON to a {@link JsonText}. */
export class ValueWriter {
  /** Where an error object's number in the journal becomes its number in the trace. */
  errorId: (number: number) => number = (number) => number - 1;

  constructor(
    private readonly definitions: Definitions,
    readonly out: JsonText,
  ) {}

  value(cursor: Cursor): void {
    const { out } = this;
    const tag = cursor.byte();
    if (tag < Tag.smallEnd) {
      out.integer(tag);
      return;
    }
    switch (tag) {
      case Tag.undefined:
        return out.ascii('{"$type":"undefined"}');
      case Tag.null:
        return out.ascii("null");
      case Tag.true:
        return out.ascii("true");
      case Tag.false:
        return out.ascii("false");
      case Tag.int: {
        const n = cursor.varint();
        return out.integer(n % 2 === 0 ? n / 2 : -(n + 1) / 2);
      }
      case Tag.double:
        return out.ascii(String(cursor.double()));
      case Tag.nan:
        return out.ascii('{"$type":"NaN"}');
      case Tag.infinity:
        return out.ascii('{"$type":"Infinity"}');
      case Tag.negativeInfinity:
        return out.ascii('{"$type":"-Infinity"}');
      case Tag.negativeZero:
        return out.ascii('{"$type":"-0"}');
      case Tag.stringRef:
        return out.raw(this.definitions.strings[cursor.varint()] ?? EMPTY);
      case Tag.string:
        return this.utf8(cursor.take(cursor.varint()));
      case Tag.string16:
        return this.utf16(cursor.take(cursor.varint() * 2));
      case Tag.stringCut: {
        const length = cursor.varint();
        out.ascii('{"$type":"cut","what":"string","value":');
        this.value(cursor);
        out.ascii(`,"length":${length}}`);
        return;
      }
      case Tag.bigint:
        return this.wrapped("bigint", "value", cursor);
      case Tag.symbol:
        return this.wrapped("symbol", "value", cursor);
      case Tag.regexp:
        return this.wrapped("RegExp", "value", cursor);
      case Tag.function:
        return this.wrapped("function", "name", cursor);
      case Tag.class:
        out.ascii('{"$type":"function","class":true,"name":');
        this.value(cursor);
        return out.byte(0x7d);
      case Tag.object:
        return this.object(cursor);
      case Tag.dictionary: {
        const count = cursor.varint();
        return this.pairs(cursor, count, '{"$type":"object","entries":[', "]}");
      }
      case Tag.nullPrototype:
        out.ascii('{"$type":"object","null_prototype":true,"value":');
        this.value(cursor);
        return out.byte(0x7d);
      case Tag.instance: {
        const className = cursor.varint();
        out.ascii('{"$type":"instance","class":');
        out.raw(this.definitions.strings[className] ?? EMPTY);
        out.ascii(`,"id":${cursor.varint()},"value":`);
        this.value(cursor);
        return out.byte(0x7d);
      }
      case Tag.objectCut: {
        const keys = cursor.varint();
        out.ascii(`{"$type":"cut","what":"object","keys":${keys},"value":`);
        this.value(cursor);
        return out.byte(0x7d);
      }
      case Tag.array: {
        const count = cursor.varint();
        return this.list(cursor, count, "[", "]");
      }
      case Tag.arrayCut: {
        const length = cursor.varint();
        const count = cursor.varint();
        return this.list(cursor, count, `{"$type":"cut","what":"array","length":${length},"values":[`, "]}");
      }
      case Tag.depth:
        out.ascii('{"$type":"cut","what":"depth","class":');
        out.raw(this.definitions.strings[cursor.varint()] ?? EMPTY);
        return out.byte(0x7d);
      case Tag.bytes:
        return out.ascii('{"$type":"cut","what":"bytes"}');
      case Tag.cycle:
        return out.ascii(`{"$type":"cycle","up":${cursor.varint()}}`);
      case Tag.getter:
        return out.ascii('{"$type":"getter"}');
      case Tag.hole:
        return out.ascii(`{"$type":"hole","count":${cursor.varint()}}`);
      case Tag.map: {
        const size = cursor.varint();
        const count = cursor.varint();
        return this.pairs(cursor, count, `{"$type":"Map","size":${size},"entries":[`, "]}");
      }
      case Tag.set: {
        const size = cursor.varint();
        const count = cursor.varint();
        return this.list(cursor, count, `{"$type":"Set","size":${size},"values":[`, "]}");
      }
      case Tag.date: {
        const time = cursor.double();
        const text = !(Math.abs(time) <= LATEST_DATE) ? "null" : `"${new Date(time).toISOString()}"`;
        return out.ascii(`{"$type":"Date","value":${text}}`);
      }
      case Tag.error: {
        const number = cursor.varint();
        out.ascii('{"$type":"Error","name":');
        this.value(cursor);
        out.ascii(',"message":');
        this.value(cursor);
        if (number > 0) out.ascii(`,"error":${this.errorId(number)}`);
        return out.byte(0x7d);
      }
      case Tag.typedArray: {
        const className = cursor.varint();
        out.ascii('{"$type":');
        out.raw(this.definitions.strings[className] ?? EMPTY);
        out.ascii(`,"length":${cursor.varint()},"values":[`);
        return this.list(cursor, cursor.varint(), "", "]}");
      }
      case Tag.opaque: {
        const className = this.definitions.strings[cursor.varint()] ?? EMPTY;
        out.ascii(isMark(className) ? '{"$type":"opaque","class":' : '{"$type":');
        out.raw(className);
        return out.byte(0x7d);
      }
      case Tag.proxy:
        return out.ascii('{"$type":"Proxy"}');
      case Tag.filtered: {
        out.ascii('{"$type":"filtered","token":"');
        const token = cursor.take(8);
        for (let i = 0; i < 8; i++) {
          out.byte(HEX.charCodeAt(token[i]! >> 4));
          out.byte(HEX.charCodeAt(token[i]! & 15));
        }
        return out.ascii('"}');
      }
      case Tag.skipped:
        return out.ascii('{"$type":"skipped"}');
      default:
        return out.ascii('{"$type":"unreadable"}');
    }
  }

  private wrapped(type: string, key: string, cursor: Cursor): void {
    this.out.ascii(`{"$type":"${type}","${key}":`);
    this.value(cursor);
    this.out.byte(0x7d);
  }

  private list(cursor: Cursor, count: number, open: string, close: string): void {
    const { out } = this;
    out.ascii(open);
    for (let i = 0; i < count; i++) {
      if (i > 0) out.byte(COMMA);
      this.value(cursor);
    }
    out.ascii(close);
  }

  private pairs(cursor: Cursor, count: number, open: string, close: string): void {
    const { out } = this;
    out.ascii(open);
    for (let i = 0; i < count; i++) {
      out.ascii(i > 0 ? ",[" : "[");
      this.value(cursor);
      out.byte(COMMA);
      this.value(cursor);
      out.byte(0x5d);
    }
    out.ascii(close);
  }

  private object(cursor: Cursor): void {
    const { out, definitions } = this;
    const shape = definitions.shapes[cursor.varint()];
    const keys = shape?.keys ?? [];
    // A key that JSON readers treat specially, or that is our own mark, is told as an entry instead.
    const awkward = keys.some((key) => isAwkward(definitions.strings[key] ?? EMPTY));
    out.ascii(awkward ? '{"$type":"object","entries":[' : "{");
    for (let i = 0; i < keys.length; i++) {
      if (i > 0) out.byte(COMMA);
      if (awkward) out.byte(0x5b);
      out.raw(definitions.strings[keys[i]!] ?? EMPTY);
      out.byte(awkward ? COMMA : COLON);
      this.value(cursor);
      if (awkward) out.byte(0x5d);
    }
    out.ascii(awkward ? "]}" : "}");
  }

  private utf8(text: Uint8Array): void {
    const { out } = this;
    out.room(text.length * 6 + 2);
    const { bytes } = out;
    let o = out.length;
    bytes[o++] = QUOTE;
    for (let i = 0; i < text.length; i++) {
      const c = text[i]!;
      if (c === QUOTE || c === BACKSLASH) {
        bytes[o++] = BACKSLASH;
        bytes[o++] = c;
      } else if (c >= 0x20) bytes[o++] = c;
      else {
        out.length = o;
        this.escape(c);
        o = out.length;
      }
    }
    bytes[o++] = QUOTE;
    out.length = o;
  }

  private utf16(text: Uint8Array): void {
    const decoded = Buffer.from(text).toString("utf16le");
    this.out.raw(Buffer.from(JSON.stringify(decoded)));
  }

  private escape(c: number): void {
    const short = c === 10 ? "n" : c === 13 ? "r" : c === 9 ? "t" : "";
    this.out.ascii(short === "" ? `\\u00${HEX[c >> 4]}${HEX[c & 15]}` : `\\${short}`);
  }
}

const EMPTY = Buffer.from('""');
const AWKWARD = [Buffer.from('"$type"'), Buffer.from('"__proto__"')];

function isAwkward(key: Uint8Array): boolean {
  return AWKWARD.some((awkward) => awkward.equals(key));
}

/** What `$type` says of values that are not opaque. A program's class may have such a name. */
const MARKS = new Set(
  [
    "undefined NaN Infinity -Infinity -0 bigint symbol function Date RegExp Error Map Set ArrayBuffer SharedArrayBuffer",
    "Buffer instance object cycle getter hole cut filtered skipped unreadable opaque",
  ].flatMap((names) => names.split(" ").map((name) => JSON.stringify(name))),
);

function isMark(className: Uint8Array): boolean {
  return className.length < 20 && MARKS.has(Buffer.from(className).toString());
}
