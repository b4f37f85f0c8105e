import type { FunctionInfo } from "./columns.js";

/** `Cart.total`, or the name alone of what belongs to no class. */
export function qualifiedName({ name, called }: FunctionInfo): string {
  return called === name || called === "" ? name : `${called}.${name}`;
}
