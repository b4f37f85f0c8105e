import { grown } from "./grown.js";

/** Calls per function that were not recorded but counted. */
export class CallCounts {
  private counts = new Float64Array(0);

  add(fn: number): void {
    if (fn >= this.counts.length) this.counts = grown(this.counts, new Float64Array(fn + 256));
    this.counts[fn]!++;
  }

  clear(): void {
    this.counts = new Float64Array(0);
  }

  /** Function numbers with their counts. */
  list(): [fn: number, calls: number][] {
    const list: [number, number][] = [];
    const { counts } = this;
    for (let fn = 0; fn < counts.length; fn++) if (counts[fn]! > 0) list.push([fn, counts[fn]!]);
    return list;
  }
}
