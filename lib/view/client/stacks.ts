import type { Model } from "./model.js";

/** Calls that came the same way: the same functions, one above the other. */
export interface Stack {
  functionId: number;
  row: number;
  calls: number;
  total: number;
  children: Stack[];
}

export function callsBelow(stack: Stack): number {
  return stack.calls + stack.children.reduce((sum, child) => sum + callsBelow(child), 0);
}

/** Recursion deeper than this joins with the level above. */
const DEEPEST = 200;

/** Joins the calls of a run into stacks. */
export function stacks({ calls }: Model): Stack {
  const root: Stack = {
    functionId: calls.functionId[0]!,
    row: 0,
    calls: 1,
    total: calls.duration[0]! || 0,
    children: [],
  };
  const of: Stack[] = [root];
  const depth = new Uint16Array(calls.length);
  const indexes = new Map<Stack, Map<number, Stack>>();
  for (let row = 1; row < calls.length; row++) {
    const parentRow = calls.parent[row]!;
    const parent = of[parentRow]!;
    if (depth[parentRow]! >= DEEPEST) {
      of[row] = parent;
      depth[row] = depth[parentRow]!;
      continue;
    }
    let index = indexes.get(parent);
    if (index === undefined) {
      index = new Map();
      indexes.set(parent, index);
    }
    const functionId = calls.functionId[row]!;
    let stack = index.get(functionId);
    if (stack === undefined) {
      stack = { functionId, row, calls: 0, total: 0, children: [] };
      index.set(functionId, stack);
      parent.children.push(stack);
    }
    stack.calls++;
    stack.total += calls.duration[row]! || 0;
    of[row] = stack;
    depth[row] = depth[parentRow]! + 1;
  }
  return root;
}
