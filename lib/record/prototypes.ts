import { types } from "node:util";
import { getPrototypeOf, SafeMap, SafeWeakMap } from "../primordials.js";
import type { ErrorDescription } from "./error-description.js";
import { dataProperty, ownData } from "./own-data.js";
import type { ShapeNode } from "./shapes.js";

const { isProxy } = types;

/** What is known of a prototype: made on first sight, forgotten with it. */
export interface PrototypeInfo {
  /** String number of the class's name, 0 for none. */
  readonly className: number;
  root: ShapeNode | null;
  /** A built-in that keeps its contents elsewhere may be among its objects. */
  readonly special: boolean;
  /** What errors inherit, as it was when the first of them was met; null before. */
  inherited: ErrorDescription | null;
}

/** Objects of these classes hold more, or other things, than their properties. */
const SPECIAL = new SafeMap<string, true>();
// biome-ignore format: a list
for (const name of ["Map", "Set", "Date", "RegExp", "Error", "Promise", "WeakMap", "WeakSet", "WeakRef",
  "FinalizationRegistry", "ArrayBuffer", "SharedArrayBuffer", "DataView", "TypedArray", "Boolean", "Number", "String",
  "Symbol", "BigInt", "Generator", "AsyncGenerator", "GeneratorFunction", "Iterator"]) {
  SPECIAL.set(name, true);
}

const MOST_STEPS = 100;
const LONGEST_NAME = 256;

/** @param intern - gives a class's name its string number */
export function createPrototypes(intern: (name: string) => number): (prototype: object) => PrototypeInfo {
  const known = new SafeWeakMap<object, PrototypeInfo>();

  function learn(prototype: object): PrototypeInfo {
    let className = isProxy(prototype) ? "" : classNameOf(prototype);
    let special = isSpecial(prototype);
    // Object.create(…), plain objects of other realms, iterators: none is known by that name.
    if (className === "Object") className = "";
    if (className === "" && !isProxy(prototype)) {
      className = taggedName(prototype);
      special ||= className !== "";
    }
    const info = {
      className: className === "" ? 0 : intern(className),
      root: null,
      special,
      inherited: null,
    };
    known.set(prototype, info);
    return info;
  }

  return (prototype) => known.get(prototype) ?? learn(prototype);
}

function isSpecial(prototype: object): boolean {
  let at: object | null = prototype;
  for (let steps = 0; at !== null && steps < MOST_STEPS && !isProxy(at); steps++) {
    const maker = ownData(at, "constructor");
    // Generators' and iterators' prototypes have no constructor to tell them by.
    if (typeof maker === "object") return true;
    if (typeof maker === "function" && !isProxy(maker)) {
      const name = ownData(maker, "name");
      if (typeof name === "string" && SPECIAL.has(name)) return true;
    }
    at = getPrototypeOf(at);
  }
  return false;
}

function classNameOf(prototype: object): string {
  const maker = dataProperty(prototype, "constructor");
  if (typeof maker !== "function" || isProxy(maker)) return "";
  return nameIn(ownData(maker, "name"));
}

/** What generators and iterators, which have no constructor, are called. */
function taggedName(prototype: object): string {
  return nameIn(dataProperty(prototype, Symbol.toStringTag));
}

function nameIn(name: unknown): string {
  return typeof name === "string" && name.length <= LONGEST_NAME ? name : "";
}
