import { types } from "node:util";
import { getOwnPropertyDescriptor, getPrototypeOf, hasOwn } from "../primordials.js";

const { isProxy } = types;

/** Prototypes that are looked at, one after the other. */
const MOST_STEPS = 100;

/** What an object's own property holds; undefined where there is none, or where code would have to run. */
export function ownData(o: object, key: string): unknown {
  const d = getOwnPropertyDescriptor(o, key);
  return d !== undefined && hasOwn(d, "value") ? d.value : undefined;
}

/** The same of an own or inherited property. */
export function dataProperty(o: object, key: PropertyKey): unknown {
  let at: object | null = o;
  for (let steps = 0; at !== null && steps < MOST_STEPS && !isProxy(at); steps++) {
    const d = getOwnPropertyDescriptor(at, key);
    if (d !== undefined) return hasOwn(d, "value") ? d.value : undefined;
    at = getPrototypeOf(at);
  }
  return undefined;
}
