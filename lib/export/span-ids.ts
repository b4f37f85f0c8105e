import { sha256Of } from "../sha256.js";
import type { Trace } from "../trace/columns.js";

/** The ids of a trace's spans. */
export interface SpanIds {
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits, never all zero. */
  spanId(row: number): string;
}

/**
 * Ids that follow from the run and the call: a trace that is sent twice makes no duplicates in a receiver that knows
 * spans by their ids, and a request that is repeated after its answer was lost makes none either.
 */
export function createSpanIds({ run, end }: Trace): SpanIds {
  const seed = JSON.stringify([run.started_unix_ms, end.threads[0]?.pid ?? 0, run.argv, run.cwd, run.root]);
  const digest = sha256Of(seed);
  // The upper half differs between runs, for receivers that look spans up without their trace.
  const half = digest.slice(32, 40);
  return {
    traceId: digest.slice(0, 32),
    spanId: (row) => half + (row + 1).toString(16).padStart(8, "0"),
  };
}
