import { type JsonBytes, jsonBytes } from "../trace/json-bytes.js";
import { Tag } from "./layout.js";
import type { Cursor, Definitions } from "./reader.js";

const HEX = "0123456789abcdef";
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const MINUS = 0x2d;

/** ms from 1970 that dates reach; others are invalid (https://tc39.es/ecma262/#sec-time-values-and-time-range). */
const LATEST_DATE = 8.64e15;

/** What stands in front of the values of a shape's objects, and behind the last one. */
interface ShapeText {
  before: readonly Uint8Array[];
  end: Uint8Array;
}

/** Reads values at a cursor and appends their JSON in the trace format, bytes to bytes: no string is made on the way. */
export class ValueWriter {
  /** Where an error object's number in the journal becomes its number in the trace. */
  errorId: (number: number) => number = (number) => number - 1;
  private readonly shapes: (ShapeText | undefined)[] = [];
  /** By class name's number. */
  private readonly instances: (Uint8Array | undefined)[] = [];

  constructor(
    private readonly definitions: Definitions,
    readonly out: JsonBytes,
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
        if (n % 2 === 0) return out.integer(n / 2);
        out.byte(MINUS);
        return out.integer((n + 1) / 2);
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
        return this.utf8(cursor, cursor.varint());
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
        out.raw(this.instances[className] ?? this.instance(className));
        out.integer(cursor.varint());
        out.raw(INSTANCE_VALUE);
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
    const { out } = this;
    const number = cursor.varint();
    const { before, end } = this.shapes[number] ?? this.shape(number);
    for (let i = 0; i < before.length; i++) {
      out.raw(before[i]!);
      this.value(cursor);
    }
    out.raw(end);
  }

  private shape(number: number): ShapeText {
    const { shapes, strings } = this.definitions;
    const keys = (shapes[number]?.keys ?? []).map((key) => strings[key] ?? EMPTY);
    // A key that JSON readers treat specially, or that is our own mark, is told as an entry instead.
    const text = keys.some(isAwkward) ? ENTRIES : MEMBERS;
    const before = keys.map((key, i) => joined(i === 0 ? text.first : text.next, key, text.value));
    const end = jsonBytes(keys.length === 0 ? "{}" : text.end);
    this.shapes[number] = { before, end };
    return { before, end };
  }

  private instance(className: number): Uint8Array {
    const text = joined(
      '{"$type":"instance","class":',
      this.definitions.strings[className] ?? EMPTY,
      ',"id":',
    );
    this.instances[className] = text;
    return text;
  }

  private utf8(cursor: Cursor, length: number): void {
    const { out } = this;
    out.room(length * 6 + 2);
    const from = cursor.p;
    cursor.skipBytes(length);
    const { bytes } = out;
    const text = cursor.bytes;
    let o = out.length;
    bytes[o++] = QUOTE;
    for (let i = from; i < from + length; i++) {
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
const INSTANCE_VALUE = jsonBytes(',"value":');
const MEMBERS = { first: "{", next: ",", value: ":", end: "}" };
const ENTRIES = { first: '{"$type":"object","entries":[[', next: "],[", value: ",", end: "]]}" };
const AWKWARD = [Buffer.from('"$type"'), Buffer.from('"__proto__"')];

/** A JSON text between two that are ASCII. */
function joined(before: string, json: Uint8Array, after: string): Uint8Array {
  const { length } = json;
  const all = new Uint8Array(before.length + length + after.length);
  for (let i = 0; i < before.length; i++) all[i] = before.charCodeAt(i);
  all.set(json, before.length);
  const end = before.length + length;
  for (let i = 0; i < after.length; i++) all[end + i] = after.charCodeAt(i);
  return all;
}

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
