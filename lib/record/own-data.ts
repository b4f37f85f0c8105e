import { types } from "node:util";
import { getOwnPropertyDescriptor, getPrototypeOf, hasOwn, ObjectPrototype } from "../primordials.js";

const { isProxy } = types;

/** Prototypes that are looked at, one after the other. */
const MOST_STEPS = 100;

/** What an object's own property holds; undefined where there is none, or where code would have to run. */
export function ownData(o: object, key: string): unknown {
  const d = getOwnPropertyDescriptor(o, key);
  return d === undefined ? undefined : valueIn(d);
}

/** An accessor's descriptor has no value of its own; whether it has takes 130 instructions to ask. */
function valueIn(d: PropertyDescriptor): unknown {
  return "value" in ObjectPrototype && !hasOwn(d, "value") ? undefined : d.value;
}

/** The same of an own or inherited property. */
export function dataProperty(o: object, key: PropertyKey): unknown {
  let at: object | null = o;
  for (let steps = 0; at !== null && steps < MOST_STEPS && !isProxy(at); steps++) {
    const d = getOwnPropertyDescriptor(at, key);
    if (d !== undefined) return valueIn(d);
    at = getPrototypeOf(at);
  }
  return undefined;
}
