import { ByteSearch } from "./byte-search.js";
import { Flag, type Trace } from "./columns.js";
import { ValueBytes } from "./value-bytes.js";

/** What a trace does not hold, counted. */
export interface Omissions {
  /** Calls with a value that was cut. */
  cut: number;
  /** Calls with a value that was taken for a secret. */
  filtered: number;
  /** Calls whose values were not captured by request. */
  skipped: number;
  /** Calls that were counted but not recorded one by one. */
  folded: number;
  /** Calls that had not ended. */
  running: number;
  /** Share of the run that tracing took, 0 to 1; undefined when it was not measured. */
  cost?: number;
}

/** Rows between two pauses. */
const SLICE = 20_000;

/** Counts what was cut, filtered, skipped, folded. Reads the bytes of every value. */
export function findOmissions(trace: Trace): Omissions {
  const counting = countOmissions(trace);
  for (;;) {
    const step = counting.next();
    if (step.done === true) return step.value;
  }
}

/** {@link findOmissions} in slices of some milliseconds, for who has other things to do in between. */
export function* countOmissions(trace: Trace): Generator<undefined, Omissions> {
  const { calls, end } = trace;
  const { length, inputs, inputsAfter, output, flags } = calls;
  const values = new ValueBytes(trace.values);
  const tag = new ByteSearch('"$type":"');
  const found: Omissions = { cut: 0, filtered: 0, skipped: 0, folded: 0, running: 0 };
  for (let row = 0; row < length; row++) {
    if (row > 0 && flags[row]! & Flag.running) found.running++;
    if (row % SLICE === SLICE - 1) yield;
    let marks = 0;
    for (const refs of [inputs, inputsAfter, output]) {
      const size = values.load(refs[row]!);
      const { bytes } = values;
      for (let p = tag.indexIn(bytes, 0, size); p >= 0; p = tag.indexIn(bytes, p + 9, size)) {
        const b = bytes[p + 9];
        // cut, filtered, skipped: told apart by two letters.
        if (b === 0x63 && bytes[p + 10] === 0x75) marks |= 1;
        else if (b === 0x66 && bytes[p + 10] === 0x69) marks |= 2;
        else if (b === 0x73 && bytes[p + 10] === 0x6b) marks |= 4;
      }
    }
    if (marks & 1) found.cut++;
    if (marks & 2) found.filtered++;
    if (marks & 4) found.skipped++;
  }
  for (const { calls: count } of end.folded) found.folded += count;
  const whole = calls.duration[0] ?? Number.NaN;
  if (end.overhead_ms !== undefined && whole > 0) found.cost = Math.min(1, end.overhead_ms / whole);
  return found;
}
