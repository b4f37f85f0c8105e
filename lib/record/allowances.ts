import { numberCells } from "./number-cells.js";

/** How many values may be kept of what one call is given, or gives: fewer the more a function has had kept. */
export interface Allowances {
  /** Values by level. */
  readonly values: Int32Array;
  /** The level that a function is at; a call's must be the same where its inputs are told again. */
  levelOf(fn: number): number;
  /** So many were kept, which is more than any function may always. */
  spend(fn: number, values: number): void;
}

/** Bits that a level takes. */
export const LEVEL_BITS = 0b11;
const LATER_VALUES = [200, 50];
/** Values that a function may have kept at each level, in calls that use all they may. */
const CALLS_PER_LEVEL = [5, 200];
/** A power of two. In a program of more functions some share what they may. */
const FUNCTIONS = 1 << 16;

/**
 * A compiler hands the same trees of objects to thousands of functions, millions of times: recording each of them in full
 * makes it a hundred times slower and tells nothing that its first calls have not told. A function that is called now and
 * then, or with little, never notices.
 *
 * @param most - values per event, to begin with
 */
export function createAllowances(most: number): Allowances {
  const values = numberCells(1 + LATER_VALUES.length);
  values[0] = most;
  LATER_VALUES.forEach((later, i) => {
    values[i + 1] = Math.min(later, most);
  });
  const steps = CALLS_PER_LEVEL.map((calls, level) => calls * values[level]!);
  const levels = numberCells(FUNCTIONS);
  const spent = numberCells(FUNCTIONS);
  return {
    values,
    levelOf: (fn) => levels[fn & (FUNCTIONS - 1)]!,
    spend(fn, count) {
      const at = fn & (FUNCTIONS - 1);
      spent[at]! += count;
      const level = levels[at]!;
      if (level < steps.length && spent[at]! > steps[level]!) levels[at] = level + 1;
    },
  };
}
