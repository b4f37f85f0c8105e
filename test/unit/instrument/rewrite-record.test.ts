import { describe, expect, it } from "vitest";
import { createPositions } from "../../../lib/instrument/positions.js";
import { bind, rewrite, unbound } from "../../../lib/instrument/rewrite.js";
import { AT, INSERTED, PROBE } from "../../../lib/probe.js";
import { rewriteScript, sideBySide } from "./side-by-side.js";

/** What the probe was told, as an outline of calls. */
async function outlineOf(source: string): Promise<string[]> {
  const { probe, plain, traced } = await sideBySide(source);
  expect(traced).toEqual(plain);
  expect(probe.problems()).toEqual([]);
  return probe.outline().split("\n");
}

/** Name, owner and kind of every function of a file, in order. */
function namesIn(source: string, sourceType: "commonjs" | "module" = "commonjs"): string[] {
  const rewritten = rewrite(source, { filename: "/app/src/app.js", sourceType, isSecret: () => false });
  return (rewritten?.functions ?? []).map(({ name, owner, kind }) =>
    owner === name ? `${kind} ${name}` : `${kind} ${owner} :: ${name}`,
  );
}

describe("names", () => {
  const NAMES: Record<string, string[]> = {
    "function f() {}": ["function f"],
    "const f = function () {}, g = () => 1, h = function own() {}": ["function f", "arrow g", "function own"],
    "class Cart { constructor() {} add() {} static of() {} get size() {} set size(v) {} #p() {} ['x y']() {} [Symbol.iterator]() {} *walk() {} }":
      [
        "constructor Cart :: constructor",
        "method Cart :: add",
        "method Cart :: of",
        "getter Cart :: get size",
        "setter Cart :: set size",
        "method Cart :: #p",
        "method Cart :: x y",
        "method Cart :: [Symbol.iterator]",
        "generator Cart :: walk",
      ],
    "class A { handle = () => 1; static make = function () {} }": ["arrow A :: handle", "method A :: make"],
    "const service = { find() {}, get all() { return 1 }, on: { click() {}, move: () => 1 } }": [
      "method service :: find",
      "getter service :: get all",
      "method service.on :: click",
      "arrow service.on :: move",
    ],
    "exports.a = function () {}; module.exports.b = () => 1; module.exports = { c() {} }": [
      "function a",
      "arrow b",
      "method module.exports :: c",
    ],
    "module.exports = function () {}": ["function module.exports"],
    "Foo.prototype.bar = function () {}; Foo.make = () => 1; Foo.prototype = { baz() {} }": [
      "method Foo :: bar",
      "arrow Foo :: make",
      "method Foo :: baz",
    ],
    "function Timer() { this.tick = function () {}; this.stop = () => 1 } class B { constructor() { this.run = () => 1 } }":
      [
        "function Timer",
        "method Timer :: tick",
        "arrow Timer :: stop",
        "constructor B :: constructor",
        "arrow B :: run",
      ],
    "users.map(x => x); [1].filter(function () {}); fetch(1).then(r => r); new Promise((done) => done())": [
      "arrow callback of users.map (app.js:1)",
      "function callback of Array.filter (app.js:1)",
      "arrow callback of fetch.then (app.js:1)",
      "arrow callback of new Promise (app.js:1)",
    ],
    "\n(function () {})(); [() => 1]": ["function anonymous (app.js:2)", "arrow anonymous (app.js:2)"],
    "const f = x || function () {}, g = y ? () => 1 : () => 2": ["function f", "arrow g", "arrow g"],
    "const { a = () => 1 } = {}; function f(b = () => 2) {}": ["arrow a", "function f", "arrow b"],
    "const A = class { m() {} }, B = class Own { m() {} }; f(class { m() {} })": [
      "method A :: m",
      "method Own :: m",
      "method anonymous class (app.js:1) :: m",
    ],
    "on('x', { done() {} })": ["method done"],
    "async function a() {} async () => 1; async function* g() {} function* h() {}": [
      "function a",
      "arrow anonymous (app.js:1)",
      "generator g",
      "generator h",
    ],
  };
  for (const [source, names] of Object.entries(NAMES)) {
    it(`names the functions of ${source.trim()}`, () => {
      expect(namesIn(source)).toEqual(names);
    });
  }

  it("names what a module exports", () => {
    expect(
      namesIn("export default function () {} export const a = () => 1; export class B { m() {} }", "module"),
    ).toEqual(["function default", "arrow a", "method B :: m"]);
    expect(namesIn("export default () => 1", "module")).toEqual(["arrow default"]);
  });

  it("tells where a function stands and which one encloses it", () => {
    const { functions } = rewriteScript("function a() {\n  return () => {\n  }\n}\n  class B { m(x) {} }");
    expect(functions.map(({ line, column, endLine, parent }) => [line, column, endLine, parent])).toEqual([
      [1, 1, 4, -1],
      [2, 10, 3, 0],
      [5, 13, 5, -1],
    ]);
  });
});

describe("inputs and results", () => {
  const OUTLINES: Record<string, [source: string, lines: string[]]> = {
    "parameters of every form": [
      "function f(a, { b, c: [d] }, e = 5, ...g) { return a } f(1, { b: 2, c: [3] }, undefined, 6, 7)",
      ["f(1, 2, 3, 5, [ 6, 7 ]) → 1"],
    ],
    "arguments beyond the parameters, where the body looks at them": [
      "function f(a) { return arguments.length } function g(a) { return a } f(1, 2, 3); g(1, 2, 3)",
      ["f(1, 2, 3) → 3", "g(1) → 1"],
    ],
    "secret parameters": [
      "function login(user, password) { return user.length } login('ana', 'secret')",
      ["login('ana', '[Filtered]') → 3"],
    ],
    "secret parameters where the body looks at arguments": [
      "function login(password) { return arguments.length } login('secret')",
      ["login('[Filtered]') → 1"],
    ],
    "calls inside calls": [
      "function a(n) { return b(n) + c(n) } function b(n) { return n } const c = n => b(n * 2); a(1)",
      ["a(1) → 3", "  b(1) → 1", "  c(1) → 2", "    b(2) → 2"],
    ],
    "what is thrown": [
      "function a() { b() } function b() { throw new Error('x') } try { a() } catch {}",
      ["a() threw", "  b() threw"],
    ],
    "a result that finally overrides": [
      "function f() { try { return 1 } finally { return 2 } } function g() { for (;;) { try { return 1 } finally { break } } } f(); g()",
      ["f() → 2", "g() → undefined"],
    ],
    "a result that is lost to an error in finally": [
      "function f() { try { return 1 } finally { null.x } } try { f() } catch {}",
      ["f() threw"],
    ],
    "constructors, whose result is the instance": [
      "class A { constructor(a) { this.a = a } } class B extends A { constructor() { super(2) } } new B(); undefined",
      ["B.constructor() → B { a: 2 }", "  A.constructor(2) → B { a: 2 }"],
    ],
    "generators that end early, normally and by an error": [
      "function* g(n) { yield 1; if (n) throw new Error('g'); return 'r' } for (const x of g(0)) break; for (const x of g(0)) ; try { for (const x of g(1)) ; } catch {} const i = g(0); i.next(); try { i.throw(new Error('t')) } catch {}",
      ["g(0) → undefined", "g(0) → 'r'", "g(1) ✗ g", "g(0) ✗ t"],
    ],
    "async functions": [
      "async function a(n) { const b = await c(n); return b + 1 } async function c(n) { await null; return n } async function d() { await null; throw new Error('d') } Promise.all([a(1), d().catch(() => 'c')])",
      ["a(1) → 2", "  c(1) → 1", "d() ✗ d", "callback of d.catch (case.js:1)() → 'c'"],
    ],
    "async generators below the loop that asks them": [
      "async function* g(n) { yield n; yield h(n) } function h(n) { return n } async function main() { const out = []; for await (const x of g(1)) out.push(x); return out } async function start() { return await main() } start()",
      ["start() → [ 1, 1 ]", "  main() → [ 1, 1 ]", "    g(1) → undefined", "      h(1) → 1"],
    ],
    "functions without a try of their own": [
      "function f(g) { function g() { return 1 } if (g) return g(); } function h() { function k() {} var k } f(0); h()",
      ["f([Function: g]) → 1", "  g() → 1", "h() → undefined"],
    ],
    "callbacks belong to the call that made them": [
      "function later() { return new Promise(done => setImmediate(() => done(tick(1)))) } const tick = n => n; later()",
      [
        "later() → Promise { <pending> }",
        "  callback of new Promise (case.js:1)([Function (anonymous)]) → Immediate {}",
        "    callback of setImmediate (case.js:1)() → undefined",
        "      tick(1) → 1",
      ],
    ],
  };
  for (const [what, [source, lines]] of Object.entries(OUTLINES)) {
    it(`tells ${what}`, async () => {
      const outline = await outlineOf(source);
      const plain = outline.map((line) => line.replace(/Immediate \{.*/, "Immediate {}"));
      expect(plain).toEqual(lines);
    });
  }

  it("gives inputs again at the end where the body may have changed them, as they were given", async () => {
    const { probe } = await sideBySide(
      "function f(a, b) { b = b || {}; a.x = 1; return a } function g(a) { return a + 1 } f({}, null); g(1)",
    );
    expect(probe.calls.map(({ entry, inputs, after }) => [entry.name, inputs, after])).toEqual([
      ["f", ["{}", "null"], ["{ x: 1 }", "null"]],
      ["g", ["1"], undefined],
    ]);
  });

  it("keeps nothing alive in async functions that let a parameter go", async () => {
    const { probe } = await sideBySide(
      "async function f(a, b) { a = null; b.x = await 1; return 1 } f({}, {})",
    );
    expect(probe.calls[0]!.after).toBeUndefined();
  });

  it("gives this to methods, and to functions that use it", async () => {
    const { probe } = await sideBySide(
      "'use strict'; const o = { m() {}, f: function () {}, g: () => 1 }; function h() { return this } function k() {} o.m(); o.f(); o.g(); h.call(o); k.call(o)",
    );
    expect(probe.calls.map(({ entry, self }) => [entry.name, self !== undefined])).toEqual([
      ["m", true],
      ["f", true],
      ["g", false],
      ["h", true],
      ["k", false],
    ]);
  });
});

describe("call sites and errors", () => {
  it("notes where a call with arguments was made, also when the last one makes calls itself", async () => {
    const { probe } = await sideBySide(
      "const f = (...a) => a[0], o = { m: f };\nf(1);\nf(1,\n  f(2));\n  o.m(x => x);\nnew (class A { constructor(a) {} })(1)",
    );
    expect(probe.calls.map(({ site }) => site)).toEqual(["f@2:1", "f@4:3", "f@3:1", "m@5:5", "@6:1"]);
  });

  it("lists calls without arguments with the function that makes them", () => {
    const { functions, bareCalls } = rewriteScript("function f() {\n  g(); a.b.c(); h(...x); t`x`\n}\nf();");
    expect(functions[0]!.bareCalls).toEqual([
      { callee: "g", line: 2, column: 3 },
      { callee: "c", line: 2, column: 12 },
      { callee: "h", line: 2, column: 17 },
      { callee: "t", line: 2, column: 26 },
    ]);
    expect(bareCalls).toEqual([{ callee: "f", line: 4, column: 1 }]);
  });

  it("tells where errors are thrown and caught", async () => {
    const { probe } = await sideBySide(
      "function f() {\n  throw new Error('x');\n}\nfunction g() {\n  try { f(); } catch (e) {\n    try { throw e } catch {}\n  }\n}\ng();\ntry { throw 1 } catch ({ length }) {}",
    );
    expect(probe.errors).toEqual([
      "f throws x @2:3",
      "g catches x @5:16",
      "g throws x @6:11",
      "g swallows x @6:21",
      "(top) throws 1 @10:7",
      "(top) catches 1 @10:17",
    ]);
  });
});

describe("what is left out", () => {
  const IGNORED: Record<string, [source: string, names: string[]]> = {
    "a function with those in it": [
      "/* flowtrace ignore next */ function f() { return () => 1 } function g() {}",
      ["g"],
    ],
    "a method": ["class A {\n  // flowtrace ignore next\n  async m() {}\n  n() {}\n}", ["n"]],
    "a variable's functions": [
      "/* flowtrace ignore next: hot */\nconst a = () => 1, b = () => 2\nconst c = () => 3",
      ["c"],
    ],
    "a class": ["/* flowtrace ignore next */\n/* more */ class A { m() {} }\nclass B { n() {} }", ["n"]],
    "a statement's callbacks": ["// flowtrace ignore next\napp.get(x => 1)\napp.get(function y() {})", ["y"]],
    "an argument": ["f(/* flowtrace ignore next */ x => 1, function y() {})", ["y"]],
    "an assigned function": ["a.b = /* flowtrace ignore next */ function () {}; a.c = () => 1", ["c"]],
    "asm.js": ["function asm() { 'use asm'; function f() {} return f } function g() {}", ["g"]],
  };
  for (const [what, [source, names]] of Object.entries(IGNORED)) {
    it(`${what}`, () => {
      expect(rewriteScript(source).functions.map(({ name }) => name)).toEqual(names);
    });
  }

  it("an export", () => {
    const source = "/* flowtrace ignore next */ export default () => 1; export const b = () => 2";
    expect(namesIn(source, "module")).toEqual(["arrow b"]);
  });

  it("still follows what an ignored statement waits for", async () => {
    expect(
      await outlineOf(
        "async function f() { /* flowtrace ignore next */ const a = await g(() => 1); return a } const g = async h => h(); f()",
      ),
    ).toEqual([
      "f() → 1",
      "  g([Function (anonymous)]) → Promise { <pending> }".replace("Promise { <pending> }", "1"),
    ]);
  });

  const EXPORTS = [
    'Object.defineProperty(exports, "__esModule", { value: true });',
    'Object.defineProperty(exports, "a", { enumerable: true, get: function () { return m.a; } });',
    '__exportStar(require("./a"), exports);',
    'var _b = _interopRequireWildcard(require("./b"));',
    'Object.keys(_b).forEach(function (key) { if (key === "default" || key === "__esModule") return; exports[key] = _b[key]; });',
    'const c = require("./c");',
  ];
  for (const line of EXPORTS) {
    it(`the text by which Node finds exports: ${line}`, () => {
      const source = `${line}\nfunction f() {}`;
      const { code } = rewrite(source, { filename: "a.js", sourceType: "commonjs", isSecret: () => false })!;
      const kept = line.includes("__exportStar") ? '__exportStar(require("./a"), ' : line;
      expect(code.startsWith(kept)).toBe(true);
    });
  }
});

describe("positions", () => {
  const SOURCE = "const a = 1; function f(x) { return g(x, a) }\nfunction g(y) {\n  return y }";

  it("are told for every character that is the program's", () => {
    const { code, pieces, moved } = rewriteScript(SOURCE);
    const positions = createPositions((file) => file);
    positions.add("a.js", { pieces, moved });
    for (const [i, line] of bind(unbound(code), 1000, 70000).split("\n").entries()) {
      let column = 0;
      for (const part of line.matchAll(new RegExp(`${INSERTED}|.`, "g"))) {
        if (part[0].length > 1) continue;
        expect(positions.original("a.js", i + 1, part.index + 1)).toEqual({ line: i + 1, column: ++column });
      }
      expect(column).toBe(SOURCE.split("\n")[i]!.length);
    }
  });

  it("stay where they are whatever numbers a process gives out", () => {
    const { code } = rewriteScript(SOURCE);
    for (const [functions, sites] of [
      [1, 1],
      [1 << 20, 1 << 20],
    ] as const) {
      const bound = bind(unbound(code), functions, sites);
      expect(bound.length).toBe(code.length);
      expect(bound).toContain(`${PROBE}.enter1(0x${functions.toString(16).padStart(6, "0")},`);
      expect(bound).toContain(`${AT}(0x${sites.toString(16).padStart(6, "0")},`);
    }
  });
});
