import type * as t from "@babel/types";
import { PROBE as $, LOCAL } from "../probe.js";
import type { Region } from "./regions.js";
import { type FunctionNode, parameterNames } from "./syntax.js";

/** A traced function whose body has been walked. */
export interface TracedFunction {
  node: FunctionNode;
  body: Region;
  /** Placeholder of its number. */
  number: string;
  /** Whether `this` can be read at the start and means something. */
  hasReceiver: boolean;
  /** Functions in front of it, in one expression, that V8 has yet to give a name for stacks. */
  pending: number;
  isSecret: (name: string) => boolean;
}

export interface FunctionProbes {
  /** First in the body. */
  enter: string;
  /** In the outer `finally`. */
  leave: string;
}

/**
 * The calls of the recorder at both ends of a function.
 *
 * Inputs are given at the start and, where the body may have changed them, again at the end. A parameter that the body
 * assigns to goes in as a copy then; not in async functions and generators, which would keep alive while they wait what
 * the program may have let go on purpose: there, nothing is given at the end.
 */
export function functionProbes(fn: TracedFunction): FunctionProbes {
  const { node, body } = fn;
  const { call } = body;
  const inputs = readsArguments(fn) ? argumentsObject(body) : namedInputs(fn);
  const receiver = fn.hasReceiver ? "this" : "void 0";
  const declared = [
    `${call}=${$}.enter${inputs.arity}(${[fn.number, receiver, ...inputs.atStart].join(",")})`,
    ...inputs.copies,
  ];
  const leave =
    inputs.atEnd === undefined
      ? `${$}.leave0(${call},${body.result})`
      : `${$}.leave${inputs.arity}(${[call, body.result, ...inputs.atEnd].join(",")})`;
  return { enter: `${lexicalCall(node, body, fn.pending)}const ${declared.join(",")};`, leave };
}

interface Inputs {
  arity: string;
  atStart: string[];
  /** Undefined when they cannot have changed. */
  atEnd: string[] | undefined;
  /** Declarations. */
  copies: string[];
}

/** More arguments than parameters may matter to functions that look at `arguments`: all are recorded. */
function argumentsObject(body: Region): Inputs {
  const isWhole = body.assigned === undefined && !body.hasEval;
  return {
    arity: "N",
    atStart: ["arguments"],
    atEnd: body.mayChangeInputs && isWhole ? ["arguments"] : undefined,
    copies: [],
  };
}

function readsArguments({ node, body, isSecret }: TracedFunction): boolean {
  return (
    body.usesArguments &&
    node.type !== "ArrowFunctionExpression" &&
    node.params.every((parameter) => parameter.type === "Identifier" && !isSecret(parameter.name)) &&
    node.params.length === body.parameters.length &&
    !declaresArguments(node.body, body.parameters)
  );
}

/** `arguments` may be the name of a parameter or of a variable. */
function declaresArguments(body: t.Node, parameters: readonly string[]): boolean {
  if (parameters.includes("arguments") || body.type !== "BlockStatement") return true;
  return body.body.some(
    (statement) =>
      (statement.type === "FunctionDeclaration" && statement.id?.name === "arguments") ||
      (statement.type === "VariableDeclaration" &&
        statement.declarations.some(({ id }) => id.type === "Identifier" && id.name === "arguments")),
  );
}

function namedInputs({ node, body, isSecret }: TracedFunction): Inputs {
  const names = parameterNames(node);
  const shown = (name: string, variable: string): string =>
    isSecret(name) ? `${$}.filtered(${variable})` : variable;
  const list = (values: string[]): string[] => (values.length > 4 ? [`[${values.join(",")}]`] : values);
  const arity = names.length > 4 ? "N" : String(names.length);
  const atStart = list(names.map((name) => shown(name, name)));
  const isReassigned = (name: string): boolean => body.isAssigned(name);
  const waits = node.async === true || node.generator === true;
  if (names.length === 0 || !body.mayChangeInputs || (waits && names.some(isReassigned)))
    return { arity, atStart, atEnd: undefined, copies: [] };
  const copies: string[] = [];
  const atEnd = names.map((name, i) => {
    if (!isReassigned(name)) return shown(name, name);
    const copy = `${LOCAL}p${body.depth - 1}_${i}`;
    copies.push(`${copy}=${name}`);
    return shown(name, copy);
  });
  return { arity, atStart, atEnd: list(atEnd), copies };
}

/**
 * Tells which call made this function. An async generator that is started by a `for await` is that loop's.
 *
 * The declaration that follows takes one pending function out of V8's list, see name-inference.ts; for more there
 * must be more calls.
 */
function lexicalCall(node: FunctionNode, body: Region, pending: number): string {
  const outer = body.outer!;
  if (node.async && node.generator) return `${$}.l=-${$}.g||${outer.call};`;
  const told = outer.depth > 0 ? 1 : 0;
  if (pending === 0) return told ? `${$}.l=${outer.call};` : "";
  return (
    `${$}.within(0);`.repeat(Math.max(0, pending - told - 1)) + `${$}.within(${outer.call});`.repeat(told)
  );
}
