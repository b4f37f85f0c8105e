import { FAILED, Flag, type Trace } from "./columns.js";
import { depths, pathTo } from "./walk.js";

export { childLists } from "./walk.js";

/**
 * Self time of every call, ms: its duration less the time that its children cover, overlapping ones counted
 * once. NaN where the call has not ended.
 */
export function selfTimes(trace: Trace): Float64Array {
  const { length, parent, start, duration } = trace.calls;
  const self = Float64Array.from(duration.subarray(0, length));
  // Children come in order of start: what of a child lies before the end of those before it is counted already.
  const coveredTo = Float64Array.from(start.subarray(0, length));
  for (let row = 1; row < length; row++) {
    const above = parent[row]!;
    const parentEnd = start[above]! + duration[above]!;
    const end = Math.min(
      start[row]! + (Number.isNaN(duration[row]!) ? Number.POSITIVE_INFINITY : duration[row]!),
      parentEnd,
    );
    const from = Math.max(start[row]!, coveredTo[above]!);
    if (end > from) {
      self[above] = self[above]! - (end - from);
      coveredTo[above] = end;
    }
  }
  for (let row = 0; row < length; row++) if (self[row]! < 0) self[row] = 0;
  return self;
}

/** What the calls of one function come to; times in ms. */
export interface FunctionStatistics {
  functionId: number;
  calls: number;
  errors: number;
  running: number;
  total: number;
  self: number;
  min: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/**
 * Statistics of every function that was called, in order of self time. `total` counts a recursive call's time once for
 * each level, as profilers' tables do. Percentiles by nearest rank.
 */
export function functionStatistics(
  trace: Trace,
  self: Float64Array = selfTimes(trace),
): FunctionStatistics[] {
  const { length, functionId, duration, flags } = trace.calls;
  const counts = new Int32Array(trace.functions.length);
  for (let row = 1; row < length; row++) counts[functionId[row]!] = counts[functionId[row]!]! + 1;
  const firsts = new Int32Array(trace.functions.length + 1);
  for (let i = 0; i < counts.length; i++) firsts[i + 1] = firsts[i]! + counts[i]!;
  const durations = new Float64Array(Math.max(0, length - 1));
  const filled = firsts.slice();
  const list: FunctionStatistics[] = trace.functions.map((_, id) => ({
    functionId: id,
    calls: counts[id]!,
    errors: 0,
    running: 0,
    total: 0,
    self: 0,
    min: 0,
    p50: 0,
    p95: 0,
    p99: 0,
    max: 0,
  }));
  for (let row = 1; row < length; row++) {
    const statistics = list[functionId[row]!]!;
    if (flags[row]! & FAILED) statistics.errors++;
    if (Number.isNaN(duration[row]!)) {
      statistics.running++;
      continue;
    }
    statistics.total += duration[row]!;
    statistics.self += self[row]!;
    durations[filled[statistics.functionId]!] = duration[row]!;
    filled[statistics.functionId] = filled[statistics.functionId]! + 1;
  }
  for (const statistics of list) {
    const sorted = durations.subarray(firsts[statistics.functionId]!, filled[statistics.functionId]!).sort();
    if (sorted.length === 0) continue;
    const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
    statistics.min = sorted[0]!;
    statistics.p50 = rank(0.5);
    statistics.p95 = rank(0.95);
    statistics.p99 = rank(0.99);
    statistics.max = sorted[sorted.length - 1]!;
  }
  return list.filter(({ calls }) => calls > 0).sort((a, b) => b.self - a.self);
}

/**
 * The way to what went wrong: rows from the root to the call that threw the error that ended the run; when no error did, that
 * of the first test that failed, or the first error that nobody handled; and of a run that ended badly without any of them, the
 * last call that failed, see {@link isGuess}.
 * Empty when nothing failed.
 */
export function failingPath(trace: Trace): number[] {
  const { calls, errors, end } = trace;
  const ended = errors[calls.error[0] ?? -1];
  const test = ended === undefined ? failedTest(trace) : -1;
  if (test >= 0) return pathInTest(trace, test);
  const fatal = ended ?? errors.find(({ outcome }) => outcome === "unhandled");
  if (fatal !== undefined) {
    const row = fatal.thrown_in ?? lastWith(trace, fatal.id);
    return row < 0 ? [] : pathTo(calls, row);
  }
  const endedBadly = end.signal !== null || (end.exit_code ?? 0) !== 0;
  const row = endedBadly ? lastFailure(trace) : -1;
  return row < 0 ? [] : pathTo(calls, row);
}

/** Whether the error at the end of a failing path was handled by the program, which ended badly all the same. */
export function isGuess({ calls, errors, functions }: Trace, path: readonly number[]): boolean {
  const row = path[path.length - 1];
  if (row === undefined || calls.error[0]! >= 0 || errors[calls.error[row]!]?.outcome === "unhandled")
    return false;
  return !path.some((step) => functions[calls.functionId[step]!]!.kind === "test");
}

function failedTest({ calls, functions }: Trace): number {
  for (let row = 1; row < calls.length; row++)
    if (calls.flags[row]! & FAILED && functions[calls.functionId[row]!]!.kind === "test") return row;
  return -1;
}

/** To where its error was thrown, when that was in the test. */
function pathInTest(trace: Trace, test: number): number[] {
  const { calls, errors } = trace;
  const error = calls.error[test]!;
  const path = pathTo(calls, errors[error]?.thrown_in ?? lastWith(trace, error));
  return path.includes(test) ? path : pathTo(calls, test);
}

/** The innermost call that carries an error: of those with it, the last to start. */
function lastWith({ calls }: Trace, error: number): number {
  for (let row = calls.length - 1; row >= 0; row--) if (calls.error[row] === error) return row;
  return -1;
}

/**
 * Of the calls that failed other than by a callee's failure, the one whose end was the last: a program that gives up has just been
 * told why.
 */
function lastFailure({ calls }: Trace): number {
  const { flags, parent, start, duration, length } = calls;
  const hasFailedBelow = new Uint8Array(length);
  for (let row = length - 1; row > 0; row--) if (flags[row]! & FAILED) hasFailedBelow[parent[row]!] = 1;
  let last = -1;
  let lastEnd = Number.NEGATIVE_INFINITY;
  for (let row = 1; row < length; row++) {
    const end = start[row]! + duration[row]!;
    if (!(flags[row]! & FAILED) || hasFailedBelow[row] !== 0 || !(end >= lastEnd)) continue;
    last = row;
    lastEnd = end;
  }
  return last;
}

/** What a run comes to at a glance. */
export interface TraceCounts {
  /** Without the root. */
  calls: number;
  functions: number;
  /** Calls that ended by an error. */
  failed: number;
  running: number;
  async: number;
  /** Levels below the root. */
  depth: number;
}

export function countCalls({ calls }: Trace): TraceCounts {
  const { length, flags, functionId } = calls;
  const depth = depths(calls);
  const functions = new Set<number>();
  const counts = { calls: length - 1, functions: 0, failed: 0, running: 0, async: 0, depth: 0 };
  for (let row = 1; row < length; row++) {
    const flag = flags[row]!;
    if (flag & FAILED) counts.failed++;
    if (flag & Flag.running) counts.running++;
    if (flag & Flag.async) counts.async++;
    if (depth[row]! > counts.depth) counts.depth = depth[row]!;
    functions.add(functionId[row]!);
  }
  return { ...counts, functions: functions.size };
}
