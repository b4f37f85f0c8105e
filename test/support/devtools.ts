/*
 * The trace engine of Chromium's DevTools, as it is published for Node.
 */

/** A slice of the Performance panel. */
export interface Slice {
  id: number;
  name: string;
  /** µs */
  start: number;
  duration: number;
  /** `id` of the slice that it lies on. */
  on: number | undefined;
}

interface TreeNode {
  entry: { name: string; ts: number; dur?: number; args: { id: number } };
  parent: TreeNode | null;
}

/** What the Performance panel's tracks would show of a file in Trace Event Format. */
export async function slicesOf(file: { traceEvents: unknown[] }): Promise<Slice[]> {
  // It asks for one class of the browser's.
  (globalThis as { DOMRect?: unknown }).DOMRect ??= {
    fromRect: (rect: object): object => ({ ...rect }),
  };
  const { TraceModel } = await import("@paulirish/trace_engine/models/trace/trace.js");
  const model = TraceModel.Model.createWithAllHandlers();
  await model.parse(file.traceEvents);
  const slices: Slice[] = [];
  for (const { threads } of model.parsedTrace().data.Renderer.processes.values())
    for (const { entryToNode, entries } of withNodes(threads.values()))
      for (const entry of entries) {
        const { parent } = entryToNode.get(entry)!;
        slices.push({
          id: entry.args.id,
          name: entry.name,
          start: entry.ts,
          duration: entry.dur ?? 0,
          on: parent?.entry.args.id,
        });
      }
  return slices;
}

function* withNodes(
  threads: Iterable<{
    entries: TreeNode["entry"][];
    tree: { roots: Iterable<TreeNode & { children: TreeNode[] }> };
  }>,
) {
  for (const { entries, tree } of threads) {
    const entryToNode = new Map<TreeNode["entry"], TreeNode>();
    const stack = [...tree.roots];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      entryToNode.set(node.entry, node);
      stack.push(...(node.children as typeof stack));
    }
    yield { entries, entryToNode };
  }
}

/** ms that each function ran itself, as the panel draws a CPU profile. */
export async function selfTimesOf(profile: object): Promise<Map<string, number>> {
  const { CPUProfileDataModel } = await import("@paulirish/trace_engine/models/cpu_profile/cpu_profile.js");
  const model = new CPUProfileDataModel.CPUProfileDataModel(profile);
  const self = new Map<string, number>();
  model.forEachFrame(
    () => {},
    (
      _depth: number,
      node: { callFrame: { functionName: string } },
      _sample: number,
      _start: number,
      _duration: number,
      own: number,
    ) => {
      const { functionName } = node.callFrame;
      self.set(functionName, (self.get(functionName) ?? 0) + own);
    },
  );
  return self;
}
