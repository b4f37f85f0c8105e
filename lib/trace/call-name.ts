import type { FunctionInfo } from "./columns.js";

/** `Cart.total`, or the name alone of what belongs to no class; of a process, what it runs and which it is. */
export function qualifiedName({ name, called, kind }: FunctionInfo): string {
  if (called === name || called === "") return name;
  return kind === "process" ? `${called} (${name})` : `${called}.${name}`;
}
