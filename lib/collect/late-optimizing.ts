import { setV8Flags } from "../v8-flags.js";

/** Bytes of bytecode that a function runs before V8 looks whether to optimize it: as Node 20 has it, and six times that. */
const USUAL_BUDGET = 66 << 10;
const LATE_BUDGET = 6 * USUAL_BUDGET;
/** Up to so many calls, what would be optimized sooner is not missed. */
const MANY_CALLS = 20_000;

/** Later versions have a quick compiler in between, and no such flag. */
const hasBudget = process.versions.v8.startsWith("11.");
let isLate = false;

/**
 * Has V8 wait before it optimizes what makes the trace: of a short run, that is over as soon as it is optimized. With 3,000 calls in
 * 500 files, it is two fifths of what making the trace costs, for which somebody waits where there is one core.
 */
export function optimizeLate(): void {
  if (!hasBudget) return;
  isLate = true;
  setBudget(LATE_BUDGET);
}

/**
 * For runs of many calls; and before V8's code is kept, which it takes only under the flags that it was made under.
 */
export function optimizeAsUsual(calls = MANY_CALLS): void {
  if (!isLate || calls < MANY_CALLS) return;
  isLate = false;
  setBudget(USUAL_BUDGET);
}

function setBudget(bytes: number): void {
  setV8Flags(`--interrupt-budget=${bytes}`);
}
