import util from "node:util";
import { defineProperty, getOwnPropertyDescriptor, stringSlice } from "../primordials.js";

/** What a promise has come to: its value, or the error when it was rejected; the promise itself where that cannot be told. */
export type PromiseEnd = (result: unknown, threw: boolean) => void;

// Taken before the program can replace them.
const { inspect } = util;
const { custom } = inspect;
const { deleteProperty } = Reflect;
const ErrorPrototype = Error.prototype;

/**
 * Tells what a promise has come to that is settled, of which its handlers and Node learn nothing.
 *
 * @param isNoted - V8 tells of promises before it notes what they have come to
 */
export async function tellOutcome(promise: object, isNoted: boolean, ended: PromiseEnd): Promise<void> {
  // What waits for the promise is called after this.
  if (!isNoted) await undefined;
  const { text, error } = lookAt(promise);
  if (stringSlice(text, 0, REJECTED.length) === REJECTED) ended(error, true);
  // Nobody can tell that we listen to one that was fulfilled.
  else if (stringSlice(text, 0, PROMISE.length) === PROMISE && text !== PENDING) ended(await promise, false);
  else ended(promise, false);
}

const PROMISE = "Promise {";
const REJECTED = "Promise { <rejected>";
const PENDING = "Promise { <pending> }";
const OPTIONS = {
  ...{
    depth: 0,
    maxArrayLength: 0,
    maxStringLength: 0,
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
  },
  ...{
    colors: false,
    customInspect: true,
    getters: false,
    showHidden: false,
    showProxy: false,
    sorted: false,
  },
};

/** Only `inspect` can look at a promise without listening to it. It makes text, but asks errors how they are to be shown. */
function lookAt(promise: object): { text: string; error: unknown } {
  const seen = { text: "", error: undefined as unknown };
  const theirs = getOwnPropertyDescriptor(ErrorPrototype, custom);
  try {
    defineProperty(ErrorPrototype, custom, {
      configurable: true,
      value(this: unknown) {
        seen.error = this;
        return "";
      },
    });
    seen.text = inspect(promise, OPTIONS);
  } catch {
    // a program that has frozen it
  } finally {
    if (theirs === undefined) deleteProperty(ErrorPrototype, custom);
    else defineProperty(ErrorPrototype, custom, theirs);
  }
  return seen;
}
