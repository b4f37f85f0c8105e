import { Tag } from "../journal/layout.js";
import type { JournalWriter } from "../journal/writer.js";
import { bufferText, bufferWrite, charCodeAt, isWellFormed, SafeMap, stringSlice } from "../primordials.js";
import type { EventBytes } from "./event-bytes.js";
import { CHARACTER_CLASS, looksSecret, type Token } from "./redact.js";

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
 * Longer strings are written where they stand. V8 makes slices of 13 characters and more point into the string they
 * were cut from: as a key of our table one would keep that alive.
 */
const LONGEST_INTERNED = 12;
/** Of longer secrets, the head and the length make the token. */
const LONGEST_HASHED = 4096;
const RECENT_STRINGS = 1024;
/** Shorter ones are written as fast as they are looked up. */
const SHORTEST_COPIED = 48;
const LONGEST_COPIED = 4096;
const COPIED_STRINGS = 256;
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

  /** A string cut to its first `length` units; the callers have written what was cut. */
  function text(s: string, length: number, start: number): number {
    let p = start;
    bytes[p++] = Tag.string;
    p = varint(length, p);
    let seen = 0;
    for (let i = 0; i < length; i++) {
      const c = charCodeAt(s, i);
      if (c >= 0x80) return wideText(length === s.length ? s : stringSlice(s, 0, length), start);
      seen |= CHARACTER_CLASS[c]!;
      bytes[p++] = c;
    }
    if (seen !== 0 && token !== undefined && looksSecret(s, length, seen, isSecret))
      return filtered(s, start);
    return p;
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
    const length = bufferWrite(buffer, s, p + 5, s.length * 3, "utf8");
    bytes[p + 1] = (length & 0x7f) | 0x80;
    bytes[p + 2] = ((length >>> 7) & 0x7f) | 0x80;
    bytes[p + 3] = ((length >>> 14) & 0x7f) | 0x80;
    bytes[p + 4] = length >>> 21;
    return p + 5 + length;
  }

  function string(s: string, p: number): number {
    const length = s.length;
    if (length <= LONGEST_INTERNED && length > 0) return shortString(s, length, p);
    return length <= longest ? longString(s, length, p) : cutString(s, length, longest, p);
  }

  function cutString(s: string, length: number, most: number, p: number): number {
    bytes[p] = Tag.stringCut;
    const at = varint(length, p + 1);
    // Half a surrogate pair is no character.
    const last = charCodeAt(s, most - 1);
    return longString(s, last >= 0xd800 && last <= 0xdbff ? most - 1 : most, at);
  }

  /**
   * A text that calls hand on to each other, as parsers do, is written and searched for secrets once: on the second sight
   * a copy is kept, by which the third is known. A copy, as the string itself may be a slice that keeps a larger one alive.
   */
  function longString(s: string, length: number, p: number): number {
    if (length < SHORTEST_COPIED || length > LONGEST_COPIED) return text(s, length, p);
    const ends = charCodeAt(s, 0) * 31 + charCodeAt(s, length - 1);
    const middle = charCodeAt(s, length >> 1) * 31 + charCodeAt(s, length >> 2);
    const sight = ((ends * 961 + middle) * 31 + length) | 0;
    const slot = (sight >>> 0) % COPIED_STRINGS;
    if (sights[slot] === sight) {
      const copy = copies[slot]!;
      if (copy.length === length && (length === s.length ? s : stringSlice(s, 0, length)) === copy) {
        if (copyNumbers[slot] === 0) copyNumbers[slot] = journal.defineString(copy);
        bytes[p] = Tag.stringRef;
        return varint(copyNumbers[slot]!, p + 1);
      }
    }
    const after = text(s, length, p);
    if (sights[slot] !== sight) copies[slot] = "";
    // What is not ASCII has a longer head; see wideText.
    else if (bytes[p] === Tag.string)
      copies[slot] = bufferText(buffer, after - p <= length + 4 ? after - length : p + 5, after);
    sights[slot] = sight;
    copyNumbers[slot] = 0;
    return after;
  }

  /**
   * Defined when it is met again soon. A table of all strings takes ten times as long to look up, as most are made anew and
   * V8 would have to hash them, and does not pay where they are all different.
   */
  function shortString(s: string, length: number, p: number): number {
    const ends = charCodeAt(s, 0) * 31 + charCodeAt(s, length - 1);
    const slot = (ends * 31 + charCodeAt(s, length >> 1) + length) % RECENT_STRINGS;
    if (recent[slot] === s) {
      if (recentNumbers[slot] === 0) recentNumbers[slot] = journal.defineString(s);
      bytes[p] = Tag.stringRef;
      return varint(recentNumbers[slot]!, p + 1);
    }
    const after = text(s, length, p);
    recent[slot] = bytes[p] === Tag.filtered ? "" : s;
    recentNumbers[slot] = 0;
    return after;
  }

  return {
    string,
    stack: (s, p) =>
      s.length <= LONGEST_STACK ? longString(s, s.length, p) : cutString(s, s.length, LONGEST_STACK, p),
    filtered,
    intern,
  };
}
