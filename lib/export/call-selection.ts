import type { Trace } from "../trace/columns.js";
import { extractTrace } from "../trace/subset.js";
import { lastEnd } from "./run-end.js";

/** Which calls leave the file. */
export interface CallSelection {
  /** Only calls that took at least so long, ms. */
  minDuration?: number;
  /** Only calls nested up to so deep; the root is 0. */
  maxDepth?: number;
  /** At most so many: the longest ones. */
  maxSpans?: number;
  /** Only calls for which this holds. */
  matches?: (row: number) => boolean;
}

/** The calls that were chosen. The root is always among them. */
export interface ChosenCalls {
  count: number;
  isChosen(row: number): boolean;
  /** The nearest call above that was chosen; -1 for the root. */
  parentOf(row: number): number;
}

/** Chooses calls: what is left out hands its callees to the nearest call above that is not. */
export function chooseCalls(trace: Trace, selection: CallSelection = {}): ChosenCalls {
  const { calls } = trace;
  const { parent, length } = calls;
  const { minDuration, maxDepth, maxSpans, matches } = selection;
  if (minDuration === undefined && maxDepth === undefined && maxSpans === undefined && matches === undefined)
    return { count: length, isChosen: () => true, parentOf: (row) => parent[row]! };

  const depth = new Int32Array(length);
  const chosen = new Uint8Array(length);
  const runEnd = lastEnd(trace);
  const durationOf = (row: number): number =>
    Number.isNaN(calls.duration[row]!) ? runEnd - calls.start[row]! : calls.duration[row]!;
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (row > 0) depth[row] = depth[parent[row]!]! + 1;
    const isWanted =
      row === 0 ||
      ((minDuration === undefined || durationOf(row) >= minDuration) &&
        (maxDepth === undefined || depth[row]! <= maxDepth) &&
        (matches === undefined || matches(row)));
    if (!isWanted) continue;
    chosen[row] = 1;
    count++;
  }
  if (maxSpans !== undefined && count > maxSpans) count = keepLongest(chosen, count, maxSpans, durationOf);
  // From here on the nearest chosen call at or above each.
  const nearest = depth;
  for (let row = 1; row < length; row++) nearest[row] = chosen[row] === 1 ? row : nearest[parent[row]!]!;
  return {
    count,
    isChosen: (row) => chosen[row] === 1,
    parentOf: (row) => (row === 0 ? -1 : nearest[parent[row]!]!),
  };
}

/** The chosen calls as a trace of their own, in which they have ids of their own; the trace itself where all of them are. */
export function selectedTrace(trace: Trace, selection: CallSelection): Trace {
  const { count, isChosen } = chooseCalls(trace, selection);
  return count === trace.calls.length ? trace : extractTrace(trace, isChosen);
}

/** Of calls that last equally long, those that started first. Returns how many are left. */
function keepLongest(
  chosen: Uint8Array,
  count: number,
  most: number,
  durationOf: (row: number) => number,
): number {
  const room = Math.max(0, most - 1); // besides the root
  const durations = new Float64Array(count - 1);
  let next = 0;
  for (let row = 1; row < chosen.length; row++) if (chosen[row] === 1) durations[next++] = durationOf(row);
  durations.sort();
  const least = room === 0 ? Number.POSITIVE_INFINITY : durations[durations.length - room]!;
  let equal = room;
  for (const duration of durations) if (duration > least) equal--;
  let left = 1;
  for (let row = 1; row < chosen.length; row++) {
    if (chosen[row] === 0) continue;
    const duration = durationOf(row);
    if (duration > least || (duration === least && equal-- > 0)) left++;
    else chosen[row] = 0;
  }
  return left;
}
