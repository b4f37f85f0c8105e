import { stringIndexOf, stringSlice } from "../primordials.js";
import { CLOSE, OPEN, OPEN_APART } from "../probe.js";

/**
 * A text less the pieces that were inserted in it, which carry their brackets. The text of an arrow function with an
 * expression body ends inside a piece.
 *
 * No regular expression is used: running one would change the program's `RegExp.$1`.
 */
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
