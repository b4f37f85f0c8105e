import type * as t from "@babel/types";

/** A node as the parser makes it: with positions. */
export type Node = t.Node & { start: number; end: number };

export type FunctionNode =
  | t.FunctionDeclaration
  | t.FunctionExpression
  | t.ArrowFunctionExpression
  | t.ObjectMethod
  | t.ClassMethod
  | t.ClassPrivateMethod;

const FUNCTIONS = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ObjectMethod",
  "ClassMethod",
  "ClassPrivateMethod",
]);

export function isFunction(node: t.Node): node is FunctionNode {
  return FUNCTIONS.has(node.type);
}

const NOT_CHILDREN = new Set([
  "type",
  "start",
  "end",
  "loc",
  "extra",
  "leadingComments",
  "trailingComments",
  "innerComments",
  "errors",
  "comments",
  "tokens",
  "range",
]);

/** Calls `visit` for each child, in the order of the node's keys. */
export function forEachChild(node: t.Node, visit: (child: t.Node) => void): void {
  const fields = node as unknown as Record<string, unknown>;
  for (const key in fields) {
    if (NOT_CHILDREN.has(key)) continue;
    const value = fields[key];
    if (value === null || typeof value !== "object") continue;
    if (Array.isArray(value)) {
      for (const item of value) if (item && typeof item.type === "string") visit(item as t.Node);
    } else if (typeof (value as t.Node).type === "string") visit(value as t.Node);
  }
}

/** The names that a pattern binds, in order. */
export function boundNames(pattern: t.Node | null | undefined, names: string[] = []): string[] {
  switch (pattern?.type) {
    case "Identifier":
      names.push(pattern.name);
      break;
    case "AssignmentPattern":
      boundNames(pattern.left, names);
      break;
    case "RestElement":
      boundNames(pattern.argument, names);
      break;
    case "ArrayPattern":
      for (const element of pattern.elements) boundNames(element, names);
      break;
    case "ObjectPattern":
      for (const property of pattern.properties) {
        boundNames(property.type === "RestElement" ? property : property.value, names);
      }
      break;
  }
  return names;
}

/** The parameters' names, in order. */
export function parameterNames(fn: FunctionNode): string[] {
  return fn.params.flatMap((parameter) => boundNames(parameter));
}
