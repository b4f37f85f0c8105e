import type * as t from "@babel/types";
import { boundNames, type FunctionNode, forEachChild, isFunction, parameterNames } from "./syntax.js";

/** What must be known of a function's body before anything is inserted in it. */
interface Survey {
  /** Names of `var`s, and of function declarations at the top of the body and in its blocks. */
  vars: Set<string>;
  topFunctions: string[];
  blockFunctions: Set<string>;
  hasWith: boolean;
  /** `using` declarations: what they dispose of may throw when the result is already there. */
  hasUsing: boolean;
  /** `eval(…)` in the body itself. */
  hasEval: boolean;
}

export interface BodyTraits {
  /** Free names go through an object: nothing may be inserted. */
  hasWith: boolean;
  hasUsing: boolean;
  /** Whether the body can stand in a `try` block. */
  canTry: boolean;
}

const ORDINARY: BodyTraits = { hasWith: false, hasUsing: false, canTry: true };
const WITH_STATEMENT = /\bwith(?:\s|\/\*[\s\S]*?\*\/|\/\/.*)*\(/;
const USING_DECLARATION = /\busing\s+[^\s=;]+\s*=/;

/** Whether functions of this source need their bodies looked through for rare statements. */
export function mayHoldRareStatements(source: string): boolean {
  return WITH_STATEMENT.test(source) || USING_DECLARATION.test(source);
}

export function bodyTraits(fn: FunctionNode, mayHoldRare: boolean): BodyTraits {
  const { body } = fn;
  if (body.type !== "BlockStatement") return ORDINARY;
  const declares = body.body.some(
    (statement) => statement.type === "FunctionDeclaration" || statement.type === "LabeledStatement",
  );
  if (!declares && !mayHoldRare) return ORDINARY;
  const survey = surveyBody(body);
  return {
    hasWith: survey.hasWith,
    hasUsing: survey.hasUsing,
    canTry: !blockScopingDiffers(fn, survey),
  };
}

/** Looks through a body, functions inside it left out. */
function surveyBody(body: t.BlockStatement): Survey {
  const survey: Survey = {
    vars: new Set(),
    topFunctions: [],
    blockFunctions: new Set(),
    hasWith: false,
    hasUsing: false,
    hasEval: false,
  };

  function visit(node: t.Node, isTop: boolean): void {
    switch (node.type) {
      case "FunctionDeclaration":
        if (node.id && isTop) survey.topFunctions.push(node.id.name);
        else if (node.id) survey.blockFunctions.add(node.id.name);
        return;
      case "LabeledStatement":
        visit(node.body, isTop);
        return;
      case "VariableDeclaration":
        if (node.kind === "var")
          for (const { id } of node.declarations) for (const name of boundNames(id)) survey.vars.add(name);
        if (node.kind === "using" || node.kind === "await using") survey.hasUsing = true;
        break;
      case "WithStatement":
        survey.hasWith = true;
        break;
      case "CallExpression":
      case "OptionalCallExpression":
        if (node.callee.type === "Identifier" && node.callee.name === "eval") survey.hasEval = true;
        break;
      case "StaticBlock":
        return;
    }
    if (isFunction(node)) {
      // The key of a method belongs to this body; parameters and body do not.
      if ("computed" in node && node.computed) visit(node.key, false);
      return;
    }
    forEachChild(node, visitInner);
  }
  const visitInner = (node: t.Node): void => visit(node, false);

  for (const statement of body.body) visit(statement, true);
  return survey;
}

/**
 * Inside `try { }` a top-level function declaration becomes block scoped. That differs from function scope when the
 * name is declared again, or may be (direct eval).
 */
function blockScopingDiffers(fn: FunctionNode, survey: Survey): boolean {
  const { topFunctions } = survey;
  if (topFunctions.length === 0) return false;
  if (survey.hasEval || new Set(topFunctions).size !== topFunctions.length) return true;
  const parameters = new Set(parameterNames(fn));
  return topFunctions.some(
    (name) =>
      name === "arguments" ||
      survey.vars.has(name) ||
      survey.blockFunctions.has(name) ||
      parameters.has(name),
  );
}
