import type { Link, SpanContext } from "@opentelemetry/api";
import { FAILED, type Trace } from "../trace/columns.js";
import type { ChosenCalls } from "./call-selection.js";

const NOTHING: never[] = [];

/**
 * What a call has to do with others besides its caller: the call that threw its error first, and that error's cause; what
 * started its process or thread; and its caller again where that had ended before, as with timers and promises nobody waits
 * for. `flowtrace.link` tells which.
 */
export function linksOf(
  { calls, errors, end }: Trace,
  row: number,
  endOf: (row: number) => number,
  contextOf: (row: number) => SpanContext,
  chosen: ChosenCalls,
): Link[] {
  const parent = calls.parent[row]!;
  if (parent < 0) return NOTHING;
  const isLate = calls.start[row]! > endOf(parent);
  const isOtherThread = calls.thread[row]! !== calls.thread[parent]!;
  const failed = calls.error[row]! >= 0 && (calls.flags[row]! & FAILED) !== 0;
  if (!isLate && !isOtherThread && !failed) return NOTHING;
  const links: Link[] = [];
  const add = (to: number | undefined, reason: string): void => {
    if (to === undefined || to === row || !chosen.isChosen(to)) return;
    links.push({ context: contextOf(to), attributes: { "flowtrace.link": reason } });
  };
  if (isLate) add(parent, "caller ended before");
  if (isOtherThread) add(end.threads[calls.thread[row]!]?.started_by, "started by");
  if (failed) {
    const error = errors[calls.error[row]!];
    add(error?.thrown_in, "error thrown in");
    add(errors[error?.cause ?? -1]?.thrown_in, "error caused in");
  }
  return links;
}
