import { standIn } from "../stand-in.js";

type Chdir = typeof process.chdir;

/**
 * In the main thread, Node puts another `process.chdir` in the place of its own when `node:worker_threads` is loaded: it also
 * counts, for other threads to ask anew where they are. We load that module in every program. Until a program makes
 * a thread, nobody reads the count.
 *
 * To be loaded before anything that loads `node:worker_threads`.
 */
const plain: Chdir = process.chdir;
require("node:worker_threads");
const counting: Chdir = process.chdir;

const { cwd } = process;
const { apply } = Reflect;
let isCounting = true;

export function hideChdirCount(): void {
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
