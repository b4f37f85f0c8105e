import { qualifiedName } from "../trace/call-name.js";
import type { FunctionInfo, Trace } from "../trace/columns.js";
import { childLists, selfTimes } from "../trace/statistics.js";
import { mergeStacks } from "./merged-stacks.js";

/** Each line repeats its whole stack: what is deeper counts for the last one, or a recursion's file would have its square in size. */
const DEEPEST = 1000;

/**
 * Folded stacks for flame graphs (https://github.com/brendangregg/FlameGraph): `app.js;main (app.js:1);f (app.js:9) 1200`, a line
 * for each different stack with its self time in ns.
 */
export function* collapsed(trace: Trace): Generator<string> {
  const { nodeOf, parent, functionId } = mergeStacks(trace);
  const self = selfTimes(trace);
  const ns = new Float64Array(parent.length);
  for (let row = 0; row < nodeOf.length; row++) {
    const node = nodeOf[row]!;
    ns[node] = ns[node]! + Math.round((self[row]! || 0) * 1e6);
  }
  const names = trace.functions.map(frameName);
  const { firstChild, nextSibling } = childLists(parent, parent.length);
  const stack: { node: number; path: string }[] = [{ node: 0, path: names[functionId[0]!]! }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const { node } = top;
    if (node < 0) {
      stack.pop();
      continue;
    }
    const above = stack.length > 1 ? `${stack[stack.length - 2]!.path};` : "";
    top.path = above + names[functionId[node]!]!;
    const child = firstChild[node]!;
    const isDeepest = stack.length >= DEEPEST;
    const own = isDeepest ? below(node, firstChild, nextSibling, parent, ns) : ns[node]!;
    if (own > 0 || child < 0) yield `${top.path} ${own}\n`;
    top.node = nextSibling[node]!;
    if (child >= 0 && !isDeepest) {
      // The entry's path stays that of `node` while its children are on top of it.
      stack.push({ node: child, path: "" });
    }
  }
}

/** The times of a node and all below it. */
function below(
  from: number,
  firstChild: Int32Array,
  nextSibling: Int32Array,
  parent: Int32Array,
  ns: Float64Array,
): number {
  let sum = 0;
  let node = from;
  for (;;) {
    sum += ns[node]!;
    if (firstChild[node]! >= 0) {
      node = firstChild[node]!;
      continue;
    }
    while (node !== from && nextSibling[node]! < 0) node = parent[node]!;
    if (node === from) return sum;
    node = nextSibling[node]!;
  }
}

/** Unique for functions of the same name in different files, as py-spy writes frames. */
function frameName(fn: FunctionInfo): string {
  const place = fn.kind === "root" || fn.file === undefined ? "" : ` (${fn.file}:${fn.line ?? 1})`;
  return `${qualifiedName(fn)}${place}`.replaceAll(";", ",").replace(/\s+/g, " ");
}
