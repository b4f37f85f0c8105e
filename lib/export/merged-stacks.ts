import type { Trace } from "../trace/columns.js";

/** Calls merged by their stacks: a node for each function in each different chain of callers. */
export interface MergedStacks {
  /** Node of each call; the root call's is 0. */
  nodeOf: Int32Array;
  /** By node: the node above, -1 for the first. */
  parent: Int32Array;
  functionId: Int32Array;
}

export function mergeStacks({ calls, functions }: Trace): MergedStacks {
  const { length } = calls;
  const nodeOf = new Int32Array(length);
  const parent = new Int32Array(length);
  const functionId = new Int32Array(length);
  const nodes = new NodeTable(length, functions.length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    const above = row === 0 ? -1 : nodeOf[calls.parent[row]!]!;
    const fn = calls.functionId[row]!;
    let node = nodes.get(above, fn);
    if (node < 0) {
      node = count++;
      nodes.set(above, fn, node);
      parent[node] = above;
      functionId[node] = fn;
    }
    nodeOf[row] = node;
  }
  return { nodeOf, parent: parent.slice(0, count), functionId: functionId.slice(0, count) };
}

/** A Map holds 16 million entries at most, and less than one call each is usual. */
class NodeTable {
  private readonly maps: Map<number, number>[];

  constructor(
    calls: number,
    private readonly functions: number,
  ) {
    this.maps = Array.from({ length: Math.ceil(calls / 8e6) || 1 }, () => new Map());
  }

  get(above: number, fn: number): number {
    return this.mapOf(above).get((above + 1) * this.functions + fn) ?? -1;
  }

  set(above: number, fn: number, node: number): void {
    this.mapOf(above).set((above + 1) * this.functions + fn, node);
  }

  private mapOf(above: number): Map<number, number> {
    return this.maps[(above + 1) % this.maps.length]!;
  }
}
