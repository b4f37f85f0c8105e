import type * as t from "@babel/types";
import { boundNames, type FunctionNode, forEachChild, isFunction, parameterNames } from "./syntax.js";

/** What the body of one function holds, as far as the rewriter must know it before it inserts anything. */
export interface Survey {
  /** Names of `var`s of the body. */
  vars: Set<string>;
  /** Function declarations at the top of the body, and in its blocks. */
  topFunctions: string[];
  blockFunctions: Set<string>;
  hasWith: boolean;
  /** `eval(…)` in the body itself. */
  hasEval: boolean;
  usesArguments: boolean;
  usesThis: boolean;
  /** Names that are assigned to in the body or in functions inside it. */
  assigned: Set<string>;
  /**
   * Whether the body does anything that could change what it was given: assigns to a property, calls, awaits,
   * iterates. Arithmetic on the program's own objects may call their `valueOf`; that it changes something is not
   * looked for.
   */
  mayChangeInputs: boolean;
}

const CHANGING = new Set([
  "NewExpression",
  "TaggedTemplateExpression",
  "AwaitExpression",
  "YieldExpression",
  "ForOfStatement",
  "SpreadElement",
]);

/** Surveys every function of a program in one walk. */
export function surveyFunctions(program: t.Node): Map<FunctionNode, Survey> {
  const surveys = new Map<FunctionNode, Survey>();

  function visit(node: t.Node, survey: Survey, isTop: boolean): void {
    if (isFunction(node)) {
      if (node.type === "FunctionDeclaration" && node.id) {
        if (isTop) survey.topFunctions.push(node.id.name);
        else survey.blockFunctions.add(node.id.name);
      }
      inner(node, survey);
      return;
    }
    switch (node.type) {
      case "LabeledStatement":
        visit(node.body, survey, isTop);
        return;
      case "StaticBlock": {
        // `var` and `this` of a static block are its own; what it assigns may still be ours.
        const own = emptySurvey();
        for (const statement of node.body) visit(statement, own, false);
        adopt(survey, own, false);
        return;
      }
      case "ClassProperty":
      case "ClassPrivateProperty":
      case "ClassAccessorProperty": {
        if (node.type !== "ClassPrivateProperty" && node.computed) visit(node.key, survey, false);
        for (const decorator of node.decorators ?? []) visit(decorator, survey, false);
        const own = emptySurvey();
        if (node.value) visit(node.value, own, false);
        adopt(survey, own, false);
        return;
      }
      case "VariableDeclaration":
        for (const declarator of node.declarations) {
          const names = boundNames(declarator.id);
          for (const name of names) {
            if (node.kind === "var") survey.vars.add(name);
            if (declarator.init) survey.assigned.add(name);
          }
          if (declarator.id.type === "ArrayPattern") survey.mayChangeInputs = true;
        }
        break;
      case "ForInStatement":
      case "ForOfStatement":
        assignTargets(node.left, survey);
        break;
      case "AssignmentExpression":
        assignTargets(node.left, survey);
        break;
      case "UpdateExpression":
        assignTargets(node.argument, survey);
        break;
      case "UnaryExpression":
        if (node.operator === "delete") survey.mayChangeInputs = true;
        break;
      case "WithStatement":
        survey.hasWith = true;
        break;
      case "CallExpression":
      case "OptionalCallExpression":
        if (node.callee.type === "Identifier" && node.callee.name === "eval") survey.hasEval = true;
        if (!isMathCall(node.callee)) survey.mayChangeInputs = true;
        break;
      case "Identifier":
        if (node.name === "arguments") survey.usesArguments = true;
        break;
      case "ThisExpression":
      case "Super":
        survey.usesThis = true;
        break;
    }
    if (CHANGING.has(node.type)) survey.mayChangeInputs = true;
    forEachChild(node, (child) => visit(child, survey, false));
  }

  function inner(fn: FunctionNode, outer: Survey): void {
    if ("computed" in fn && fn.computed) visit(fn.key, outer, false);
    if ("decorators" in fn) for (const decorator of fn.decorators ?? []) visit(decorator, outer, false);
    const survey = emptySurvey();
    const parameters = emptySurvey();
    for (const parameter of fn.params) visit(parameter, parameters, false);
    if (fn.body.type === "BlockStatement") {
      for (const directive of fn.body.directives) visit(directive, survey, false);
      for (const statement of fn.body.body) visit(statement, survey, true);
    } else visit(fn.body, survey, false);
    surveys.set(fn, survey);
    const isArrow = fn.type === "ArrowFunctionExpression";
    adopt(survey, parameters, true);
    adopt(outer, survey, isArrow);
  }

  const top = emptySurvey();
  visit(program, top, false);
  return surveys;
}

/** What an inner function does that concerns the outer one. */
function adopt(outer: Survey, inner: Survey, sharesThis: boolean): void {
  for (const name of inner.assigned) outer.assigned.add(name);
  if (!sharesThis) return;
  outer.usesThis ||= inner.usesThis;
  outer.usesArguments ||= inner.usesArguments;
}

function emptySurvey(): Survey {
  return {
    vars: new Set(),
    topFunctions: [],
    blockFunctions: new Set(),
    hasWith: false,
    hasEval: false,
    usesArguments: false,
    usesThis: false,
    assigned: new Set(),
    mayChangeInputs: false,
  };
}

function assignTargets(target: t.Node, survey: Survey): void {
  switch (target.type) {
    case "Identifier":
      survey.assigned.add(target.name);
      return;
    case "VariableDeclaration":
      for (const declarator of target.declarations)
        for (const name of boundNames(declarator.id)) survey.assigned.add(name);
      return;
    case "MemberExpression":
    case "OptionalMemberExpression":
      survey.mayChangeInputs = true;
      return;
    default:
      // Patterns: their names, and perhaps properties.
      for (const name of boundNames(target)) survey.assigned.add(name);
      survey.mayChangeInputs = true;
  }
}

/** `Math.round(x)`: known to look at numbers only. */
function isMathCall(callee: t.Node): boolean {
  return (
    callee.type === "MemberExpression" && callee.object.type === "Identifier" && callee.object.name === "Math"
  );
}

/**
 * Inside `try { }` a top-level function declaration becomes block scoped. That differs from function scope when the
 * name is declared again, or may be (direct eval).
 */
export function blockScopingDiffers(fn: FunctionNode, survey: Survey): boolean {
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
