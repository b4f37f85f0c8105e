import { types } from "node:util";
import { Tag } from "../journal/layout.js";
import type { JournalWriter } from "../journal/writer.js";
import {
  arrayBufferLength,
  bigintToString,
  dateValue,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  isArray,
  lookupGetter,
  mapEntries,
  mapSize,
  nextEntry,
  nextValue,
  ObjectPrototype,
  objectKeys,
  regexpFlags,
  regexpSource,
  setSize,
  setValues,
  sharedArrayBufferLength,
  symbolDescription,
  typedArrayLength,
  typedArrayTag,
} from "../primordials.js";
import { createErrorDescriber, type ErrorDescription } from "./error-description.js";
import type { EventBytes } from "./event-bytes.js";
import { Identities } from "./identities.js";
import { LargeObjects } from "./large-objects.js";
import { numberCells } from "./number-cells.js";
import { ownData } from "./own-data.js";
import { createPrototypes, type PrototypeInfo } from "./prototypes.js";
import { isSecretOption, type Token } from "./redact.js";
import { createShapes, type ShapeNode } from "./shapes.js";
import { createTexts, LONGEST_KEPT } from "./texts.js";

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
  /** Starts an event's budget at `p`: so many values may be taken out of objects. */
  begin(p: number, values: number): void;
  /** Those that were, since. */
  taken(): number;
  /** Whether an object was among the values, since. */
  metObject(): boolean;
  /** Writes `value` at `p`; returns the position after it. */
  value(value: unknown, p: number): number;
  /** Writes the first `argc` of four values. */
  values(argc: number, a: unknown, b: unknown, c: unknown, d: unknown, p: number): number;
  /** Writes the text of an error's stack, which may be longer than a value. */
  stack(text: string, p: number): number;
  /** Identity of an object as a number, the same for its life. */
  identity(object: object): number;
  /** A number that values of one type, class and size of object share. */
  kind(value: unknown): number;
  /** What an error says of itself. The answer is good until the next one. */
  describe(error: object): ErrorDescription;
}

/** Wraps a parameter whose name says that it is secret. */
export class Filtered {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

const FilteredPrototype = Filtered.prototype;

/** Longer elements of arrays are not taken for keys. */
const LONGEST_KEY_ELEMENT = 40;
/** Calls after which V8 takes notes of what a function meets. */
const OFTEN_ENOUGH = 20;
/** Elements that an argument or a result shows in any case. */
const LEAST_OUTERMOST = 10;

/** Integers up to here fit a {@link EventBytes.varint}, with their sign. */
const SMALL = 1 << 29;

/** Places in the budget: the last position for a value; the values that may be taken; those of them that what is being written may. */
const END = 0;
const ALLOWED = 1;
const LEFT = 2;
/** Not 0 when an object was met. */
const OBJECTS = 3;

export function createSnapshot(
  journal: JournalWriter,
  numbers: EventBytes,
  options: SnapshotOptions,
): Snapshot {
  const { depth: maxDepth, items: maxItems, string: maxString, bytes: maxBytes } = options.limits;
  const { isSecret, token, errorNumber } = options;
  const bytes = journal.events;
  const { varint, longVarint, double } = numbers;
  const { string, stack, filtered, intern } = createTexts(journal, numbers, {
    longest: maxString,
    isSecret,
    token,
  });
  const prototypeInfo = createPrototypes(intern);
  const describe = createErrorDescriber(prototypeInfo);
  const shapes = createShapes(journal, token === undefined ? () => false : isSecret);
  const plainRoot = shapes.root(0);
  const identities = new Identities();
  /** The containers being written, outermost first. */
  const path: (object | null)[] = [];
  for (let i = 0; i <= maxDepth; i++) path[i] = null;
  const large = new LargeObjects(maxItems);
  const leastOutermost = maxItems < LEAST_OUTERMOST ? maxItems : LEAST_OUTERMOST;
  const budget = numberCells(4);

  /** What an undefined or an empty password is, is no secret. */
  function secret(v: unknown, p: number): number {
    if (typeof v === "string") return filtered(v, p);
    if (typeof v === "number") return filtered(`${v}`, p);
    if (typeof v === "bigint") return filtered(bigintToString(v), p);
    if (v === undefined || v === null || typeof v === "boolean") return value(v, p, maxDepth);
    return filtered("", p);
  }

  /**
   * In one piece, as {@link properties} is and the recorder's `enter`: what is larger than 460 bytes of bytecode is compiled once,
   * and not again within each that calls it.
   */
  function value(v: unknown, p: number, level: number): number {
    if (p > budget[END]!) {
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
        if (v < SMALL && v >= -SMALL) return varint((v << 1) ^ (v >> 31), p + 1);
        return longVarint(((v << 1) ^ (v >> 31)) >>> 0, p + 1);
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
    if (typeof v === "boolean") {
      bytes[p] = v ? Tag.true : Tag.false;
      return p + 1;
    }
    if (typeof v !== "object") return rarest(v, p, level);
    budget[OBJECTS] = 1;
    if (isProxy(v)) {
      bytes[p] = Tag.proxy;
      return p + 1;
    }
    for (let i = 0; i < level; i++) {
      if (path[i] === v) {
        bytes[p] = Tag.cycle;
        return varint(level - i, p + 1);
      }
    }
    if (isArray(v)) return array(v, p, level);
    const prototype = getPrototypeOf(v);
    if (prototype === ObjectPrototype) return properties(v, plainRoot, 0, p, level);
    if (prototype === null) return withoutPrototype(v, p, level);
    if (prototype === FilteredPrototype) return secret((v as Filtered).value, p);
    const info = prototypeInfo(prototype);
    if (info.special) {
      const after = special(v, info, p, level);
      if (after >= 0) return after;
    }
    if (info.className === 0) return properties(v, plainRoot, 0, p, level);
    bytes[p] = Tag.instance;
    const at = varint(identity(v), varint(info.className, p + 1));
    info.root ??= shapes.root(info.className);
    return properties(v, info.root, info.className, at, level);
  }

  function rarest(v: unknown, p: number, level: number): number {
    if (typeof v === "function") return fn(v, p);
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

  function identity(o: object): number {
    return identities.of(o);
  }

  function withoutPrototype(o: object, p: number, level: number): number {
    if (isModuleNamespaceObject(o)) return opaque(intern("Module"), p);
    bytes[p] = Tag.nullPrototype;
    return properties(o, plainRoot, 0, p + 1, level);
  }

  /** @param className - its string number */
  function opaque(className: number, p: number): number {
    bytes[p] = Tag.opaque;
    return varint(className, p + 1);
  }

  /** A call's own arguments and result are opened in any case. Written out where it is asked most. */
  function isClosed(level: number): boolean {
    return level >= maxDepth || (budget[LEFT]! <= 0 && level > 0);
  }

  /** Takes so many values for elements. @returns what is kept of the rest for what follows them */
  function share(count: number): number {
    const left = budget[LEFT]! - count;
    budget[LEFT] = left - (left >> 1);
    return left >> 1;
  }

  /**
   * Of so many elements, those that are told. What they contain may have half of what is left then, and the other half is for
   * what follows: so nothing is crowded out by what happens to stand in front of it.
   */
  function fitting(length: number, level: number): number {
    const least = level === 0 ? leastOutermost : 0;
    const left = budget[LEFT]!;
    const most = left >= maxItems ? maxItems : left > least ? left : least;
    return length < most ? length : most;
  }

  function properties(o: object, root: ShapeNode, className: number, at: number, level: number): number {
    let p = at;
    const left = budget[LEFT]!;
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
    const others = share(count);
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
        budget[LEFT]! += count + others;
        return properties(o, root, className, at, level);
      }
      const v: unknown = poisoned ? undefined : d.value;
      if (v === undefined) p = rare(d, p, level);
      else if (node.secret) p = secret(v, p);
      else if (typeof v === "string" && p <= budget[END]!) p = string(v, p);
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
    budget[LEFT]! += others;
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
      p = p > budget[END]! ? value(undefined, p, level) : string(key, p);
      const d = getOwnPropertyDescriptor(o, key);
      if (d === undefined) p = value(undefined, p, level);
      else if (token !== undefined && key.length <= 256 && hasOwn(d, "value") && isSecret(key))
        p = secret(d.value, p);
      else p = rare(d, p, level);
    }
    path[level] = null;
    budget[LEFT]! += others;
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
    const left = budget[LEFT]!;
    let p = start;
    const count = length <= left && length <= maxItems ? length : fitting(length, level);
    const others = share(count);
    if (count < length) {
      bytes[p] = Tag.arrayCut;
      p = varint(count, longVarint(length, p + 1));
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
    budget[LEFT]! += others;
    return p;
  }

  /** Built-ins that hold things outside their properties. @returns -1 for an object that only looks like one */
  function special(o: object, info: PrototypeInfo, start: number, level: number): number {
    let p = start;
    if (isMap(o)) {
      const size = mapSize(o);
      if (isClosed(level)) return closed(info, p);
      const count = fitting(size, level);
      const others = share(count);
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
      budget[LEFT]! += others;
      return p;
    }
    if (isSet(o)) {
      const size = setSize(o);
      if (isClosed(level)) return closed(info, p);
      const count = fitting(size, level);
      const others = share(count);
      bytes[p] = Tag.set;
      p = varint(count, varint(size, p + 1));
      path[level] = o;
      const values = setValues(o);
      for (let i = 0; i < count; i++) p = value(nextValue(values).value, p, level + 1);
      path[level] = null;
      budget[LEFT]! += others;
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
      return varint(0, longVarint(byteLength(o), p));
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

  function byteLength(o: object): number {
    return isSharedArrayBuffer(o) ? sharedArrayBufferLength(o) : arrayBufferLength(o);
  }

  function typed(o: object, start: number, level: number): number {
    if (isDataView(o)) return opaque(intern("DataView"), start);
    if (!isTypedArray(o)) return opaque(intern("ArrayBufferView"), start);
    const isBuffer = getPrototypeOf(o) === Buffer.prototype;
    const length = typedArrayLength(o);
    const count = fitting(length, level);
    budget[LEFT]! -= count;
    bytes[start] = Tag.typedArray;
    let p = varint(intern(isBuffer ? "Buffer" : (typedArrayTag(o) ?? "TypedArray")), start + 1);
    p = varint(count, longVarint(length, p));
    for (let i = 0; i < count; i++) p = value((o as Uint8Array)[i], p, maxDepth);
    return p;
  }

  /** Out of stack, or an object we do not know how to look at: whatever was written of it is taken back. */
  function unreadable(p: number): number {
    for (let i = 0; i < path.length; i++) path[i] = null;
    bytes[p] = Tag.unreadable;
    return p + 1;
  }

  // V8 compiles `value` for the kinds of values that it has met, and anew, within all that it was inlined in, at the next kind.
  const kinds = Float64Array.of(0, 3, 1000, -1, 0.5, Number.NaN);
  budget[END] = maxBytes;
  for (let i = 0; i < OFTEN_ENOUGH; i++) {
    for (let j = 0; j < kinds.length; j++) value(kinds[j], 0, 0);
    value(undefined, 0, 0);
    value(null, 0, 0);
    value(true, 0, 0);
    // None of these is met three times, which would make the journal define it.
    for (const text of [`text ${i}`, `a text: ${i}`, `a longer text: ${i}, and 123 456 789 0`]) {
      value(text, 0, 0);
      if (text.length > LONGEST_KEPT) value(text, 0, 0);
    }
  }

  return {
    begin(p, values) {
      budget[END] = p + maxBytes;
      budget[ALLOWED] = values;
      budget[LEFT] = values;
      budget[OBJECTS] = 0;
    },
    taken: () => budget[ALLOWED]! - budget[LEFT]!,
    metObject: () => budget[OBJECTS] !== 0,
    value(v, p) {
      try {
        return value(v, p, 0);
      } catch {
        return unreadable(p);
      }
    },
    values(argc, a, b, c, d, start) {
      let p = start;
      for (let i = 0; i < argc; ) {
        try {
          for (; i < argc; i++) p = value(i === 0 ? a : i === 1 ? b : i === 2 ? c : d, p, 0);
        } catch {
          p = unreadable(p);
          i++;
        }
      }
      return p;
    },
    stack,
    identity,
    describe,
    kind,
  };
}
