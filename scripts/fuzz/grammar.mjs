/**
 * Writes programs that use every form of the language in which a rewriting could show, and that tell what they see: order
 * of events, names, texts, stacks, errors, what getters and proxies were asked. Every function that is traced
 * begins with `tick(id)`, which is the independent count of calls.
 */

const MOST_DEPTH = 5;

/**
 * @param {import("./choices.mjs").Choices} c
 * @param {boolean} alone - the program has a process of its own, and may end it
 * @returns {{ extension: "cjs" | "mjs", text: string }}
 */
export function makeProgram(c, alone = false) {
  return new Grammar(c).program(alone);
}

/** What may be written at a place. */
const TOP = {
  isStrict: false,
  isAsync: false,
  isGenerator: false,
  isFunction: false,
  hasArguments: false,
  hasSuper: false,
  hasThis: true,
  inLoop: false,
  inClassStatic: false,
  /** Functions here are not traced: in `with`, in the text of `eval`. */
  isPlain: false,
  labels: [],
  privates: [],
};

class Grammar {
  constructor(c) {
    this.c = c;
    this.ids = 1;
    this.statementsLeft = 60;
    this.depth = 0;
    this.scope = [];
    this.functions = [];
    this.classes = [];
    this.ctx = TOP;
    this.usesTimers = false;
  }

  name(prefix) {
    return `${prefix}${this.ids++}`;
  }

  /** Runs `write` at a place of other rights, with what it declares forgotten afterwards. */
  within(rights, write) {
    const { ctx, scope, functions, classes } = this;
    this.ctx = { ...ctx, ...rights };
    this.scope = [...scope];
    this.functions = [...functions];
    this.classes = [...classes];
    this.depth++;
    const text = write();
    this.depth--;
    Object.assign(this, { ctx, scope, functions, classes });
    return text;
  }

  program(alone) {
    const { c } = this;
    const extension = c.of(["cjs", "cjs", "mjs"]);
    const isStrict = extension === "mjs" || c.once(4);
    this.usesTimers = c.once(2);
    this.semicolon = c.of([";", ";", ""]);
    this.ctx = { ...TOP, isStrict, isAsync: extension === "mjs", hasThis: extension === "cjs" };
    const load =
      extension === "mjs"
        ? 'import support from "./support.cjs"; const { tick, log, sites, watched } = support;'
        : `${isStrict ? '"use strict"; ' : ""}const { tick, log, sites, watched } = require("./support.cjs");`;
    const body = [load];
    if (alone)
      body.push(extension === "mjs" ? "support.reportAtExit();" : 'require("./support.cjs").reportAtExit();');
    const risk = alone ? 2 : 4;
    // Most statements are guarded, so that an error does not end the program at its first line.
    const statements = c.list(20, 30, () => {
      const isBare = c.once(risk);
      const statement = this.statementsLeft > 0 ? this.statement() : "";
      return isBare || !isGuardable(statement) ? statement : `try { ${statement} } catch (e) { log(e) }`;
    });
    body.push(...statements);
    if (alone) body.push(this.ending());
    return { extension, text: `${body.join("\n")}\n` };
  }

  ending() {
    const { c } = this;
    return c.of([
      () => `throw ${this.sub()}`,
      () => `throw new Error("end")`,
      () => `Promise.reject(new TypeError("late"))`,
      () => `Promise.reject(${this.quotable()})`,
      () => `(async () => { ${this.tick()} throw ${this.quotable()} })()`,
      () => `throw ${this.quotable()}`,
      () => `structuredClone([${this.quotable()}])`,
      () => `(class extends (${this.quotable()}) {})`,
      () => `process.exit(${c.next(5)})`,
      () => `setTimeout(() => { ${this.tick()} throw new RangeError("timer") }, 1)`,
      () => `queueMicrotask(function named() { ${this.tick()} null.x })`,
      () => `process.exitCode = 3`,
      () => `(async () => { ${this.tick()} await 1; throw ${this.sub()} })()`,
      () => `${this.call()};`,
      () => `new Promise((yes, no) => { ${this.tick()} no(${this.sub()}) })`,
      () =>
        `process.nextTick(() => { ${this.tick()} ${this.call()}; throw { code: "E", toString() { return "x" } } })`,
      () => `process.on("exit", (code) => { ${this.tick()} log("exit", code) }); process.exitCode = 2`,
      () =>
        `Object.defineProperty(new Error("x"), "stack", { get() { ${this.tick()} return "own stack" } }); throw new (class Mine extends Error { name = "Mine" })("custom")`,
    ])();
  }

  /** What V8 and Node quote the source of, in messages. */
  quotable() {
    const { c } = this;
    return c.of([
      () => this.arrow(),
      () => this.functionExpression(),
      () => `class ${c.of(["", this.name("K")])}${this.classRest()}`,
    ])();
  }

  /** Goes wrong in a way that V8 tells of by quoting the source, or by a place of its own. */
  failing() {
    const { c } = this;
    const none = this.name("none");
    return c.of([
      () => none,
      () => `${none}(${this.expression()})`,
      () => `new ${none}(${this.literal()})`,
      () => `new ${none}.Member`,
      () => `\`\${${none}}\``,
      () => `(${this.literal()}, ${none})`,
      () => `${this.sub()}.${none}.a`,
      () => `${this.sub()}.${none}(${this.expression()})`,
      () => `${this.sub()}?.[${this.literal()}].${none}`,
      () => `${this.sub()}(${this.expression()})`,
      () => `new (${this.expression()})`,
      () => `[...${this.sub()}]`,
      () => `null[${this.quotable()}]`,
      () => `structuredClone(${this.quotable()})`,
      () => `new (class extends (${this.quotable()}) {})(1)`,
      () => `Reflect.construct(${this.quotable()}, [])`,
      () => `Symbol() + ${this.literal()}`,
      () => `1 in ${this.literal()}`,
      () => `${this.literal()} instanceof ${this.sub()}`,
    ])();
  }

  tick() {
    return this.ctx.isPlain ? "" : `tick(${this.ids++});`;
  }

  // Statements

  block(rights = {}) {
    return this.within(rights, () => {
      const list = this.c.list(this.depth > MOST_DEPTH ? 1 : 3, 4, () => this.statement());
      return `{ ${list.join(this.c.of(["\n", " "]))} }`;
    });
  }

  end(text) {
    // Without a semicolon the next line must not go on where this one ends.
    return this.semicolon === "" ? `${text}\n;` : `${text};`;
  }

  statement() {
    return this.c.part("statement", 3, () => this.anyStatement());
  }

  anyStatement() {
    const { c, ctx } = this;
    this.statementsLeft--;
    const deep = this.depth > MOST_DEPTH || this.statementsLeft < 0;
    const simple = [
      () => this.end(`log(${this.expression()})`),
      () => this.declaration(),
      () => this.end(`log(${this.call()})`),
      () => this.assignment(),
      () => this.end(`log(${this.expression()}, ${this.expression()})`),
    ];
    if (ctx.isFunction)
      simple.push(
        () => this.returned(),
        () => this.returned(),
      );
    if (ctx.isAsync && !ctx.inClassStatic) simple.push(() => this.end(`log(await ${this.sub()})`));
    if (ctx.isGenerator) simple.push(() => this.end(`log(yield ${this.sub()})`));
    if (ctx.inLoop) simple.push(() => c.of(["break;", "continue;"]));
    if (ctx.labels.length > 0) simple.push(() => `break ${c.of(ctx.labels)};`);
    if (ctx.isFunction || this.depth > 0) simple.push(() => this.end(`throw ${this.sub()}`));
    if (deep) return c.of(simple)();
    return c.of([
      ...simple,
      () => this.functionDeclaration(),
      () => this.functionDeclaration(),
      () => this.classDeclaration(),
      () => this.tryStatement(),
      () => this.tryStatement(),
      () => this.loop(),
      () => `if (${this.expression()}) ${this.branch()}${c.once(2) ? ` else ${this.branch()}` : ""}`,
      () => this.labelled(),
      () => this.switchStatement(),
      () => this.asynchronous(),
      () => this.asynchronous(),
      () => this.destructuring(),
      () => this.trap(),
      () => this.trap(),
      () => this.block(),
    ])();
  }

  branch() {
    return this.c.once(3) ? this.end(`log(${this.expression()})`) : this.block();
  }

  declaration() {
    const { c } = this;
    const name = this.name("v");
    const kind = c.of(["let", "const", "var"]);
    const value = this.expression();
    this.scope.push({ name, isWritable: kind !== "const" });
    return this.end(`${kind} ${name} = ${value}`);
  }

  destructuring() {
    const { c } = this;
    const { pattern, names } = this.pattern();
    const value = c.of([
      () => `{ a: 1, b: [2, 3], get c() { ${this.tick()} return 4 } }`,
      () => "[1, { a: 2 }, 3]",
      () => this.sub(),
      () => this.call(),
    ])();
    for (const name of names) this.scope.push({ name, isWritable: false });
    return this.end(`const ${pattern} = ${value}`);
  }

  pattern() {
    const { c } = this;
    const [a, b] = [this.name("p"), this.name("p")];
    const value = this.within({}, () => this.expression());
    const pattern = c.of([
      () => `{ a: ${a}, b: ${b} = ${value} }`,
      () => `[${a}, ${b} = ${value}]`,
      () => `{ a: ${a} = ${value}, ...${b} }`,
      () => `[${a}, , ...${b}]`,
      () => `{ b: [${a} = ${value}] = [], [${this.literal()}]: ${b} }`,
      () => `[{ a: ${a} } = {}, { length: ${b} } = ${value}]`,
      () => `{ ${a} = ${value}, ${b} = function () { ${this.tick()} return new.target } }`,
    ])();
    return { pattern, names: [a, b] };
  }

  assignment() {
    const { c } = this;
    const writable = this.scope.filter(({ isWritable }) => isWritable);
    if (writable.length === 0) return this.declaration();
    const { name } = c.of(writable);
    return this.end(
      c.of([
        () => `${name} = ${this.expression()}`,
        () => `${name} += ${this.literal()}`,
        () => `${name} ??= ${this.expression()}`,
        () => `${name} ||= ${this.expression()}`,
        () => `${name} &&= ${this.expression()}`,
        () => `${name}++`,
        () => `[${name} = ${this.sub()}] = [${this.literal()}]`,
        () => `({ a: ${name}, ...({}).rest } = ${this.sub()})`,
        () => `delete ${this.sub()}.a`,
        () => `${name}.a = ${this.expression()}`,
      ])(),
    );
  }

  returned() {
    const { c } = this;
    const value = () => c.of([() => this.expression(), () => this.expression(), () => this.sequence()])();
    return c.of([
      () => this.end(`return ${value()}`),
      () => `return;`,
      () => `return(${value()});`,
      () => `return[${value()}];`,
      () => `return/*c*/${this.sub()}/*d*/;`,
      () => `return-${this.sub()};`,
      () => `return ${"`"}t\${${value()}}${"`"};`,
      () => `return /re/g;`,
      () => `return {a:1}\n`,
      () => `if (1) return ${value()}; else ;`,
      () => `return ${value()} // end\n`,
    ])();
  }

  sequence() {
    return `${this.expression()}, ${this.expression()}`;
  }

  tryStatement() {
    const { c } = this;
    const body = this.block();
    const caught = () =>
      c.of([
        () => {
          const name = c.of(["e", "error", "arguments0"]);
          return this.within({}, () => {
            this.scope.push({ name, isWritable: true });
            return `catch (${name}) { log(${c.of([name, `${name}?.stack`, `${name}?.message`, `String(${name})`])}); ${this.statement()} }`;
          });
        },
        () => `catch ${this.block()}`,
        () => `catch ({ code, message, stack = "none" }) { log(code, message, stack); ${this.statement()} }`,
        () => `catch (e) { throw e }`,
        () => `catch (e) { throw new Error("wrapped", { cause: e }) }`,
      ])();
    const last = () => c.of([() => `finally ${this.block()}`, () => `finally { log("finally") }`])();
    return c.of([
      () => `try ${body} ${caught()}`,
      () => `try ${body} ${caught()} ${last()}`,
      () => `try { try ${body} ${last()} } catch (e) { log(e) }`,
    ])();
  }

  loop() {
    const { c } = this;
    const i = this.name("i");
    const body = () =>
      this.within({ inLoop: true }, () => {
        this.scope.push({ name: i, isWritable: false });
        return c.once(4) ? `log(${i});` : this.block();
      });
    return c.of([
      () => `for (let ${i} = 0; ${i} < 2; ${i}++) ${body()}`,
      () => `for (const ${i} of ${this.iterable()}) ${body()}`,
      () => `for (const ${i} in ${this.sub()}) ${body()}`,
      () => `for (var ${i} = 0; ${i}++ < 2; ) ${body()}`,
      () => `{ let ${i} = 0; while (${i}++ < 2) ${body()} }`,
      () => `{ let ${i} = 0; do ${body()} while (${i}++ < 1) }`,
      () => `for (let ${i} = 0, f = () => { ${this.tick()} return ${i} }; ${i} < 2; ${i}++) { log(f()); }`,
      () =>
        this.ctx.isAsync && !this.ctx.inClassStatic
          ? `for await (const ${i} of ${this.iterable(true)}) ${body()}`
          : `for (let [${i}] of [[1], [2]]) ${body()}`,
    ])();
  }

  /** @param {boolean} [isOne] - never something that cannot be iterated over */
  iterable(isOne = false) {
    const { c } = this;
    return c.of([
      () => `[${this.expression()}, ${this.expression()}]`,
      () => `"ab"`,
      () => `new Map([[1, ${this.expression()}]])`,
      () => `(function* () { ${this.tick()} ${this.generatorBody(false)} })()`,
      () =>
        `{ [Symbol.iterator]() { ${this.tick()} let n = 0; return { next() { ${this.tick()} return { done: n++ > 1, value: n } }, return(v) { ${this.tick()} log("return"); return {} } } } }`,
      () => `new Set([${this.literal()}, ${this.expression()}]).values()`,
      () => (isOne ? `[]` : this.sub()),
    ])();
  }

  generatorBody(isAsync) {
    return this.within(
      {
        isFunction: true,
        isGenerator: true,
        isAsync,
        hasArguments: true,
        inLoop: false,
        labels: [],
        hasSuper: false,
        hasThis: true,
        inClassStatic: false,
      },
      () =>
        this.c.of([
          () => `yield 1; yield ${this.expression()}; return 3`,
          () => `try { yield 1; yield 2 } finally { log("closed") }`,
          () => `const got = yield* [1, ${this.expression()}]; log(got)`,
          () => `${this.statement()} yield ${this.expression()}`,
          () => `try { log(yield) } catch (e) { log("in", e); yield "caught" } finally { log("f") }`,
          () => `yield\n[1]; yield`,
          () => `return yield* (function* () { ${this.tick()} yield 1; return 2 })()`,
        ])(),
    );
  }

  labelled() {
    const { c } = this;
    const label = this.name("L");
    const labels = [...this.ctx.labels, label];
    return c.of([
      () => `${label}: ${this.block({ labels })}`,
      () =>
        `${label}: for (let n = 0; n < 2; n++) { for (const m of [1, 2]) { if (m === 2) continue ${label}; log(n, m); ${this.within({ inLoop: true, labels }, () => this.statement())} } }`,
      () => `${label}: try ${this.block({ labels })} finally { break ${label} }`,
      () =>
        `${label}: for (const q of ${this.iterable()}) { try { continue ${label} } finally { log("next", q) } }`,
    ])();
  }

  switchStatement() {
    const inner = () => this.within({}, () => this.statement());
    return `switch (${this.expression()}) { case ${this.literal()}: ${inner()} case 1: { ${inner()} ${this.c.of(["break;", ""])} } default: { ${inner()} } }`;
  }

  // Functions

  /** A body in braces, after parameters have been declared. */
  body(rights, first = "") {
    const { c } = this;
    return this.within({ ...NEW_BODY, ...rights }, () => {
      const list = c.list(this.depth > MOST_DEPTH ? 1 : 3, 3, () => this.statement());
      const glue = c.of(["\n", " ", "\r\n"]);
      return `{${c.of([" ", glue])}${first}${[this.tick(), ...list].join(glue)} }`;
    });
  }

  parameters() {
    const { c } = this;
    const [a, b] = [this.name("a"), this.name("a")];
    return c.of([
      () => ({ text: "", names: [], isSimple: true }),
      () => ({ text: a, names: [a], isSimple: true }),
      () => ({ text: `${a}, ${b}`, names: [a, b], isSimple: true }),
      () => ({ text: `${a}, ${b} = ${this.literal()}`, names: [a, b] }),
      () => ({ text: `${a} = ${this.parameterValue()}, ${b} = ${a}`, names: [a, b] }),
      () => ({ text: `...${a}`, names: [a] }),
      () => ({ text: `${a}, ...[${b}]`, names: [a, b] }),
      () => ({ text: `{ a: ${a}, b: ${b} = 2 } = {}`, names: [a, b] }),
      () => ({ text: `[${a}, ...${b}] = []`, names: [a, b] }),
      () => ({ text: `${a}, ${b} = () => { ${this.tick()} return ${a} }`, names: [a, b] }),
    ])();
  }

  /** A default value: what it may use is what the function around may. */
  parameterValue() {
    const rights = {
      isAsync: false,
      isGenerator: false,
      hasSuper: false,
      hasArguments: false,
      hasThis: false,
    };
    return this.within(rights, () => {
      // A function that calls itself before its `tick` would do so for ever.
      this.functions = [];
      return this.expression();
    });
  }

  /** `(parameters) { body }` of a function that has `this` and `arguments` of its own. */
  rest(rights, options = {}) {
    const { c } = this;
    const { text, names, isSimple } = options.parameters ?? this.parameters();
    const strict =
      isSimple && !this.ctx.isStrict && c.once(6) ? c.of(['"use strict";', "'use strict'\n"]) : "";
    const all = { hasArguments: true, hasThis: true, hasSuper: false, ...rights };
    if (strict !== "") all.isStrict = true;
    return this.within({}, () => {
      for (const name of names) this.scope.push({ name, isWritable: true });
      return `(${text}) ${this.body(all, strict + (options.first ?? ""))}`;
    });
  }

  functionDeclaration() {
    const { c } = this;
    const name = this.name("f");
    const star = c.once(5) ? "*" : "";
    const isAsync = c.once(4);
    // It may call itself: the count of calls is bounded.
    const self = { name, kind: star === "" ? "function" : "generator", isAsync };
    this.functions.push(self);
    const text = `${isAsync ? "async " : ""}function${star} ${name}${this.rest({ isAsync, isGenerator: star !== "" })}`;
    return text;
  }

  functionExpression() {
    const { c } = this;
    const star = c.once(5) ? "*" : "";
    const isAsync = c.once(4);
    const name = c.of(["", "", this.name("g")]);
    return `${isAsync ? "async " : ""}function${star} ${name}${this.rest({ isAsync, isGenerator: star !== "" })}`;
  }

  arrow() {
    const { c } = this;
    const isAsync = c.once(4);
    const { text, names } = this.parameters();
    const rights = {
      ...NEW_BODY,
      isAsync,
      isGenerator: false,
      hasArguments: this.ctx.hasArguments,
      hasThis: this.ctx.hasThis,
      hasSuper: this.ctx.hasSuper,
    };
    const head = `${isAsync ? "async " : ""}${names.length === 1 && text === names[0] && c.once(2) ? text : `(${text})`} => `;
    return this.within({}, () => {
      for (const name of names) this.scope.push({ name, isWritable: true });
      if (c.once(2)) return `${head}${this.body(rights)}`;
      return this.within(rights, () => {
        const tick = this.ctx.isPlain ? "0" : `tick(${this.ids++})`;
        return `${head}${c.of([
          () => `(${tick}, ${this.expression()})`,
          () => `[${tick}, ${this.expression()}]`,
          () => `({ t: ${tick}, a: ${this.expression()} })`,
          () => `${tick} ?? ${this.sub()}`,
          () => `${tick} || (${this.expression()})`,
          () => `((${tick}), ${this.sub()})`,
        ])()}`;
      });
    });
  }

  method() {
    const { c } = this;
    const rights = { hasSuper: true };
    const key = c.of([
      () => c.of(["m", "n", "run"]),
      () => `"quoted key"`,
      () => `[${this.literal()}]`,
      () => `[Symbol.for("s")]`,
      () => "12",
      () => "get",
      () => "async",
    ]);
    return c.of([
      () => `${key()}${this.rest(rights)}`,
      () => `async ${key()}${this.rest({ ...rights, isAsync: true })}`,
      () => `*${key()}${this.rest({ ...rights, isGenerator: true })}`,
      () => `async *${key()}${this.rest({ ...rights, isAsync: true, isGenerator: true })}`,
      () => `get x() ${this.body({ ...rights, hasArguments: true, hasThis: true })}`,
      () => `set x(value) ${this.body({ ...rights, hasArguments: true, hasThis: true })}`,
    ])();
  }

  classDeclaration() {
    const name = this.name("C");
    const text = `class ${name}${this.classRest()}`;
    this.classes.push(name);
    return text;
  }

  classRest() {
    const { c } = this;
    const parent = c.of([
      () => "",
      () => (this.classes.length > 0 ? c.of(this.classes) : "Object"),
      () => "Array",
      () => "Error",
      () =>
        `(log("heritage ${this.ids++}"), class Base { constructor() { ${this.tick()} log(new.target?.name) } m() { ${this.tick()} return "base" } })`,
      () => "null",
    ])();
    const isDerived = parent !== "";
    const privates = [...this.ctx.privates, "#p", "#q"];
    return this.within(
      {
        isStrict: true,
        privates,
        isAsync: false,
        isGenerator: false,
        hasArguments: false,
        inLoop: false,
        labels: [],
      },
      () => {
        const members = [`#p = ${this.literal()}; #q() { ${this.tick()} return this.#p }`];
        c.list(4, 5, () =>
          members.push(
            this.member(
              isDerived,
              members.some((m) => m.startsWith("constructor")),
            ),
          ),
        );
        return `${isDerived ? ` extends ${parent}` : ""} {\n${members.join(c.of(["\n", " "]))} }`;
      },
    );
  }

  member(isDerived, hasConstructor) {
    const { c } = this;
    const initialiser = { hasSuper: true, hasThis: true, hasArguments: false, isAsync: false };
    return c.of([
      () => this.method(),
      () => `static ${this.method()}`,
      () => `field = ${this.within(initialiser, () => this.expression())};`,
      () => `static made = ${this.within(initialiser, () => this.expression())};`,
      () => `handler = (event) => { ${this.tick()} return [this === undefined, event] };`,
      () =>
        `static { ${this.within({ hasSuper: true, hasThis: true, inClassStatic: true, hasArguments: false, isFunction: false }, () => `log(this.name); ${this.statement()}`)} }`,
      () =>
        `[${this.within({}, () => this.literal())}] = ${this.within(initialiser, () => this.expression())};`,
      () => `has(o) { ${this.tick()} return #p in Object(o) }`,
      () => `get [${this.literal()} + "g"]() { ${this.tick()} return this.#q() }`,
      () => (hasConstructor ? this.method() : this.constructorMember(isDerived)),
    ])();
  }

  constructorMember(isDerived) {
    const { c } = this;
    const first = isDerived
      ? c.of([
          "super();",
          "const early = 1; super(early);",
          "if (new.target === 1) return {}; super(...arguments);",
          `(() => { ${this.tick()} super() })();`,
          "log('before'); super(); ",
          "return { other: 1 };",
        ])
      : c.of(["", "this.a = 1;", "return { own: 2 };", "return 3;"]);
    const tick = this.tick();
    return this.within({ ...NEW_BODY, hasArguments: true, hasThis: true, hasSuper: true }, () => {
      const statement = this.statement();
      return `constructor(...given) { ${tick} ${first} ${isDerived && first.startsWith("return") ? "" : statement} }`;
    });
  }

  // Expressions

  literal() {
    return this.c.of([
      "1",
      "0",
      '"s"',
      "2.5",
      "true",
      "null",
      "undefined",
      "NaN",
      "10n",
      "-0",
      '""',
      "`t`",
      "/r/g",
      "'\\u{1F600}'",
      '"\\ud800"',
    ]);
  }

  variable() {
    const { c, scope } = this;
    if (scope.length === 0) return this.literal();
    return c.of(scope).name;
  }

  /** An expression that anything may stand next to. */
  sub() {
    const text = this.expression();
    return /^[\w$.]+$/.test(text) && !/^\d/.test(text) ? text : `(${text})`;
  }

  expression() {
    return this.c.part("expression", 2, () => this.anyExpression());
  }

  anyExpression() {
    const { c, ctx } = this;
    if (this.depth > MOST_DEPTH + 2) return c.of([() => this.literal(), () => this.variable()])();
    this.depth++;
    const list = [
      () => this.literal(),
      () => this.variable(),
      () => this.call(),
      () => this.variable(),
      () => this.call(),
      () => `[${this.expression()}, ${this.literal()}]`,
      () => `{ a: ${this.expression()} }`,
      () => this.arrow(),
      () => this.functionExpression(),
      () => this.object(),
      () => `${this.sub()}.a`,
      () => `${this.sub()}?.a?.b`,
      () => `${this.sub()}?.[${this.literal()}]`,
      () => `${this.sub()}?.(${this.literal()})`,
      () =>
        `${this.sub()} ${c.of(["+", "===", "<", "instanceof", "in", "??", "||", "&&", "**", "-", "&"])} ${this.sub()}`,
      () => `(${this.sequence()})`,
      () => `${this.sub()} ? ${this.sub()} : ${this.sub()}`,
      () => `${c.of(["!", "typeof ", "void ", "-", "~"])}${this.sub()}`,
      () => `\`a\${${this.expression()}}b\``,
      () => `${this.tag()}\`x\${${this.expression()}}\\n\``,
      () => `[...${this.iterable()}]`,
      () => `class ${c.of(["", this.name("K")])}${this.classRest()}`,
      () => this.builtIn(),
      () => this.builtIn(),
      () => this.promise(),
      () => "sites()",
      () => "new Error('here').stack",
      () => `watched(${this.literal()})`,
      () => `new ${this.classes.length > 0 ? c.of(this.classes) : "Error"}(${this.expression()})`,
    ];
    if (ctx.hasArguments)
      list.push(() => c.of(["arguments", "arguments.length", "arguments[0]", "[...arguments]"]));
    if (ctx.hasArguments && !ctx.isStrict) list.push(() => `(arguments[0] = ${this.literal()})`);
    if (ctx.hasThis) list.push(() => c.of(["typeof this", "this?.a"]));
    if (ctx.isFunction && ctx.hasArguments) list.push(() => "new.target");
    if (ctx.isAsync && !ctx.inClassStatic) list.push(() => `await ${this.sub()}`);
    if (ctx.isGenerator) list.push(() => `(yield ${this.sub()})`);
    if (ctx.hasSuper) list.push(() => c.of(["super.toString", "super.m?.(1)", "super.x"]));
    if (ctx.privates.length > 0 && ctx.hasThis)
      list.push(
        () => "this?.#p",
        () => "this.#q()",
      );
    if (!ctx.isStrict) list.push(() => this.evaluated());
    const picked = c.of(list)();
    this.depth--;
    return braced(picked);
  }

  tag() {
    return this.c.of([
      () => "String.raw",
      () => `((strings, ...values) => { ${this.tick()} return [strings.raw, values] })`,
      () => `(function (strings) { ${this.tick()} return [this === undefined, strings, arguments.length] })`,
    ])();
  }

  evaluated() {
    const text = this.within(
      {
        isPlain: true,
        isAsync: false,
        isGenerator: false,
        hasArguments: false,
        hasSuper: false,
        hasThis: false,
        isFunction: false,
        privates: [],
      },
      () => this.expression(),
    );
    return `${this.c.of(["eval", "eval", "(0, eval)"])}(${JSON.stringify(`(${text})`)})`;
  }

  object() {
    const { c } = this;
    const parts = c.list(3, 4, () =>
      c.of([
        () => `a: ${this.expression()}`,
        () => this.within({ privates: [] }, () => this.method()),
        () => `get g() { ${this.tick()} log("got g"); return 1 }`,
        () => `...${this.sub()}`,
        () => `[${this.literal()}]: ${this.expression()}`,
        () => `toString() { ${this.tick()} log("toString"); return "o" }`,
        () => `toJSON() { ${this.tick()} return 5 }`,
        () => `[Symbol.toPrimitive](hint) { ${this.tick()} log(hint); return 7 }`,
        () => `then(yes, no) { ${this.tick()} log("then"); yes(1) }`,
        () => `"__proto__": { inherited: 1 }`,
        () => `f: ${this.arrow()}`,
        () => `get g() { ${this.tick()} throw new Error("getter") }`,
      ])(),
    );
    const protos = parts.filter((part) => part.startsWith('"__proto__"'));
    return `{ ${parts
      .filter((part) => !protos.slice(1).includes(part) || part === protos[0])
      .filter((part, i, all) => part !== protos[0] || all.indexOf(part) === i)
      .join(", ")} }`;
  }

  call() {
    const { c } = this;
    if (this.functions.length === 0) return this.builtIn();
    const { name, kind, isAsync } = c.of(this.functions);
    const args = c.of([
      () => "",
      () => this.literal(),
      () => `${this.expression()}, ${this.expression()}`,
      () => `...[${this.expression()}]`,
      () => `${this.expression()},\n ${this.literal()}`,
    ])();
    const called = c.of([
      () => `${name}(${args})`,
      () => `${name}.call(${this.literal()}, ${args === "" ? "1" : args})`,
      () => (kind === "function" && !isAsync ? `new ${name}(${args})` : `${name}?.(${args})`),
      () => `Reflect.apply(${name}, null, [${args}])`,
      () => `${name}.bind(${this.literal()})(${args})`,
      () => `[${name}][0](${args})`,
    ])();
    if (kind !== "generator") return called;
    return c.of([
      () => (isAsync ? called : `[...${called}]`),
      () => `${called}.next(${this.literal()})`,
      () =>
        `(() => { ${this.tick()} const it = ${called}; log(it.next(), it.return?.(2)); return it.next() })()`,
      () =>
        `(() => { ${this.tick()} const it = ${called}; it.next(); return it.throw?.(new Error("thrown in")) })()`,
    ])();
  }

  builtIn() {
    const { c } = this;
    const f = () =>
      c.of([
        () => this.arrow(),
        () => (this.functions.length > 0 ? c.of(this.functions).name : "String"),
        () => this.functionExpression(),
      ])();
    return c.of([
      () => `[3, 1, 2].map(${f()})`,
      () => `[3, 1, 2].sort(${f()})`,
      () => `[1, 2].reduce(${f()}, ${this.literal()})`,
      () => `JSON.stringify(${this.expression()})`,
      () => `String(${this.sub()})`,
      () => `Object.keys(Object(${this.expression()}))`,
      () => `Array.from({ length: 2 }, ${f()})`,
      () => `"abc".replace(/b/, ${f()})`,
      () => `Reflect.construct(${f()}, [${this.literal()}])`,
      () => `(${f()}).name`,
      () => `(${f()}).length`,
      () => `String(${f()})`,
      () => `Object.getOwnPropertyNames(${f()})`,
      () => `Object.groupBy?.([1, 2], ${f()})`,
      () => `new Function("a", "return a + 1")(${this.expression()})`,
      () => `structuredClone(${this.sub()})`,
      () => `Object.freeze(${this.sub()})`,
      () =>
        `new Proxy(${f()}, { apply(target, self, args) { ${this.tick()} return args.length } })(${this.expression()})`,
      () => `Object.assign({}, ${this.sub()})`,
      () => `(${f()}).caller`,
    ])();
  }

  promise() {
    const { c } = this;
    const f = () => c.of([() => this.arrow(), () => this.functionExpression()])();
    const inner = (rights = {}) => this.within({ ...NEW_BODY, ...rights }, () => this.expression());
    const p = c.of([
      () => `Promise.resolve(${this.expression()})`,
      () => `Promise.reject(${this.expression()})`,
      () => `new Promise((yes, no) => { ${this.tick()} yes(${inner()}) })`,
      () =>
        `new Promise(function (yes) { ${this.tick()} ${this.within(NEW_FUNCTION, () => this.statement())} })`,
      () => `Promise.all([${this.sub()}, ${this.sub()}])`,
      () => `Promise.allSettled([${this.sub()}])`,
      () => `(async () => { ${this.tick()} return ${inner({ isAsync: true })} })()`,
    ])();
    return c.of([
      () => p,
      () => `${p}.then(${f()})`,
      () => `${p}.catch(${f()})`,
      () => `${p}.finally(${f()})`,
      () => `${p}.then(${f()}, ${f()}).then(log)`,
    ])();
  }

  asynchronous() {
    const { c } = this;
    const f = () =>
      c.of([
        () => this.arrow(),
        () => this.functionExpression(),
        () => (this.functions.length > 0 ? c.of(this.functions).name : "log"),
      ])();
    // Timers and immediates race with each other: a program uses one or the other.
    const later = this.usesTimers
      ? (callback) => `setTimeout(${callback}, 1)`
      : (callback) => `setImmediate(${callback})`;
    return this.end(
      c.of([
        () => `queueMicrotask(${f()})`,
        () => `process.nextTick(${f()}, ${this.literal()})`,
        () => later(f()),
        () => this.promise(),
        () => `log(${this.promise()})`,
        () =>
          `void (async function () { ${this.tick()} for await (const x of ${this.iterable(true)}) log(x) })()`,
        // A ladder of promise ticks tells when something happens.
        () =>
          `{ let at = Promise.resolve(); for (let i = 0; i < 5; i++) at = at.then(() => { ${this.tick()} log("rung", i) }) }`,
        () =>
          `(async () => { ${this.tick()} ${this.within({ ...NEW_BODY, isAsync: true, hasArguments: false, hasThis: false, hasSuper: false }, () => this.statement())} })().then(log, log)`,
        () =>
          `void (async () => { ${this.tick()} const it = (async function* () { ${this.tick()} ${this.generatorBody(true)} })(); log(await it.next(), await it.next(${this.literal()})); log(await it.return(${this.sub()})) })().catch(log)`,
      ])(),
    );
  }

  /** Places where careless rewriting shows. */
  trap() {
    const { c, ctx } = this;
    const f = this.name("f");
    const traps = [
      () =>
        `function ${f}() { ${this.tick()} function inner() { ${this.tick()} return 1 } ${this.within(NEW_FUNCTION, () => this.statement())} return inner() } log(${f}());`,
      () => `const ${f} = (${this.arrow()}); log(${f}.name);`,
      () => `let ${f}; (${f}) = function () { ${this.tick()} }; log(${f}.name);`,
      () =>
        `{ const o = { ${f}: ${this.arrow()}, get ${f}2() { ${this.tick()} return 1 } }; log(Object.keys(o), o.${f}.name, Object.getOwnPropertyDescriptor(o, "${f}2").get.name); }`,
      () => `log((() => { ${this.tick()} try { return "try" } finally { log("after") } })());`,
      () =>
        `log((() => { ${this.tick()} try { throw 1 } catch { return "catch" } finally { return "finally" } })());`,
      () =>
        `log((() => { ${this.tick()} for (const x of [1, 2]) { try { continue } finally { log(x) } } })());`,
      () => `log((function () { ${this.tick()} return typeof ${f}_undeclared })());`,
      () => `try { (function () { ${this.tick()} ${f}; let ${f} = 1 })() } catch (e) { log(e.message) }`,
      () =>
        `try { (function () { ${this.tick()} const { a } = null; })() } catch (e) { log(e.message, e.stack) }`,
      () =>
        `try { (function () { ${this.tick()} const [a] = ${this.within(NEW_FUNCTION, () => this.sub())}; })() } catch (e) { log(e.message) }`,
      () =>
        `try { (function (o) { ${this.tick()} o.a.b.c() })({ a: {} }) } catch (e) { log(e.message, e.stack) }`,
      () =>
        `try { (function (o) { ${this.tick()} return o(1) })(${this.sub()}) } catch (e) { log(e.message) }`,
      () =>
        `try { (async function () { ${this.tick()} return (await null).x })().catch((e) => { ${this.tick()} log(e.message, e.stack) }) } catch {}`,
      () => `try { for (const q of ${this.sub()}) log(q) } catch (e) { log(e.message) }`,
      () => `try { new (${this.expression()})() } catch (e) { log(e.message) }`,
      () => `try { log(${this.failing()}) } catch (e) { log(e.message, e.stack) }`,
      () => `try { throw ${this.failing()} } catch (e) { log(e?.message, e) }`,
      () =>
        `try { (function () { ${this.tick()} return ${this.within(NEW_FUNCTION, () => this.failing())} })() } catch (e) { log(e.message, e.stack) }`,
      () => `try { const [${f}] = ${this.failing()}; log(${f}) } catch { log("failed") }`,
      () =>
        `log(String(function /* a */ ${f} /* b */ ( x /* c */ ) /* d */ { /* e */ ${this.tick()} /* f */ }));`,
      () =>
        `log([() => { ${this.tick()} }, function () { ${this.tick()} }, class { }].map((x) => { ${this.tick()} return x.name }));`,
      () => `{ const holder = {}; Error.captureStackTrace(holder); log(holder.stack); }`,
      () =>
        `(function () { ${this.tick()} const own = {}; Error.captureStackTrace(own, arguments.callee === undefined ? 0 : log); log(typeof own.stack) })${ctx.isStrict ? "; " : "()"};`,
    ];
    if (!ctx.isStrict)
      traps.push(
        () =>
          `function ${f}(a, b) { ${this.tick()} arguments[0] = 9; b = 8; return [a, arguments[1], arguments.length] } log(${f}(1, 2), ${f}());`,
        () =>
          `function ${f}(a) { ${this.tick()} var g; function g() { ${this.tick()} return 1 } return typeof g } log(${f}());`,
        () =>
          `function ${f}() { ${this.tick()} { function h() { ${this.tick()} return 2 } } return h() } log(${f}());`,
        () =>
          `function ${f}() { ${this.tick()} function k() { ${this.tick()} return 1 } { function k() { ${this.tick()} return 2 } } return k() } log(${f}());`,
        () =>
          `function ${f}() { ${this.tick()} function k() { return 1 } eval("var k = 5"); return k } log(${f}());`,
        () =>
          `function ${f}(o) { with (o) { log(a, typeof b); var inside = a } return inside } log(${f}({ a: 1 }));`,
        // A function with a `with` of its own is not traced.
        () =>
          ctx.isFunction
            ? `log(${f} = 1);`
            : `with ({ w: 1, ${f}() { ${this.tick()} return w } }) { log(${f}()); (() => w)() }`,
        () => `function ${f}() { ${this.tick()} eval("var late = 1"); return late } log(${f}());`,
        () => `log((function () { ${this.tick()} return this === globalThis || typeof this })());`,
        () => `function ${f}(x) { ${this.tick()} return eval("x + 1") } log(${f}(1));`,
        () => `var ${f} = function () { ${this.tick()} return typeof arguments.callee }; log(${f}());`,
        () => `function ${f}(arguments) { ${this.tick()} return arguments } log(${f}(4));`,
        () => `function ${f}() { ${this.tick()} var arguments = 3; return arguments } log(${f}(4));`,
        () =>
          `function ${f}() { ${this.tick()} return ${f}.caller === null || typeof ${f}.caller } log(${f}());`,
        () =>
          `log(delete ${f}_undeclared, (() => { ${this.tick()} undeclared${f} = 1; return typeof undeclared${f} })());`,
      );
    this.functions.push({ name: "Boolean", kind: "builtin", isAsync: false });
    return c.of(traps)();
  }
}

/** What is so in every body, whatever is around it. */
const NEW_BODY = {
  isFunction: true,
  isAsync: false,
  isGenerator: false,
  inLoop: false,
  labels: [],
  inClassStatic: false,
};
const NEW_FUNCTION = { ...NEW_BODY, hasArguments: true, hasThis: true, hasSuper: false };

/** Declarations must stay visible to what follows. */
function isGuardable(statement) {
  return !/^(?:let|const|var|function|async function|class|export|import)\b/.test(statement);
}

/** An object or function at the start of a statement would be a block or a declaration. */
function braced(text) {
  return /^(?:\{|function\b|async function\b|class\b|let\b)/.test(text)
    ? `(${text})`
    : text.includes("=>") && !text.startsWith("(")
      ? `(${text})`
      : text;
}
