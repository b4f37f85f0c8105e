/** How many values may be kept of what one call is given, or gives: fewer the more a function has had kept. */
export interface Allowances {
  /** Values by level. */
  readonly values: readonly number[];
  /** Which of them each function is at; 0 where it is none of these. A call's must be the same where its inputs are told again. */
  readonly levels: Uint8Array;
  /** So many were kept, which is more than any function may always. @returns the levels from here on */
  spend(fn: number, values: number): Uint8Array;
}

/** Bits that a level takes. */
export const LEVEL_BITS = 0b11;
const LATER_VALUES = [200, 50];
/** Values that a function may have kept at each level, in calls that use all they may. */
const CALLS_PER_LEVEL = [5, 200];

/**
 * A compiler hands the same trees of objects to thousands of functions, millions of times: recording each of them in full
 * makes it a hundred times slower and tells nothing that its first calls have not told. A function that is called now and
 * then, or with little, never notices.
 *
 * @param most - values per event, to begin with
 */
export function createAllowances(most: number): Allowances {
  const values = [most, ...LATER_VALUES.map((later) => Math.min(later, most))];
  const steps = CALLS_PER_LEVEL.map((calls, level) => calls * values[level]!);
  let levels = new Uint8Array(256);
  let spent = new Float64Array(256);
  return {
    values,
    get levels() {
      return levels;
    },
    spend(fn, count) {
      if (fn >= levels.length) {
        const size = fn * 2;
        levels = grown(levels, new Uint8Array(size));
        spent = grown(spent, new Float64Array(size));
      }
      spent[fn]! += count;
      const level = levels[fn]!;
      if (level < steps.length && spent[fn]! > steps[level]!) levels[fn] = level + 1;
      return levels;
    },
  };
}

function grown<T extends Uint8Array | Float64Array>(old: T, more: T): T {
  for (let i = 0; i < old.length; i++) more[i] = old[i]!;
  return more;
}
