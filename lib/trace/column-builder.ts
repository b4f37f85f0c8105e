import { type CallColumns, Flag } from "./columns.js";

type Column = Int32Array | Float64Array | Uint16Array | Uint8Array;

/** Columns under construction: rows are added at the end and filled in by name. */
export class ColumnBuilder {
  length = 0;
  parent = new Int32Array(1024);
  functionId = new Int32Array(1024);
  start = new Float64Array(1024);
  duration = new Float64Array(1024);
  active = new Float64Array(1024);
  inputs = new Float64Array(1024);
  inputsAfter = new Float64Array(1024);
  output = new Float64Array(1024);
  error = new Int32Array(1024);
  site = new Int32Array(1024);
  instance = new Float64Array(1024);
  thread = new Uint16Array(1024);
  flags = new Uint8Array(1024);
  /** The id that the file gives the call. */
  id = new Float64Array(1024);
  readonly memoryBefore = new Map<number, number>();
  readonly memoryAfter = new Map<number, number>();
  readonly attributes = new Map<number, number>();

  /** Adds a row with nothing known of it but its parent. */
  add(parent: number): number {
    const row = this.length;
    if (row === this.parent.length) this.grow();
    this.length++;
    this.parent[row] = parent;
    this.functionId[row] = 0;
    this.start[row] = Number.NaN;
    this.duration[row] = Number.NaN;
    this.active[row] = Number.NaN;
    this.inputs[row] = -1;
    this.inputsAfter[row] = -1;
    this.output[row] = -1;
    this.error[row] = -1;
    this.site[row] = -1;
    this.instance[row] = -1;
    this.flags[row] = Flag.running;
    this.id[row] = row;
    return row;
  }

  private grow(): void {
    const size = this.parent.length * 2;
    const grown = <T extends Column>(old: T): T => {
      const larger = new (old.constructor as new (length: number) => Column)(size);
      larger.set(old);
      return larger as T;
    };
    this.parent = grown(this.parent);
    this.functionId = grown(this.functionId);
    this.start = grown(this.start);
    this.duration = grown(this.duration);
    this.active = grown(this.active);
    this.inputs = grown(this.inputs);
    this.inputsAfter = grown(this.inputsAfter);
    this.output = grown(this.output);
    this.error = grown(this.error);
    this.site = grown(this.site);
    this.instance = grown(this.instance);
    this.thread = grown(this.thread);
    this.flags = grown(this.flags);
    this.id = grown(this.id);
  }

  /**
   * The finished columns, in order of id when ids are unique and each parent's is below its children's; in order of the
   * file otherwise.
   *
   * @returns with `rowOf`: the row of the n-th call of the file
   */
  finish(): { calls: CallColumns; rowOf: (added: number) => number } {
    const { length } = this;
    const order = this.orderById();
    if (order === undefined)
      return {
        calls: this.columns((column) => column.slice(0, length) as typeof column),
        rowOf: (row) => row,
      };
    const rows = new Int32Array(length);
    for (let row = 0; row < length; row++) rows[order[row]!] = row;
    const calls = this.columns((column) => {
      const sorted = column.slice(0, length) as typeof column;
      for (let row = 0; row < length; row++) sorted[row] = column[order[row]!]!;
      return sorted;
    });
    for (let row = 1; row < length; row++) (calls.parent as Int32Array)[row] = rows[calls.parent[row]!]!;
    const moved = (map: ReadonlyMap<number, number>): Map<number, number> =>
      new Map([...map].map(([row, ref]) => [rows[row]!, ref]));
    return {
      calls: {
        ...calls,
        memoryBefore: moved(this.memoryBefore),
        memoryAfter: moved(this.memoryAfter),
        attributes: moved(this.attributes),
      },
      rowOf: (added) => rows[added] ?? added,
    };
  }

  /** Undefined when the rows are in order already, or their ids do not say one. */
  private orderById(): Int32Array | undefined {
    const { id, parent, length } = this;
    let sorted = true;
    for (let row = 1; row < length; row++) {
      if (id[row]! <= id[parent[row]!]!) return undefined;
      if (id[row]! <= id[row - 1]!) sorted = false;
    }
    if (sorted) return undefined;
    const order = new Int32Array(length);
    for (let row = 0; row < length; row++) order[row] = row;
    return order.sort((a, b) => id[a]! - id[b]!);
  }

  private columns(take: <T extends Column>(column: T) => T): CallColumns {
    return {
      length: this.length,
      parent: take(this.parent),
      functionId: take(this.functionId),
      start: take(this.start),
      duration: take(this.duration),
      active: take(this.active),
      inputs: take(this.inputs),
      inputsAfter: take(this.inputsAfter),
      output: take(this.output),
      error: take(this.error),
      site: take(this.site),
      instance: take(this.instance),
      thread: take(this.thread),
      flags: take(this.flags),
      memoryBefore: this.memoryBefore,
      memoryAfter: this.memoryAfter,
      attributes: this.attributes,
    };
  }
}
