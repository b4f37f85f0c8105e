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

const NONE: readonly string[] = [];

/**
 * Fields with code in them, in source order, of the nodes that are walked without special care. A table, because
 * looking through the fields of every node takes as long as parsing does. Names that are no expressions (labels,
 * property names, what is imported) are left out.
 */
const CHILDREN: Record<string, readonly string[]> = {
  Program: ["body"],
  ExpressionStatement: ["expression"],
  BlockStatement: ["body"],
  EmptyStatement: NONE,
  DebuggerStatement: NONE,
  ReturnStatement: ["argument"],
  LabeledStatement: ["body"],
  BreakStatement: NONE,
  ContinueStatement: NONE,
  IfStatement: ["test", "consequent", "alternate"],
  SwitchStatement: ["discriminant", "cases"],
  SwitchCase: ["test", "consequent"],
  ThrowStatement: ["argument"],
  CatchClause: ["param", "body"],
  WhileStatement: ["test", "body"],
  DoWhileStatement: ["body", "test"],
  ForStatement: ["init", "test", "update", "body"],
  ForInStatement: ["left", "right", "body"],
  ForOfStatement: ["left", "right", "body"],
  VariableDeclaration: ["declarations"],
  Identifier: NONE,
  PrivateName: NONE,
  Super: NONE,
  ThisExpression: NONE,
  Import: NONE,
  MetaProperty: NONE,
  StringLiteral: NONE,
  NumericLiteral: NONE,
  BigIntLiteral: NONE,
  BooleanLiteral: NONE,
  NullLiteral: NONE,
  RegExpLiteral: NONE,
  TemplateLiteral: ["expressions"],
  TaggedTemplateExpression: ["tag", "quasi"],
  ArrayExpression: ["elements"],
  UnaryExpression: ["argument"],
  UpdateExpression: ["argument"],
  BinaryExpression: ["left", "right"],
  SpreadElement: ["argument"],
  YieldExpression: ["argument"],
  AwaitExpression: ["argument"],
  SequenceExpression: ["expressions"],
  ImportExpression: ["source", "options"],
  ArrayPattern: ["elements"],
  ObjectPattern: ["properties"],
  RestElement: ["argument"],
  ImportDeclaration: NONE,
  ExportAllDeclaration: NONE,
  ExportNamedDeclaration: ["declaration"],
};

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
  return CHILDREN[node.type] ?? Object.keys(node).filter((key) => !NOT_CHILDREN.has(key));
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
