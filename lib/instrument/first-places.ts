import type * as t from "@babel/types";
import type { LineColumn } from "../source-mapping.js";

/**
 * Places of the original text that V8 now reports for what it would report elsewhere. Of each: its 1-based line and
 * 0-based column, a {@link Moved}, and line and column that it would have. Plain numbers, as `InsertedPieces` are.
 */
export type MovedPlaces = ArrayLike<number>;

/** What is concerned of what V8 places there. */
export enum Moved {
  /** All but a call that waits there. */
  Running = 1,
  Any = 2,
  /** What is in the piece that was inserted there. */
  Inserted = 3,
}

/** Numbers of each. */
export const MOVED_FIELDS = 5;

/** 1-based line, 0-based column. */
type Place = LineColumn;

/**
 * V8 gives the first thing that a statement does the statement's own place: `x` in `return await x.y` fails where `return`
 * stands. When a call of ours begins to be made before that, its callee has been looked up first, and `x` has a place of
 * its own; and what has none, as `x` in `return await x()`, has that of the `await`. An `await` keeps its place
 * while it waits.
 */
export class FirstPlaces {
  readonly moved: number[] = [];

  constructor(private readonly source: string) {}

  /**
   * Goes through what V8 evaluates before anything else.
   *
   * @param place - of the statement
   * @param isBehindCall - a call of ours stands around all of the expression
   */
  private note(expression: t.Node, place: Place | undefined, isBehindCall = false): void {
    if (place === undefined) return;
    let isMoved = isBehindCall;
    for (let node: t.Node | null | undefined = expression; node; node = firstIn(node)) {
      if (node.type === "AwaitExpression" || node.type === "YieldExpression") {
        this.add(node, place, Moved.Running);
        isMoved = true;
      } else if (node.type === "Identifier" || node.type === "ThisExpression") {
        if (isMoved) this.add(node, place, Moved.Any);
      }
    }
  }

  private add(node: t.Node, place: Place, moved: Moved): void {
    const { line, column } = node.loc!.start;
    if (line !== place.line || column !== place.column || moved === Moved.Inserted)
      this.moved.push(line, column, moved, place.line, place.column);
  }

  /** The same for what a statement, or a variable, begins with. */
  noteStatement(node: t.Node, isBehindCall: boolean): void {
    switch (node.type) {
      case "ExpressionStatement":
        this.note(node.expression, node.loc!.start);
        return;
      case "ReturnStatement":
        if (node.argument) this.note(node.argument, node.loc!.start, isBehindCall);
        return;
      case "ThrowStatement":
        this.note(node.argument, node.loc!.start);
        return;
      case "IfStatement":
        this.note(node.test, node.loc!.start);
        return;
      case "SwitchStatement":
        this.note(node.discriminant, node.loc!.start);
        return;
      case "VariableDeclarator":
        if (node.init) this.note(node.init, this.startOf(node.init));
        return;
      case "WhileStatement":
      case "DoWhileStatement":
        this.note(node.test, ownPlace(node.test));
        return;
      case "ForStatement":
        if (node.test) this.note(node.test, ownPlace(node.test));
        if (node.update) this.note(node.update, ownPlace(node.update));
        return;
      case "ForOfStatement":
      case "ForInStatement":
        this.note(node.right, ownPlace(node.right));
        return;
      case "SequenceExpression":
        for (const expression of node.expressions.slice(1)) this.note(expression, ownPlace(expression));
    }
  }

  /** What begins with an expression, and not with a statement: `() => await x.y`. */
  noteConcise(body: t.Expression): void {
    this.note(body, ownPlace(body));
  }

  /**
   * `yield*` calls its operand's methods where the operand was last evaluated; that has been followed by a call of ours.
   *
   * @returns whether V8 quotes the operand when it cannot be iterated: its own place is the one that the error has
   */
  noteDelegate(operand: t.Expression): boolean {
    const { line, column } = operand.loc!.start;
    const { moved } = this;
    if (
      operand.type === "Identifier" &&
      moved.at(-MOVED_FIELDS) === line &&
      moved.at(1 - MOVED_FIELDS) === column
    ) {
      this.add(operand, { line: moved.at(-2)!, column: moved.at(-1)! }, Moved.Inserted);
      return false;
    }
    this.noteIterable(operand);
    return QUOTED.has(operand.type);
  }

  /** The same for the operand of a loop. */
  noteIterable(operand: t.Expression): void {
    const place = ownPlace(operand);
    if (place !== undefined) this.add(operand, place, Moved.Inserted);
  }

  /** With its parentheses. */
  private startOf({ start, loc, extra }: t.Expression): Place {
    const { line, column } = loc!.start;
    if (extra?.parenthesized !== true) return { line, column };
    const open = extra.parenStart as number;
    const before = this.source.slice(open, start!).split(TERMINATOR).length - 1;
    const lineStart =
      before === 0 ? start! - column : open - this.source.slice(0, open).split(TERMINATOR).at(-1)!.length;
    return { line: line - before, column: open - lineStart };
  }
}

const QUOTED = new Set([
  "Identifier",
  "ThisExpression",
  "MemberExpression",
  "CallExpression",
  "NewExpression",
]);

const TERMINATOR = /\r\n|[\n\r\u2028\u2029]/;

/** What V8 takes for an expression's place; undefined when it is not known here. */
function ownPlace(node: t.Node): Place | undefined {
  switch (node.type) {
    case "Identifier":
    case "ThisExpression":
    case "AwaitExpression":
    case "YieldExpression":
    case "ConditionalExpression":
      return node.loc!.start;
    case "MemberExpression":
      return isCalled(node.object) ? undefined : nameOf(node);
    case "CallExpression": {
      const { callee } = node;
      if (callee.extra?.parenthesized === true) return undefined;
      return callee.type === "MemberExpression" ? nameOf(callee) : ownPlace(callee);
    }
    default:
      return undefined;
  }
}

function nameOf({ property, computed }: t.MemberExpression): Place | undefined {
  return property.type === "Identifier" && !computed ? property.loc!.start : undefined;
}

/** Behind a call, the place of a member is that of its dot. */
function isCalled(node: t.Node): boolean {
  if (node.extra?.parenthesized === true) return false;
  return node.type === "MemberExpression"
    ? isCalled(node.object)
    : node.type === "CallExpression" || node.type === "OptionalCallExpression";
}

/** The part that is evaluated first; undefined when none of those that have a place of their own is. */
function firstIn(node: t.Node): t.Node | null | undefined {
  switch (node.type) {
    case "AwaitExpression":
    case "YieldExpression":
    case "UnaryExpression":
      return node.argument;
    case "MemberExpression":
    case "OptionalMemberExpression":
      return node.object;
    case "CallExpression":
    case "OptionalCallExpression":
      return unnamed(node.callee);
    case "NewExpression":
      return node.callee;
    case "TaggedTemplateExpression":
      return unnamed(node.tag);
    case "BinaryExpression":
    case "LogicalExpression":
      return node.left;
    case "ConditionalExpression":
      return node.test;
    case "SequenceExpression":
      return node.expressions[0];
    case "UpdateExpression":
      return unnamed(node.argument);
    case "AssignmentExpression":
      if (node.left.type === "MemberExpression") return node.left.object;
      return node.operator === "=" ? node.right : undefined;
    case "TemplateLiteral":
      return node.quasis[0]?.value.raw === "" ? node.expressions[0] : undefined;
    default:
      return undefined;
  }
}

/** A name that is called or counted up has no place of its own. */
function unnamed(node: t.Node): t.Node | undefined {
  return node.type === "Identifier" ? undefined : node;
}
