import type { TaggedValue, Value } from "./format.js";

/** What a captured value was in the program. */
export type ValueKind =
  | "null"
  | "undefined"
  | "boolean"
  | "number"
  | "bigint"
  | "string"
  | "symbol"
  | "function"
  | "array"
  | "object"
  | "map"
  | "set"
  | "bytes"
  | "date"
  | "regexp"
  | "error"
  | "opaque"
  | "cycle"
  | "getter"
  | "hole"
  | "filtered"
  | "skipped"
  | "unreadable"
  | "cut";

/** A part of a value. */
export interface ValueChild {
  /** As it is shown: a property's name, an index, a map's key. */
  key: string;
  value: Value;
  /** A map's key, when it is not a string. */
  keyValue?: Value;
}

/** A value of the file as a reader wants it: what it was, and what it holds. */
export interface ValueDescription {
  kind: ValueKind;
  /** `Cart`, `Uint8Array`, `Promise`; empty for plain objects and where there is none. */
  className: string;
  /** Identity of an instance: the same number is the same object, within a thread. */
  id?: number;
  /** How many characters, elements, entries or keys there were; more than {@link ValueDescription.children} when cut. */
  size?: number;
  /** Part of it was not captured. */
  isCut: boolean;
  /** Of a string that was cut, its head. */
  text?: string;
  children: ValueChild[];
}

/** Whether a value of the file is one of {@link TaggedValue}. */
export function isTagged(value: Value): value is TaggedValue {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && typeof value.$type === "string"
  );
}

/** What a value was and holds, with the tags of the format resolved. Never looks deeper than one level. */
export function describe(value: Value): ValueDescription {
  if (value === null) return plain("null");
  if (Array.isArray(value)) return { ...plain("array"), size: lengthOf(value), children: elements(value) };
  if (typeof value === "object")
    return isTagged(value) ? tagged(value) : { ...plain("object"), ...held(value) };
  return plain(typeof value as "boolean" | "number" | "string");
}

function plain(kind: ValueKind, className = ""): ValueDescription {
  return { kind, className, isCut: false, children: [] };
}

/** Tags without contents, and numbers that JSON lacks. */
const SIMPLE: Readonly<Record<string, ValueKind>> = {
  undefined: "undefined",
  NaN: "number",
  Infinity: "number",
  "-Infinity": "number",
  "-0": "number",
  bigint: "bigint",
  symbol: "symbol",
  Date: "date",
  RegExp: "regexp",
  cycle: "cycle",
  getter: "getter",
  hole: "hole",
  filtered: "filtered",
  skipped: "skipped",
  unreadable: "unreadable",
};

function tagged(value: TaggedValue): ValueDescription {
  const { $type: type } = value;
  const simple = Object.hasOwn(SIMPLE, type) ? SIMPLE[type]! : undefined;
  if (simple !== undefined) return plain(simple);
  switch (type) {
    case "function":
      return plain("function", value.class === true ? "class" : "");
    case "Error":
      return plain("error", textOf(value.name));
    case "instance":
      return { ...within(value.value ?? null, "object"), className: textOf(value.class), ...idOf(value.id) };
    case "object":
      if (!Array.isArray(value.entries)) return within(value.value ?? null, "object");
      return { ...plain("object"), size: value.entries.length, children: entries(value.entries) };
    case "Map": {
      const children = entries(list(value.entries));
      return { ...plain("map", type), children, ...sizes(value.size, children.length) };
    }
    case "Set": {
      const children = elements(list(value.values));
      return { ...plain("set", type), children, ...sizes(value.size, children.length) };
    }
    case "cut":
      return cut(value);
    case "opaque":
      return plain("opaque", textOf(value.class));
    default: {
      if (!Array.isArray(value.values)) return plain("opaque", type);
      const children = elements(value.values);
      return { ...plain("bytes", type), children, ...sizes(value.length, children.length) };
    }
  }
}

function cut(value: TaggedValue): ValueDescription {
  switch (value.what) {
    case "string":
      return { ...plain("string"), isCut: true, text: textOf(value.value), ...sizeOf(value.length) };
    case "array":
      return {
        ...plain("array"),
        isCut: true,
        children: elements(list(value.values)),
        ...sizeOf(value.length),
      };
    case "object":
      return { ...within(value.value ?? null, "object"), isCut: true, ...sizeOf(value.keys) };
    case "depth":
      return { ...plain("cut", textOf(value.class)), isCut: true };
    default:
      return { ...plain("cut"), isCut: true };
  }
}

/** A wrapper's description: that of the object inside. */
function within(inner: Value, kind: ValueKind): ValueDescription {
  const description = describe(inner);
  return description.kind === "object" || description.isCut
    ? description
    : { ...plain(kind), ...held(inner) };
}

function held(value: Value): { size: number; children: ValueChild[] } {
  if (typeof value !== "object" || value === null) return { size: 0, children: [] };
  const children = Object.entries(value).map(([key, child]) => ({ key, value: child }));
  return { size: children.length, children };
}

function entries(pairs: readonly Value[]): ValueChild[] {
  return pairs.map((pair) => {
    const [key = null, value = null] = Array.isArray(pair) ? pair : [];
    return typeof key === "string" ? { key, value } : { key: shortKey(key), value, keyValue: key };
  });
}

function shortKey(key: Value): string {
  if (typeof key !== "object" || key === null) return String(key);
  return isTagged(key) ? `[${key.$type}]` : Array.isArray(key) ? "[array]" : "[object]";
}

/** Indexes as in the program: a hole stands for as many as it says. */
function elements(values: readonly Value[]): ValueChild[] {
  let index = 0;
  return values.map((value) => {
    const key = String(index);
    index += holes(value);
    return { key, value };
  });
}

function lengthOf(values: readonly Value[]): number {
  let length = 0;
  for (const value of values) length += holes(value);
  return length;
}

function holes(value: Value): number {
  return value !== null && isTagged(value) && value.$type === "hole" && typeof value.count === "number"
    ? value.count
    : 1;
}

function sizes(size: Value | undefined, captured: number): { size: number; isCut: boolean } {
  const whole = typeof size === "number" ? size : captured;
  return { size: whole, isCut: whole > captured };
}

function sizeOf(size: Value | undefined): { size?: number } {
  return typeof size === "number" ? { size } : {};
}

function idOf(id: Value | undefined): { id?: number } {
  return typeof id === "number" ? { id } : {};
}

function list(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}
