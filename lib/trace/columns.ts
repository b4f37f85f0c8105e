import type { CallKind, ErrorInfo, RunEnd, RunInfo, SourcePosition } from "./format.js";

/** Bits of {@link CallColumns.flags}. */
export const Flag = {
  async: 1,
  running: 2,
  threw: 4,
  rejected: 8,
} as const;

/** Bits of which a call that ended by an error has one. */
export const FAILED = Flag.threw | Flag.rejected;

/** A function (or anything that can be called: a span, a builtin) as the calls refer to it, by index. */
export interface FunctionInfo {
  /** `callable` in the file: `applyTax`, `constructor`, `get total`, `callback of Array.map (app.js:12)`. */
  name: string;
  /** `called` in the file: the class of a method or constructor, otherwise the function's name. */
  called: string;
  /** `module` in the file, relative to the project root. */
  module: string;
  kind: CallKind;
  file?: string;
  line?: number;
  column?: number;
}

/**
 * The texts of captured values, by reference: JSON, never parsed unless asked. Where they live (the bytes of a read
 * file, or the journals of a run) is the implementation's business. A reference below 0 means "nothing".
 */
export interface ValueTexts {
  /** The JSON text of a value; undefined for a negative reference. */
  text(ref: number): string | undefined;
  /**
   * Copies the JSON text as UTF-8 into `target` at `offset`.
   * @returns the offset after it, or -1 when it did not fit (nothing counts as written then)
   */
  copyTo(ref: number, target: Uint8Array, offset: number): number;
}

/**
 * One entry per call, by call id (= row). Row 0 is the root; a parent's row is always below its children's, and rows
 * are in order of start.
 */
export interface CallColumns {
  readonly length: number;
  /** Row of the parent; -1 for the root. */
  readonly parent: Int32Array;
  /** Index in {@link Trace.functions}. */
  readonly functionId: Int32Array;
  /** ms since the run's start. */
  readonly start: Float64Array;
  /** ms; NaN while running or unknown. */
  readonly duration: Float64Array;
  /** ms without suspension; NaN where it equals the duration. */
  readonly active: Float64Array;
  /** References into {@link Trace.values}; below 0 for none. `inputs` and `inputsAfter` are JSON objects by parameter. */
  readonly inputs: Float64Array;
  readonly inputsAfter: Float64Array;
  readonly output: Float64Array;
  /** Index in {@link Trace.errors}; -1 for none. */
  readonly error: Int32Array;
  /** Index in {@link Trace.sites}; -1 for unknown. */
  readonly site: Int32Array;
  /** Identity of `this` for methods; -1 for none. */
  readonly instance: Float64Array;
  /** Index in the run's threads. */
  readonly thread: Uint16Array;
  /** Bits of {@link Flag}. */
  readonly flags: Uint8Array;
  /** References to JSON objects (memory readings, attributes), by row; absent rows have none. */
  readonly memoryBefore: ReadonlyMap<number, number>;
  readonly memoryAfter: ReadonlyMap<number, number>;
  readonly attributes: ReadonlyMap<number, number>;
  /** Fields of the file that this release does not know, as one JSON object; they are written back. */
  readonly extra?: ReadonlyMap<number, number>;
}

/** A trace in memory, however it was made: millions of calls in typed arrays, values as text on demand. Read-only. */
export interface Trace {
  readonly run: RunInfo;
  readonly end: RunEnd;
  readonly functions: readonly FunctionInfo[];
  readonly sites: readonly SourcePosition[];
  readonly errors: readonly ErrorInfo[];
  readonly calls: CallColumns;
  readonly values: ValueTexts;
}
