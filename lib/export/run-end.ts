import type { Trace } from "../trace/columns.js";

/** When the last thing of a run happened, ms since its start: what is still running lasts until then. */
export function lastEnd({ calls }: Trace): number {
  const { start, duration, length } = calls;
  let end = 0;
  for (let row = 0; row < length; row++) {
    const own = Number.isNaN(duration[row]!) ? start[row]! : start[row]! + duration[row]!;
    if (own > end) end = own;
  }
  return end;
}
