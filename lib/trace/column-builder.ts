import type { CallColumns } from "./columns.js";
import { enlarged } from "./enlarged.js";
import { SparseRefs } from "./sparse-refs.js";

const FIRST_ROWS = 1024;

/**
 * Columns under construction. Rows are added at the end and filled in through the arrays, which are replaced when they
 * grow: take them from the builder again after each {@link ColumnBuilder.add}.
 *
 * What is reserved beyond the last row is memory that the system has not committed yet, so doubling costs no more than
 * the rows do.
 */
export class ColumnBuilder {
  length = 0;
  parent: Int32Array = new Int32Array(FIRST_ROWS);
  functionId: Int32Array = new Int32Array(FIRST_ROWS);
  start: Float64Array = new Float64Array(FIRST_ROWS);
  duration: Float64Array = new Float64Array(FIRST_ROWS);
  active: Float64Array = new Float64Array(FIRST_ROWS);
  inputs: Float64Array = new Float64Array(FIRST_ROWS);
  inputsAfter: Float64Array = new Float64Array(FIRST_ROWS);
  output: Float64Array = new Float64Array(FIRST_ROWS);
  error: Int32Array = new Int32Array(FIRST_ROWS);
  site: Int32Array = new Int32Array(FIRST_ROWS);
  instance: Float64Array = new Float64Array(FIRST_ROWS);
  thread: Uint16Array = new Uint16Array(FIRST_ROWS);
  flags: Uint8Array = new Uint8Array(FIRST_ROWS);
  readonly memoryBefore = new SparseRefs();
  readonly memoryAfter = new SparseRefs();
  readonly attributes = new SparseRefs();
  readonly extra = new SparseRefs();

  /** Adds a row of which nothing else is known: no duration, no values, no error. */
  add(parent: number, functionId: number, start: number): number {
    const row = this.length;
    if (row === this.parent.length) this.grow();
    this.length = row + 1;
    this.parent[row] = parent;
    this.functionId[row] = functionId;
    this.start[row] = start;
    this.duration[row] = Number.NaN;
    this.active[row] = Number.NaN;
    this.inputs[row] = -1;
    this.inputsAfter[row] = -1;
    this.output[row] = -1;
    this.error[row] = -1;
    this.site[row] = -1;
    this.instance[row] = -1;
    return row;
  }

  private grow(): void {
    const rows = this.parent.length * 2;
    const ints = (old: Int32Array): Int32Array => enlarged(new Int32Array(rows), old);
    const floats = (old: Float64Array): Float64Array => enlarged(new Float64Array(rows), old);
    this.parent = ints(this.parent);
    this.functionId = ints(this.functionId);
    this.start = floats(this.start);
    this.duration = floats(this.duration);
    this.active = floats(this.active);
    this.inputs = floats(this.inputs);
    this.inputsAfter = floats(this.inputsAfter);
    this.output = floats(this.output);
    this.error = ints(this.error);
    this.site = ints(this.site);
    this.instance = floats(this.instance);
    this.thread = enlarged(new Uint16Array(rows), this.thread);
    this.flags = enlarged(new Uint8Array(rows), this.flags);
  }

  /** The rows so far, not copied: later changes to them show. */
  columns(): CallColumns {
    const { length } = this;
    return {
      length,
      parent: this.parent.subarray(0, length),
      functionId: this.functionId.subarray(0, length),
      start: this.start.subarray(0, length),
      duration: this.duration.subarray(0, length),
      active: this.active.subarray(0, length),
      inputs: this.inputs.subarray(0, length),
      inputsAfter: this.inputsAfter.subarray(0, length),
      output: this.output.subarray(0, length),
      error: this.error.subarray(0, length),
      site: this.site.subarray(0, length),
      instance: this.instance.subarray(0, length),
      thread: this.thread.subarray(0, length),
      flags: this.flags.subarray(0, length),
      memoryBefore: this.memoryBefore,
      memoryAfter: this.memoryAfter,
      attributes: this.attributes,
      extra: this.extra,
    };
  }
}

/**
 * The calls at `rows`, in that order, as columns of their own. A parent must be among them and stand before its children.
 *
 * @returns with `rowOf`: the new row of each old one, -1 for those left out
 */
export function pickCalls(calls: CallColumns, rows: Int32Array): { calls: CallColumns; rowOf: Int32Array } {
  const rowOf = new Int32Array(calls.length).fill(-1);
  for (let row = 0; row < rows.length; row++) rowOf[rows[row]!] = row;
  const ints = (from: Int32Array): Int32Array => picked(new Int32Array(rows.length), from, rows);
  const floats = (from: Float64Array): Float64Array => picked(new Float64Array(rows.length), from, rows);
  const sparse = (from: ReadonlyMap<number, number> | undefined): SparseRefs => {
    const refs = new SparseRefs();
    if (from !== undefined && from.size > 0) {
      for (let row = 0; row < rows.length; row++) {
        const ref = from.get(rows[row]!);
        if (ref !== undefined) refs.set(row, ref);
      }
    }
    return refs;
  };
  const parent = ints(calls.parent);
  for (let row = 0; row < rows.length; row++) parent[row] = parent[row]! < 0 ? -1 : rowOf[parent[row]!]!;
  const taken: CallColumns = {
    length: rows.length,
    parent,
    functionId: ints(calls.functionId),
    start: floats(calls.start),
    duration: floats(calls.duration),
    active: floats(calls.active),
    inputs: floats(calls.inputs),
    inputsAfter: floats(calls.inputsAfter),
    output: floats(calls.output),
    error: ints(calls.error),
    site: ints(calls.site),
    instance: floats(calls.instance),
    thread: picked(new Uint16Array(rows.length), calls.thread, rows),
    flags: picked(new Uint8Array(rows.length), calls.flags, rows),
    memoryBefore: sparse(calls.memoryBefore),
    memoryAfter: sparse(calls.memoryAfter),
    attributes: sparse(calls.attributes),
    extra: sparse(calls.extra),
  };
  return { calls: taken, rowOf };
}

function picked<T extends { [index: number]: number }>(target: T, from: T, rows: Int32Array): T {
  for (let row = 0; row < rows.length; row++) target[row] = from[rows[row]!]!;
  return target;
}
