import { compileQuery, QueryError } from "../../trace/query.js";
import type { Model } from "./model.js";
import type { Store } from "./store.js";

/** Matches of the search box: a bit per call to ask, and their rows in order to step through. */
export class Search {
  rows = new Int32Array(0);
  problem = "";
  private matched = new Uint8Array(0);
  private kept: Uint8Array | undefined;

  run(model: Model, query: string): void {
    const { length } = model.calls;
    this.matched = new Uint8Array(length);
    this.rows = new Int32Array(0);
    this.kept = undefined;
    this.problem = "";
    if (query.trim() === "") return;
    try {
      const matches = compileQuery(model.trace, query);
      let count = 0;
      for (let row = 0; row < length; row++) {
        if (!matches(row)) continue;
        this.matched[row] = 1;
        count++;
      }
      this.rows = new Int32Array(count);
      for (let row = 0, n = 0; n < count; row++) if (this.matched[row] === 1) this.rows[n++] = row;
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      this.problem = error.message;
    }
  }

  has(row: number): boolean {
    return this.matched[row] === 1;
  }

  /** The matches and all calls above them: what is left when the rest is hidden. */
  withCallers({ calls: { parent, length } }: Model): Uint8Array {
    if (this.kept === undefined) {
      const kept = new Uint8Array(length);
      for (const match of this.rows)
        for (let row = match; row >= 0 && kept[row] === 0; row = parent[row]!) kept[row] = 1;
      this.kept = kept;
    }
    return this.kept;
  }

  /** Whether the page asks to hide the rest, and there is something to hide it for. */
  hides({ state }: Store): boolean {
    return state.only !== "" && state.query.trim() !== "" && this.problem === "";
  }

  /** Where a row stands among the matches; -1 when it is none. */
  indexOf(row: number): number {
    return this.has(row) ? this.firstFrom(row) : -1;
  }

  /** The match after (or before) a row, going round; -1 when there is none. */
  from(row: number, step: 1 | -1): number {
    const { length } = this.rows;
    if (length === 0) return -1;
    const at = step > 0 ? this.firstFrom(row + 1) : this.firstFrom(row) - 1;
    return this.rows[(at + length) % length]!;
  }

  /** Index of the first match at or after a row. */
  private firstFrom(row: number): number {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle]! < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
