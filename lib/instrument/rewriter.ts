import type * as t from "@babel/types";
import {
  PROBE as $,
  AT,
  type BareCall,
  DELEGATE,
  type FunctionEntry,
  LOCAL,
  SUSPEND,
  THROWS,
} from "../probe.js";
import { type BuiltinCall, BuiltinCalls } from "./builtin-calls.js";
import {
  bareCall,
  isExportPattern,
  isMathCall,
  isRejecting,
  isRequireOrEval,
  SiteTable,
} from "./call-sites.js";
import { FirstPlaces } from "./first-places.js";
import { functionProbes } from "./function-probes.js";
import { Insertions } from "./insertions.js";
import { NameInference } from "./name-inference.js";
import {
  classNameOf,
  dottedText,
  keyText,
  lastName,
  NOWHERE,
  nameOf,
  ownerOfMembers,
  type Place,
  placeOfAssignment,
} from "./names.js";
import { quotedText } from "./quoted-text.js";
import { Region } from "./regions.js";
import { bodyTraits, mayHoldRareStatements } from "./survey.js";
import {
  boundNames,
  type CallNode,
  childKeys,
  type FunctionNode,
  isCall,
  isFunction,
  parameterNames,
  plainChildKeys,
} from "./syntax.js";

export interface RewriterOptions {
  filename: string;
  isCommonJs: boolean;
  isSecret: (name: string) => boolean;
  /** Offsets at which code starts that is to be left out. */
  ignored: ReadonlySet<number>;
  /** Calls of Node's own functions are recorded where they are made. */
  builtins: boolean;
  /** Text that stands for a local number until the file is loaded. */
  functionNumber: (local: number) => string;
  siteNumber: (local: number) => string;
}

/**
 * Walks a program once and decides what is inserted where. Nothing is ever put around a function, a class or a default
 * value, nothing into parameters and field initialisers: names, lengths, scopes and `this` stay what they were.
 */
export class Rewriter {
  readonly insertions: Insertions;
  readonly functions: FunctionEntry[] = [];
  readonly sites = new SiteTable();
  /** Calls without arguments outside of all functions. */
  readonly bareCalls: BareCall[] = [];
  readonly firstPlaces: FirstPlaces;

  private readonly mayHoldRare: boolean;
  private ignoring = false;
  private readonly names = new NameInference();
  /** End of the last expression that a call of ours was put around. */
  private openEnd = -1;
  private builtins: BuiltinCalls | undefined;
  /** What the `await` that is walked waits for. */
  private awaited: t.Node | undefined;
  /** What a loop is labelled with, when it is. */
  private readonly labelOf = new Map<t.Node, t.LabeledStatement>();

  constructor(
    private readonly source: string,
    private readonly options: RewriterOptions,
  ) {
    this.insertions = new Insertions(source);
    this.firstPlaces = new FirstPlaces(source);
    this.mayHoldRare = mayHoldRareStatements(source);
  }

  program(program: t.Program): void {
    if (this.options.builtins) this.builtins = new BuiltinCalls(program);
    this.visitStatements(program.body, new Region(null, { on: true, isFresh: true }));
  }

  private visit(node: t.Node, region: Region, place: Place = NOWHERE): void {
    if (this.options.ignored.size > 0 && !this.ignoring && this.options.ignored.has(node.start!)) {
      this.ignoring = true;
      this.visitNode(node, region, place);
      this.ignoring = false;
    } else this.visitNode(node, region, place);
  }

  private visitNode(node: t.Node, region: Region, place: Place): void {
    if (node.type === "Identifier") {
      if (node.name === "arguments") region.thisRegion.usesArguments = true;
      return;
    }
    if (region.mayWait) this.firstPlaces.noteStatement(node, region.isAsync && region.isGenerator);
    const plain = plainChildKeys(node);
    if (plain === undefined) this.visitSpecial(node, region, place);
    else this.visitFields(node, plain, region);
  }

  private visitSpecial(node: t.Node, region: Region, place: Place): void {
    switch (node.type) {
      case "MemberExpression":
      case "OptionalMemberExpression":
        this.visit(node.object, region);
        if (node.computed) this.visit(node.property, region);
        return;
      case "CallExpression":
      case "OptionalCallExpression":
      case "NewExpression":
        this.visitCall(node, region);
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
      case "ObjectMethod":
      case "ClassMethod":
      case "ClassPrivateMethod":
        this.visitFunction(node, region, place);
        return;
      case "ThisExpression":
      case "Super":
        region.thisRegion.usesThis = true;
        return;
      case "ReturnStatement":
        this.visitReturn(node, region);
        return;
      case "ThrowStatement":
        this.visit(node.argument, region);
        if (!region.on) return;
        this.visitThrown(node, region);
        return;
      case "ExpressionStatement":
        this.visit(node.expression, region);
        if (this.openEnd === node.end) this.insertions.endOf(node);
        return;
      case "TryStatement":
        this.visitTry(node, region);
        return;
      case "CatchClause":
        this.visitCatch(node, region);
        return;
      case "AwaitExpression":
        this.visitAwait(node, region);
        return;
      case "YieldExpression":
        this.visitYield(node, region);
        return;
      case "ForOfStatement":
        region.mayChangeInputs = true;
        if (node.await && region.on && region.isAsync) this.visitForAwait(node, region);
        else this.visitFields(node, LOOP, region);
        this.noteTargets(node.left, region);
        return;
      case "ForInStatement":
        this.visitFields(node, LOOP, region);
        this.noteTargets(node.left, region);
        return;
      case "VariableDeclarator":
        this.visitDeclarator(node, region);
        return;
      case "AssignmentExpression":
        this.visitAssignment(node, region);
        return;
      case "AssignmentPattern":
        this.visit(node.left, region);
        this.visit(node.right, region, node.left.type === "Identifier" ? { name: node.left.name } : NOWHERE);
        return;
      case "LogicalExpression":
        this.visit(node.left, region, place);
        this.visit(node.right, region, place);
        return;
      case "ConditionalExpression":
        this.visit(node.test, region);
        this.visit(node.consequent, region, place);
        this.visit(node.alternate, region, place);
        return;
      case "ObjectExpression": {
        const members = { owner: ownerOfMembers(place) };
        for (const property of node.properties) this.visit(property, region, members);
        return;
      }
      case "ObjectProperty":
        this.visitProperty(node, region, place);
        return;
      case "ClassDeclaration":
      case "ClassExpression":
        this.visitClass(node, region, place);
        return;
      case "ClassProperty":
      case "ClassPrivateProperty":
      case "ClassAccessorProperty": {
        const computed = "computed" in node && node.computed === true;
        if (computed) this.visit(node.key, region);
        if (!node.value) return;
        // An initialiser runs in a call that has no body of its own.
        const initialiser = new Region(region, { owner: place.owner });
        this.visit(node.value, initialiser, { name: keyText(node.key, computed), owner: place.owner });
        return;
      }
      case "StaticBlock": {
        // Runs as part of the code around it, with a `this` and an `arguments` of its own.
        const block = new Region(region, { on: region.on, owner: place.owner });
        this.visitStatements(node.body, block);
        region.mayChangeInputs ||= block.mayChangeInputs;
        return;
      }
      case "BlockStatement":
        this.visitStatements(node.body, region);
        return;
      case "WithStatement":
        // Free names in the body go through the object, which may be a proxy that would see ours.
        this.visit(node.object, region);
        return;
      case "LabeledStatement": {
        let inner = node.body;
        while (inner.type === "LabeledStatement") inner = inner.body;
        if (inner.type === "ForOfStatement" && !this.labelOf.has(inner)) this.labelOf.set(inner, node);
        this.visit(node.body, region);
        return;
      }
      case "UpdateExpression":
        this.visit(node.argument, region);
        this.noteTargets(node.argument, region);
        return;
      case "UnaryExpression":
        this.visit(node.argument, region);
        if (node.operator === "delete") region.mayChangeInputs = true;
        return;
      case "TaggedTemplateExpression":
        this.visit(node.tag, region);
        this.visit(node.quasi, region);
        region.mayChangeInputs = true;
        this.bareCall(node.tag, region);
        return;
      case "SpreadElement":
        region.mayChangeInputs = true;
        this.visit(node.argument, region);
        return;
      case "ExportDefaultDeclaration":
        this.visit(node.declaration, region, { name: "default" });
        return;
      default:
        this.visitChildren(node, region);
    }
  }

  private visitChildren(node: t.Node, region: Region): void {
    this.visitFields(node, childKeys(node), region);
  }

  private visitFields(node: t.Node, keys: readonly string[], region: Region): void {
    const fields = node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>;
    for (const key of keys) {
      const value = fields[key];
      if (!value || typeof value !== "object") continue;
      if (!Array.isArray(value)) {
        if (typeof value.type === "string") this.visit(value, region);
      } else
        for (const child of value) if (child && typeof child.type === "string") this.visit(child, region);
    }
  }

  private visitStatements(statements: readonly t.Statement[], region: Region): void {
    for (const statement of statements) {
      if (region.isFresh) this.names.pending = 0;
      this.visit(statement, region);
      if (statement.type === "VariableDeclaration" && this.openEnd === statement.end)
        this.insertions.endOf(statement);
    }
  }

  // Assignments

  private visitDeclarator(node: t.VariableDeclarator, region: Region): void {
    const { id, init } = node;
    this.visit(id, region);
    if (id.type === "ArrayPattern") region.mayChangeInputs = true;
    if (!init) return;
    const { nameless } = this.names;
    this.visit(init, region, id.type === "Identifier" ? { name: id.name } : NOWHERE);
    if (id.type === "Identifier") this.names.named(init, nameless);
    this.names.assigned(init);
    for (const name of boundNames(id)) region.noteAssigned(name);
  }

  private visitAssignment(node: t.AssignmentExpression, region: Region): void {
    const { left, right } = node;
    this.visit(left, region);
    const { nameless } = this.names;
    this.visit(right, region, placeOfAssignment(left, region.thisRegion.owner));
    if (left.type === "Identifier") this.names.named(right, nameless);
    this.names.assigned(right);
    this.noteTargets(left, region);
  }

  private visitProperty(node: t.ObjectProperty, region: Region, place: Place): void {
    const { key, value, computed } = node;
    if (computed) this.visit(key, region);
    const { nameless } = this.names;
    this.visit(value, region, { name: keyText(key, computed), owner: place.owner });
    if (!computed) this.names.named(value, nameless);
    this.names.pending = 0;
  }

  private noteTargets(target: t.Node, region: Region): void {
    switch (target.type) {
      case "Identifier":
        region.noteAssigned(target.name);
        return;
      case "VariableDeclaration":
        for (const { id } of target.declarations)
          for (const name of boundNames(id)) region.noteAssigned(name);
        return;
      default:
        // Properties, and patterns with names and perhaps properties.
        for (const name of boundNames(target)) region.noteAssigned(name);
        region.mayChangeInputs = true;
    }
  }

  // Classes and functions

  private visitClass(node: t.Class, region: Region, place: Place): void {
    if (node.superClass) this.visit(node.superClass, region);
    const owner = classNameOf(node, place, this.options.filename);
    const member: Place = { owner, derived: node.superClass != null };
    const { nameless } = this.names;
    for (const element of node.body.body) this.visit(element, region, member);
    this.names.nameless = node.id ? nameless : nameless + 1;
  }

  private visitFunction(node: FunctionNode, outer: Region, place: Place): void {
    if ("computed" in node && node.computed) this.visit(node.key, outer);
    const isAsm =
      node.body.type === "BlockStatement" &&
      node.body.directives.some(({ value }) => value.value === "use asm");
    const { nameless, pending } = this.names;
    // Arrow functions and those in parentheses are parsed along with the expression that holds them, others later.
    const isEager =
      node.type === "ArrowFunctionExpression" ||
      (node.type === "FunctionExpression" && node.extra?.parenthesized === true);
    if (node.type === "ArrowFunctionExpression" && node.params.some(({ type }) => type !== "Identifier"))
      this.names.naming();
    const { namings } = this.names;
    if (!isEager) this.names.pending = 0;
    if (!isAsm && !this.ignoring) this.rewriteFunction(node, outer, place, isEager);
    const wantsName =
      (node.type === "FunctionExpression" && !node.id) || node.type === "ArrowFunctionExpression" ? 1 : 0;
    this.names.nameless = nameless + wantsName;
    this.names.pending = (isEager ? this.names.pending : pending) + wantsName;
    this.names.namings = namings;
  }

  private rewriteFunction(node: FunctionNode, outer: Region, place: Place, isEager: boolean): void {
    const traits = bodyTraits(node, this.mayHoldRare);
    const on = !traits.hasWith;
    const parameters = parameterNames(node);
    const name = nameOf(node, place, this.options.filename);
    const isArrow = node.type === "ArrowFunctionExpression";
    const isMethod = "kind" in node;
    const isAsync = node.async === true;
    const isGenerator = node.generator === true;
    const body = new Region(outer, {
      on,
      tries: traits.canTry,
      catches: isAsync || isGenerator || traits.hasUsing || isRejecting(place.callbackOf),
      isAsync,
      isGenerator,
      sharesThis: isArrow,
      isFresh: !isEager,
      parameters,
      owner: place.owner ?? (isCapitalised(name.name) ? name.name : undefined),
      index: on ? this.functions.length : undefined,
    });
    if (on) {
      const { line, column } = node.loc!.start;
      this.functions.push({
        name: name.name,
        owner: name.owner,
        kind: name.kind,
        async: isAsync,
        params: parameters,
        line,
        column: column + 1,
        endLine: node.loc!.end.line,
        endColumn: node.loc!.end.column + 1,
        parent: outer.index,
        bareCalls: [],
      });
    }
    const pending = this.names.pending;
    if (node.params.some(({ type }) => type !== "Identifier")) {
      const defaults = new Region(outer, { sharesThis: isArrow, owner: body.owner });
      for (const parameter of node.params) this.visit(parameter, defaults);
    }
    if (on) this.names.pending = 0;
    if (node.body.type === "BlockStatement") this.visitStatements(node.body.body, body);
    else this.visitConciseBody(node.body, body);
    if (!on) return;
    const isDerived = isMethod && node.kind === "constructor" && place.derived === true;
    const hasReceiver =
      !isArrow &&
      !isDerived &&
      (isMethod || name.kind === "method" || place.owner !== undefined || body.usesThis);
    const { enter, leave } = functionProbes({
      node,
      body,
      number: this.options.functionNumber(body.index),
      hasReceiver,
      pending,
      isSecret: this.options.isSecret,
    });
    this.insertFunction(node, body, enter, leave);
  }

  private insertFunction(node: FunctionNode, body: Region, enter: string, leave: string): void {
    const result = body.result;
    const rethrow = body.catches
      ? `}catch(${LOCAL}e){${result}=${$};throw ${$}.fail(${body.call},${LOCAL}e)`
      : "";
    const first = body.tries ? `${enter}let ${result}${body.catches ? "" : `=${$}`};try{` : enter;
    const after = `${rethrow}}finally{${leave}}`;
    if (node.body.type !== "BlockStatement") {
      // A body in parentheses starts in front of them; the arrow function ends behind them.
      const { extra } = node.body;
      const start = extra?.parenthesized ? (extra.parenStart as number) : node.body.start!;
      this.insertions.openAt(start, `{${first}return `);
      this.insertions.closeAt(node.end!, `${after}}`);
      return;
    }
    const closing = this.normalEnd(node, node.body, body) + (body.tries ? after : "");
    this.insertions.inside(node.body, first, closing);
  }

  /** What a body does when it ends without `return`. */
  private normalEnd(node: FunctionNode, { body: statements }: t.BlockStatement, body: Region): string {
    const last = statements[statements.length - 1]?.type;
    if (last === "ReturnStatement" || last === "ThrowStatement") return "";
    if (!body.tries) return `;${$}.done(${body.call})`;
    const isConstructor = "kind" in node && node.kind === "constructor";
    if (body.catches && !isConstructor) return "";
    const settled = body.isFresh ? "" : `${$}.take();`.repeat(this.names.pending);
    return `;${settled}${body.result}=${isConstructor ? "this" : "void 0"}`;
  }

  // Statements that end a call or change its course

  private visitConciseBody(expression: t.Expression, body: Region): void {
    const { nameless } = this.names;
    this.visit(expression, body);
    if (body.mayWait) this.firstPlaces.noteConcise(expression);
    if (body.on) this.insertResult(expression, body, nameless, true);
  }

  /**
   * The operand stays first in its statement: a name in it that is not defined has the statement's place in stacks. It need
   * not where there can be no such name, which spares a throw 200 ns.
   */
  private visitThrown(node: t.ThrowStatement, region: Region): void {
    const { argument } = node;
    const site = this.site(node, "", region);
    if (PLAIN_ERROR.test(this.source.slice(argument.start!, argument.end!)))
      this.insertions.around(argument, `${THROWS}(${site},`, `,${region.call})`);
    else {
      this.insertions.openAt(argument.start!, "(");
      this.insertions.closeAt(argument.end!, `)instanceof ${$}.kept,${$}.thrown(${site},${region.call})`);
    }
    this.insertions.endOf(node);
  }

  private visitReturn(node: t.ReturnStatement, region: Region): void {
    region.returns++;
    if (node.argument) {
      const { nameless } = this.names;
      this.visit(node.argument, region);
      if (!region.on) return;
      const isOpen = this.insertResult(node.argument, region, nameless);
      if (isOpen || this.openEnd === node.end) this.insertions.endOf(node);
      return;
    }
    // With a `catch` of ours the result starts as undefined. In an async generator `return undefined` would await.
    if (!region.on || (region.tries && region.catches)) return;
    const value = region.tries ? `${region.result}=void 0` : `${$}.done(${region.call})`;
    // Without a semicolon, a parenthesis in the next line would go on with our expression.
    const isClosed = this.source[node.end! - 1] === ";";
    this.insertions.closeAt(node.start! + "return".length, ` ${value}${isClosed ? "" : ";"}`);
  }

  /**
   * Keeps the value of `return`. An assignment in front of a function without a name would name it, and functions inside
   * the expression too, as far as stacks show: V8 goes by the last variable it has read. There, the value is taken
   * where the expression ends.
   *
   * @param isConcise - the `return` is ours
   * @returns whether it now ends with a call of ours
   */
  private insertResult(
    value: t.Expression,
    region: Region,
    namelessBefore: number,
    isConcise = false,
  ): boolean {
    const { call, result } = region;
    const start = value.start!;
    const end = value.end!;
    const place = isConcise ? OWN_PLACE : "";
    if (!region.tries) {
      this.insertions.openAt(start, `${$}.done(${call},(${place}`);
      this.insertions.closeAt(end, "))");
      return true;
    }
    // An async generator awaits what it returns.
    const waits = region.isAsync && region.isGenerator;
    if (this.names.isAtStake(value, namelessBefore)) {
      const taken = `${result}=${$}.take()`;
      this.insertions.openAt(start, `(${place}`);
      this.insertions.closeAt(end, `)instanceof ${$}.kept,${waits ? `${SUSPEND}(${taken},${call})` : taken}`);
      return true;
    }
    if (waits) this.insertions.around(value, `${SUSPEND}(${result}=`, `,${call})`);
    else if (isConcise && !this.names.areWanting(namelessBefore))
      this.insertions.around(value, `${result}=(${OWN_PLACE}`, ")");
    else this.insertions.around(value, `${result}=`, "");
    return waits;
  }

  private visitTry(node: t.TryStatement, region: Region): void {
    const { returns } = region;
    this.visit(node.block, region);
    if (node.handler) this.visit(node.handler, region);
    if (!node.finalizer) return;
    this.visit(node.finalizer, region);
    if (!region.on) return;
    const resumed = region.isAsync || region.isGenerator ? `${$}.resumed(${region.call});` : "";
    // When the clause is left by `break` or by an error, what `return` had noted does not count.
    const isAtStake = region.tries && region.returns > returns && node.finalizer.body.length > 0;
    const result = region.result;
    const kept = `${LOCAL}k`;
    const initial = region.catches ? "void 0" : $;
    const opening = isAtStake ? `${resumed}const ${kept}=${result};${result}=${initial};` : resumed;
    if (opening === "") return;
    this.insertions.inside(node.finalizer, opening, isAtStake ? `;${result}=${kept}` : "");
  }

  private visitCatch(node: t.CatchClause, region: Region): void {
    if (node.param) this.visit(node.param, region);
    this.visit(node.body, region);
    if (!region.on) return;
    const { param } = node;
    const error = param?.type === "Identifier" ? param.name : `${LOCAL}e`;
    const method = param ? "caught" : "swallowed";
    const seen = `${$}.${method}(${region.call},${this.site(node, "", region)},${error});`;
    const keywordEnd = node.start! + "catch".length;
    if (param && param.type !== "Identifier") {
      // A pattern reads the error: it is to be seen before.
      this.insertions.openAt(keywordEnd, `(${error}){${seen}try{throw ${error}}catch`);
      this.insertions.closeAt(node.end!, "}");
      return;
    }
    if (!param) this.insertions.openAt(keywordEnd, `(${error})`);
    this.insertions.openAt(node.body.start! + 1, seen);
  }

  private visitAwait(node: t.AwaitExpression, region: Region): void {
    this.awaited = node.argument;
    this.visit(node.argument, region);
    region.mayChangeInputs = true;
    if (!region.on || !region.isAsync) return;
    this.insertions.around(node.argument, `${SUSPEND}(`, `,${region.call})`);
    this.insertions.around(node, `${$}(`, `,${region.call})`);
    this.openEnd = node.end!;
  }

  private visitYield(node: t.YieldExpression, region: Region): void {
    const isQuoted = node.delegate && region.mayWait && this.firstPlaces.noteDelegate(node.argument!);
    if (node.argument) this.visit(node.argument, region);
    region.mayChangeInputs = true;
    if (!region.on || !region.isGenerator) return;
    const end = `,${region.call})`;
    if (node.delegate)
      this.insertions.around(node.argument!, `${DELEGATE}(`, `,${region.call},${isQuoted ? 1 : 0})`);
    else if (node.argument) this.insertions.around(node.argument, `${SUSPEND}(`, end);
    else this.insertions.closeAt(node.end!, ` ${SUSPEND}(void 0${end}`);
    this.insertions.around(node, `${$}(`, `,-${region.call})`);
    this.openEnd = node.end!;
  }

  /** The call waits between the rounds of the loop, not in its body. */
  private visitForAwait(node: t.ForOfStatement, region: Region): void {
    this.visit(node.left, region);
    this.visit(node.right, region);
    this.visit(node.body, region);
    const call = region.call;
    const text = quotedText(node.right);
    const told = text === undefined ? "" : `,${JSON.stringify(text)}`;
    this.insertions.around(node.right, `${$}.awaiting(${call},(${OWN_PLACE}`, `)${told})`);
    this.firstPlaces.noteIterable(node.right);
    const { body } = node;
    const isBlock = body.type === "BlockStatement";
    const before = `${$}.resumed(${call});try{`;
    const after = `}finally{${$}.suspended(${call})}`;
    if (isBlock) this.insertions.inside(body, before, after);
    else {
      this.insertions.openAt(body.start!, `{${before}`);
      this.insertions.closeAt(body.end!, `${after}}`);
    }
    // Braces, because the loop may be the whole of an `if`; they stand outside of its labels.
    const whole = this.labelOf.get(node) ?? node;
    this.insertions.openAt(whole.start!, "{");
    this.insertions.closeAt(whole.end!, `${$}.resumed(${call});}`);
  }

  // Calls

  private visitCall(node: CallNode, region: Region): void {
    const { callee, arguments: args } = node;
    if (this.options.isCommonJs && region.outer === null && isExportPattern(node, this.source)) return;
    this.visit(callee, region);
    if (callee.type === "Identifier" && callee.name === "eval") region.noteEval();
    if (!isMathCall(callee)) region.mayChangeInputs = true;
    const text = args.length > 0 ? dottedText(callee) : "";
    const callback: Place =
      text === "" ? NOWHERE : { callbackOf: node.type === "NewExpression" ? `new ${text}` : text };
    const last = args[args.length - 1];
    const waits = this.awaited === node && region.on && region.isAsync;
    const found = this.builtins?.find(node);
    for (const argument of args) {
      if (argument === last) continue;
      const { nameless } = this.names;
      this.visit(argument, region, callback);
      if (this.names.nameless === nameless) found?.told.push(argument);
    }
    if (last === undefined) this.bareCall(callee, region);
    else {
      const { nameless, namings } = this.names;
      this.visit(last, region, callback);
      const isKnown = found?.style === "timer" || found?.told.length === args.length - 1;
      const builtin = isKnown ? found : undefined;
      const isNaming = this.names.namings > namings;
      this.insertSite(node, last, region, this.names.nameless > nameless, isNaming, builtin, waits);
    }
    if (node.type !== "NewExpression") this.names.called();
  }

  /**
   * Notes the call's position where its last argument is evaluated.
   *
   * @param isNaming - an assignment in the argument names functions by what V8 has read before, for stacks
   */
  private insertSite(
    node: CallNode,
    last: CallNode["arguments"][number],
    region: Region,
    holdsNameless: boolean,
    isNaming: boolean,
    builtin: BuiltinCall | undefined,
    waits: boolean,
  ): void {
    const { callee } = node;
    if (!region.on || this.ignoring || callee.type === "Import" || isRequireOrEval(callee)) return;
    // A call takes the last function out of V8's list, as it would be without us: `new` leaves it there.
    const isPlainFunction = isFunction(last) && node.type !== "NewExpression";
    const isOpaque = isNaming || (holdsNameless && !isPlainFunction && !isCall(last));
    if (last.type === "SpreadElement" || last.type === "ArgumentPlaceholder" || isOpaque) {
      this.bareCall(callee, region);
      return;
    }
    // Re-exports are found by their text: `__export(require("x"))`.
    if (isCall(last) && isRequireOrEval((last as CallNode).callee)) return;
    const site = this.site(node, lastName(callee), region);
    // Not an assignment: it would name functions before it for stacks, and calls in the argument would overwrite it.
    if (builtin === undefined || !this.insertBuiltin(node, last, site, builtin, holdsNameless, waits))
      this.insertions.around(last, `${AT}(${site},`, ")");
    this.names.called();
  }

  /** @returns whether it took the place of noting the site */
  private insertBuiltin(
    node: CallNode,
    last: CallNode["arguments"][number],
    site: string,
    { root, module, text, style, told }: BuiltinCall,
    holdsNameless: boolean,
    waits: boolean,
  ): boolean {
    const args = node.arguments;
    // A function that stands there knows by itself whose callee it is when the timer calls it.
    const [first] = args;
    const isByName = first !== undefined && !isFunction(first) && (first === last || told.includes(first));
    const ends =
      style === "sync" ||
      style === "request" ||
      (style === "promise" && !waits) ||
      (style === "timer" && isByName && !holdsNameless && told.length === args.length - 1);
    if ((ends && holdsNameless && style !== "request") || args.some(({ type }) => type === "SpreadElement"))
      return false;
    args.forEach((argument, i) => {
      if (!told.includes(argument)) return;
      this.insertions.around(argument, `${$}.given(${site},${i},`, ")");
      this.names.called();
    });
    const before = `${$}.builtin(${site},${root},"${module}:${text}",${args.length},`;
    const isWatched = style === "timer" ? ends : waits;
    this.insertions.around(last, before, `,${isWatched})`);
    if (!ends) return true;
    this.insertions.around(node, `${$}.ends(${site},`, ")");
    this.names.called();
    this.openEnd = node.end!;
    return true;
  }

  private bareCall(callee: t.Node, region: Region): void {
    const name = lastName(callee);
    if (!region.on || this.ignoring || name === "") return;
    const calls = region.index < 0 ? this.bareCalls : this.functions[region.index]!.bareCalls;
    calls.push(bareCall(callee, name));
  }

  /** @returns its number, as text */
  private site(node: t.Node, callee: string, region: Region): string {
    return this.options.siteNumber(this.sites.add(node, callee, region.index));
  }
}

/** An error of the language's, made of what calls nothing: a call of what is not defined has no place of its own in stacks. */
const PLAIN_ERROR = /^new (?:Range|Reference|Syntax|Type)?Error\((?:[^()`]|[^\w$)\]`]`[^()`]*`)*\)$/;

/**
 * What fails first in a statement has the statement's place in stacks. Where the language makes a statement of an expression
 * (`() => x.y`, `for await (const e of x.y)`), that is the expression's place, which V8 also takes for what stands behind a comma; nothing
 * is run for what stands in front of it here.
 */
const OWN_PLACE = "0,";

const LOOP = ["left", "right", "body"];

/** A function that is meant to be called with `new`, by its name. */
function isCapitalised(name: string): boolean {
  return name !== "" && name[0] !== name[0]!.toLowerCase();
}
