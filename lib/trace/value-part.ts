import type { ValueTexts } from "./columns.js";
import type { Value } from "./format.js";
import { Char, JsonScanner } from "./json-scan.js";
import { describe } from "./values.js";

const decoder = new TextDecoder();
const BLANK = 0x20;
const NOWHERE = -1;
/** The bytes alone do not tell: the value has to be parsed. */
const UNCLEAR = -2;

/**
 * Reads parts of values by their path: properties whatever their case, elements by index, through instances to their fields.
 * Finds them in the bytes, so that a million values are looked into in a second; only the part is parsed.
 */
export class ValueParts {
  private readonly scan = new JsonScanner();
  private readonly keys: (Uint8Array | undefined)[];
  private buffer = new Uint8Array(1 << 16);

  constructor(
    private readonly values: ValueTexts,
    private readonly path: readonly string[],
  ) {
    this.keys = path.map((name) =>
      /^[ -!#-[\]-~]+$/.test(name) && !/^\d+$/.test(name) ? keyBytes(name) : undefined,
    );
  }

  /** The part of a value; undefined where it has none. */
  at(ref: number): Value | undefined {
    if (ref < 0) return undefined;
    const length = this.load(ref);
    const { scan, path, keys } = this;
    let p = scan.blank(0);
    for (let i = 0; i < path.length && p >= 0; i++)
      p = keys[i] === undefined ? UNCLEAR : this.member(p, keys[i]!);
    if (p === NOWHERE) return undefined;
    if (p === UNCLEAR) return this.slow(length);
    const b = scan.bytes[p]!;
    if (b === Char.minus || (b >= Char.zero && b <= Char.nine)) {
      scan.number(p);
      return scan.numberValue;
    }
    return JSON.parse(decoder.decode(scan.bytes.subarray(p, scan.value(p)))) as Value;
  }

  /** A blank ends the value, as numbers need; behind it the quote that the scanner wants. */
  private load(ref: number): number {
    let length = this.values.copyTo(ref, this.buffer, 0);
    while (length < 0 || length + 2 > this.buffer.length) {
      this.buffer = new Uint8Array(this.buffer.length * 4);
      length = this.values.copyTo(ref, this.buffer, 0);
    }
    this.buffer[length] = BLANK;
    this.buffer[length + 1] = Char.quote;
    this.scan.bytes = this.buffer;
    this.scan.end = length + 1;
    return length;
  }

  /** Where the value of a property starts, in the object at `start`. */
  private member(start: number, key: Uint8Array): number {
    const { scan } = this;
    const { bytes } = scan;
    if (bytes[start] === Char.openBracket) return UNCLEAR;
    if (bytes[start] !== Char.openBrace) return NOWHERE;
    let p = scan.blank(start + 1);
    while (bytes[p] !== Char.closeBrace) {
      const isTag = bytes[p + 1] === DOLLAR;
      const isWanted = equalFolded(bytes, p + 1, key);
      p = scan.key(p);
      if (isTag) return this.inTagged(p, key);
      if (isWanted) return p;
      p = scan.blank(scan.value(p));
      if (bytes[p] === Char.comma) p = scan.blank(p + 1);
    }
    return NOWHERE;
  }

  /** In `{"$type":"instance",…,"value":{…}}`, in the object inside; `at` is where the tag's value starts. */
  private inTagged(at: number, key: Uint8Array): number {
    const { scan } = this;
    const { bytes } = scan;
    if (!equalFolded(bytes, at + 1, INSTANCE)) return UNCLEAR;
    let p = scan.blank(scan.value(at));
    while (bytes[p] === Char.comma) {
      p = scan.blank(p + 1);
      const isValue = equalFolded(bytes, p + 1, VALUE);
      p = scan.key(p);
      if (isValue) return this.member(p, key);
      p = scan.blank(scan.value(p));
    }
    return NOWHERE;
  }

  private slow(length: number): Value | undefined {
    let value: Value | undefined = JSON.parse(decoder.decode(this.buffer.subarray(0, length))) as Value;
    for (const name of this.path) {
      if (value === undefined) return undefined;
      const { children } = describe(value);
      const lower = name.toLowerCase();
      const found =
        children.find(({ key }) => key === name) ?? children.find(({ key }) => key.toLowerCase() === lower);
      value = found?.value;
    }
    return value;
  }
}

const DOLLAR = 0x24;
const INSTANCE = keyBytes("instance");
const VALUE = keyBytes("value");

/** A name in lower case and the quote behind it. */
function keyBytes(name: string): Uint8Array {
  return Uint8Array.from(`${name.toLowerCase()}"`, (c) => c.charCodeAt(0));
}

function equalFolded(bytes: Uint8Array, start: number, key: Uint8Array): boolean {
  for (let i = 0; i < key.length; i++) {
    const b = bytes[start + i]!;
    if (b !== key[i] && !(b >= 0x41 && b <= 0x5a && (b | 0x20) === key[i])) return false;
  }
  return true;
}
