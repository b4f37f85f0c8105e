import type * as t from "@babel/types";
import type { BareCall, SiteEntry } from "../probe.js";
import { dottedText } from "./names.js";
import type { CallNode } from "./syntax.js";

/** The places in a file that code can name at run time, by their index. */
export class SiteTable {
  readonly entries: SiteEntry[] = [];

  /**
   * @param callee - last name of what is called there; empty for `throw` and `catch`
   * @param fn - index of the function that holds it; -1 outside of all
   * @returns its index
   */
  add(node: t.Node, callee: string, fn: number): number {
    const isCall = node.type === "CallExpression" || node.type === "OptionalCallExpression";
    const { line, column } = isCall ? positionOfCallee(node.callee) : node.loc!.start;
    return this.entries.push({ line, column: column + 1, callee, function: fn }) - 1;
  }
}

/** A call that has no argument to note its place in. */
export function bareCall(callee: t.Node, name: string): BareCall {
  const { line, column } = positionOfCallee(callee);
  return { callee: name, line, column: column + 1 };
}

/** Where V8 says that a call stands. */
function positionOfCallee(callee: t.Node): { line: number; column: number } {
  const isMember = callee.type === "MemberExpression" || callee.type === "OptionalMemberExpression";
  return (isMember ? callee.property : callee).loc!.start;
}

/**
 * Node finds the exports of CommonJS modules by the text of their source: `Object.defineProperty(exports, "x",
 * { get: function () { return a.x; } })` and the loops that compilers write for `export *` must stay as they are.
 */
export function isExportPattern({ callee, arguments: args, start, end }: CallNode, source: string): boolean {
  if (args.length === 0) return false;
  const text = dottedText(callee);
  if (text === "Object.defineProperty") {
    const target = dottedText(args[0]!);
    return target === "exports" || target === "module.exports";
  }
  return text === "Object.keys.forEach" && /\bexports\b/.test(source.slice(start!, end!));
}

/** `Math.round(x)`: known to look at numbers only. */
export function isMathCall(callee: t.Node): boolean {
  return (
    callee.type === "MemberExpression" && callee.object.type === "Identifier" && callee.object.name === "Math"
  );
}

export function isRequireOrEval(callee: t.Node): boolean {
  return callee.type === "Identifier" && (callee.name === "require" || callee.name === "eval");
}

const REJECTING = [".then", ".catch", ".finally"];

/** An error thrown in a function given to one of these becomes a rejection, never an uncaught exception. */
export function isRejecting(callee: string | undefined): boolean {
  if (callee === undefined) return false;
  return callee === "new Promise" || REJECTING.some((ending) => callee.endsWith(ending));
}
