import type { FunctionInfo } from "../../trace/columns.js";

/** What a program is held together with rather than made of: callbacks, functions without a name, Node's own. */
export function isInternal({ name, kind }: FunctionInfo): boolean {
  return kind === "builtin" || /^(?:callback of |anonymous\b)/.test(name);
}
