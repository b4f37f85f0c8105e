import { basename } from "node:path";
import type * as t from "@babel/types";
import type { FunctionEntry } from "../probe.js";
import type { FunctionNode } from "./syntax.js";

/** Where a node stands, as far as it gives names to functions in it. */
export interface Place {
  /** The name it is assigned to. */
  readonly name?: string | undefined;
  /** Class, object or prototype that holds it. */
  readonly owner?: string | undefined;
  /** Callee text of the call it is an argument of. */
  readonly callbackOf?: string | undefined;
  /** A member of a class that extends another. */
  readonly derived?: boolean;
}

export const NOWHERE: Place = {};

/** Longest callee text in the name of a callback. */
const LONGEST_CALLEE = 60;

/** How a function is called in the trace. */
export function nameOf(
  fn: FunctionNode,
  place: Place,
  filename: string,
): Pick<FunctionEntry, "name" | "owner" | "kind"> {
  if (fn.type === "ClassMethod" || fn.type === "ClassPrivateMethod" || fn.type === "ObjectMethod") {
    const key = keyText(fn.key, "computed" in fn && fn.computed === true);
    const owner = place.owner ?? key;
    if (fn.kind === "constructor") return { name: "constructor", owner, kind: "constructor" };
    if (fn.kind === "get") return { name: `get ${key}`, owner, kind: "getter" };
    if (fn.kind === "set") return { name: `set ${key}`, owner, kind: "setter" };
    return { name: key, owner, kind: fn.generator ? "generator" : "method" };
  }
  const own = "id" in fn && fn.id ? fn.id.name : undefined;
  const name = own ?? place.name ?? nameless(place, fn, filename);
  const owner = place.owner ?? name;
  if (fn.type === "ArrowFunctionExpression") return { name, owner, kind: "arrow" };
  if (fn.generator) return { name, owner, kind: "generator" };
  return { name, owner, kind: place.owner === undefined ? "function" : "method" };
}

function nameless({ callbackOf }: Place, node: t.Node, filename: string): string {
  const where = positionText(node, filename);
  return callbackOf === undefined
    ? `anonymous (${where})`
    : `callback of ${shortened(callbackOf)} (${where})`;
}

export function classNameOf(node: t.Class, place: Place, filename: string): string {
  const { name, owner } = place;
  if (node.id) return node.id.name;
  if (name !== undefined) return owner === undefined ? name : `${owner}.${name}`;
  return `anonymous class (${positionText(node, filename)})`;
}

function positionText(node: t.Node, filename: string): string {
  return `${basename(filename)}:${node.loc?.start.line ?? 0}`;
}

/** The end of a long chain tells more than its start. */
function shortened(text: string): string {
  return text.length > LONGEST_CALLEE ? `…${text.slice(text.length - LONGEST_CALLEE + 1)}` : text;
}

/** What holds the members of an object literal that stands at `place`. */
export function ownerOfMembers({ name, owner }: Place): string | undefined {
  return owner === undefined || name === undefined ? name : `${owner}.${name}`;
}

/** A property key as text; a computed one as it is written, shortened. */
export function keyText(key: t.Node, computed: boolean): string {
  if (key.type === "StringLiteral" || key.type === "NumericLiteral") return String(key.value);
  if (key.type === "Identifier" && !computed) return key.name;
  if (key.type === "BigIntLiteral") return key.value;
  if (key.type === "PrivateName") return `#${key.id.name}`;
  return `[${dottedText(key) || "computed"}]`;
}

/** `a.b.c` of a chain of names and calls, empty for anything else. */
export function dottedText(node: t.Node): string {
  switch (node.type) {
    case "Identifier":
      return node.name;
    case "ThisExpression":
      return "this";
    case "Super":
      return "super";
    case "MemberExpression":
    case "OptionalMemberExpression": {
      const object = dottedText(node.object);
      const property = lastName(node);
      return object === "" ? property : property === "" ? object : `${object}.${property}`;
    }
    case "CallExpression":
    case "OptionalCallExpression":
      return dottedText(node.callee);
    case "NewExpression": {
      const callee = dottedText(node.callee);
      return callee === "" ? "" : `new ${callee}`;
    }
    case "AwaitExpression":
      return dottedText(node.argument);
    case "ArrayExpression":
      return "Array";
    case "StringLiteral":
    case "TemplateLiteral":
      return "String";
    default:
      return "";
  }
}

/** The last name of a callee: `map` of `a.b.map`. */
export function lastName(callee: t.Node): string {
  switch (callee.type) {
    case "Identifier":
      return callee.name;
    case "Super":
      return "super";
    case "MemberExpression":
    case "OptionalMemberExpression": {
      const { property, computed } = callee;
      if (property.type === "PrivateName") return `#${property.id.name}`;
      if (property.type === "Identifier" && !computed) return property.name;
      return property.type === "StringLiteral" ? property.value : "";
    }
    default:
      return "";
  }
}

/** What assigning to `target` names a function: `exports.a = …`, `Foo.prototype.bar = …`. */
export function placeOfAssignment(target: t.Node, ownerOfThis: string | undefined): Place {
  if (target.type === "Identifier") return { name: target.name };
  if (target.type !== "MemberExpression") return NOWHERE;
  const name = lastName(target) || undefined;
  if (target.object.type === "ThisExpression") return { name, owner: ownerOfThis };
  const object = dottedText(target.object);
  if (object === "exports" || object === "module.exports") return { name };
  if (object === "module" && name === "exports") return { name: "module.exports" };
  if (name === "prototype") return { name: object };
  if (object.endsWith(".prototype")) return { name, owner: object.slice(0, -".prototype".length) };
  return { name, owner: object || undefined };
}
