import { types } from "node:util";
import { Tag } from "../journal/layout.js";
import type { JournalWriter } from "../journal/writer.js";
import {
  arrayBufferLength,
  bigintToString,
  bufferText,
  bufferWrite,
  charCodeAt,
  dateValue,
  floor,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  isArray,
  isWellFormed,
  lookupGetter,
  mapEntries,
  mapSize,
  nextEntry,
  nextValue,
  ObjectPrototype,
  objectKeys,
  regexpFlags,
  regexpSource,
  SafeMap,
  SafeWeakMap,
  setFloat64,
  setSize,
  setValues,
  sharedArrayBufferLength,
  stringSlice,
  symbolDescription,
  typedArrayLength,
  typedArrayTag,
} from "../primordials.js";
import { Identities } from "./identities.js";
import { LargeObjects } from "./large-objects.js";
import { CHARACTER_CLASS, isSecretOption, looksSecret, type Token } from "./redact.js";
import { createShapes, type ShapeNode } from "./shapes.js";

const {
  isAnyArrayBuffer,
  isArrayBufferView,
  isBoxedPrimitive,
  isDataView,
  isDate,
  isMap,
  isModuleNamespaceObject,
  isNativeError,
  isProxy,
  isRegExp,
  isSet,
  isSharedArrayBuffer,
  isTypedArray,
} = types;

/** How much of a value is kept. */
export interface SnapshotLimits {
  /** Levels of containers that are opened. */
  depth: number;
  /** Elements, entries or keys per container. */
  items: number;
  /** UTF-16 units per string. */
  string: number;
  /** Values in containers per event, at most; see allowances.ts. */
  values: number;
  /** Bytes of journal per event; what comes after is marked as cut. */
  bytes: number;
}

export interface SnapshotOptions {
  limits: SnapshotLimits;
  /** Whether a key's value is secret. */
  isSecret: (name: string) => boolean;
  /** Tokens for secrets; undefined keeps secrets as they are. */
  token: ((text: string) => Token) | undefined;
  /** Number of an error object that was thrown before, or 0. */
  errorNumber: (error: object) => number;
}

/**
 * Writes any value of the program as bounded bytes, running none of the program's code: own data properties only,
 * through descriptors; no getter, Proxy trap, `toJSON`, `toString` or iterator is called, no error of ours escapes,
 * and nothing but text is kept.
 */
export interface Snapshot {
  /** Starts an event's budget at `p`. */
  begin(p: number): void;
  /** The same where objects are among the values: so many may be taken out of them. */
  beginObjects(p: number, values: number): void;
  /** Those that were, since. */
  taken(): number;
  /** Writes `value` at `p`; returns the position after it. */
  value(value: unknown, p: number): number;
  /** Writes the text of an error's stack, which may be longer than a value. */
  stack(text: string, p: number): number;
  /** Identity of an object as a number, the same for its life. */
  identity(object: object): number;
  /** A string's number in the journal; defined on first use. For names, not for values. */
  intern(text: string): number;
  /** An own or inherited data property; undefined where there is none, or where code would have to run. */
  dataProperty(object: object, key: string): unknown;
  /** A number that values of one type, class and size of object share. */
  kind(value: unknown): number;
  /** What an error says of itself. The answer is good until the next one. */
  describe(error: object): ErrorDescription;
}

/** Undefined for what is not there, or where code would have to run. */
export interface ErrorDescription {
  name: unknown;
  message: unknown;
  code: unknown;
  cause: unknown;
}

/** Wraps a parameter whose name says that it is secret. */
export class Filtered {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

const NOTHING: ErrorDescription = { name: undefined, message: undefined, code: undefined, cause: undefined };
const FilteredPrototype = Filtered.prototype;

/** What is known of a prototype: made on first sight, forgotten with it. */
interface PrototypeInfo {
  /** String number of the class's name, 0 for none. */
  className: number;
  root: ShapeNode | null;
  /** A built-in that keeps its contents elsewhere may be among its objects. */
  special: boolean;
  /** What errors inherit, as it was when the first of them was met; null before. */
  inherited: ErrorDescription | null;
}

/** Objects of these classes hold more, or other things, than their properties. */
const SPECIAL = new SafeMap<string, true>();
// biome-ignore format: a list
for (const name of ["Map", "Set", "Date", "RegExp", "Error", "Promise", "WeakMap", "WeakSet", "WeakRef",
  "FinalizationRegistry", "ArrayBuffer", "SharedArrayBuffer", "DataView", "TypedArray", "Boolean", "Number", "String",
  "Symbol", "BigInt", "Generator", "AsyncGenerator", "GeneratorFunction", "Iterator"]) {
  SPECIAL.set(name, true);
}

/**
 * Longer strings are written where they stand. V8 makes slices of 13 characters and more point into the string they
 * were cut from: as a key of our table one would keep that alive.
 */
const LONGEST_INTERNED = 12;
/** Of longer secrets, the head and the length make the token. */
const LONGEST_HASHED = 4096;
/** Longer elements of arrays are not taken for keys. */
const LONGEST_KEY_ELEMENT = 40;
/** Calls after which V8 takes notes of what a function meets. */
const OFTEN_ENOUGH = 20;
const RECENT_STRINGS = 1024;
/** Elements that an argument or a result shows in any case. */
const LEAST_OUTERMOST = 10;
/** Shorter ones are written as fast as they are looked up. */
const SHORTEST_COPIED = 48;
const LONGEST_COPIED = 4096;
const COPIED_STRINGS = 256;
/** The message stands before the frames: the limit for values would leave them out. */
const LONGEST_STACK = 16_000;

export function createSnapshot(journal: JournalWriter, options: SnapshotOptions): Snapshot {
  const { depth: maxDepth, items: maxItems, string: maxString, bytes: maxBytes } = options.limits;
  const { isSecret, token, errorNumber } = options;
  const bytes = journal.events;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shapes = createShapes(journal, token === undefined ? () => false : isSecret);
  const plainRoot = shapes.root(0);
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
  const prototypes = new SafeWeakMap<object, PrototypeInfo>();
  const identities = new Identities();
  /** The containers being written, outermost first. */
  const path: (object | null)[] = [];
  for (let i = 0; i <= maxDepth; i++) path[i] = null;
  const large = new LargeObjects(maxItems);
  const leastOutermost = maxItems < LEAST_OUTERMOST ? maxItems : LEAST_OUTERMOST;
  let end = 0;
  let allowed = 0;
  /** Of the values that may still be taken, those that what is being written may have. */
  let left = 0;

  function varint(n: number, p: number): number {
    let rest = n;
    while (rest > 0x7f) {
      bytes[p++] = (rest & 0x7f) | 0x80;
      rest = rest > 0x7fffffff ? floor(rest / 128) : rest >>> 7;
    }
    bytes[p] = rest;
    return p + 1;
  }

  function double(n: number, p: number): number {
    setFloat64(view, p, n, true);
    return p + 8;
  }

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

  /** What an undefined or an empty password is, is no secret. */
  function secret(v: unknown, p: number): number {
    if (typeof v === "string") return filtered(v, p);
    if (typeof v === "number") return filtered(`${v}`, p);
    if (typeof v === "bigint") return filtered(bigintToString(v), p);
    if (v === undefined || v === null || typeof v === "boolean") return value(v, p, maxDepth);
    return filtered("", p);
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
    return length <= maxString ? longString(s, length, p) : cutString(s, length, maxString, p);
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

  /** In one piece for the same reason as the recorder's `enter`: it is to be inlined nowhere. */
  function value(v: unknown, p: number, level: number): number {
    if (p > end) {
      bytes[p] = Tag.bytes;
      return p + 1;
    }
    // Not a `switch` of `typeof v`: V8 would make the name of the type, and compare that.
    if (typeof v === "number") {
      if ((v | 0) === v) {
        if (v >= 0 && v < Tag.smallEnd) {
          bytes[p] = v !== 0 || 1 / v > 0 ? v : Tag.negativeZero;
          return p + 1;
        }
        bytes[p] = Tag.int;
        return varint(((v << 1) ^ (v >> 31)) >>> 0, p + 1);
      }
      if (v - v === 0) {
        bytes[p] = Tag.double;
        return double(v, p + 1);
      }
      bytes[p] = v > 0 ? Tag.infinity : v < 0 ? Tag.negativeInfinity : Tag.nan;
      return p + 1;
    }
    if (typeof v === "string") return string(v, p);
    if (v === undefined) {
      bytes[p] = Tag.undefined;
      return p + 1;
    }
    if (v === null) {
      bytes[p] = Tag.null;
      return p + 1;
    }
    if (typeof v === "object") return object(v, p, level);
    if (typeof v === "boolean") {
      bytes[p] = v ? Tag.true : Tag.false;
      return p + 1;
    }
    if (typeof v === "function") return fn(v, p);
    return rarest(v, p, level);
  }

  function rarest(v: unknown, p: number, level: number): number {
    if (typeof v === "bigint") {
      bytes[p] = Tag.bigint;
      return string(bigintToString(v), p + 1);
    }
    if (typeof v === "symbol") {
      bytes[p] = Tag.symbol;
      const description = symbolDescription(v);
      return description === undefined ? value(undefined, p + 1, level) : string(description, p + 1);
    }
    // document.all is an object whose typeof is "undefined".
    bytes[p] = Tag.opaque;
    return varint(intern("HTMLDDA"), p + 1);
  }

  function fn(f: object, p: number): number {
    if (isProxy(f)) {
      bytes[p] = Tag.proxy;
      return p + 1;
    }
    const prototype = getOwnPropertyDescriptor(f, "prototype");
    const isClass = prototype !== undefined && hasOwn(prototype, "writable") && prototype.writable === false;
    bytes[p] = isClass ? Tag.class : Tag.function;
    const name = ownData(f, "name");
    return string(typeof name === "string" ? name : "", p + 1);
  }

  function ownData(o: object, key: string): unknown {
    const d = getOwnPropertyDescriptor(o, key);
    return d !== undefined && hasOwn(d, "value") ? d.value : undefined;
  }

  function dataProperty(o: object, key: PropertyKey): unknown {
    let at: object | null = o;
    for (let steps = 0; at !== null && steps < 100 && !isProxy(at); steps++) {
      const d = getOwnPropertyDescriptor(at, key);
      if (d !== undefined) return hasOwn(d, "value") ? d.value : undefined;
      at = getPrototypeOf(at);
    }
    return undefined;
  }

  function classNameOf(prototype: object): string {
    const maker = dataProperty(prototype, "constructor");
    if (typeof maker !== "function" || isProxy(maker)) return "";
    const name = ownData(maker, "name");
    return typeof name === "string" && name.length <= 256 ? name : "";
  }

  /** What generators and iterators, which have no constructor, are called. */
  function taggedName(prototype: object): string {
    const name = dataProperty(prototype, Symbol.toStringTag);
    return typeof name === "string" && name.length <= 256 ? name : "";
  }

  function prototypeInfo(prototype: object): PrototypeInfo {
    let info = prototypes.get(prototype);
    if (info !== undefined) return info;
    let special = false;
    let at: object | null = prototype;
    for (let steps = 0; at !== null && steps < 100 && !isProxy(at); steps++) {
      const name = ownData(at, "constructor");
      if (typeof name === "function" && !isProxy(name)) {
        const className = ownData(name, "name");
        if (typeof className === "string" && SPECIAL.has(className)) special = true;
      }
      // Generators' and iterators' prototypes have no constructor to tell them by.
      if (typeof name === "object") special = true;
      at = getPrototypeOf(at);
    }
    let className = isProxy(prototype) ? "" : classNameOf(prototype);
    // Object.create(…), plain objects of other realms, iterators: none is known by that name.
    if (className === "Object") className = "";
    if (className === "" && !isProxy(prototype)) {
      className = taggedName(prototype);
      special ||= className !== "";
    }
    info = { className: className === "" ? 0 : intern(className), root: null, special, inherited: null };
    prototypes.set(prototype, info);
    return info;
  }

  function identity(o: object): number {
    return identities.of(o);
  }

  function object(o: object, p: number, level: number): number {
    if (isProxy(o)) {
      bytes[p] = Tag.proxy;
      return p + 1;
    }
    for (let i = 0; i < level; i++) {
      if (path[i] === o) {
        bytes[p] = Tag.cycle;
        return varint(level - i, p + 1);
      }
    }
    if (isArray(o)) return array(o, p, level);
    const prototype = getPrototypeOf(o);
    if (prototype === ObjectPrototype) return properties(o, plainRoot, 0, p, level);
    if (prototype === null) {
      if (isModuleNamespaceObject(o)) return opaque(intern("Module"), p);
      bytes[p] = Tag.nullPrototype;
      return properties(o, plainRoot, 0, p + 1, level);
    }
    if (prototype === FilteredPrototype) return secret((o as Filtered).value, p);
    const info = prototypeInfo(prototype);
    if (info.special) {
      const after = special(o, info, p, level);
      if (after >= 0) return after;
    }
    return instance(o, info, p, level);
  }

  function instance(o: object, info: PrototypeInfo, p: number, level: number): number {
    if (info.className === 0) return properties(o, plainRoot, 0, p, level);
    bytes[p] = Tag.instance;
    const at = varint(identity(o), varint(info.className, p + 1));
    info.root ??= shapes.root(info.className);
    return properties(o, info.root, info.className, at, level);
  }

  /** @param className - its string number */
  function opaque(className: number, p: number): number {
    bytes[p] = Tag.opaque;
    return varint(className, p + 1);
  }

  /** A call's own arguments and result are opened in any case. Written out where it is asked most. */
  function isClosed(level: number): boolean {
    return level >= maxDepth || (left <= 0 && level > 0);
  }

  /**
   * Of so many elements, those that are told. What they contain may have half of what is left then, and the other half is for
   * what follows: so nothing is crowded out by what happens to stand in front of it.
   */
  function fitting(length: number, level: number): number {
    const least = level === 0 ? leastOutermost : 0;
    const most = left >= maxItems ? maxItems : left > least ? left : least;
    return length < most ? length : most;
  }

  function properties(o: object, root: ShapeNode, className: number, at: number, level: number): number {
    let p = at;
    if (level >= maxDepth || (left <= 0 && level > 0)) {
      bytes[p] = Tag.depth;
      return varint(className, p + 1);
    }
    const known = large.any ? large.get(o) : undefined;
    const keys = known === undefined ? objectKeys(o) : known.keys;
    const length = known === undefined ? keys.length : known.length;
    if (known === undefined && length > maxItems) large.listed(o, keys);
    const count = length <= left && length <= maxItems ? length : fitting(length, level);
    if (count < length) {
      bytes[p] = Tag.objectCut;
      p = varint(length, p + 1);
    }
    left -= count;
    const others = left >> 1;
    left -= others;
    // The shape is known when the last key has been seen: its number goes into two bytes left free for it.
    const start = p;
    bytes[p] = Tag.object;
    p += 3;
    // With `value` on Object.prototype, reading it off an accessor's descriptor could run the program's code.
    const poisoned = "value" in ObjectPrototype;
    let isOnPath = poisoned;
    if (isOnPath) path[level] = o;
    let node = root;
    for (let i = 0; i < count; i++) {
      const key = keys[i]!;
      const recent = node.recent;
      const next: ShapeNode | null = recent !== null && recent.key === key ? recent : shapes.step(node, key);
      if (next === null) return dictionary(o, keys, count, start, level, others);
      node = next;
      const d = getOwnPropertyDescriptor(o, key);
      if (d === undefined) {
        // It was there when a large object's keys were listed.
        large.forget(o);
        if (isOnPath) path[level] = null;
        left += count + others;
        return properties(o, root, className, at, level);
      }
      const v: unknown = poisoned ? undefined : d.value;
      if (v === undefined) p = rare(d, p, level);
      else if (node.secret) p = secret(v, p);
      else {
        // Only what holds objects can be a part of itself.
        if (!isOnPath && typeof v === "object") {
          path[level] = o;
          isOnPath = true;
        }
        p = value(v, p, level + 1);
      }
    }
    if (isOnPath) path[level] = null;
    const shape = node.shape === 0 ? shapes.number(node) : node.shape;
    if (shape === 0) return dictionary(o, keys, count, start, level, others);
    bytes[start + 1] = (shape & 0x7f) | 0x80;
    bytes[start + 2] = shape >>> 7;
    left += others;
    return p;
  }

  /** A property whose descriptor has no value, or `undefined`, or cannot be read the short way. */
  function rare(d: PropertyDescriptor, p: number, level: number): number {
    if (hasOwn(d, "value")) return value(d.value, p, level + 1);
    bytes[p] = Tag.getter;
    return p + 1;
  }

  function dictionary(
    o: object,
    keys: string[],
    count: number,
    start: number,
    level: number,
    others: number,
  ): number {
    bytes[start] = Tag.dictionary;
    path[level] = o;
    let p = varint(count, start + 1);
    for (let i = 0; i < count; i++) {
      const key = keys[i]!;
      p = p > end ? value(undefined, p, level) : string(key, p);
      const d = getOwnPropertyDescriptor(o, key);
      if (d === undefined) p = value(undefined, p, level);
      else if (token !== undefined && key.length <= 256 && hasOwn(d, "value") && isSecret(key))
        p = secret(d.value, p);
      else p = rare(d, p, level);
    }
    path[level] = null;
    left += others;
    return p;
  }

  /** `["authorization", x]`, `["--password", x]`: entries, headers and arguments come as lists, too. */
  function isKeyElement(text: string, index: number): boolean {
    if (token === undefined || text.length > LONGEST_KEY_ELEMENT || text.length < 3) return false;
    return index % 2 === 0 ? isSecret(text) : isSecretOption(text, isSecret);
  }

  function array(a: unknown[], start: number, level: number): number {
    if (isClosed(level)) {
      bytes[start] = Tag.depth;
      return varint(intern("Array"), start + 1);
    }
    const length = a.length;
    let p = start;
    const count = length <= left && length <= maxItems ? length : fitting(length, level);
    left -= count;
    const others = left >> 1;
    left -= others;
    if (count < length) {
      bytes[p] = Tag.arrayCut;
      p = varint(count, varint(length, p + 1));
    } else {
      bytes[p] = Tag.array;
      p = varint(length, p + 1);
    }
    path[level] = a;
    let afterKey = false;
    for (let i = 0; i < count; i++) {
      if (!hasOwn(a, i)) {
        bytes[p++] = Tag.hole;
        p = varint(1, p);
      } else {
        // The descriptor of an element takes three times as long.
        const v: unknown = lookupGetter(a, i) === undefined ? a[i] : undefined;
        if (v === undefined) p = rare(getOwnPropertyDescriptor(a, i)!, p, level);
        else if (afterKey) p = secret(v, p);
        else p = value(v, p, level + 1);
        afterKey = typeof v === "string" && isKeyElement(v, i);
      }
    }
    path[level] = null;
    left += others;
    return p;
  }

  /** Built-ins that hold things outside their properties. @returns -1 for an object that only looks like one */
  function special(o: object, info: PrototypeInfo, start: number, level: number): number {
    let p = start;
    if (isMap(o)) {
      const size = mapSize(o);
      if (isClosed(level)) return closed(info, p);
      const count = fitting(size, level);
      left -= count;
      const others = left >> 1;
      left -= others;
      bytes[p] = Tag.map;
      p = varint(count, varint(size, p + 1));
      path[level] = o;
      const entries = mapEntries(o);
      for (let i = 0; i < count; i++) {
        const entry = nextEntry(entries).value as [unknown, unknown];
        const key = entry[0];
        p = value(key, p, level + 1);
        const isSecretKey =
          token !== undefined && typeof key === "string" && key.length <= 256 && isSecret(key);
        p = isSecretKey ? secret(entry[1], p) : value(entry[1], p, level + 1);
      }
      path[level] = null;
      left += others;
      return p;
    }
    if (isSet(o)) {
      const size = setSize(o);
      if (isClosed(level)) return closed(info, p);
      const count = fitting(size, level);
      left -= count;
      const others = left >> 1;
      left -= others;
      bytes[p] = Tag.set;
      p = varint(count, varint(size, p + 1));
      path[level] = o;
      const values = setValues(o);
      for (let i = 0; i < count; i++) p = value(nextValue(values).value, p, level + 1);
      path[level] = null;
      left += others;
      return p;
    }
    if (isDate(o)) {
      bytes[p] = Tag.date;
      return double(dateValue(o), p + 1);
    }
    if (isRegExp(o)) {
      let pattern = `/${regexpSource(o)}/`;
      for (let i = 0; i < regexpFlags.length; i++) if (regexpFlags[i]![1](o)) pattern += regexpFlags[i]![0];
      bytes[p] = Tag.regexp;
      return string(pattern, p + 1);
    }
    if (isNativeError(o)) return error(o, info, p);
    if (isArrayBufferView(o)) return typed(o, p, level);
    if (isAnyArrayBuffer(o)) {
      bytes[p] = Tag.typedArray;
      p = varint(intern(isSharedArrayBuffer(o) ? "SharedArrayBuffer" : "ArrayBuffer"), p + 1);
      return varint(0, varint(byteLength(o), p));
    }
    if (isBoxedPrimitive(o)) return opaque(info.className, p);
    // Promises, weak collections, generators, iterators: only their class can be told.
    if (keyCount(o) === 0 && info.className !== 0) return opaque(info.className, p);
    return -1;
  }

  function closed(info: PrototypeInfo, p: number): number {
    bytes[p] = Tag.depth;
    return varint(info.className, p + 1);
  }

  function error(o: object, info: PrototypeInfo, start: number): number {
    bytes[start] = Tag.error;
    let p = varint(errorNumber(o), start + 1);
    const { name, message } = describe(o);
    if (typeof name === "string") p = string(name, p);
    else if (info.className === 0) p = string("Error", p);
    else {
      bytes[p] = Tag.stringRef;
      p = varint(info.className, p + 1);
    }
    return string(typeof message === "string" ? message : "", p);
  }

  const description: ErrorDescription = {
    name: undefined,
    message: undefined,
    code: undefined,
    cause: undefined,
  };

  function describe(o: object): ErrorDescription {
    const inherited = isProxy(o) ? null : inheritedBy(o);
    description.name = inherited === null ? undefined : (ownIfAny(o, "name") ?? inherited.name);
    description.message = inherited === null ? undefined : (ownIfAny(o, "message") ?? inherited.message);
    description.code = inherited === null ? undefined : (ownIfAny(o, "code") ?? inherited.code);
    description.cause = inherited === null ? undefined : (ownIfAny(o, "cause") ?? inherited.cause);
    return description;
  }

  /** Most errors have only some of these, and asking whether takes a third of the time. */
  function ownIfAny(o: object, key: string): unknown {
    return hasOwn(o, key) ? ownData(o, key) : undefined;
  }

  function kind(v: unknown): number {
    switch (typeof v) {
      case "undefined":
        return 0;
      case "boolean":
        return 1;
      case "number":
        return v - v === 0 ? 2 : 3;
      case "string":
        return v === "" ? 4 : 5;
      case "object": {
        if (v === null) return 6;
        if (isProxy(v)) return 7;
        if (isArray(v)) return v.length === 0 ? 8 : 9;
        const prototype = getPrototypeOf(v);
        const className = prototype === null ? 0 : prototypeInfo(prototype).className;
        return 16 + className * 64 + (keyCount(v) & 63);
      }
      case "function":
        return 10;
      case "symbol":
        return 11;
      default:
        return 12;
    }
  }

  function keyCount(o: object): number {
    const known = large.any ? large.get(o) : undefined;
    if (known !== undefined) return known.length;
    const keys = objectKeys(o);
    large.listed(o, keys);
    return keys.length;
  }

  function inheritedBy(o: object): ErrorDescription {
    const prototype = getPrototypeOf(o);
    if (prototype === null) return NOTHING;
    const info = prototypeInfo(prototype);
    info.inherited ??= {
      name: dataProperty(prototype, "name"),
      message: dataProperty(prototype, "message"),
      code: dataProperty(prototype, "code"),
      cause: dataProperty(prototype, "cause"),
    };
    return info.inherited;
  }

  function byteLength(o: object): number {
    return isSharedArrayBuffer(o) ? sharedArrayBufferLength(o) : arrayBufferLength(o);
  }

  function typed(o: object, start: number, level: number): number {
    if (isDataView(o)) return opaque(intern("DataView"), start);
    if (!isTypedArray(o)) return opaque(intern("ArrayBufferView"), start);
    const isBuffer = getPrototypeOf(o) === Buffer.prototype;
    const length = typedArrayLength(o);
    const count = fitting(length, level);
    left -= count;
    bytes[start] = Tag.typedArray;
    let p = varint(intern(isBuffer ? "Buffer" : (typedArrayTag(o) ?? "TypedArray")), start + 1);
    p = varint(count, varint(length, p));
    for (let i = 0; i < count; i++) p = value((o as Uint8Array)[i], p, maxDepth);
    return p;
  }

  // V8 compiles `value` for the kinds of values that it has met, and anew, within all that it was inlined in, at the next kind.
  const numbers = Float64Array.of(0, 3, 1000, -1, 0.5, Number.NaN);
  end = maxBytes;
  for (let i = 0; i < OFTEN_ENOUGH; i++) {
    for (let j = 0; j < numbers.length; j++) value(numbers[j], 0, 0);
    value(undefined, 0, 0);
    value(null, 0, 0);
    value(true, 0, 0);
    // None of these is met twice, which would make the journal define it.
    value(`text ${i}`, 0, 0);
    value(`a longer text: ${i}, and 123 456 789 0`, 0, 0);
  }

  return {
    begin(p) {
      end = p + maxBytes;
    },
    beginObjects(p, values) {
      end = p + maxBytes;
      allowed = values;
      left = values;
    },
    taken: () => allowed - left,
    value(v, p) {
      try {
        return value(v, p, 0);
      } catch {
        // Out of stack, or an object we do not know how to look at: whatever was written of it is taken back.
        for (let i = 0; i < path.length; i++) path[i] = null;
        bytes[p] = Tag.unreadable;
        return p + 1;
      }
    },
    stack: (text, p) =>
      text.length <= LONGEST_STACK
        ? longString(text, text.length, p)
        : cutString(text, text.length, LONGEST_STACK, p),
    identity,
    intern,
    dataProperty,
    describe,
    kind,
  };
}
