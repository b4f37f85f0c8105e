import { defineProperty, functionToString, stringIndexOf, stringSlice } from "../primordials.js";
import { CLOSE, OPEN, OPEN_APART } from "../probe.js";
import { withStackRoom } from "../stack-room.js";
import { standIn, stoodInFor } from "../stand-in.js";

/** Of ours on the stack when a `this` that is no function is refused. */
const FRAMES = 2;

/**
 * Makes `Function.prototype.toString` give a function's text as the program has it: inserted pieces, which carry their
 * brackets, are left out. The text of an arrow function with an expression body ends inside a piece.
 *
 * @param prototype - the realm's `Function.prototype`
 *
 * No regular expression is used: running one would change the program's `RegExp.$1`.
 */
export function installFunctionText(prototype: object = Function.prototype): void {
  const ours = {
    toString(this: unknown): string {
      if (typeof this !== "function") return withStackRoom(FRAMES, () => functionToString(this));
      return withoutInsertions(functionToString(stoodInFor(this)));
    },
  };
  defineProperty(prototype, "toString", {
    value: standIn(prototype.toString, ours.toString),
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

/** A text less the pieces that were inserted in it. */
export function withoutInsertions(text: string): string {
  return without(without(text, OPEN), OPEN_APART);
}

/** The text less the pieces that begin with `open`. */
function without(text: string, open: string): string {
  let from = stringIndexOf(text, open, 0);
  if (from < 0) return text;
  let original = stringSlice(text, 0, from);
  for (;;) {
    const end = stringIndexOf(text, CLOSE, from);
    if (end < 0) return original;
    const next = stringIndexOf(text, open, end);
    if (next < 0) return original + stringSlice(text, end + CLOSE.length, text.length);
    original += stringSlice(text, end + CLOSE.length, next);
    from = next;
  }
}
