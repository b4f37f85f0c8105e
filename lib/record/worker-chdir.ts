import { standIn } from "../stand-in.js";
import { threads } from "./threads.js";

type Chdir = typeof process.chdir;

const { cwd } = process;
const { apply } = Reflect;
let plain: Chdir;
let counting: Chdir;
let isCounting = true;

/**
 * In the main thread, Node puts another `process.chdir` in the place of its own when `node:worker_threads` is loaded: it also
 * counts, for other threads to ask anew where they are. We load that module in programs that may do without. Until one makes a
 * thread, nobody reads the count.
 */
export function hideChdirCount(): void {
  plain = process.chdir;
  threads();
  counting = process.chdir;
  process.chdir = plain;
  isCounting = plain === counting;
}

/** A thread is about to be made. */
export function countChdirs(): void {
  if (isCounting) return;
  isCounting = true;
  const theirs = process.chdir;
  if (theirs === plain) {
    process.chdir = counting;
    return;
  }
  // The program's own stays below the count, as it would have been.
  const holder = {
    chdir(directory: string): void {
      apply(theirs, undefined, [directory]);
      counting(cwd());
    },
  };
  process.chdir = standIn(counting, holder.chdir);
}
