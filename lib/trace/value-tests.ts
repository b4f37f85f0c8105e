import { ByteSearch } from "./byte-search.js";
import type { ValueTexts } from "./columns.js";
import type { Value } from "./format.js";
import { preview } from "./preview.js";
import { QueryError, type Term } from "./query-terms.js";
import { textTest } from "./text-test.js";
import { ValueParts } from "./value-part.js";
import { describe, isTagged } from "./values.js";

/** Whether the value of a reference is what a query asks for. */
type ValueTest = (ref: number) => boolean;

export interface ValueTests {
  /** The word occurs in a key or a text or number, or in how a value reads (`undefined`, `Map`, `[Filtered]`). */
  word(text: string): ValueTest;
  /** The part of the value at `path` is as the term says. */
  part(path: readonly string[], term: Term): ValueTest;
}

/**
 * What the format itself writes around values. A word that could be part of it may be found in the bytes of nearly every
 * value, so that it has to be looked for in what the bytes mean.
 */
const MARKUP = [
  ...[
    "$type",
    "value",
    "values",
    "entries",
    "class",
    "size",
    "length",
    "what",
    "keys",
    "count",
    "token",
    "name",
  ],
  ...["message", "error", "null_prototype", "instance", "object", "cut", "string", "array", "depth", "bytes"],
  ...["filtered", "function", "skipped", "hole", "cycle", "getter", "true", "unreadable"],
];

export function createValueTests(values: ValueTexts): ValueTests {
  const parsed = (ref: number): Value | undefined => {
    const text = values.text(ref);
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  };
  return {
    word(text) {
      const holds = inBytes(values, text);
      const lower = text.toLowerCase();
      if (!MARKUP.some((word) => word.includes(lower))) return holds;
      const matches = textTest(text.includes("*") ? `*${text}*` : text);
      return (ref) => holds(ref) && hasWord(parsed(ref), matches);
    },
    part(path, term) {
      const matches = comparison(term);
      const parts = new ValueParts(values, path);
      const mayHold = isInBytes(term) ? inBytes(values, term.value) : (ref: number) => ref >= 0;
      return (ref) => mayHold(ref) && matches(parts.at(ref));
    },
  };
}

/** Words of how values read that their bytes do not hold. */
const SHOWN_ONLY = ["invalid", "empty", "not", "recorded", "in", "all"];

/** Whether what reads as a term asks holds its text in the bytes, too: a name, or a number. */
function isInBytes({ operator, value }: Term): boolean {
  if (operator !== ":" && operator !== "=") return false;
  const lower = value.toLowerCase();
  return /^(?:[a-z_][\w.-]*|-?[\d.]+)$/.test(lower) && !SHOWN_ONLY.some((word) => word.includes(lower));
}

/** Looks for a text in the bytes of a value, which is what most values fail at no cost of parsing. */
function inBytes(values: ValueTexts, text: string): ValueTest {
  const json = JSON.stringify(text).slice(1, -1);
  // Other letters than ASCII's, and stars, need the text.
  if (/[^\0-\x7f]|\*/.test(text)) {
    const matches = textTest(text.includes("*") ? `*${json}*` : json);
    return (ref) => matches(values.text(ref));
  }
  const search = new ByteSearch(json);
  let buffer = new Uint8Array(1 << 16);
  return (ref) => {
    if (ref < 0) return false;
    let length = values.copyTo(ref, buffer, 0);
    while (length < 0) {
      buffer = new Uint8Array(buffer.length * 4);
      length = values.copyTo(ref, buffer, 0);
    }
    return search.indexIn(buffer, 0, length) >= 0;
  };
}

function hasWord(value: Value | undefined, matches: (text: string) => boolean): boolean {
  const pending: (Value | undefined)[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (next === undefined) continue;
    const { children, className, text } = describe(next);
    if (matches(className) || (text !== undefined && matches(text))) return true;
    if (children.length === 0 && matches(typeof next === "string" ? next : preview(next, 1000))) return true;
    for (const { key, value: child, keyValue } of children) {
      if (matches(key)) return true;
      pending.push(child, keyValue);
    }
  }
  return false;
}

function comparison(term: Term): (value: Value | undefined) => boolean {
  const { operator, value: wanted, valuePosition } = term;
  if (operator === ":" || operator === "=") {
    if (wanted === "*") return (value) => value !== undefined;
    const matches = textTest(wanted);
    if (operator === "=")
      return (value) => value !== undefined && shownWhole(value).toLowerCase() === wanted.toLowerCase();
    return (value) => value !== undefined && (matches(shownWhole(value)) || hasWord(value, matches));
  }
  const number = Number(wanted);
  if (wanted.trim() === "" || Number.isNaN(number))
    throw new QueryError(`"${wanted}" is not a number`, valuePosition);
  return (value) => {
    const own = numeric(value);
    if (operator === ">") return own > number;
    if (operator === "<") return own < number;
    return operator === ">=" ? own >= number : own <= number;
  };
}

/** A value as it is typed in a query: texts without quotes. */
function shownWhole(value: Value): string {
  return typeof value === "string" ? value : preview(value, 1000);
}

/** NaN, which compares with nothing, unless it is a number of some kind. */
function numeric(value: Value | undefined): number {
  if (typeof value === "number") return value;
  if (value === undefined || value === null || !isTagged(value)) return Number.NaN;
  if (value.$type === "bigint") return Number(value.value);
  if (value.$type === "Date" && typeof value.value === "string") return Date.parse(value.value);
  return value.$type === "-0"
    ? 0
    : Number(value.$type === "Infinity" || value.$type === "-Infinity" ? value.$type : Number.NaN);
}
