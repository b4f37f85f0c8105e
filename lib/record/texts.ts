import { Tag } from "../journal/layout.js";
import type { JournalWriter } from "../journal/writer.js";
import { bufferText, charCodeAt, isWellFormed, SafeMap, stringSlice, writeUtf8 } from "../primordials.js";
import type { EventBytes } from "./event-bytes.js";
import { CHARACTER_CLASS, DIGIT, FEWEST_DIGITS, looksSecret, type Token } from "./redact.js";

/** Writes strings into an event; the positions are those after what was written. */
export interface Texts {
  /** A string of the program's, cut to the longest that is kept, or its token when it looks like a secret. */
  string(s: string, p: number): number;
  /** The text of an error's stack, which may be longer. */
  stack(s: string, p: number): number;
  /** A secret's token. */
  filtered(s: string, p: number): number;
  /** A string's number in the journal; defined on first use. For names, not for values. */
  intern(s: string): number;
}

export interface TextsOptions {
  /** UTF-16 units that are kept of a string. */
  longest: number;
  /** Whether the value of a key by this name is secret. */
  isSecret: (name: string) => boolean;
  /** Token for a secret; undefined keeps secrets as they are. */
  token: ((text: string) => Token) | undefined;
}

/**
 * Longer strings are kept as copies only. V8 makes slices of 13 characters and more point into the string they were cut from: as
 * an entry of our tables one would keep that alive.
 */
export const LONGEST_KEPT = 12;
/** Of longer secrets, the head and the length make the token. */
const LONGEST_HASHED = 4096;
/** A power of two, as the next one. */
const RECENT_STRINGS = 1024;
const LONGEST_COPIED = 4096;
const COPIED_STRINGS = 1024;
/** Longer ones are encoded by Node, a call of some 300 instructions, in place of 25 to 50 for each character. */
const LONGEST_BY_CHARACTER = 24;
/** The message stands before the frames: the limit for values would leave them out. */
const LONGEST_STACK = 16_000;

export function createTexts(
  journal: JournalWriter,
  { varint }: EventBytes,
  { longest, isSecret, token }: TextsOptions,
): Texts {
  const bytes = journal.events;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const strings = new SafeMap<string, number>();
  /** Short strings, each in the place of the one before with the same hash, and their numbers once they have any. */
  const recent: string[] = [];
  for (let i = 0; i < RECENT_STRINGS; i++) recent[i] = "";
  const recentNumbers = new Int32Array(RECENT_STRINGS);
  /** Copies of longer ones in the same way, by what tells their first sight, and their numbers. */
  const copies: string[] = [];
  for (let i = 0; i < COPIED_STRINGS; i++) copies[i] = "";
  const sights = new Int32Array(COPIED_STRINGS);
  const copyNumbers = new Int32Array(COPIED_STRINGS);

  function intern(text: string): number {
    let known = strings.get(text);
    if (known === undefined) {
      known = journal.defineString(text);
      strings.set(text, known);
    }
    return known;
  }

  function filtered(text: string, p: number): number {
    const { length } = text;
    const hashed = length > LONGEST_HASHED ? `${stringSlice(text, 0, LONGEST_HASHED)}${length}` : text;
    const { high, low } = token!(hashed);
    bytes[p] = Tag.filtered;
    for (let i = 0; i < 4; i++) {
      bytes[p + 1 + i] = high >>> (i * 8);
      bytes[p + 5 + i] = low >>> (i * 8);
    }
    return p + 9;
  }

  /**
   * In one piece, as it is then too large to be compiled again within each of its callers.
   *
   * A string that is met again soon is defined, and told by its number. A table of all strings takes ten times as long to look
   * up, as most are made anew and V8 would have to hash them, and does not pay where they are all different. A longer text,
   * which calls hand on to each other as parsers do, is known by a copy that is made on the second sight: written and searched
   * for secrets it is no more.
   */
  function text(s: string, p: number): number {
    const { length } = s;
    const ends = length === 0 ? 0 : charCodeAt(s, 0) * 31 + charCodeAt(s, length - 1);
    let slot = 0;
    let sight = 0;
    if (length <= LONGEST_KEPT) {
      slot = (ends * 31 + (length === 0 ? 0 : charCodeAt(s, length >> 1)) + length) & (RECENT_STRINGS - 1);
      if (recent[slot] === s && length > 0) {
        if (recentNumbers[slot] === 0) recentNumbers[slot] = journal.defineString(s);
        bytes[p] = Tag.stringRef;
        return varint(recentNumbers[slot]!, p + 1);
      }
    } else if (length <= LONGEST_COPIED) {
      const middle = charCodeAt(s, length >> 1) * 31 + charCodeAt(s, length >> 2);
      sight = ((ends * 961 + middle) * 31 + length) | 0;
      slot = (sight ^ (sight >>> 10)) & (COPIED_STRINGS - 1);
      if (sights[slot] === sight && copies[slot] === s) {
        if (copyNumbers[slot] === 0) copyNumbers[slot] = journal.defineString(s);
        bytes[p] = Tag.stringRef;
        return varint(copyNumbers[slot]!, p + 1);
      }
    }
    bytes[p] = Tag.string;
    const from = varint(length, p + 1);
    let after = from;
    let seen = 0;
    let digits = 0;
    if (length <= LONGEST_BY_CHARACTER) {
      for (let i = 0; i < length; i++) {
        const unit = charCodeAt(s, i);
        if (unit >= 0x80) break;
        const c = CHARACTER_CLASS[unit]!;
        seen |= c;
        digits += c & DIGIT;
        bytes[after++] = unit;
      }
    } else if (writeUtf8(bytes, s, from, length * 3) === length) {
      after = from + length;
      for (let i = from; i < after; i++) {
        const c = CHARACTER_CLASS[bytes[i]!]!;
        seen |= c;
        digits += c & DIGIT;
      }
    }
    if (after - from < length) after = wideText(s, p);
    else if (token !== undefined) {
      if (digits < FEWEST_DIGITS) seen &= ~DIGIT;
      if (seen !== 0 && looksSecret(s, length, seen, isSecret)) after = filtered(s, p);
    }
    if (length <= LONGEST_KEPT) {
      recent[slot] = bytes[p] === Tag.filtered ? "" : s;
      recentNumbers[slot] = 0;
    } else if (length <= LONGEST_COPIED) {
      // What is not ASCII has a longer head; see wideText.
      const isSecond = sights[slot] === sight && bytes[p] === Tag.string;
      copies[slot] = isSecond
        ? bufferText(buffer, after - p <= length + 4 ? after - length : p + 5, after)
        : "";
      sights[slot] = sight;
      copyNumbers[slot] = 0;
    }
    return after;
  }

  function wideText(s: string, start: number): number {
    if (token !== undefined && looksSecret(s, s.length, 0xff, isSecret)) return filtered(s, start);
    let p = start;
    if (!isWellFormed(s)) {
      bytes[p++] = Tag.string16;
      p = varint(s.length, p);
      for (let i = 0; i < s.length; i++) {
        const unit = charCodeAt(s, i);
        bytes[p++] = unit & 0xff;
        bytes[p++] = unit >>> 8;
      }
      return p;
    }
    // The length is known when the text is written: its varint is padded to four bytes.
    bytes[p] = Tag.string;
    const length = writeUtf8(bytes, s, p + 5, s.length * 3);
    bytes[p + 1] = (length & 0x7f) | 0x80;
    bytes[p + 2] = ((length >>> 7) & 0x7f) | 0x80;
    bytes[p + 3] = ((length >>> 14) & 0x7f) | 0x80;
    bytes[p + 4] = length >>> 21;
    return p + 5 + length;
  }

  function cut(s: string, most: number, p: number): number {
    bytes[p] = Tag.stringCut;
    const at = varint(s.length, p + 1);
    // Half a surrogate pair is no character.
    const last = charCodeAt(s, most - 1);
    return text(stringSlice(s, 0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most), at);
  }

  return {
    string: (s, p) => (s.length <= longest ? text(s, p) : cut(s, longest, p)),
    stack: (s, p) => (s.length <= LONGEST_STACK ? text(s, p) : cut(s, LONGEST_STACK, p)),
    filtered,
    intern,
  };
}
