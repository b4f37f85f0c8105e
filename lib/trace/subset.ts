import { pickCalls } from "./column-builder.js";
import type { Trace } from "./columns.js";

/**
 * The chosen calls with those above them, as a trace of its own: what a filtered view exports. Functions, call sites,
 * errors and values are shared with the whole trace. A warning says what was left out; self times of a written subset
 * include the time of callees that are not in it.
 *
 * @param chosen - which rows are wanted
 * @param reason - what chose them, such as a query; told in the warning
 */
export function subsetTrace(trace: Trace, chosen: (row: number) => boolean, reason = ""): Trace {
  const { calls, end } = trace;
  const kept = new Uint8Array(calls.length);
  let count = 0;
  for (let row = 0; row < calls.length; row++) {
    if (row > 0 && !chosen(row)) continue;
    // Where one is kept, so are all above it.
    for (let at = row; at >= 0 && kept[at] === 0; at = calls.parent[at]!) {
      kept[at] = 1;
      count++;
    }
  }
  const rows = new Int32Array(count);
  let next = 0;
  for (let row = 0; row < calls.length; row++) if (kept[row] === 1) rows[next++] = row;
  const { calls: taken, rowOf } = pickCalls(calls, rows);
  const moved = <K extends string, T extends { [key in K]?: number }>(holder: T, key: K): T => {
    const { [key]: row, ...others } = holder;
    const now = row === undefined ? -1 : (rowOf[row] ?? -1);
    return (now < 0 ? others : { ...others, [key]: now }) as T;
  };
  const errors = trace.errors.map((error) => moved(moved(error, "thrown_in"), "caught_in"));
  const what = reason === "" ? "chosen" : `that match ${reason}`;
  return {
    ...trace,
    calls: taken,
    errors,
    end: {
      ...end,
      calls: count - 1,
      errors,
      threads: end.threads.map((thread) => moved(thread, "started_by")),
      ...(end.links === undefined
        ? {}
        : {
            links: end.links
              .filter(({ call }) => kept[call] === 1)
              .map((link) => moved({ ...link, call: rowOf[link.call]! }, "goes_back_to")),
          }),
      folded: end.folded
        .filter(({ parent }) => kept[parent] === 1)
        .map((folded) => ({ ...folded, parent: rowOf[folded.parent]! })),
      warnings: [
        ...end.warnings,
        {
          code: "subset",
          message: `This is a part of a trace: the calls ${what} and those above them.`,
          count: calls.length - count,
        },
      ],
    },
  };
}
