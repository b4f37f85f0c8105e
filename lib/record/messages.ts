import { defineProperty, getOwnPropertyDescriptor, stringIndexOf, stringSlice } from "../primordials.js";
import { PROBE } from "../probe.js";

const NOT_ITERABLE = " is not a function or its return value is not ";

/** What V8 quotes of our calls, longest first, and what it says in place of the `await` or value that stands there. */
const QUOTES: readonly (readonly [quoted: string, original: string])[] = [
  `(...)${NOT_ITERABLE}`,
  NOT_ITERABLE,
  "(...)",
  "",
].flatMap((end) =>
  [`${PROBE}.awaiting`, `${PROBE}.suspend`, PROBE].map(
    (callee) =>
      [callee + end, `(intermediate value)${end.endsWith(NOT_ITERABLE) ? " is not " : ""}`] as const,
  ),
);

/** The call that {@link ENDS} was last put around, as it is written. */
export const quoted = { text: "" };
const ENDS = `${PROBE}.ends`;

/**
 * V8 quotes the source in some messages: `Cannot destructure property 'a' of '(intermediate value)'` where an awaited value
 * is undefined. Where a call of the probe stands in that source, it is quoted, and here the message gets back what it
 * would be. That is done before the program sees the error: in the first `catch` that it reaches.
 *
 * @returns the message
 */
export function mended(error: object, message: unknown): unknown {
  if (typeof message !== "string" || stringIndexOf(message, PROBE, 0) < 0) return message;
  let text = message;
  for (let at = stringIndexOf(text, ENDS, 0); at >= 0; at = stringIndexOf(text, ENDS, at))
    text = stringSlice(text, 0, at) + quoted.text + stringSlice(text, at + ENDS.length, text.length);
  for (let i = 0; i < QUOTES.length; i++) {
    const quote = QUOTES[i]!;
    for (let at = stringIndexOf(text, quote[0], 0); at >= 0; at = stringIndexOf(text, quote[0], at)) {
      text = stringSlice(text, 0, at) + quote[1] + stringSlice(text, at + quote[0].length, text.length);
    }
  }
  const own = getOwnPropertyDescriptor(error, "message");
  if (own?.configurable)
    defineProperty(error, "message", { __proto__: null, value: text } as PropertyDescriptor);
  return text;
}
