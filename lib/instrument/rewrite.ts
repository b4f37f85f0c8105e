import { type ParserOptions, parse } from "@babel/parser";
import type * as t from "@babel/types";
import { type FileTable, type FunctionEntry, PROBE as N } from "../probe.js";
import { type InsertedPiece, Insertions } from "./insertions.js";
import { dottedText, keyText, lastName, nameOf, type Place, placeOfAssignment } from "./names.js";
import { blockScopingDiffers, type Survey, surveyFunctions } from "./survey.js";
import { type FunctionNode, forEachChild, isFunction, type Node, parameterNames } from "./syntax.js";

export interface RewriteOptions {
  filename: string;
  sourceType: "commonjs" | "module" | "script";
  /** Whether a parameter's name says that its value is secret. */
  isSecret: (name: string) => boolean;
}

/** A rewritten file, fit to be cached as JSON. */
export interface RewrittenFile {
  /** Function and site numbers in it are placeholders: see {@link bind}. */
  code: string;
  functions: FileTable["functions"];
  sites: FileTable["sites"];
  pieces: InsertedPiece[];
}

const FUNCTION_MARK = `${N}F`;
const SITE_MARK = `${N}S`;
const PLACEHOLDER = new RegExp(`\\${N}([FS])(\\d+)\\$`, "g");

/** Puts a process's numbers in the place of a rewritten file's own, at the same length: columns stay as they are. */
export function bind(code: string, functionBase: number, siteBase: number): string {
  return code.replace(PLACEHOLDER, (placeholder, kind: string, local: string) =>
    String(Number(local) + (kind === "F" ? functionBase : siteBase)).padEnd(placeholder.length),
  );
}

/**
 * Inserts probes into a program's functions. Only text is inserted: lines stay, what is not touched is byte for byte the
 * same, and `Function.prototype.toString` can take the insertions out again.
 *
 * @returns null when there is nothing to insert, or the file already holds the probe's name
 * @throws SyntaxError when the file does not parse: it should run as it is, for Node to report that
 */
export function rewrite(source: string, options: RewriteOptions): RewrittenFile | null {
  if (source.includes(N)) return null;
  const commonjs = options.sourceType === "commonjs";
  const parserOptions: ParserOptions = {
    sourceType: commonjs ? "script" : options.sourceType,
    allowReturnOutsideFunction: commonjs,
    attachComment: false,
    plugins: [
      "explicitResourceManagement",
      "importAttributes",
      "sourcePhaseImports",
      "deferredImportEvaluation",
    ] as ParserOptions["plugins"] & {},
  };
  // Comments stay where they are, but "ignore next" must be found: they are collected, not attached.
  const file = parse(source, parserOptions);
  const rewriter = new Rewriter(source, options, file);
  rewriter.program(file.program);
  if (rewriter.insertions.isEmpty) return null;
  const { code, pieces } = rewriter.insertions.apply(source);
  return { code, pieces, functions: rewriter.functions, sites: rewriter.sites };
}

/** The function whose body is being visited. */
interface Enclosing {
  /** False for functions that are left as they are. */
  on: boolean;
  /** False when its body cannot stand in a `try`. */
  tries: boolean;
  isAsync: boolean;
  isGenerator: boolean;
  /** Names of its call handle and result. */
  call: string;
  result: string;
  /** Local index in the table; -1 when not traced. */
  index: number;
  depth: number;
}

interface Context {
  fn: Enclosing | null;
  /** The nearest enclosing traced function: inner ones name its call as where they were made. */
  lexical: Enclosing | null;
  inWith: boolean;
  ignored: boolean;
  className: string | undefined;
}

const IGNORE_NEXT = /^\s*(?:flowtrace|@flowtrace)[ -]ignore[ -]next\b/;

class Rewriter {
  readonly insertions = new Insertions();
  readonly functions: FunctionEntry[] = [];
  readonly sites: FileTable["sites"] = [];
  private readonly surveys: Map<FunctionNode, Survey>;
  /** Ends of "ignore next" comments, in order. */
  private readonly ignores: number[];

  constructor(
    private readonly source: string,
    private readonly options: RewriteOptions,
    file: t.File,
  ) {
    this.surveys = surveyFunctions(file.program);
    this.ignores = (file.comments ?? [])
      .filter(({ value }) => IGNORE_NEXT.test(value))
      .map(({ end }) => end!);
  }

  program(program: t.Program): void {
    const context: Context = { fn: null, lexical: null, inWith: false, ignored: false, className: undefined };
    this.visitStatements(program.body, context);
  }

  /** Whether nothing but blanks stands between an "ignore next" comment and `node`. */
  private isIgnored(node: t.Node): boolean {
    const start = node.start!;
    return this.ignores.some((end) => end <= start && this.source.slice(end, start).trim() === "");
  }

  private visit(node: t.Node, outer: Context, place: Place): void {
    const context =
      !outer.ignored && this.ignores.length > 0 && this.isIgnored(node) ? { ...outer, ignored: true } : outer;
    if (isFunction(node)) {
      this.visitFunction(node, context, place);
      return;
    }
    switch (node.type) {
      case "ClassDeclaration":
      case "ClassExpression":
        this.visitClass(node, context, place);
        return;
      case "ClassProperty":
      case "ClassPrivateProperty":
      case "ClassAccessorProperty": {
        const computed = "computed" in node && node.computed === true;
        if (computed) this.visit(node.key, context, {});
        for (const decorator of node.decorators ?? []) this.visit(decorator, context, {});
        const name = keyText(node.key, computed);
        if (node.value) this.visit(node.value, { ...context, fn: null }, { name, owner: context.className });
        return;
      }
      case "StaticBlock":
        this.visitStatements(node.body, { ...context, fn: null });
        return;
      case "BlockStatement":
        this.visitStatements(node.body, context);
        return;
      case "WithStatement":
        this.visit(node.object, context, {});
        this.visit(node.body, { ...context, inWith: true }, {});
        return;
      case "VariableDeclarator":
        this.visit(node.id, context, {});
        if (node.init)
          this.visit(node.init, context, node.id.type === "Identifier" ? { name: node.id.name } : {});
        return;
      case "AssignmentExpression":
        this.visit(node.left, context, {});
        this.visit(node.right, context, placeOfAssignment(node.left));
        return;
      case "AssignmentPattern":
        this.visit(node.left, context, {});
        this.visit(node.right, context, node.left.type === "Identifier" ? { name: node.left.name } : {});
        return;
      case "ObjectExpression":
        for (const property of node.properties) this.visit(property, context, { owner: place.name });
        return;
      case "ObjectProperty": {
        if (node.computed) this.visit(node.key, context, {});
        this.visit(node.value, context, { name: keyText(node.key, node.computed), owner: place.owner });
        return;
      }
      case "ExportDefaultDeclaration":
        this.visit(node.declaration, context, { name: "default" });
        return;
      case "ParenthesizedExpression":
        this.visit(node.expression, context, place);
        return;
      case "CallExpression":
      case "OptionalCallExpression":
      case "NewExpression":
        this.visitCall(node, context);
        return;
      case "ForOfStatement":
        if (node.await) {
          this.visitForAwait(node, context);
          return;
        }
        break;
    }
    forEachChild(node, (child) => this.visit(child, context, {}));
    this.insertAround(node as Node, context);
  }

  private visitClass(node: t.ClassDeclaration | t.ClassExpression, context: Context, place: Place): void {
    const className = node.id?.name ?? place.name ?? "(anonymous class)";
    for (const decorator of node.decorators ?? []) this.visit(decorator, context, {});
    if (node.superClass) this.visit(node.superClass, context, {});
    const inner = { ...context, className };
    for (const member of node.body.body) {
      this.derived = node.superClass != null;
      this.visit(member, inner, { owner: className });
    }
  }

  /** Whether the class whose member is visited next extends another. */
  private derived = false;

  /** Text for what is not a function and does not want its children visited in a special way. */
  private insertAround(node: Node, context: Context): void {
    const { fn, inWith } = context;
    if (inWith || (fn !== null && !fn.on)) return;
    const call = fn === null ? "0" : fn.call;
    switch (node.type) {
      case "ReturnStatement":
        if (fn !== null) this.insertReturn(node, fn);
        return;
      case "ThrowStatement": {
        const site = this.site(node, "", context);
        this.insertions.openAt(node.argument.start!, `${N}.thrown(${call},${site},(`);
        this.insertions.closeAt(node.argument.end!, "))");
        return;
      }
      case "CatchClause": {
        const site = this.site(node, "", context);
        const seen =
          node.param?.type === "Identifier"
            ? `caught(${call},${site},${node.param.name})`
            : `caughtUnseen(${call},${site})`;
        this.insertions.openAt(node.body.start! + 1, `${N}.${seen};`);
        return;
      }
      case "TryStatement":
        if (node.finalizer && fn !== null && (fn.isAsync || fn.isGenerator)) {
          this.insertions.openAt(node.finalizer.start! + 1, `${N}.resumed(${call});`);
        }
        return;
      case "AwaitExpression":
      case "YieldExpression":
        if (fn === null) return;
        if (node.argument) {
          this.insertions.openAt(node.argument.start!, `${N}.suspend(${call},(`);
          this.insertions.closeAt(node.argument.end!, "))");
        }
        if (node.type === "YieldExpression" && !node.argument) return;
        this.insertions.openAt(
          node.start,
          `${N}.${node.type === "AwaitExpression" ? "resume" : "next"}(${call},`,
        );
        this.insertions.closeAt(node.end, ")");
        return;
    }
  }

  private insertReturn(node: t.ReturnStatement, fn: Enclosing): void {
    if (!node.argument && fn.isAsync && fn.isGenerator && fn.tries) {
      // In an async generator `return undefined` awaits its operand and `return` does not.
      this.insertions.openAt(node.start!, `{${fn.result}=void 0;`);
      this.insertions.closeAt(node.end!, "}");
      return;
    }
    if (!node.argument) {
      this.insertions.closeAt(
        node.start! + "return".length,
        fn.tries ? ` ${fn.result}=void 0` : ` ${N}.done(${fn.call})`,
      );
      return;
    }
    const { open, close } = resultOf(node.argument, fn);
    this.insertions.openAt(node.argument.start!, fn.tries ? open : `${N}.done(${fn.call},(`);
    this.insertions.closeAt(node.argument.end!, fn.tries ? close : "))");
  }

  private visitCall(
    node: t.CallExpression | t.OptionalCallExpression | t.NewExpression,
    context: Context,
  ): void {
    const { callee } = node;
    this.visit(callee, context, {});
    const leavesTraces = node.arguments.length > 0;
    if (leavesTraces && this.isExportPattern(node, context)) return;
    const callbackOf = dottedText(callee) || undefined;
    for (const argument of node.arguments)
      this.visit(argument, context, {
        callbackOf: node.type === "NewExpression" && callbackOf ? `new ${callbackOf}` : callbackOf,
      });
    if (context.inWith || (context.fn !== null && !context.fn.on) || context.ignored) return;
    this.insertSite(node, context);
  }

  private insertSite(
    node: t.CallExpression | t.OptionalCallExpression | t.NewExpression,
    context: Context,
  ): void {
    const { callee } = node;
    if (
      callee.type === "Import" ||
      (callee.type === "Identifier" && (callee.name === "eval" || callee.name === "require"))
    )
      return;
    const last = node.arguments[node.arguments.length - 1];
    const name = lastName(callee);
    if (last === undefined) {
      const at =
        callee.type === "MemberExpression" || callee.type === "OptionalMemberExpression"
          ? callee.property
          : callee;
      const { line, column } = at.loc!.start;
      if (context.fn !== null && context.fn.index >= 0 && name !== "") {
        this.functions[context.fn.index]!.bareCalls.push({ callee: name, line, column: column + 1 });
      }
      return;
    }
    if (last.type === "SpreadElement" || last.type === "ArgumentPlaceholder") return;
    // Not `f((s=site,x))`: evaluating x may make calls that use the site up, and V8 would call an anonymous function
    // that stands before it in the statement by what is assigned to.
    this.insertions.openAt(last.start!, `${N}.at(${this.site(node, name, context)},(`);
    this.insertions.closeAt(last.end!, "))");
  }

  /**
   * Node finds the exports of CommonJS modules by the text of their source: `Object.defineProperty(exports, "x",
   * { get: function () { return a.x; } })` and the loops that compilers write for `export *` must stay as they are.
   */
  private isExportPattern(
    node: t.CallExpression | t.OptionalCallExpression | t.NewExpression,
    context: Context,
  ): boolean {
    if (this.options.sourceType !== "commonjs" || context.fn !== null) return false;
    const callee = dottedText(node.callee);
    if (callee === "Object.defineProperty") {
      const target = dottedText(node.arguments[0]!);
      return target === "exports" || target === "module.exports";
    }
    return callee === "Object.keys.forEach" && /\bexports\b/.test(this.source.slice(node.start!, node.end!));
  }

  private site(node: t.Node, callee: string, context: Context): string {
    const at = "callee" in node ? positionOfCall(node as t.CallExpression) : node.loc!.start;
    this.sites.push({ line: at.line, column: at.column + 1, callee, function: context.fn?.index ?? -1 });
    return `${SITE_MARK}${this.sites.length - 1}$`;
  }

  private visitForAwait(node: t.ForOfStatement, context: Context): void {
    const { fn, inWith } = context;
    this.visit(node.left, context, {});
    this.visit(node.right, context, {});
    this.visit(node.body, context, {});
    if (fn === null || !fn.on || inWith || node.body.type !== "BlockStatement" || !this.standing.has(node))
      return;
    const { start, end } = node.body as Node;
    this.insertions.openAt(node.right.start!, `${N}.awaiting(${fn.call},(`);
    this.insertions.closeAt(node.right.end!, "))");
    this.insertions.openAt(start + 1, `${N}.resumed(${fn.call});try{`);
    this.insertions.closeAt(end - 1, `}finally{${N}.suspended(${fn.call})}`);
    this.insertions.closeAt(node.end!, `;${N}.resumed(${fn.call})`);
  }

  /** Loops that stand in a list of statements, so that another one can be put behind them. */
  private readonly standing = new Set<t.Node>();

  private visitStatements(statements: readonly t.Statement[], context: Context): void {
    for (const statement of statements) {
      let inner = statement;
      while (inner.type === "LabeledStatement") inner = inner.body;
      if (inner.type === "ForOfStatement") this.standing.add(inner);
      this.visit(statement, context, {});
    }
  }

  private visitFunction(node: FunctionNode, context: Context, place: Place): void {
    const survey = this.surveys.get(node)!;
    const { lexical, inWith } = context;
    const isDerived = this.derived;
    this.derived = false;
    if ("computed" in node && node.computed) this.visit(node.key, context, {});
    if ("decorators" in node)
      for (const decorator of node.decorators ?? []) this.visit(decorator, context, {});
    const on = !inWith && !survey.hasWith && !context.ignored;
    const tries = on && !blockScopingDiffers(node, survey);
    const depth = lexical === null ? 0 : lexical.depth + 1;
    const self: Enclosing = {
      on,
      tries,
      isAsync: node.async === true,
      isGenerator: node.generator === true,
      call: `${N}c${depth}`,
      result: `${N}r${depth}`,
      index: -1,
      depth,
    };
    const parameters = parameterNames(node);
    if (on) {
      self.index = this.functions.length;
      const { line, column } = node.loc!.start;
      this.functions.push({
        ...nameOf(node, place, this.options.filename),
        async: self.isAsync,
        params: parameters,
        line,
        column: column + 1,
        endLine: node.loc!.end.line,
        parent: lexical?.index ?? -1,
        bareCalls: [],
      });
    }
    const inner: Context = { ...context, fn: self, lexical: on ? self : lexical, className: undefined };
    for (const parameter of node.params) this.visit(parameter, { ...context, fn: null }, {});
    if (node.body.type === "BlockStatement") this.visitStatements(node.body.body, inner);
    else this.visit(node.body, inner, {});
    if (on) this.insertFunction(node, survey, self, parameters, context, place, isDerived);
  }

  private insertFunction(
    node: FunctionNode,
    survey: Survey,
    self: Enclosing,
    parameters: string[],
    context: Context,
    place: Place,
    isDerived: boolean,
  ): void {
    const { call, result } = self;
    const isConstructor = node.type === "ClassMethod" && node.kind === "constructor";
    const { enter, leave } = this.probes(node, survey, self, parameters, context, isConstructor && isDerived);
    const fails = self.isAsync || (!self.isGenerator && isRejectingCallback(place));
    const caught = fails ? `}catch(${N}e){throw ${N}.fail(${call},${N}e)` : "";
    const after = `${caught}}finally{${leave}}`;
    if (node.body.type !== "BlockStatement") {
      const { extra } = node.body;
      const start = extra?.parenthesized ? (extra.parenStart as number) : node.body.start!;
      const { open, close } = resultOf(node.body, self);
      this.insertions.openAt(start, `{${enter}let ${result}=${N};try{return ${open}`);
      this.insertions.closeAt(node.end!, `${close}${after}}`);
      return;
    }
    const { directives, start, end } = node.body;
    const at = directives.length > 0 ? directives[directives.length - 1]!.end! : start! + 1;
    // A directive may lack its semicolon.
    const first = `${directives.length > 0 ? ";" : ""}${enter}${self.tries ? `let ${result}=${N};try{` : ""}`;
    const value = isConstructor ? "this" : "void 0";
    const last = self.tries ? `;${result}=${value}${after}` : `;${N}.done(${call})`;
    if (at === end! - 1) this.insertions.openAt(at, first + last);
    else {
      this.insertions.openAt(at, first);
      this.insertions.closeAt(end! - 1, last);
    }
  }

  private probes(
    node: FunctionNode,
    survey: Survey,
    self: Enclosing,
    parameters: string[],
    context: Context,
    isDerivedConstructor: boolean,
  ): { enter: string; leave: string } {
    const { call, result, index, isAsync, isGenerator } = self;
    const { isSecret } = this.options;
    const isArrow = node.type === "ArrowFunctionExpression";
    const isMethod = "kind" in node;
    const receiver = !isArrow && !isDerivedConstructor && (isMethod || survey.usesThis) ? "this" : "void 0";
    const usesArguments = !isArrow && survey.usesArguments && this.mayReadArguments(node, parameters);
    const copies: string[] = [];
    const before: string[] = [];
    const after: string[] = [];
    for (const [i, name] of parameters.entries()) {
      const secret = isSecret(name);
      before.push(secret ? `${N}.filtered(${name})` : name);
      // A parameter that the body assigns to is not what was given any more.
      const reassigned = survey.assigned.has(name) || survey.hasEval;
      if (!reassigned) after.push(secret ? `${N}.filtered(${name})` : name);
      else if (isAsync || isGenerator) after.push("void 0");
      else {
        const copy = `${call}p${i}`;
        copies.push(`${copy}=${name}`);
        after.push(secret ? `${N}.filtered(${copy})` : copy);
      }
    }
    const many = parameters.length > 4;
    const fn = `${FUNCTION_MARK}${index}$`;
    let entering: string;
    let leaving: string;
    const changes = survey.mayChangeInputs && parameters.length > 0;
    if (usesArguments && parameters.every((name) => !isSecret(name))) {
      entering = `enterN(${fn},${receiver},arguments)`;
      const isOwn = !survey.assigned.has("arguments") && !survey.vars.has("arguments");
      leaving =
        survey.mayChangeInputs && isOwn ? `leaveN(${call},${result},arguments)` : `leave0(${call},${result})`;
      copies.length = 0;
    } else {
      const list = (names: string[]): string => (many ? `[${names.join(",")}]` : names.join(","));
      const arity = many ? "N" : String(parameters.length);
      entering = `enter${arity}(${[fn, receiver, ...(parameters.length > 0 ? [list(before)] : [])].join(",")})`;
      leaving = changes ? `leave${arity}(${call},${result},${list(after)})` : `leave0(${call},${result})`;
      if (!changes) copies.length = 0;
    }
    const lexical = context.lexical === null ? "" : `${N}.l=${context.lexical.call},`;
    const consumer = isGenerator && isAsync ? `${N}.l=${N}.g||${context.lexical?.call ?? "0"},` : lexical;
    const opening = consumer === "" ? `${N}.${entering}` : `(${consumer}${N}.${entering})`;
    return {
      enter: `const ${[`${call}=${opening}`, ...copies].join(",")};`,
      leave: `${N}.${leaving}`,
    };
  }

  /** `arguments` means the function's own object, and reading it has no effect. */
  private mayReadArguments(node: FunctionNode, parameters: string[]): boolean {
    if (parameters.includes("arguments")) return false;
    if (node.params.every(({ type }) => type === "Identifier")) return true;
    const [first] = node.params;
    const last = node.params[node.params.length - 1]!;
    return !/arguments|eval|\\u/.test(this.source.slice(first!.start!, last.end!));
  }
}

function positionOfCall(node: t.CallExpression | t.OptionalCallExpression | t.NewExpression): {
  line: number;
  column: number;
} {
  const { callee } = node;
  const isMember = callee.type === "MemberExpression" || callee.type === "OptionalMemberExpression";
  return (node.type !== "NewExpression" && isMember ? callee.property : node).loc!.start;
}

/**
 * The text around a returned expression. A plain assignment would give an anonymous function the name of our variable, and
 * V8, which looks further than the specification for names to show in stacks, would do so to any in the
 * expression, unless what is assigned is a call.
 */
function resultOf(expression: t.Node, { result }: Enclosing): { open: string; close: string } {
  return holdsFunction(expression)
    ? { open: `${result}=${N}.id((`, close: "))" }
    : { open: `${result}=(0,`, close: ")" };
}

function holdsFunction(node: t.Node): boolean {
  if (isFunction(node) || node.type === "ClassExpression") return true;
  let found = false;
  forEachChild(node, (child) => {
    found ||= holdsFunction(child);
  });
  return found;
}

/** An error thrown in an argument of these becomes a rejection, never an uncaught exception of this stack. */
function isRejectingCallback({ callbackOf }: Place): boolean {
  if (callbackOf === undefined) return false;
  return callbackOf === "new Promise" || /\.(?:then|catch|finally)$/.test(callbackOf);
}
