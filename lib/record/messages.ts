import {
  charCodeAt,
  defineProperty,
  functionToString,
  getOwnPropertyDescriptor,
  min,
  stringIndexOf,
  stringSlice,
} from "../primordials.js";
import { DELEGATE, LOCAL, OPEN, OPEN_APART, PROBE, SUSPEND } from "../probe.js";
import { quotedStandIns } from "../stand-in.js";
import { withoutInsertions } from "./original-text.js";

const NOT_ITERABLE = " is not a function or its return value is not ";

const AWAITING = `${PROBE}.awaiting`;

/** How V8 quotes our calls, longest first; of the first two, it says what they are not. */
const QUOTES = [`(...)${NOT_ITERABLE}`, NOT_ITERABLE, "(...)", ""];
const CALLEES = [AWAITING, SUSPEND, DELEGATE, PROBE];

/** What {@link ENDS} and {@link AWAITING} were last put around. */
export const quoted: { text: string; iterable: string | undefined } = { text: "", iterable: undefined };
const ENDS = `${PROBE}.ends`;

const VALUE = "(intermediate value)";
const DELEGATES = `yield* ${VALUE}`;
/** Earlier versions go on to what V8 makes of an asynchronous one. */
const ASYNC_DELEGATES = `yield* ${Number.parseInt(process.versions.node, 10) < 24 ? VALUE.repeat(4) : VALUE}`;
const NOT_SYNC = " is not iterable";
const NOT_ASYNC = " is not async iterable";

/** What `yield*` was last given, as V8 tells of what it does not quote; empty for what it does. */
let delegate = "";

export function noteDelegate(iterable: unknown, isQuoted: boolean): void {
  if (isQuoted) delegate = "";
  else if (iterable === null || typeof iterable === "number" || typeof iterable === "boolean")
    delegate = `${typeof iterable} ${iterable}`;
  else delegate = typeof iterable;
}

/** V8 quotes the call of ours in place of the operand, as values without end. */
function withDelegate(text: string): string {
  if (stringIndexOf(text, DELEGATES, 0) !== 0) return text;
  const end = text.length;
  if (stringSlice(text, end - NOT_SYNC.length, end) === NOT_SYNC)
    return delegate === ""
      ? DELEGATES + NOT_SYNC
      : `${delegate}${NOT_SYNC} (cannot read property Symbol(Symbol.iterator))`;
  if (stringSlice(text, end - NOT_ASYNC.length, end) === NOT_ASYNC)
    return delegate === "" ? ASYNC_DELEGATES + NOT_ASYNC : "undefined is not a function";
  return text;
}

/**
 * The original text of a function or class; undefined when it cannot be told.
 *
 * @param head - what it begins with, up to the body of the first function in it
 * @param number - of that function, when it is known
 * @param most - of a longer class, so much is enough
 */
export type FunctionText = (head: string, number: number | undefined, most: number) => string | undefined;

/** Of a function's text, when it has more than 128 characters, V8 quotes the first 111 and the last 2. */
const WHOLE = 128;
const HEAD = 111;
const TAIL = 2;
const OMITTED = "...<omitted>...";
const SHORTENED = HEAD + OMITTED.length + TAIL;
const SLASH = 0x2f;
const PARENTHESIS = 0x29;
const NOT_AWAITABLE = `${AWAITING}(...)${NOT_ITERABLE}`;

function quoteOf(text: string, tail?: string): string {
  const { length } = text;
  if (length <= WHOLE) return text;
  return stringSlice(text, 0, HEAD) + OMITTED + (tail ?? stringSlice(text, length - TAIL, length));
}

/** What V8 makes of a function that was at hand, and what it would make of it without us. */
const lastQuote = { quote: "", original: "" };

/** Node is about to quote this function; from the quote, it may not be told which one it was. */
export function noteQuoted(fn: (...args: never[]) => unknown): void {
  const text = functionToString(fn);
  const original = withoutInsertions(text);
  if (original === text) return;
  lastQuote.quote = quoteOf(text);
  lastQuote.original = quoteOf(original);
}

/** `Class extends value () => {…} is not a constructor`: V8 quotes whole functions, in which our pieces stand. */
function withFunctionText(message: string, functionText: FunctionText): string {
  let text = message;
  quotedStandIns.forEach((original, ours) => {
    const quote = quoteOf(ours);
    const at = stringIndexOf(text, quote, 0);
    if (at >= 0)
      text = stringSlice(text, 0, at) + quoteOf(original) + stringSlice(text, at + quote.length, text.length);
  });
  const { quote } = lastQuote;
  const noted = quote === "" ? -1 : stringIndexOf(text, quote, 0);
  if (noted >= 0)
    text =
      stringSlice(text, 0, noted) + lastQuote.original + stringSlice(text, noted + quote.length, text.length);
  for (let omitted = stringIndexOf(text, OMITTED, 0); omitted >= HEAD; ) {
    const from = omitted - HEAD;
    const after = omitted + OMITTED.length + TAIL;
    const head = stringSlice(text, from, omitted);
    const tail = stringSlice(text, after - TAIL, after);
    const known = withoutBracketBegun(withoutInsertions(head));
    const mayBeOurs = known !== head || tail === "/}" || tail === "}}";
    const original = mayBeOurs ? textOf(known, numberIn(head), functionText) : undefined;
    // Nothing of ours stands at the end of a class.
    const isClass = stringIndexOf(known, "class", 0) === 0;
    // Not known: of a module that another thread has rewritten, or a function in a parameter of the one that is quoted.
    const quote =
      original !== undefined
        ? quoteOf(original, isClass ? tail : undefined)
        : known + stringSlice(text, omitted, after);
    text = stringSlice(text, 0, from) + quote + stringSlice(text, after, text.length);
    omitted = stringIndexOf(text, OMITTED, from + quote.length);
  }
  return withoutInsertions(text);
}

function textOf(head: string, number: number | undefined, functionText: FunctionText): string | undefined {
  const text = functionText(head, number, WHOLE + 1);
  const last = head.length - 1;
  // A single slash may be the first character of a bracket, or one of the function's own.
  return text !== undefined || charCodeAt(head, last) !== SLASH
    ? text
    : functionText(stringSlice(head, 0, last), number, WHOLE + 1);
}

/** The head may end within the bracket that opens a piece. */
function withoutBracketBegun(text: string): string {
  for (let begun = min(OPEN_APART.length, text.length); begun > 1; begun--) {
    const end = stringSlice(text, text.length - begun, text.length);
    if (stringIndexOf(OPEN, end, 0) === 0 || stringIndexOf(OPEN_APART, end, 0) === 0)
      return stringSlice(text, 0, text.length - begun);
  }
  return text;
}

/** `….enter2(0x0000be,` tells which function it is. */
function numberIn(head: string): number | undefined {
  const at = stringIndexOf(head, `${PROBE}.enter`, 0) + PROBE.length + ".enter".length;
  const digits = stringIndexOf(head, "(0x", at);
  if (at < PROBE.length + ".enter".length || digits !== at + 1) return undefined;
  let number = 0;
  for (let i = digits + 3; i < digits + 9; i++) {
    const c = charCodeAt(head, i);
    const digit = c >= 0x30 && c <= 0x39 ? c - 0x30 : c >= 0x61 && c <= 0x66 ? c - 0x57 : -1;
    if (digit < 0) return undefined;
    number = number * 16 + digit;
  }
  return number;
}

/** A message that V8 has made, as it would be without us. */
export function mendedText(message: string, functionText: FunctionText): string {
  // The quote of a function may end before anything of ours is in it.
  const isShortened = message.length >= SHORTENED && stringIndexOf(message, OMITTED, 0) >= 0;
  if (!isShortened && stringIndexOf(message, LOCAL, 0) < 0) return withDelegate(message);
  const quotesText =
    isShortened || stringIndexOf(message, OPEN, 0) >= 0 || stringIndexOf(message, OPEN_APART, 0) >= 0;
  if (!quotesText && stringIndexOf(message, PROBE, 0) < 0) return message;
  let text = quotesText ? withFunctionText(message, functionText) : message;
  text = withoutQuote(text, ENDS, quoted.text);
  text = withIterable(text);
  for (let i = 0; i < QUOTES.length; i++) {
    const original = i < 2 ? `${VALUE} is not ` : VALUE;
    for (let j = 0; j < CALLEES.length; j++) text = withoutQuote(text, CALLEES[j]! + QUOTES[i]!, original);
  }
  return text;
}

function withoutQuote(message: string, quote: string, original: string): string {
  let text = message;
  for (let at = stringIndexOf(text, quote, 0); at >= 0; at = stringIndexOf(text, quote, at))
    text = stringSlice(text, 0, at) + original + stringSlice(text, at + quote.length, text.length);
  return text;
}

/** `db.rows(...) is not a function or its return value is not async iterable`, `rows is not async iterable` */
function withIterable(text: string): string {
  const { iterable } = quoted;
  const at = iterable === undefined ? -1 : stringIndexOf(text, NOT_AWAITABLE, 0);
  if (at < 0) return text;
  const isCall = charCodeAt(iterable!, iterable!.length - 1) === PARENTHESIS;
  const end = at + NOT_AWAITABLE.length;
  return (
    stringSlice(text, 0, at) +
    iterable +
    (isCall ? NOT_ITERABLE : " is not ") +
    stringSlice(text, end, text.length)
  );
}

/**
 * V8 quotes the source in some messages: `Cannot destructure property 'a' of '(intermediate value)'` where an awaited value
 * is undefined. Where a call of the probe stands in that source, it is quoted, and here the message gets back what it
 * would be. That is done before the program sees the error: in the first `catch` that it reaches.
 *
 * @returns the message
 */
export function mended(error: object, message: unknown, functionText: FunctionText): unknown {
  if (typeof message !== "string") return message;
  const text = mendedText(message, functionText);
  if (text === message) return message;
  const own = getOwnPropertyDescriptor(error, "message");
  if (own?.configurable)
    defineProperty(error, "message", { __proto__: null, value: text } as PropertyDescriptor);
  return text;
}
