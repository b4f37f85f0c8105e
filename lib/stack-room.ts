import { getOwnPropertyDescriptor } from "./primordials.js";

/**
 * Of a stack, V8 keeps as many frames as `Error.stackTraceLimit` says, ours among them, which are taken out when it is shown.
 * While a function of Node's runs below ours, an error of its own is to have as many as it would without us.
 *
 * Not for what calls the program: that would see the limit.
 *
 * @param frames - how many of ours there are, but for this function's
 */
export function withStackRoom<T>(frames: number, run: () => T): T {
  const limit = getOwnPropertyDescriptor(Error, "stackTraceLimit");
  if (limit?.writable !== true || !(limit.value > 0)) return run();
  Error.stackTraceLimit = limit.value + frames + 1;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = limit.value;
  }
}
