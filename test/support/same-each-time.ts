import { pickCalls } from "../../lib/trace/column-builder.js";
import type { Trace } from "../../lib/trace/columns.js";
import { ROOT } from "./run.js";

/**
 * A recorded trace without what differs from run to run: calls in the order of the tree, each lasting as many ms as there are
 * calls in it; no ids of processes, and the same folder wherever the tests are.
 */
export function sameEachTime(trace: Trace): Trace {
  const { calls, end, functions, values } = trace;
  const children: number[][] = Array.from({ length: calls.length }, () => []);
  for (let row = 1; row < calls.length; row++) children[calls.parent[row]!]!.push(row);
  const order: number[] = [];
  const stack = [0];
  for (let row = stack.pop(); row !== undefined; row = stack.pop()) {
    order.push(row);
    stack.push(...children[row]!.reverse());
  }
  const { calls: sorted, rowOf } = pickCalls(calls, Int32Array.from(order));
  const size = new Float64Array(sorted.length).fill(1);
  for (let row = sorted.length - 1; row > 0; row--) size[sorted.parent[row]!]! += size[row]!;
  for (let row = 0; row < sorted.length; row++) {
    sorted.start[row] = row;
    sorted.duration[row] = size[row]!;
  }
  sorted.active.fill(Number.NaN);
  const plain = (text: string): string =>
    text.replaceAll(ROOT, "/app").replace(/process \d+/g, "process 100");
  const moved = (row: number | undefined): number | undefined =>
    row === undefined ? undefined : rowOf[row]!;
  return {
    ...trace,
    calls: sorted,
    functions: functions.map((fn) => ({ ...fn, name: plain(fn.name), called: plain(fn.called) })),
    errors: trace.errors.map((error) => ({
      ...error,
      message: plain(error.message),
      thrown_in: moved(error.thrown_in),
      caught_in: moved(error.caught_in),
      stack: error.stack === undefined ? undefined : plain(error.stack),
    })) as Trace["errors"],
    values: {
      text: (ref) => {
        const text = values.text(ref);
        return text === undefined ? undefined : plain(text);
      },
      copyTo: () => -1,
    },
    end: {
      ...end,
      warnings: end.warnings.map((warning) => ({ ...warning, message: plain(warning.message) })),
    },
  };
}
