import { pickCalls } from "./column-builder.js";
import type { FunctionInfo, Trace } from "./columns.js";

/**
 * The chosen calls with those above them, as a trace of its own: what a filtered view exports. Call sites, errors
 * and values are shared with the whole trace. A warning says what was left out; self times of a written subset
 * include the time of callees that are not in it.
 *
 * @param chosen - which rows are wanted
 * @param reason - what chose them, such as a query; told in the warning
 */
export function subsetTrace(trace: Trace, chosen: (row: number) => boolean, reason = ""): Trace {
  const { calls } = trace;
  const kept = new Uint8Array(calls.length);
  for (let row = 0; row < calls.length; row++) {
    if (row > 0 && !chosen(row)) continue;
    // Where one is kept, so are all above it.
    for (let at = row; at >= 0 && kept[at] === 0; at = calls.parent[at]!) kept[at] = 1;
  }
  const what = reason === "" ? "chosen" : `that match ${reason}`;
  return part(trace, kept, `the calls ${what} and those above them`);
}

/**
 * The chosen calls and the root, and no others: what is left out hands its callees to the nearest call above that is kept.
 *
 * @param chosen - which rows are wanted
 */
export function extractTrace(trace: Trace, chosen: (row: number) => boolean): Trace {
  const kept = new Uint8Array(trace.calls.length);
  for (let row = 0; row < kept.length; row++) if (row === 0 || chosen(row)) kept[row] = 1;
  return part(trace, kept, "the calls chosen");
}

function part(trace: Trace, kept: Uint8Array, what: string): Trace {
  const { calls, end } = trace;
  let count = 0;
  for (const isKept of kept) count += isKept;
  const rows = new Int32Array(count);
  // The new row of the nearest kept call at or above each.
  const nearest = new Int32Array(calls.length);
  let next = 0;
  for (let row = 0; row < calls.length; row++) {
    if (kept[row] === 1) {
      nearest[row] = next;
      rows[next++] = row;
    } else nearest[row] = nearest[calls.parent[row]!]!;
  }
  const { calls: taken, rowOf } = pickCalls(calls, rows);
  for (let row = 1; row < count; row++) taken.parent[row] = nearest[calls.parent[rows[row]!]!]!;
  const functions = keepCalled(trace.functions, taken.functionId);
  const moved = <K extends string, T extends { [key in K]?: number }>(holder: T, key: K): T => {
    const { [key]: row, ...others } = holder;
    const now = row === undefined ? -1 : (rowOf[row] ?? -1);
    return (now < 0 ? others : { ...others, [key]: now }) as T;
  };
  const errors = trace.errors.map((error) => moved(moved(error, "thrown_in"), "caught_in"));
  return {
    ...trace,
    functions,
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
          message: `This is a part of a trace: ${what}.`,
          count: calls.length - count,
        },
      ],
    },
  };
}

/** The functions that have calls; the calls' references are moved to them. */
function keepCalled(functions: readonly FunctionInfo[], functionId: Int32Array): FunctionInfo[] {
  const kept: FunctionInfo[] = [];
  const indexOf = new Int32Array(functions.length).fill(-1);
  for (let row = 0; row < functionId.length; row++) {
    const id = functionId[row]!;
    if (indexOf[id]! < 0) indexOf[id] = kept.push(functions[id]!) - 1;
    functionId[row] = indexOf[id]!;
  }
  return kept;
}
