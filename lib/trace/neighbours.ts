import type { Trace } from "./columns.js";

/** Calls between two functions. */
export interface Neighbour {
  functionId: number;
  calls: number;
  /** ms that these calls took. */
  total: number;
  errors: number;
  /** The first of these calls. */
  row: number;
}

/** Who called a function, and what it called, in order of time. */
export function neighboursOf(
  { calls }: Trace,
  functionId: number,
): { callers: Neighbour[]; callees: Neighbour[] } {
  const callers = new Map<number, Neighbour>();
  const callees = new Map<number, Neighbour>();
  const add = (side: Map<number, Neighbour>, other: number, row: number): void => {
    let neighbour = side.get(other);
    if (neighbour === undefined) {
      neighbour = { functionId: other, calls: 0, total: 0, errors: 0, row };
      side.set(other, neighbour);
    }
    neighbour.calls++;
    neighbour.total += calls.duration[row]! || 0;
    if (calls.error[row]! >= 0) neighbour.errors++;
  };
  for (let row = 1; row < calls.length; row++) {
    const own = calls.functionId[row]!;
    const above = calls.functionId[calls.parent[row]!]!;
    if (own === functionId) add(callers, above, row);
    if (above === functionId) add(callees, own, row);
  }
  const heaviestFirst = (side: Map<number, Neighbour>): Neighbour[] =>
    [...side.values()].sort((a, b) => b.total - a.total);
  return { callers: heaviestFirst(callers), callees: heaviestFirst(callees) };
}
