import { Flag, type Trace } from "./columns.js";
import { ValueBytes } from "./value-bytes.js";
import type { ChildLists } from "./walk.js";

/** What an async call's waiting went to. */
export interface WaitPart {
  /** The child waited for; -1 for timers, input and output, and promises that no traced call made. */
  row: number;
  ms: number;
  /** The child was over, but had returned a promise: most likely it was this that was awaited. */
  isGuess: boolean;
}

/** What the async calls of one function come to. */
export interface AwaitingFunction {
  functionId: number;
  calls: number;
  activeMs: number;
  waitingMs: number;
  /** Calls that had not ended. */
  unsettled: number;
  /** The call that waited longest. */
  longest: number;
}

export interface Awaiting {
  /** Async calls that ended, those that waited longest first. */
  longest: Int32Array;
  waitingMs: Float64Array;
  functions: AwaitingFunction[];
  /** Async calls that had not ended and wait for none that had not: where it hangs. */
  unsettled: number[];
}

const MOST = 200;

/** Where the async calls of a trace spend their time. */
export function findAwaiting(trace: Trace): Awaiting {
  const { calls, functions } = trace;
  const { length, flags, functionId, duration, active, parent } = calls;
  const waitingMs = new Float64Array(length);
  const hangsBelow = new Uint8Array(length);
  const list = new Map<number, AwaitingFunction>();
  const unsettled: number[] = [];
  const waiting: number[] = [];
  for (let row = length - 1; row > 0; row--) {
    if (!(flags[row]! & Flag.async)) {
      // A call in between that is over hands the promise on.
      if (hangsBelow[row] === 1) hangsBelow[parent[row]!] = 1;
      continue;
    }
    const id = functionId[row]!;
    let found = list.get(id);
    if (found === undefined) {
      found = { functionId: id, calls: 0, activeMs: 0, waitingMs: 0, unsettled: 0, longest: row };
      list.set(id, found);
    }
    found.calls++;
    if (Number.isNaN(duration[row]!)) {
      found.unsettled++;
      if (hangsBelow[row] === 0) unsettled.push(row);
      hangsBelow[parent[row]!] = 1;
      continue;
    }
    const sync = Number.isNaN(active[row]!) ? duration[row]! : active[row]!;
    waitingMs[row] = Math.max(0, duration[row]! - sync);
    found.activeMs += sync;
    found.waitingMs += waitingMs[row]!;
    if (waitingMs[row]! >= waitingMs[found.longest]!) found.longest = row;
    waiting.push(row);
  }
  waiting.sort((a, b) => waitingMs[b]! - waitingMs[a]! || a - b);
  return {
    longest: Int32Array.from(waiting.slice(0, MOST)),
    waitingMs,
    functions: functions
      .map((_, id) => list.get(id))
      .filter((found): found is AwaitingFunction => found !== undefined)
      .sort((a, b) => b.unsettled - a.unsettled || b.waitingMs - a.waitingMs),
    unsettled: unsettled.reverse(),
  };
}

const PROMISE = '{"$type":"Promise"}';

/** A time in which a child may have been awaited. */
interface Span {
  row: number;
  from: number;
  to: number;
  isGuess: boolean;
}

/**
 * Shares a call's waiting out to the calls it made. Of several that ran at once, the one that ended last held it up: time goes to that, and
 * what was before it to the one that ended last then.
 */
export function waitParts(trace: Trace, row: number, lists: ChildLists): WaitPart[] {
  const { duration, active } = trace.calls;
  const parts: WaitPart[] = [];
  let coveredFrom = Number.POSITIVE_INFINITY;
  for (const { row: child, from, to, isGuess } of awaitedSpans(trace, row, lists).sort(
    (a, b) => b.to - a.to,
  )) {
    const span = Math.min(to, coveredFrom) - from;
    if (span <= 0) continue;
    coveredFrom = from;
    // Its work at the start was done within the call's own.
    const sync = isGuess || Number.isNaN(active[child]!) ? 0 : active[child]!;
    if (span > sync) parts.push({ row: child, ms: span - sync, isGuess });
  }
  parts.sort((a, b) => b.ms - a.ms);
  const whole = Math.max(0, duration[row]! - (Number.isNaN(active[row]!) ? duration[row]! : active[row]!));
  // Code between two waits belongs to no child: parts must not come to more than the whole.
  const sum = parts.reduce((total, { ms }) => total + ms, 0);
  if (sum > whole) for (const part of parts) part.ms *= whole / sum;
  else if (whole - sum > 0.001) parts.push({ row: -1, ms: whole - sum, isGuess: false });
  return parts;
}

/** Async children that were over in time; and after one that returned a promise, the time until the next call. */
function awaitedSpans(trace: Trace, row: number, { firstChild, nextSibling }: ChildLists): Span[] {
  const { start, duration, flags, output } = trace.calls;
  const values = new ValueBytes(trace.values);
  const end = start[row]! + duration[row]!;
  const spans: Span[] = [];
  for (let child = firstChild[row]!; child >= 0; child = nextSibling[child]!) {
    const from = start[child]!;
    const to = from + duration[child]!;
    // The call was over before, or this one never was: it did not wait for it.
    if (!(to <= end)) continue;
    if (flags[child]! & Flag.async) spans.push({ row: child, from, to, isGuess: false });
    else if (isPromise(values, output[child]!)) {
      const next = nextSibling[child]!;
      spans.push({ row: child, from: to, to: next < 0 ? end : start[next]!, isGuess: true });
    }
  }
  return spans;
}

/** What a call that never ended waits for: its last child that returned a promise, or -1. */
export function hangsOn(trace: Trace, row: number, { firstChild, nextSibling }: ChildLists): number {
  const values = new ValueBytes(trace.values);
  let last = -1;
  for (let child = firstChild[row]!; child >= 0; child = nextSibling[child]!)
    if (isPromise(values, trace.calls.output[child]!)) last = child;
  return last;
}

function isPromise(values: ValueBytes, ref: number): boolean {
  const length = values.load(ref);
  if (length !== PROMISE.length) return false;
  for (let i = 0; i < length; i++) if (values.bytes[i] !== PROMISE.charCodeAt(i)) return false;
  return true;
}
