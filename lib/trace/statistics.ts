import type { Trace } from "./columns.js";

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
