import { ByteSearch } from "./byte-search.js";
import type { Trace } from "./columns.js";
import type { Value } from "./format.js";
import { ValueBytes } from "./value-bytes.js";
import { type Difference, diffValues, equalValues } from "./value-diff.js";
import { describe, isTagged } from "./values.js";

/** A value that can be found again: one object, or a scalar that is rare enough to mean something. */
export type Followed =
  | { kind: "object"; id: number; thread: number }
  | { kind: "scalar"; value: string | number };

/** Where a followed value was seen. */
export interface Sighting {
  row: number;
  /** ms since the run's start: inputs are seen when a call starts, what it left and gave back when it ends. */
  at: number;
  /** `this`: a method was called on it. */
  where: "in" | "after" | "out" | "this";
  /** Where in the inputs or the output. */
  path: string[];
  value?: Value;
  /** What is not as it was at the sighting before. */
  changes: Difference[];
}

export interface FollowedWay {
  sightings: Sighting[];
  /** Calls with it beyond the most that are told. */
  more: number;
}

/** What can be followed of a value; undefined for what occurs everywhere, such as 0 or true. */
export function followable(value: Value, thread: number): Followed | undefined {
  if (typeof value === "string") return value.length >= 2 ? { kind: "scalar", value } : undefined;
  if (typeof value === "number")
    return Number.isInteger(value) && Math.abs(value) < 100 ? undefined : { kind: "scalar", value };
  const { id } = typeof value === "object" && value !== null ? describe(value) : { id: undefined };
  return id === undefined ? undefined : { kind: "object", id, thread };
}

/** An object and how many of its methods were called. */
export interface BusyObject {
  followed: Followed;
  className: string;
  calls: number;
}

/** The objects whose methods were called most: what somebody may want to follow. */
export function busiestObjects({ calls, functions }: Trace, most = 12): BusyObject[] {
  const counts = new Map<number, { row: number; calls: number }>();
  for (let row = 1; row < calls.length; row++) {
    const id = calls.instance[row]!;
    if (id < 0) continue;
    // Identities are a thread's own.
    const key = id * 65536 + calls.thread[row]!;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { row, calls: 1 });
    else known.calls++;
  }
  return [...counts.values()]
    .sort((a, b) => b.calls - a.calls || a.row - b.row)
    .slice(0, most)
    .map(({ row, calls: count }) => ({
      followed: { kind: "object", id: calls.instance[row]!, thread: calls.thread[row]! },
      className: functions[calls.functionId[row]!]!.called,
      calls: count,
    }));
}

/** As it stands in a link: `#12` (in another thread `#12@3`), or the scalar as JSON. */
export function followedText(followed: Followed): string {
  if (followed.kind === "scalar") return JSON.stringify(followed.value);
  return `#${followed.id}${followed.thread > 0 ? `@${followed.thread}` : ""}`;
}

/** Reads {@link followedText}; a text in no quotes is taken as it stands. */
export function followedFrom(text: string): Followed | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const object = /^#(\d+)(?:@(\d+))?$/.exec(trimmed);
  if (object !== null) return { kind: "object", id: Number(object[1]), thread: Number(object[2] ?? 0) };
  try {
    const value: unknown = JSON.parse(trimmed);
    if (typeof value === "string" || typeof value === "number") return { kind: "scalar", value };
  } catch {
    // then it is the text itself
  }
  return { kind: "scalar", value: trimmed };
}

/**
 * Every call in which a value went in, came out, was changed, or (an object) whose method was called, in order of time.
 *
 * @param most - calls told; the others are counted
 */
export function followValue(trace: Trace, followed: Followed, most = 1000): FollowedWay {
  const { calls } = trace;
  const { length, inputs, inputsAfter, output, instance, thread, start, duration } = calls;
  const search = new ByteSearch(
    followed.kind === "object" ? `"id":${followed.id},` : JSON.stringify(followed.value),
  );
  const values = new ValueBytes(trace.values);
  const found: Sighting[] = [];
  const isIn = (ref: number): boolean => {
    const size = values.load(ref);
    return size > 0 && search.indexIn(values.bytes, 0, size) >= 0;
  };
  const see = (row: number, where: Sighting["where"], at: number, ref: number): boolean => {
    if (!isIn(ref)) return false;
    const place = placeIn(JSON.parse(trace.values.text(ref)!) as Value, followed);
    if (place === undefined) return false;
    found.push({ row, where, at, ...place, changes: [] });
    return true;
  };
  let told = 0;
  let more = 0;
  for (let row = 0; row < length; row++) {
    if (followed.kind === "object" && thread[row] !== followed.thread) continue;
    const isThis = followed.kind === "object" && instance[row] === followed.id;
    if (told >= most) {
      if (isThis || isIn(inputs[row]!) || isIn(output[row]!)) more++;
      continue;
    }
    const end = start[row]! + (Number.isNaN(duration[row]!) ? 0 : duration[row]!);
    if (isThis) found.push({ row, where: "this", at: start[row]!, path: [], changes: [] });
    const wentIn = see(row, "in", start[row]!, inputs[row]!);
    const wasLeft = see(row, "after", end, inputsAfter[row]!);
    const cameOut = see(row, "out", end, output[row]!);
    if (isThis || wentIn || wasLeft || cameOut) told++;
  }
  // Sorting keeps the order of what happens at one time; a call ends after those it made.
  found.sort((a, b) => a.at - b.at || (isEnd(a) && isEnd(b) ? b.row - a.row : a.row - b.row));
  if (followed.kind === "object") markChanges(found);
  return { sightings: withoutTheObvious(found), more };
}

/** What a call left as it had got it, and that a constructor was called on what it made, goes without saying. */
function withoutTheObvious(sightings: readonly Sighting[]): Sighting[] {
  const rowsWith = (wanted: Sighting["where"]): Set<number> =>
    new Set(sightings.filter(({ where }) => where === wanted).map(({ row }) => row));
  const got = rowsWith("in");
  const gave = rowsWith("out");
  return sightings.filter(({ row, where, changes }) => {
    if (where === "after") return changes.length > 0 || !got.has(row);
    return where !== "this" || !gave.has(row);
  });
}

function isEnd({ where }: Sighting): boolean {
  return where === "after" || where === "out";
}

/** The first place where the value stands in another, and it as it stands there. */
function placeIn(outer: Value, followed: Followed): { path: string[]; value: Value } | undefined {
  const pending: { value: Value; path: string[] }[] = [{ value: outer, path: [] }];
  // Breadth first: the shortest path says most.
  for (let i = 0; i < pending.length; i++) {
    const { value, path } = pending[i]!;
    if (followed.kind === "scalar" ? value === followed.value : isObject(value, followed.id))
      return { path, value };
    if (typeof value !== "object" || value === null) continue;
    for (const { key, value: child } of describe(value).children)
      pending.push({ value: child, path: [...path, key] });
  }
  return undefined;
}

function isObject(value: Value, id: number): boolean {
  return typeof value === "object" && value !== null && isTagged(value) && describe(value).id === id;
}

/** Compares each sighting of an object with the one before. What was cut in either says nothing. */
function markChanges(sightings: Sighting[]): void {
  let last: Value | undefined;
  for (const sighting of sightings) {
    const { value } = sighting;
    if (value === undefined) continue;
    if (last !== undefined && !equalValues(last, value))
      sighting.changes = diffValues(last, value).filter(
        ({ before, after }) => !isPartial(before) && !isPartial(after),
      );
    last = value;
  }
}

function isPartial(value: Value | undefined): boolean {
  if (value === undefined) return false;
  const { isCut, kind } = describe(value);
  return isCut || kind === "cycle";
}
