import { charCodeAt, latin1Text, utf16Text } from "../primordials.js";

/** `$F00012$`: as long as the number that replaces it, so that columns stay. A file that holds one is left alone. */
export const PLACEHOLDER = /\$([FS])([0-9a-f]{5})\$/g;
export const MOST_NUMBERS = 1 << 20;

const PREFIX = "0x".length;
const DIGITS = 6;
/** Of the digits, in ASCII. */
const ZERO = 48;
const TEN = 97 - 10;

/**
 * A rewritten file whose functions and sites have no numbers yet: a process gives them out in the order in which it loads its
 * files. The text is kept as V8 holds it, which makes it a string again without decoding.
 */
export interface UnboundCode {
  /** A byte per UTF-16 unit, or two (little-endian). */
  bytes: Uint8Array;
  isLatin1: boolean;
  /** A pair for each number that is to be put in: its place in UTF-16 units, and the file's own number, twice that; sites' have one added. */
  numbers: Int32Array;
}

export function unbound(code: string): UnboundCode {
  const numbers: number[] = [];
  for (const { index, 1: kind, 2: local } of code.matchAll(PLACEHOLDER))
    numbers.push(index, Number.parseInt(local!, 16) * 2 + (kind === "S" ? 1 : 0));
  const isLatin1 = isLatin1Text(code);
  return { bytes: unitBytes(code, isLatin1), isLatin1, numbers: Int32Array.from(numbers) };
}

/** Whether a byte is enough for each UTF-16 unit. */
export function isLatin1Text(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (charCodeAt(text, i) > 0xff) return false;
  return true;
}

/** A text's UTF-16 units: a byte each, or two (little-endian). Not by a `Buffer`, whose methods are the program's. */
export function unitBytes(text: string, isLatin1: boolean): Uint8Array {
  const { length } = text;
  const width = isLatin1 ? 1 : 2;
  const bytes = new Uint8Array(length * width);
  for (let i = 0; i < length; i++) {
    const unit = charCodeAt(text, i);
    bytes[i * width] = unit;
    if (!isLatin1) bytes[i * 2 + 1] = unit >>> 8;
  }
  return bytes;
}

/** Puts a process's numbers in the place of a rewritten file's own. */
export function bind(
  { bytes, isLatin1, numbers }: UnboundCode,
  functionBase: number,
  siteBase: number,
): string {
  const width = isLatin1 ? 1 : 2;
  for (let i = 0; i < numbers.length; i += 2) {
    const own = numbers[i + 1]!;
    let rest = (own >> 1) + ((own & 1) === 0 ? functionBase : siteBase);
    const start = numbers[i]! * width;
    bytes[start] = ZERO;
    bytes[start + width] = 120; // x
    for (let at = start + (PREFIX + DIGITS - 1) * width; at > start + width; at -= width) {
      const digit = rest & 0xf;
      bytes[at] = digit + (digit < 10 ? ZERO : TEN);
      rest >>>= 4;
    }
  }
  return isLatin1 ? latin1Text(bytes) : utf16Text(bytes);
}
