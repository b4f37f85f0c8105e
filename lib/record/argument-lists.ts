import { floor, getOwnPropertyDescriptor, hasOwn, isArray } from "../primordials.js";
import type { EventBytes } from "./event-bytes.js";
import type { Snapshot } from "./snapshot.js";

/** Arguments recorded of a call at most. */
const MOST_ARGUMENTS = 64;

/** Writes the arguments of calls that take many, or any number; returns the position after them. */
export type ArgumentLists = (args: ArrayLike<unknown>, p: number) => number;

export function createArgumentLists(varint: EventBytes["varint"], value: Snapshot["value"]): ArgumentLists {
  /** `arguments` is the program's: by the end of the call it may hold accessors, or have lost its length. */
  function ofArguments(args: object, start: number): number {
    const lengthNow = getOwnPropertyDescriptor(args, "length");
    const length: unknown = lengthNow !== undefined && hasOwn(lengthNow, "value") ? lengthNow.value : 0;
    const count = typeof length === "number" && length >= 0 ? floor(length) : 0;
    const argc = count > MOST_ARGUMENTS ? MOST_ARGUMENTS : count;
    let p = varint(argc, start);
    for (let i = 0; i < argc; i++) {
      const d = getOwnPropertyDescriptor(args, i);
      p = value(d !== undefined && hasOwn(d, "value") ? d.value : undefined, p);
    }
    return p;
  }

  return (args, start) => {
    if (!isArray(args)) return ofArguments(args, start);
    const { length } = args;
    const argc = length > MOST_ARGUMENTS ? MOST_ARGUMENTS : length;
    let p = varint(argc, start);
    for (let i = 0; i < argc; i++) p = value(args[i], p);
    return p;
  };
}
