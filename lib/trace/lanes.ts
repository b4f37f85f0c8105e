import type { Trace } from "./columns.js";

/** A band of levels in which every call stands below its caller. */
export interface Lane {
  thread: number;
  /** Level of its top, counted over all lanes. */
  top: number;
  levels: number;
  /** 0 for the thread's own lane; then those for what ran at the same time. */
  index: number;
}

export interface Lanes {
  /** By row, counted over all lanes. */
  level: Int32Array;
  lanes: Lane[];
  levels: number;
}

interface OpenLane extends Lane {
  busyUntil: number[];
  /** When all calls in it are over, the trace's root aside. */
  idleFrom: number;
}

/** Deeper calls share the last level. */
const MOST_LEVELS = 4000;
/** More at the same time share the last lane of their thread. */
const MOST_LANES = 300;

/**
 * Where calls stand on a chart over time: a lane for each thread, and further ones for calls that overlap what is there,
 * or whose caller has ended: in each lane a call stands below its caller, and nothing covers anything.
 *
 * @param end - of the calls that have none, ms
 */
export function lanesOf({ calls }: Trace, end: number): Lanes {
  const { length, parent, start, duration, thread } = calls;
  const level = new Int32Array(length);
  const laneOf: OpenLane[] = new Array(length);
  const byThread = new Map<number, OpenLane[]>();

  const open = (of: number): OpenLane => {
    const lanes = byThread.get(of) ?? [];
    byThread.set(of, lanes);
    const lane: OpenLane = { thread: of, index: lanes.length, top: 0, levels: 0, busyUntil: [], idleFrom: 0 };
    lanes.push(lane);
    return lane;
  };
  const idleAt = (of: number, at: number): OpenLane => {
    const lanes = byThread.get(of) ?? [];
    const idle = lanes.find(({ idleFrom }) => idleFrom <= at);
    return idle ?? (lanes.length < MOST_LANES ? open(of) : lanes[lanes.length - 1]!);
  };
  const endOf = (row: number): number => (Number.isNaN(duration[row]!) ? end : start[row]! + duration[row]!);

  for (let row = 0; row < length; row++) {
    const at = start[row]!;
    const above = parent[row]!;
    const isBelow = above >= 0 && thread[above] === thread[row] && endOf(above) >= at - 1e-6;
    let lane = isBelow ? laneOf[above]! : idleAt(thread[row]!, at);
    let own = row === 0 ? 0 : isBelow ? Math.min(level[above]! + 1, MOST_LEVELS) : base(lane);
    if (isBelow && own < MOST_LEVELS && (lane.busyUntil[own] ?? 0) > at + 1e-6) {
      lane = idleAt(thread[row]!, at);
      own = base(lane);
    }
    laneOf[row] = lane;
    level[row] = own;
    const over = endOf(row);
    lane.busyUntil[own] = Math.max(over, lane.busyUntil[own] ?? 0);
    if (row > 0 && over > lane.idleFrom) lane.idleFrom = over;
    if (own >= lane.levels) lane.levels = own + 1;
  }

  const lanes = [...byThread.keys()].sort((a, b) => a - b).flatMap((of) => byThread.get(of)!);
  let top = 0;
  for (const lane of lanes) {
    lane.top = top;
    top += lane.levels;
  }
  for (let row = 0; row < length; row++) level[row] = level[row]! + laneOf[row]!.top;
  return { level, lanes, levels: top };
}

/** The trace's root lasts as long as everything: others start below it. */
function base({ thread, index }: OpenLane): number {
  return thread === 0 && index === 0 ? 1 : 0;
}
