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

/** Shares a call's waiting out to the calls it made: time that an async child covers went to it. */
export function waitParts(trace: Trace, row: number, { firstChild, nextSibling }: ChildLists): WaitPart[] {
  const { start, duration, active, flags, output } = trace.calls;
  const values = new ValueBytes(trace.values);
  const end = Number.isNaN(duration[row]!) ? Number.POSITIVE_INFINITY : start[row]! + duration[row]!;
  const parts = new Map<number, WaitPart>();
  const give = (to: number, ms: number, isGuess: boolean): void => {
    if (!(ms > 0)) return;
    const part = parts.get(to);
    if (part === undefined) parts.set(to, { row: to, ms, isGuess });
    else part.ms += ms;
  };
  let coveredTo = start[row]!;
  let awaited = -1;
  for (let child = firstChild[row]!; child >= 0; child = nextSibling[child]!) {
    const from = start[child]!;
    if (from > coveredTo && awaited >= 0) give(awaited, from - coveredTo, true);
    const isOver = !Number.isNaN(duration[child]!);
    const to = isOver ? from + duration[child]! : Number.POSITIVE_INFINITY;
    // The call was over before: it did not wait for this one.
    if (to > end) continue;
    if (flags[child]! & Flag.async) {
      const waited = to - Math.max(from, coveredTo);
      const sync = Number.isNaN(active[child]!) ? 0 : active[child]!;
      if (isOver) give(child, waited - Math.min(sync, waited), false);
      awaited = -1;
    } else awaited = isPromise(values, output[child]!) ? child : -1;
    coveredTo = Math.max(coveredTo, to);
  }
  if (awaited >= 0 && Number.isFinite(end)) give(awaited, end - coveredTo, true);
  const whole = Math.max(0, duration[row]! - (Number.isNaN(active[row]!) ? duration[row]! : active[row]!));
  const list = [...parts.values()].sort((a, b) => b.ms - a.ms);
  // Code between two waits belongs to no child: parts must not come to more than the whole.
  const sum = list.reduce((total, { ms }) => total + ms, 0);
  if (sum > whole) for (const part of list) part.ms *= whole / sum;
  else if (whole - sum > 0.001) list.push({ row: -1, ms: whole - sum, isGuess: false });
  return list;
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
