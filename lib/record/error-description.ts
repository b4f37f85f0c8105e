import { types } from "node:util";
import { getPrototypeOf, hasOwn } from "../primordials.js";
import { dataProperty, ownData } from "./own-data.js";
import type { PrototypeInfo } from "./prototypes.js";

const { isProxy } = types;

/** What an error says of itself. Undefined for what is not there, or where code would have to run. */
export interface ErrorDescription {
  name: unknown;
  message: unknown;
  code: unknown;
  cause: unknown;
}

const NOTHING: ErrorDescription = { name: undefined, message: undefined, code: undefined, cause: undefined };

/** @returns what describes an error; the answer is good until the next one, as a new object for each costs a tenth of a throw */
export function createErrorDescriber(
  prototypeInfo: (prototype: object) => PrototypeInfo,
): (error: object) => ErrorDescription {
  const description = { ...NOTHING };

  function inheritedBy(o: object): ErrorDescription {
    const prototype = getPrototypeOf(o);
    if (prototype === null) return NOTHING;
    const info = prototypeInfo(prototype);
    info.inherited ??= {
      name: dataProperty(prototype, "name"),
      message: dataProperty(prototype, "message"),
      code: dataProperty(prototype, "code"),
      cause: dataProperty(prototype, "cause"),
    };
    return info.inherited;
  }

  return (o) => {
    const inherited = isProxy(o) ? null : inheritedBy(o);
    description.name = inherited === null ? undefined : (ownIfAny(o, "name") ?? inherited.name);
    // Nearly all errors have one of their own.
    description.message = inherited === null ? undefined : (ownData(o, "message") ?? inherited.message);
    description.code = inherited === null ? undefined : (ownIfAny(o, "code") ?? inherited.code);
    description.cause = inherited === null ? undefined : (ownIfAny(o, "cause") ?? inherited.cause);
    return description;
  };
}

/** Most errors have only some of these, and asking whether takes a third of the time. */
function ownIfAny(o: object, key: string): unknown {
  return hasOwn(o, key) ? ownData(o, key) : undefined;
}
