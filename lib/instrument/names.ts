import { basename } from "node:path";
import type * as t from "@babel/types";
import type { FunctionEntry } from "../probe.js";
import type { FunctionNode } from "./syntax.js";

/** Where a function stands, as far as it gives it a name. */
export interface Place {
  /** The name it is assigned to, when it has none itself. */
  name?: string | undefined;
  /** Class, object or prototype that holds it. */
  owner?: string | undefined;
  /** Callee text of the call it is an argument of. */
  callbackOf?: string | undefined;
}

/** How a function is called in the trace. */
export function nameOf(
  fn: FunctionNode,
  place: Place,
  filename: string,
): Pick<FunctionEntry, "name" | "owner" | "kind"> {
  const own = "id" in fn && fn.id ? fn.id.name : undefined;
  const where = `${basename(filename)}:${fn.loc?.start.line ?? 0}`;
  const fallback =
    place.callbackOf === undefined ? `anonymous (${where})` : `callback of ${place.callbackOf} (${where})`;
  const name = own ?? place.name ?? fallback;
  switch (fn.type) {
    case "ClassMethod":
    case "ClassPrivateMethod":
    case "ObjectMethod": {
      const key = `${fn.type === "ClassPrivateMethod" ? "#" : ""}${keyText(fn.type === "ClassPrivateMethod" ? fn.key.id : fn.key, "computed" in fn && fn.computed === true)}`;
      const owner = place.owner ?? key;
      if (fn.kind === "constructor") return { name: "constructor", owner, kind: "constructor" };
      if (fn.kind === "get") return { name: `get ${key}`, owner, kind: "getter" };
      if (fn.kind === "set") return { name: `set ${key}`, owner, kind: "setter" };
      return { name: key, owner, kind: fn.generator ? "generator" : "method" };
    }
    case "ArrowFunctionExpression":
      return { name, owner: place.owner ?? name, kind: "arrow" };
    default: {
      const kind = fn.generator ? "generator" : place.owner === undefined ? "function" : "method";
      return { name, owner: place.owner ?? name, kind };
    }
  }
}

/** A property key as text; a computed one as it is written, shortened. */
export function keyText(key: t.Node, computed: boolean): string {
  if (key.type === "StringLiteral" || key.type === "NumericLiteral") return String(key.value);
  if (key.type === "Identifier") return computed ? `[${key.name}]` : key.name;
  if (key.type === "PrivateName") return `#${key.id.name}`;
  const text = dottedText(key);
  return text === "" ? "[computed]" : `[${text}]`;
}

/** `a.b.c` of a chain of names, empty for anything else. */
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
      const property = node.computed ? "" : lastName(node);
      return object === "" ? property : property === "" ? object : `${object}.${property}`;
    }
    case "CallExpression":
      return dottedText(node.callee);
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
    case "MemberExpression":
    case "OptionalMemberExpression":
      if (callee.property.type === "PrivateName") return `#${callee.property.id.name}`;
      if (!callee.computed && callee.property.type === "Identifier") return callee.property.name;
      return callee.property.type === "StringLiteral" ? callee.property.value : "";
    default:
      return "";
  }
}

/** What assigning to `target` names a function: `exports.a = …`, `Foo.prototype.bar = …`. */
export function placeOfAssignment(target: t.Node): Place {
  if (target.type === "Identifier") return { name: target.name };
  if (target.type !== "MemberExpression") return {};
  const name = lastName(target) || undefined;
  const object = dottedText(target.object);
  if (object === "exports" || object === "module.exports") return { name };
  if (object === "module" && name === "exports") return { name: "module.exports" };
  if (object.endsWith(".prototype")) return { name, owner: object.slice(0, -".prototype".length) };
  return { name, owner: object === "" || object === "this" ? undefined : object };
}
