// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs are text.
import type { Program } from "./program.js";

const THROWING: Record<string, string> = {
  "an error in a one-line function": "function f(a) { throw new Error('boom ' + a) } f(1)",
  "an error in a multi-line function":
    "function f(a) {\n\tconst b = a;\n\tif (b) {\n\t\tthrow new RangeError('many\\nlines');\n\t}\n}\nconst g = (x) => f(x);\ng(1)",
  "an error made elsewhere":
    "const e = new Error('made early');\nfunction f() { return 1 }\nfunction g() { f(); throw e }\ng()",
  "an error with properties and a cause":
    "function f() { const e = new Error('outer', { cause: new TypeError('inner') }); e.code = 'E_OUT'; e.info = { a: [1, { b: 2 }] }; throw e } f()",
  "a class of errors":
    "class Mine extends Error { constructor(m) { super(m); this.name = 'Mine'; this.extra = 1 } }\nconst f = () => { throw new Mine('of a class') }; f()",
  "an aggregate":
    "function f() { throw new AggregateError([new Error('one'), new Error('two')], 'both') } f()",
  "a string": "function f() { throw 'just text' } f()",
  "a number in an arrow": "const f = (n) => { if (n) throw n; };\nf(42)",
  null: "function f() { throw null } f()",
  undefined: "function f() {\n  throw undefined\n}\nf()",
  "a symbol": "function f() { throw Symbol('sym') } f()",
  "an object": "function f() { throw { message: 'not an error', code: 1 } } f()",
  "an object with a stack": "function f() { throw { message: 'like one', stack: 'own stack' } } f()",
  "a function": "function f() { throw function thrown() {} } f()",
  "V8's own error": "function f(x) { return x.y.z } f({})",
  "V8's own error in an argument": "function g(a) { return a } function f(x) { return g(1, x.y.z) } f({})",
  "an error out of a builtin": "function f(x) { return JSON.parse(x) } f('{')",
  "an error through a callback": "function f(x) { return [1].map((n) => { return n.a.b }) } f('{')",
  "an error in a timer": "function f() { throw new Error('in a timer') } setTimeout(() => { f() }, 1)",
  "an error in nextTick": "process.nextTick(() => { throw new Error('in a tick') })",
  "an error in a microtask": "queueMicrotask(function tick() { throw new Error('in a microtask') })",
  "an error event":
    "const { EventEmitter } = require('events'); function f(e) { e.emit('error', new Error('emitted')) } f(new EventEmitter())",
  "an error of fs": "function f() { require('fs').readFileSync('/no/such/file') } f()",
  "a rejected async function": "async function f() { await null; throw new Error('rejected') } f()",
  "a promise rejected with text": "async function f() { throw 'text' } f()",
  "a promise rejected with undefined": "function f() { return Promise.reject(undefined) } f()",
  "a promise rejected with an error": "function f() { return Promise.reject(new Error('by hand')) } f()",
  "a promise rejected with an object": "function f() { return Promise.reject({ a: 1 }) } f()",
  "a promise rejected with a function":
    "function f() { return Promise.reject((a) => { return a.map((x) => x + 1).filter(Boolean).reduce((sum, x) => sum + x * 1000, 0) }) } f()",
  "a promise rejected with a class":
    "function f() { return Promise.reject(class A extends Array { m(a) { return a + 1 } n(b) { return this.m(b).p } }) } f()",
  "a class rejected that is longer than what is quoted":
    "async function f() { throw class LongClassName extends Array { method(argument) { return argument + 1 } other(argument) { return this.method(argument).property } } } f()",
  "a function that cannot be cloned":
    "function f() { return structuredClone({ g(a) { return a + 1 } }) } f()",
  "a class that cannot be cloned":
    "function f() { return structuredClone([class A { m(a) { return a + 1 } }]) } f()",
  "an error thrown in then": "Promise.resolve(1).then((v) => { throw new Error('in then ' + v) })",
  "an error thrown by a reaction without braces": "Promise.resolve(1).then((v) => v.a.b)",
  "an error with a changed stack":
    "function f() { const e = new Error('x'); e.stack = 'changed\\n    at nowhere'; throw e } f()",
  "an error whose stack was read": "function f() { const e = new Error('x'); String(e.stack); throw e } f()",
  "an error whose message changed":
    "function f() { const e = new Error('x'); e.message = 'changed'; throw e } f()",
  "a frozen error": "function f() { throw Object.freeze(new Error('frozen')) } f()",
  "an error with a null prototype":
    "function f() { throw Object.setPrototypeOf(new Error('bare'), null) } f()",
  "a rethrown error":
    "function f() { try { g() } catch (e) { throw e } } function g() { throw new Error('again') }\nf()",
  "an error rethrown by finally":
    "function f() { try { g() } finally { h() } } function g() { throw new Error('again') } function h() {}\nf()",
  "a thrown error of another realm":
    "function f() { throw require('vm').runInNewContext('new Error(\"foreign\")') } f()",
  "too much recursion caught":
    "function f(n) { return f(n + 1) + 1 } try { f(0) } catch (e) { console.log(e.name, e.message) } (function g() { throw new Error('then') })()",
  "an assertion":
    "const assert = require('assert'); function f(a) { assert.deepStrictEqual(a, { b: 1 }) } f({ b: 2 })",
  "a failing ok": "const assert = require('assert'); function f(a) { assert(a.b === 1) } f({ b: 2 })",
  "an exit code set before": "process.exitCode = 7; function f() { throw new Error('after') } f()",
  "an exit handler that sets the code":
    "process.on('exit', (c) => { console.log('exit', c); process.exitCode = 9 }); function f() { throw new Error('after') } f()",
  "a handler for uncaught errors":
    "process.on('uncaughtException', (e, origin) => { console.log(e.message, origin, e.stack) }); function f() { throw new Error('handled') } f()",
  "a handler that throws itself":
    "process.on('uncaughtException', function h(e) { throw new Error('in handler') }); function f() { throw new Error('handled') } f()",
  "a handler for rejections":
    "process.on('unhandledRejection', (e) => { console.log(e.message); process.exit(3) }); async function f() { throw new Error('handled') } f()",
  "an exit handler that throws":
    "process.on('exit', () => { throw new Error('in exit') }); function f() { return 1 } f()",
  "a monitor":
    "process.on('uncaughtExceptionMonitor', (e, o) => console.log('monitor', e.message, o)); function f() { throw new Error('watched') } f()",
  "a formatter of the program's":
    "Error.prepareStackTrace = (e, s) => `mine ${e.message} ${s[0].getFunctionName()} ${s[0].getColumnNumber()}`; function f() { throw new Error('formatted') } f()",
  "tabs and wide characters in front": "\tfunction f() {\t/* 日本語 😀 */\tthrow new Error('wide') } f()",
  "an error far along its line": `function f() { throw new Error("far") }${" ".repeat(980)}f(); function g() { /* ${"x".repeat(1010)} */ throw new Error("farther") } process.on("exit", g); f()`,
  "an error farther along its line": `function f() { /* ${"x".repeat(1010)} */ throw new Error("farther") } f()`,
  "an early syntax error": "function f() { return 1 }\nlet x; let x;",
  "a strict mode error": "'use strict'; function f() { undeclared = 1 } f()",
  "an error in a static block": "class A { static { (() => { throw new Error('static') })() } }",
  "an error in a default value": "function f(a = (() => { throw new Error('default') })()) { return a } f()",
  "a generator":
    "function* g() { yield 1; throw new Error('generated') } for (const x of g()) console.log(x)",
  "a class without new": "class A { constructor() { this.a = 1 } } function f() { A() } f()",
  "a getter that throws": "const o = { get x() { throw new Error('got') } }; function f() { return o.x } f()",
  "a temporal dead zone": "function f() { return x } f(); let x = 1",
};

export const UNCAUGHT: Program[] = [
  ...Object.entries(THROWING).map(([name, text]) => ({
    name,
    entry: "main.js",
    files: { "main.js": text },
    // See "assert that quotes its own source".
    not: name === "a failing ok" ? [20] : [],
  })),
  ...Object.entries(THROWING)
    .filter(([, text]) => !text.includes("require("))
    .map(([name, text]) => ({
      name: `${name}, in a module`,
      entry: "main.mjs",
      files: { "main.mjs": text },
    })),
  {
    name: "an error at the top level of a module",
    entry: "main.mjs",
    files: { "main.mjs": "const f = (x) => x; f(1); throw new Error('top ' + f(2))" },
  },
  {
    name: "an error after a top-level await",
    entry: "main.mjs",
    files: { "main.mjs": "const f = async (x) => { await x; throw new Error('awaited') };\nawait f(1)" },
  },
  {
    name: "an error in an imported module",
    entry: "main.mjs",
    files: {
      "main.mjs": "import { f } from './b.mjs'; f()",
      "b.mjs": "export function f() { return g() } function g() { throw new Error('below') }",
    },
  },
  {
    name: "an error in a required file",
    entry: "main.js",
    files: {
      "main.js": "const { f } = require('./b'); f()",
      "b.js": "exports.f = function () { return g() }; function g() { throw new Error('below') }",
    },
  },
  {
    name: "an import that is missing",
    entry: "main.mjs",
    files: { "main.mjs": "import { nothing } from './b.mjs'; nothing()", "b.mjs": "export function f() {}" },
  },
  {
    name: "a named import that a CommonJS module lacks",
    // Node 22 words it otherwise as soon as anybody has called module.registerHooks.
    not: [22],
    entry: "main.mjs",
    files: {
      "main.mjs": "import { nothing } from './b.cjs'; nothing()",
      "b.cjs": "exports.f = function () {}",
    },
  },
  {
    name: "a module that is not there",
    entry: "main.mjs",
    files: { "main.mjs": "function f() {} f(); await import('./none.mjs')" },
  },
  {
    name: "a package that is not there",
    entry: "main.js",
    files: { "main.js": "function f() { return require('no-such-package') } f()" },
  },
  {
    name: "a syntax error in a module",
    entry: "main.mjs",
    files: { "main.mjs": "import './b.mjs'", "b.mjs": "export function f( { return 1 }" },
  },
  {
    name: "a syntax error in a required file",
    entry: "main.js",
    files: {
      "main.js": "function f() { require('./b') } f()",
      "b.js": "exports.f = function ( { return 1 }",
    },
  },
  {
    name: "a top-level await that never ends",
    entry: "main.mjs",
    files: { "main.mjs": "function f() { return new Promise(() => {}) }\nawait f()" },
  },
  {
    name: "a warning with a trace",
    entry: "main.js",
    flags: ["--trace-warnings"],
    files: { "main.js": "function f() { process.emitWarning('careful', 'Own', 'OWN1') } f()" },
  },
  {
    name: "a mode for rejections: warn",
    entry: "main.js",
    flags: ["--unhandled-rejections=warn"],
    files: { "main.js": "async function f() { throw new Error('warned of') } f()" },
  },
  {
    name: "a class rejected in the mode warn",
    entry: "main.js",
    flags: ["--unhandled-rejections=warn"],
    files: { "main.js": "async function f() { throw class A { m(a) { return a + 1 } } } f()" },
  },
  {
    name: "a mode for rejections: strict",
    entry: "main.js",
    flags: ["--unhandled-rejections=strict"],
    files: { "main.js": "async function f() { throw new Error('strictly') } f()" },
  },
  {
    name: "console.trace and console.error",
    entry: "main.js",
    files: { "main.js": "function f() { console.trace('here'); console.error(new Error('shown')) } f()" },
  },
  ...[
    { what: "the engine", body: "null.x" },
    { what: "evaluated text", body: "eval('1')\n  eval(`1;\n\tnull.x`)" },
    { what: "a function made of text", body: "new Function('a', 'return a.b.c')({})" },
    { what: "the engine, where a parameter is bound", body: "(() => { bound() })()" },
    { what: "an arrow function in another file", body: "require('./b.js').arrow()" },
    { what: "a function in another file", body: "require('./b.js').thrower()" },
    { what: "Node itself", body: "require('node:fs').readFileSync('/no/such/file')" },
  ].map(({ what, body }) => ({
    name: `an error through a generator, thrown by ${what}`,
    entry: "main.js",
    files: {
      "main.js": `async function* bound([a] = 1) {}\nfunction* f(n) {\n  n;\n  ${body};\n}\nf().next();`,
      "b.js":
        "exports.arrow = () => {\n\n  null.n };\nexports.thrower = function () {\n  throw new Error('in b') };",
    },
  })),
];
