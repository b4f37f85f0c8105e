import type { Trace } from "../trace/columns.js";
import { lastEnd } from "./run-end.js";

/** Calls as bars side by side: within a lane they nest, and none overlaps another. */
export interface Lanes {
  /** Lane of each call, an index in {@link Lanes.lanes}. */
  laneOf: Int32Array;
  /** The call that each lies on; -1 for the lowest of a lane. */
  on: Int32Array;
  /** ns since the run's start, whole. */
  start: Float64Array;
  end: Float64Array;
  lanes: Lane[];
}

export interface Lane {
  /** Index in the run's threads. */
  thread: number;
  /** Among those of its thread; the first holds all that is synchronous. */
  index: number;
}

/**
 * Puts every call on a lane of its process or thread: on its caller where it fits, that is when it ends before the caller does
 * and nothing else lies there; on the next one above when the caller has ended. Calls that overlap others, as asynchronous
 * ones do, begin a lane, with what they call on top. What is still running lasts to the end of the run.
 */
export function layOut(trace: Trace): Lanes {
  const { calls } = trace;
  const { parent, thread, length } = calls;
  const laneOf = new Int32Array(length);
  const on = new Int32Array(length).fill(-1);
  const { start, end } = wholeTimes(trace);
  const lanes: Lane[] = [];
  const tops: number[] = [];
  const freeOf: FreeLanes[] = [];
  // The nearest call above that had not ended when it was last looked for.
  const open = Int32Array.from(parent.subarray(0, length));

  const hostOf = (row: number): number => {
    const at = start[row]!;
    let host = open[row]!;
    while (host >= 0 && hasEnded(end[host]!, at, end[row]!)) {
      const above = open[host]!;
      // What ended before is not asked again, so that chains of timers take no square time.
      if (above >= 0 && end[above]! < at) open[host] = open[above]!;
      host = above;
    }
    open[row] = host;
    return host;
  };

  for (let row = 0; row < length; row++) {
    const host = hostOf(row);
    const own = thread[row]!;
    if (host >= 0 && thread[host] === own && end[row]! <= end[host]!) {
      const lane = laneOf[host]!;
      let top = tops[lane]!;
      while (top !== host && top >= 0 && end[top]! <= start[row]!) top = on[top]!;
      tops[lane] = top;
      if (top === host) {
        laneOf[row] = lane;
        on[row] = host;
        tops[lane] = row;
        continue;
      }
    }
    freeOf[own] ??= new FreeLanes();
    const free = freeOf[own];
    let lane = free.take(start[row]!);
    if (lane < 0) lane = lanes.push({ thread: own, index: free.count++ }) - 1;
    laneOf[row] = lane;
    tops[lane] = row;
    free.add(lane, end[row]!);
  }
  return { laneOf, on, start, end, lanes };
}

/** A call without length may lie at the very end of another. */
function hasEnded(end: number, at: number, ownEnd: number): boolean {
  return end < at || (end === at && ownEnd > at);
}

function wholeTimes(trace: Trace): { start: Float64Array; end: Float64Array } {
  const { calls } = trace;
  const start = new Float64Array(calls.length);
  const end = new Float64Array(calls.length);
  const runEnd = Math.round(lastEnd(trace) * 1e6);
  for (let row = 0; row < calls.length; row++) {
    const from = calls.start[row]!;
    const duration = calls.duration[row]!;
    start[row] = Math.round(from * 1e6);
    end[row] = Number.isNaN(duration) ? runEnd : Math.round((from + duration) * 1e6);
  }
  return { start, end };
}

/** The lanes of a thread by when they are free: a binary heap. */
class FreeLanes {
  count = 0;
  private readonly lanes: number[] = [];
  private readonly times: number[] = [];

  /** A lane that is free at `time`, or -1. */
  take(time: number): number {
    const { lanes, times } = this;
    if (lanes.length === 0 || times[0]! > time) return -1;
    const taken = lanes[0]!;
    const lane = lanes.pop()!;
    const at = times.pop()!;
    if (lanes.length === 0) return taken;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= lanes.length) break;
      if (child + 1 < lanes.length && times[child + 1]! < times[child]!) child++;
      if (times[child]! >= at) break;
      lanes[i] = lanes[child]!;
      times[i] = times[child]!;
      i = child;
    }
    lanes[i] = lane;
    times[i] = at;
    return taken;
  }

  add(lane: number, time: number): void {
    const { lanes, times } = this;
    let i = lanes.push(lane) - 1;
    times.push(time);
    while (i > 0) {
      const above = (i - 1) >> 1;
      if (times[above]! <= time) break;
      lanes[i] = lanes[above]!;
      times[i] = times[above]!;
      i = above;
    }
    lanes[i] = lane;
    times[i] = time;
  }
}

/** How a lane is called: `main`, `worker 2 (pid 41)`, `main, async 3`. */
export function laneName({ end }: Trace, { thread, index }: Lane): string {
  const name = threadName(end.threads[thread], end.threads.length > 1);
  return index === 0 ? name : `${name}, async ${index}`;
}

function threadName(
  info: { role: string; pid: number; thread_id: number; title: string } | undefined,
  isOneOfMany: boolean,
): string {
  if (info === undefined) return "main";
  const { role, pid, thread_id: id, title } = info;
  if (!isOneOfMany) return role;
  return `${role}${id > 0 ? ` ${id}` : ""}${title === "" ? "" : ` ${title}`} (pid ${pid})`;
}

/** The rows of each lane, in order of start. */
export function rowsByLane({ laneOf, lanes }: Lanes): Int32Array[] {
  const counts = new Int32Array(lanes.length);
  for (const lane of laneOf) counts[lane] = counts[lane]! + 1;
  const rows = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  for (let row = 0; row < laneOf.length; row++) {
    const lane = laneOf[row]!;
    const next = counts[lane]!;
    rows[lane]![next] = row;
    counts[lane] = next + 1;
  }
  return rows;
}
