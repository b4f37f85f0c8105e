import type * as t from "@babel/types";

export type FunctionNode =
  | t.FunctionDeclaration
  | t.FunctionExpression
  | t.ArrowFunctionExpression
  | t.ObjectMethod
  | t.ClassMethod
  | t.ClassPrivateMethod;

export type CallNode = t.CallExpression | t.OptionalCallExpression | t.NewExpression;

export function isFunction(node: t.Node): node is FunctionNode {
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "ObjectMethod":
    case "ClassMethod":
    case "ClassPrivateMethod":
      return true;
    default:
      return false;
  }
}

export function isCall(node: t.Node): boolean {
  return node.type === "CallExpression" || node.type === "NewExpression";
}

const NONE: readonly string[] = [];

/**
 * Fields with code in them of the nodes that the rewriter does nothing about, in source order. A table, because
 * looking through the fields of every node takes as long as parsing does. Names that are no expressions (labels, what
 * is imported) are left out.
 */
const PLAIN: Readonly<Record<string, readonly string[]>> = Object.assign(Object.create(null), {
  ArrayExpression: ["elements"],
  ArrayPattern: ["elements"],
  BigIntLiteral: NONE,
  BinaryExpression: ["left", "right"],
  BooleanLiteral: NONE,
  BreakStatement: NONE,
  ContinueStatement: NONE,
  DebuggerStatement: NONE,
  DoWhileStatement: ["body", "test"],
  EmptyStatement: NONE,
  ExportAllDeclaration: NONE,
  ExportNamedDeclaration: ["declaration"],
  ForStatement: ["init", "test", "update", "body"],
  IfStatement: ["test", "consequent", "alternate"],
  Import: NONE,
  ImportDeclaration: NONE,
  ImportExpression: ["source", "options"],
  MetaProperty: NONE,
  NullLiteral: NONE,
  NumericLiteral: NONE,
  ObjectPattern: ["properties"],
  PrivateName: NONE,
  RegExpLiteral: NONE,
  RestElement: ["argument"],
  SequenceExpression: ["expressions"],
  StringLiteral: NONE,
  SwitchCase: ["test", "consequent"],
  SwitchStatement: ["discriminant", "cases"],
  TemplateLiteral: ["expressions"],
  VariableDeclaration: ["declarations"],
  WhileStatement: ["test", "body"],
});

/** The fields that may hold code, of a node that asks for nothing else; undefined for the others. */
export function plainChildKeys(node: t.Node): readonly string[] | undefined {
  return PLAIN[node.type];
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
  "directives",
  "comments",
  "tokens",
]);

/** The fields of a node that may hold code. */
export function childKeys(node: t.Node): readonly string[] {
  return PLAIN[node.type] ?? Object.keys(node).filter((key) => !NOT_CHILDREN.has(key));
}

/** Calls `visit` for each child. */
export function forEachChild(node: t.Node, visit: (child: t.Node) => void): void {
  const fields = node as unknown as Record<string, unknown>;
  for (const key of childKeys(node)) {
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

/** The parameters' names, in order; sloppy code may repeat one. */
export function parameterNames(fn: FunctionNode): string[] {
  const names: string[] = [];
  for (const parameter of fn.params) boundNames(parameter, names);
  return names.length > 1 ? [...new Set(names)] : names;
}
