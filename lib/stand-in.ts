import {
  defineProperty,
  functionToString,
  getOwnPropertyDescriptor,
  ownKeys,
  SafeMap,
  SafeWeakMap,
} from "./primordials.js";

type AnyFunction = (...args: never[]) => unknown;

const originals = new SafeWeakMap<object, object>();

/** The text of what a function stands in for, by its own: V8 quotes functions in messages. */
export const quotedStandIns = new SafeMap<string, string>();

/**
 * Puts a function of ours in the place of another one: it gets the other's properties, and `Function.prototype.toString`
 * gives the other's text. Not a proxy: from Node 26 on, what the program prints says of those that they are.
 */
export function standIn<F extends AnyFunction>(original: AnyFunction, ours: F): F {
  for (const key of ownKeys(original)) defineProperty(ours, key, getOwnPropertyDescriptor(original, key)!);
  quotedStandIns.set(functionToString(ours), functionToString(original));
  originals.set(ours, original);
  return ours;
}

/** The same as a proxy, for what is more than a function that is called: classes, asynchronous functions. */
export function proxyFor<F extends object>(original: F, handler: ProxyHandler<F>): F {
  const ours = new Proxy(original, handler);
  originals.set(ours, original);
  return ours;
}

/** What a function stands in for, or the function itself: for `Function.prototype.toString`. */
export function stoodInFor(fn: unknown): unknown {
  return originals.get(fn as object) ?? fn;
}
