import { types } from "node:util";
import { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } from "../primordials.js";
import { standIn } from "../stand-in.js";

const { apply } = Reflect;
const { isProxy } = types;
// Taken before the program can replace it; Node makes the class when it is first asked for.
const lazy = getOwnPropertyDescriptor(globalThis, "DOMException");

/**
 * The message of a DOMException (`() => {…} could not be cloned.`) is told by a getter of its class and cannot be changed
 * in the object. Once such an error has come by, what the getter tells is mended.
 *
 * @returns to be called with errors that have no message of their own
 */
export function domExceptionMender(mend: (message: string) => string): (error: object) => void {
  let isInstalled = lazy === undefined;
  return (error) => {
    if (isInstalled || isProxy(error)) return;
    const { prototype } = lazy!.get === undefined ? lazy!.value : apply(lazy!.get, globalThis, []);
    if (getPrototypeOf(error) !== prototype) return;
    isInstalled = true;
    const descriptor = getOwnPropertyDescriptor(prototype, "message");
    if (descriptor?.get === undefined || !descriptor.configurable) return;
    const getter = descriptor.get;
    const ours = {
      message(this: unknown): unknown {
        const message: unknown = apply(getter, this, []);
        return typeof message === "string" ? mend(message) : message;
      },
    };
    defineProperty(prototype, "message", { ...descriptor, get: standIn(getter, ours.message) });
  };
}
