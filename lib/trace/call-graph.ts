import { FAILED, type Trace } from "./columns.js";
import { type ChildLists, walk } from "./walk.js";

/** What stands at the head of a column: a module, or a class with what is in no class under its module. A process stands for itself. */
export type Grouping = "module" | "class";

/** A call from one participant to another, and those like it by the same caller. */
export interface Message {
  from: number;
  to: number;
  functionId: number;
  /** The first call. */
  row: number;
  count: number;
  totalMs: number;
  failed: boolean;
  /** Levels below the chosen call, of calls that are shown. */
  depth: number;
}

export interface Sequence {
  participants: string[];
  messages: Message[];
  /** Calls that no message stands for, because there were too many. */
  left: number;
}

export function participantOf(trace: Trace, row: number, by: Grouping): string {
  const { called, name, module, kind } = trace.functions[trace.calls.functionId[row]!]!;
  const isOfClass = kind === "method" || kind === "constructor" || kind === "getter" || kind === "setter";
  return by === "class" && isOfClass && called !== name && called !== "" ? called : module || name;
}

/**
 * The calls below one as messages between modules or classes, in order. Calls within a participant are left out (`withInner` keeps
 * them). What one call calls again and again is one message, and only the first is looked into: a loop is told once. Failed
 * calls are messages of their own.
 *
 * @param most - messages at most
 */
export function sequenceOf(
  trace: Trace,
  from: number,
  lists: ChildLists,
  by: Grouping,
  withInner = false,
  most = 200,
): Sequence {
  const { calls } = trace;
  const participants: string[] = [];
  const index = new Map<string, number>();
  const numberOf = (row: number): number => {
    const name = participantOf(trace, row, by);
    let number = index.get(name);
    if (number === undefined) {
      number = participants.push(name) - 1;
      index.set(name, number);
    }
    return number;
  };
  const messages: Message[] = [];
  const open: { seen: Map<number, Message>; shown: number }[] = [{ seen: new Map(), shown: 0 }];
  let left = 0;
  // Inside a repetition the first call alone is told.
  let silent = -1;
  numberOf(from);
  for (const { row, enters, depth } of walk(calls, from, lists)) {
    if (row === from) continue;
    if (!enters) {
      open.length = depth;
      if (silent === row) silent = -1;
      continue;
    }
    if (silent >= 0) continue;
    const above = open[depth - 1]!;
    const sender = participantOf(trace, calls.parent[row]!, by);
    const isInner = sender === participantOf(trace, row, by);
    if (isInner && !withInner) {
      open[depth] = { seen: new Map(), shown: above.shown };
      continue;
    }
    const functionId = calls.functionId[row]!;
    const time = Number.isNaN(calls.duration[row]!) ? 0 : calls.duration[row]!;
    const failed = calls.flags[row]! & FAILED ? 1 : 0;
    const known = above.seen.get(functionId * 2 + failed);
    if (known !== undefined) {
      known.count++;
      known.totalMs += time;
      silent = row;
      continue;
    }
    if (messages.length >= most) {
      left++;
      open[depth] = { seen: new Map(), shown: above.shown };
      continue;
    }
    const message: Message = {
      from: numberOf(calls.parent[row]!),
      to: numberOf(row),
      functionId,
      row,
      count: 1,
      totalMs: time,
      failed: failed === 1,
      depth: above.shown,
    };
    messages.push(message);
    above.seen.set(functionId * 2 + failed, message);
    open[depth] = { seen: new Map(), shown: above.shown + 1 };
  }
  return { participants, messages, left };
}

export interface GraphNode {
  name: string;
  calls: number;
  selfMs: number;
  /** Column: steps from the chosen call's node. */
  layer: number;
  /** The first call in it. */
  row: number;
}

export interface GraphEdge {
  from: number;
  to: number;
  calls: number;
  totalMs: number;
  failed: number;
  /** The call that took longest. */
  row: number;
}

export interface CallGraph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** Nodes left out, those with the least time. */
  left: number;
  /** Edges between the nodes that are left out, likewise. */
  edgesLeft: number;
}

/** Who calls whom below a call, by module or class. The `most` nodes with most self time are kept. */
export function callGraphOf(
  trace: Trace,
  from: number,
  lists: ChildLists,
  self: Float64Array,
  by: Grouping,
  most = 16,
): CallGraph {
  const { calls } = trace;
  // Functions are few, calls are many: names are asked for once a function.
  const groupOfFunction = new Int32Array(trace.functions.length).fill(-1);
  const index = new Map<string, number>();
  const nodes: GraphNode[] = [];
  const groupOf = (row: number): number => {
    const id = calls.functionId[row]!;
    let group = groupOfFunction[id]!;
    if (group < 0) {
      const name = participantOf(trace, row, by);
      group = index.get(name) ?? nodes.push({ name, calls: 0, selfMs: 0, layer: -1, row }) - 1;
      index.set(name, group);
      groupOfFunction[id] = group;
    }
    return group;
  };
  const edges = new Map<number, GraphEdge>();
  for (const { row, enters } of walk(calls, from, lists)) {
    if (!enters) continue;
    const to = groupOf(row);
    const node = nodes[to]!;
    node.calls++;
    if (!Number.isNaN(self[row]!)) node.selfMs += self[row]!;
    if (row === from) continue;
    const above = groupOf(calls.parent[row]!);
    if (above === to) continue;
    const key = above * 1e6 + to;
    let edge = edges.get(key);
    if (edge === undefined) {
      edge = { from: above, to, calls: 0, totalMs: 0, failed: 0, row };
      edges.set(key, edge);
    }
    edge.calls++;
    if (calls.flags[row]! & FAILED) edge.failed++;
    if (!Number.isNaN(calls.duration[row]!)) edge.totalMs += calls.duration[row]!;
    if (calls.duration[row]! > calls.duration[edge.row]!) edge.row = row;
  }
  return layered(nodes, [...edges.values()], most);
}

/** Keeps the most important nodes, and gives each a column to the right of those that call it, rings left aside. */
function layered(all: GraphNode[], allEdges: GraphEdge[], most: number): CallGraph {
  const chosen = all
    .map((node, i) => ({ node, i }))
    .sort((a, b) => (a.i === 0 ? -1 : b.i === 0 ? 1 : b.node.selfMs - a.node.selfMs))
    .slice(0, most);
  // Without those that have to do with left out nodes only.
  const ids = new Set(chosen.map(({ i }) => i));
  const linked = new Set(
    allEdges.filter(({ from, to }) => ids.has(from) && ids.has(to)).flatMap(({ from, to }) => [from, to]),
  );
  const kept = chosen.filter(({ i }) => i === 0 || linked.has(i));
  const place = new Map(kept.map(({ i }, at) => [i, at]));
  const nodes = kept.map(({ node }) => node);
  const between = allEdges
    .filter(({ from, to }) => place.has(from) && place.has(to))
    .map((edge) => ({ ...edge, from: place.get(edge.from)!, to: place.get(edge.to)! }));
  const edges = heaviest(between, most * 2);
  const forward = withoutRings(nodes.length, edges);
  for (const node of nodes) node.layer = 0;
  // As often as there are nodes: then the longest way has been gone.
  for (let round = 0, changed = true; changed && round < nodes.length; round++) {
    changed = false;
    for (const { from, to } of forward) {
      if (nodes[to]!.layer > nodes[from]!.layer) continue;
      nodes[to]!.layer = nodes[from]!.layer + 1;
      changed = true;
    }
  }
  // Those only reached through nodes that were left out.
  nodes.forEach((node, i) => {
    if (i > 0 && node.layer === 0) node.layer = 1;
  });
  return { nodes, edges, left: all.length - nodes.length, edgesLeft: between.length - edges.length };
}

/** The edges with most time, and of every node the one that leads to it with most. */
function heaviest(edges: readonly GraphEdge[], most: number): GraphEdge[] {
  const byTime = [...edges].sort((a, b) => b.totalMs - a.totalMs);
  const kept = new Set(byTime.slice(0, most));
  const reached = new Set<number>();
  for (const edge of byTime) {
    if (!reached.has(edge.to)) kept.add(edge);
    reached.add(edge.to);
  }
  return edges.filter((edge) => kept.has(edge));
}

/** The edges that lead on, from the first node depth first: those that lead back to a node on the way are left out. */
function withoutRings(size: number, edges: readonly GraphEdge[]): GraphEdge[] {
  const state = new Uint8Array(size);
  const onward: GraphEdge[] = [];
  // As deep as there are nodes, which are few.
  const visit = (node: number): void => {
    state[node] = 1;
    for (const edge of edges) {
      if (edge.from !== node || state[edge.to] === 1) continue;
      onward.push(edge);
      if (state[edge.to] === 0) visit(edge.to);
    }
    state[node] = 2;
  };
  for (let node = 0; node < size; node++) if (state[node] === 0) visit(node);
  return onward;
}
