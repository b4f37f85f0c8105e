import type { CallColumns } from "./columns.js";

/** The tree as linked lists by row, -1 for none: children in order of start. */
export interface ChildLists {
  firstChild: Int32Array;
  nextSibling: Int32Array;
}

export function childLists(parent: Int32Array, length: number): ChildLists {
  const firstChild = new Int32Array(length).fill(-1);
  const nextSibling = new Int32Array(length).fill(-1);
  for (let row = length - 1; row > 0; row--) {
    const above = parent[row]!;
    nextSibling[row] = firstChild[above]!;
    firstChild[above] = row;
  }
  return { firstChild, nextSibling };
}

/** A call is entered before its children and left after them. */
export interface Step {
  row: number;
  enters: boolean;
  /** The first among its siblings. */
  isFirst: boolean;
  /** Calls above it. */
  depth: number;
}

/**
 * Visits a call and all below it, twice each: before and after its children. The step is one object, changed
 * from visit to visit. Needs no stack, however deep calls nest.
 */
export function* walk(
  calls: CallColumns,
  from = 0,
  lists = childLists(calls.parent, calls.length),
): Generator<Readonly<Step>> {
  const { firstChild, nextSibling } = lists;
  const { parent, length } = calls;
  if (from >= length) return;
  const step: Step = { row: from, enters: true, isFirst: true, depth: 0 };
  for (;;) {
    step.enters = true;
    yield step;
    const child = firstChild[step.row]!;
    if (child >= 0) {
      step.row = child;
      step.isFirst = true;
      step.depth++;
      continue;
    }
    step.enters = false;
    yield step;
    while (step.row !== from && nextSibling[step.row]! < 0) {
      step.row = parent[step.row]!;
      step.depth--;
      step.isFirst = step.row === from || firstChild[parent[step.row]!] === step.row;
      yield step;
    }
    if (step.row === from) return;
    step.row = nextSibling[step.row]!;
    step.isFirst = false;
  }
}

/** A call and all below it, each before its children. */
export function* preOrder(
  calls: CallColumns,
  from = 0,
  lists = childLists(calls.parent, calls.length),
): Generator<number> {
  for (const step of walk(calls, from, lists)) if (step.enters) yield step.row;
}

/** A call and all below it, each after its children. */
export function* postOrder(
  calls: CallColumns,
  from = 0,
  lists = childLists(calls.parent, calls.length),
): Generator<number> {
  for (const step of walk(calls, from, lists)) if (!step.enters) yield step.row;
}

/** The calls from the root down to `row`, both included. */
export function pathTo({ parent }: CallColumns, row: number): number[] {
  const path: number[] = [];
  for (let at = row; at >= 0; at = parent[at]!) path.push(at);
  return path.reverse();
}

/** How many calls are above each. */
export function depths({ parent, length }: CallColumns): Int32Array {
  const depth = new Int32Array(length);
  for (let row = 1; row < length; row++) depth[row] = depth[parent[row]!]! + 1;
  return depth;
}
