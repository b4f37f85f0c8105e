import { FAILED, type Trace } from "../trace/columns.js";
import { compileQuery } from "../trace/query.js";

/** Which calls are asked for. */
export interface CallChoice {
  /** Only calls that match this query. */
  filter?: string;
  /** ms. */
  minDuration?: number;
  errorsOnly?: boolean;
}

/**
 * Whether a call is asked for, or undefined when all are.
 *
 * @throws QueryError
 */
export function choiceOf(
  trace: Trace,
  { filter, minDuration, errorsOnly }: CallChoice,
): ((row: number) => boolean) | undefined {
  if (filter === undefined && minDuration === undefined && errorsOnly !== true) return undefined;
  const { duration, flags } = trace.calls;
  const matches = compileQuery(trace, filter ?? "");
  return (row) =>
    (minDuration === undefined || duration[row]! >= minDuration) &&
    (errorsOnly !== true || (flags[row]! & FAILED) !== 0) &&
    matches(row);
}

/** Marks the calls that are asked for and those above them; undefined when all are. */
export function chosenWithCallers(trace: Trace, choice: CallChoice): Uint8Array | undefined {
  const isChosen = choiceOf(trace, choice);
  if (isChosen === undefined) return undefined;
  const { parent, length } = trace.calls;
  const marked = new Uint8Array(length);
  for (let row = length - 1; row > 0; row--) {
    if (marked[row] === 0 && !isChosen(row)) continue;
    marked[row] = 1;
    marked[parent[row]!] = 1;
  }
  return marked;
}
