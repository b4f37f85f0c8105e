import { isMainThread, MessagePort } from "node:worker_threads";

/**
 * Has what was recorded outlive the process or thread before it tells another one that it has done something: pools end
 * theirs at once when the last result is in.
 *
 * Sending stays Node's own function: being asked for it is what tells.
 */
export function flushBeforeMessages(flush: () => void): void {
  if (!isMainThread) asked(MessagePort.prototype, "postMessage", flush);
  if ("_send" in process) asked(process, "_send", flush);
}

function asked(holder: object, name: string, flush: () => void): void {
  const found = Object.getOwnPropertyDescriptor(holder, name);
  if (found === undefined || !("value" in found) || found.configurable !== true) return;
  let { value } = found;
  Object.defineProperty(holder, name, {
    configurable: true,
    enumerable: found.enumerable === true,
    get() {
      flush();
      return value;
    },
    set(this: object, theirs: unknown) {
      if (this === holder) value = theirs;
      else Object.defineProperty(this, name, { ...found, value: theirs });
    },
  });
}
