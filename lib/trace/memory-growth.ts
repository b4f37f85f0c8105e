import type { Trace } from "./columns.js";

/**
 * By how much each call's own work let memory grow, in bytes: heap in use after it less before it (the whole process where
 * the heap was not read), less what the calls it made account for. Below 0 where it shrank, as when garbage was collected;
 * 0 where it was not read. Undefined when the trace has no readings.
 */
export function ownMemoryGrowth({ calls, values }: Trace): Float64Array | undefined {
  const { length, parent, memoryBefore, memoryAfter } = calls;
  if (memoryBefore.size === 0 || memoryAfter.size === 0) return undefined;
  const growth = new Float64Array(length);
  const bytes = (ref: number | undefined): number => {
    const text = values.text(ref ?? -1) ?? "";
    const found = /"heap_used_bytes":(\d+)/.exec(text) ?? /"rss_bytes":(\d+)/.exec(text);
    return found === null ? Number.NaN : Number(found[1]);
  };
  for (let row = length - 1; row >= 0; row--) {
    const before = memoryBefore.get(row);
    const after = memoryAfter.get(row);
    if (before === undefined || after === undefined) continue;
    const grown = bytes(after) - bytes(before);
    if (Number.isNaN(grown)) continue;
    growth[row] = growth[row]! + grown;
    // Calls without a reading of their own leave what is below them to those above.
    if (row > 0) growth[nearestRead(row)]! -= grown;
  }
  function nearestRead(row: number): number {
    let above = parent[row]!;
    while (above > 0 && !(memoryBefore.has(above) && memoryAfter.has(above))) above = parent[above]!;
    return above;
  }
  if (!memoryBefore.has(0) || !memoryAfter.has(0)) growth[0] = 0;
  return growth;
}
