import { whenAskedFor } from "./asked-for.js";
import { isMainThread, threads } from "./threads.js";

/**
 * Has what was recorded outlive the process or thread before it tells another one that it has done something: pools end
 * theirs at once when the last result is in.
 *
 * Sending stays Node's own function: being asked for it is what tells.
 */
export function flushBeforeMessages(flush: () => void): void {
  if (!isMainThread) whenAskedFor(threads().MessagePort.prototype, "postMessage", flush);
  if ("_send" in process) whenAskedFor(process, "_send", flush);
}
