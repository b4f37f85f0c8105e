import { withStackRoom } from "./stack-room.js";
import { standIn, stoodInFor } from "./stand-in.js";

// Taken before the program can replace them.
const { apply } = Reflect;
const { defineProperty } = Object;

/** Of ours on the stack when a `this` that is no function is refused. */
const FRAMES = 2;

/**
 * Makes `Function.prototype.toString` give a function's text as the program has it.
 *
 * @param original - gives a text without what was inserted in it
 * @param prototype - the realm's `Function.prototype`
 */
export function installFunctionText(
  original: (text: string) => string,
  prototype: object = Function.prototype,
): void {
  const native = prototype.toString;
  const ours = {
    toString(this: unknown): string {
      if (typeof this !== "function") return withStackRoom(FRAMES, () => apply(native, this, []));
      return original(apply(native, stoodInFor(this), []));
    },
  };
  defineProperty(prototype, "toString", {
    value: standIn(native, ours.toString),
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
