import type { Model } from "./model.js";

/** Calls that came the same way: the same functions, one above the other. */
export interface Stack {
  functionId: number;
  /** The first of its calls. */
  row: number;
  calls: number;
  total: number;
  /** ms of their own work. */
  self: number;
  /** Bytes by which their own work let memory grow. */
  growth: number;
  children: Stack[];
}

/** Recursion deeper than this joins with the level above. */
const DEEPEST = 200;

/** Joins the calls of a run into stacks. */
export function stacks(model: Model): Stack {
  const { calls, self } = model;
  const growth = model.growth();
  const root = emptyStack(calls.functionId[0]!, 0);
  const of: Stack[] = [root];
  const depth = new Uint16Array(calls.length);
  const child = childIndex();
  for (let row = 0; row < calls.length; row++) {
    let stack = root;
    if (row > 0) {
      const above = calls.parent[row]!;
      stack = of[above]!;
      depth[row] = depth[above]!;
      if (depth[above]! < DEEPEST) {
        stack = child(stack, calls.functionId[row]!, row);
        depth[row]!++;
      }
      of[row] = stack;
    }
    stack.calls++;
    stack.total += calls.duration[row]! || 0;
    // Of the root it is the time outside of all calls: Node's own start, and its waiting.
    if (row > 0) stack.self += self[row]! || 0;
    stack.growth += growth?.[row] ?? 0;
  }
  return root;
}

/** The same work seen from its end: below a root every function that worked, below it who called it, and so on. */
export function stacksFromTheEnd(root: Stack): Stack {
  const end = emptyStack(root.functionId, root.row);
  const child = childIndex();
  const way: Stack[] = [];
  const visit = (stack: Stack): void => {
    way.push(stack);
    if (stack.self > 0) {
      let at = end;
      for (let i = way.length - 1; i >= 0; i--) {
        const { functionId, row } = way[i]!;
        at = child(at, functionId, row);
        at.calls += stack.calls;
        at.total += stack.self;
      }
      at.self += stack.self;
    }
    for (const below of stack.children) visit(below);
    way.pop();
  };
  visit(root);
  end.calls = root.calls;
  end.total = end.children.reduce((sum, { total }) => sum + total, 0);
  return end;
}

function emptyStack(functionId: number, row: number): Stack {
  return { functionId, row, calls: 0, total: 0, self: 0, growth: 0, children: [] };
}

/** Finds or makes what is below a stack. */
function childIndex(): (stack: Stack, functionId: number, row: number) => Stack {
  const indexes = new Map<Stack, Map<number, Stack>>();
  return (stack, functionId, row) => {
    let index = indexes.get(stack);
    if (index === undefined) {
      index = new Map();
      indexes.set(stack, index);
    }
    let child = index.get(functionId);
    if (child === undefined) {
      child = emptyStack(functionId, row);
      index.set(functionId, child);
      stack.children.push(child);
    }
    return child;
  };
}
