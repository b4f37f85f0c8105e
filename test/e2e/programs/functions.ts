// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs are text.
import { lines, type Program } from "./program.js";

/** Programs in which functions of every kind are what they are without us. */
export const FUNCTIONS: Program[] = [
  {
    name: "names, lengths, texts and prototypes",
    entry: "main.js",
    files: {
      "main.js": lines(
        "function plain(a, b = 1, ...c) { return a } const arrow = (x) => x; const o = { method(a) { return a }, get got() { return 1 }, set got(v) { this.v = v }, async late() { await 1 }, *gen() { yield 1 }, async *both() { yield 1 }, ['computed' + 1]() { return 2 } };",
        "class K { static s() { return 1 } #p() { return 2 } m() { return this.#p() } static { this.t = () => 3 } }",
        "for (const f of [plain, arrow, o.method, o.late, o.gen, o.both, o.computed1, K, K.s, K.t, K.prototype.m]) console.log(f.name, f.length, f.toString(), Object.getOwnPropertyNames(f).join());",
        "console.log(Object.getOwnPropertyDescriptor(o, 'got').get.toString(), (() => {}).prototype, typeof plain.prototype, new Function('a', 'return a').toString());",
      ),
    },
  },
  {
    name: "arguments, this and new.target",
    entry: "main.js",
    files: {
      "main.js": lines(
        "function loose(a) { a = 2; return [arguments[0], arguments.length, this === globalThis] } function strict(a) { 'use strict'; a = 2; return [arguments[0], this] }",
        "function Made(x) { if (!new.target) return new Made(x); this.x = x } const bound = loose.bind(null, 9);",
        "console.log(loose(1, 2), strict.call(undefined, 1), Made(3).x, new Made(4) instanceof Made, bound(), Reflect.construct(Made, [5], Array) instanceof Array, Math.max.apply(null, [1, 2]));",
        "const arrow = function () { return (() => [arguments.length, this.k])() }.call({ k: 1 }, 1, 2); console.log(arrow);",
      ),
    },
    calls: lines(
      "loose(a=1, arguments[1]=2) → [2, 2, true]",
      "strict(a=1) → [1, undefined]",
      "Made(x=3) → Made",
      "  Made(x=3)",
      "Made(x=4)",
      "loose(a=9) → [2, 1, true]",
      "Made(x=5)",
      "anonymous (main.js:4)(arguments[0]=1, arguments[1]=2) → [2, 1]",
      "  anonymous (main.js:4)() → [2, 1]",
    ),
  },
  {
    name: "classes: fields, private names, accessors, super, inheritance from built-ins",
    entry: "main.js",
    files: {
      "main.js": lines(
        "class Base { #secret = 1; static made = 0; constructor(n) { this.n = n; Base.made++ } get secret() { return this.#secret } set secret(v) { this.#secret = v } static of(n) { return new this(n) } toString() { return `Base ${this.n}` } }",
        "class Derived extends Base { extra = this.n * 2; constructor(n) { super(n + 1) } toString() { return `Derived of ${super.toString()}` } get secret() { return super.secret + 1 } set secret(v) { super.secret = v } }",
        "const d = Derived.of(1); d.secret = 5; console.log(String(d), d.extra, d.secret, Base.made); class Stack extends Array { peek() { return this[this.length - 1] } } const s = Stack.from([1, 2]); console.log(s.peek(), s.map((x) => x * 2) instanceof Stack);",
        "class Failing extends Base { constructor() { try { this.x } catch (e) { console.log(e.name) } super(0) } } new Failing(); class Returns { constructor() { return { other: 1 } } } console.log(new Returns());",
      ),
    },
    calls: lines(
      "Base.of(n=1) → Derived",
      "  Derived.constructor(n=1) → Derived",
      "    Base.constructor(n=2) → Derived",
      "Derived.set secret(v=5)",
      "  Base.set secret(v=5)",
      'Derived.toString() → "Derived of Base 2"',
      '  Base.toString() → "Base 2"',
      "Derived.get secret() → 6",
      "  Base.get secret() → 5",
      "Stack.peek() → 2",
      "callback of s.map (main.js:3)(x=1) → 2",
      "callback of s.map (main.js:3)(x=2) → 4",
      "Failing.constructor() → Failing",
      "  Base.constructor(n=0) → Failing",
      "Returns.constructor() → { other: 1 }",
    ),
  },
  {
    name: "closures and recursion",
    entry: "main.js",
    files: {
      "main.js": lines(
        "function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) } const counter = () => { let n = 0; return () => ++n }; const next = counter(); next();",
        "const compose = (...fs) => (x) => fs.reduceRight((v, f) => f(v), x); console.log(fib(4), next(), compose((x) => x + 1, (x) => x * 2)(5));",
      ),
    },
    calls: lines(
      "counter() → ƒ",
      "  anonymous (main.js:1)() → 1",
      "  anonymous (main.js:1)() → 2",
      "fib(n=4) → 3",
      "  fib(n=3) → 2",
      "    fib(n=2) → 1",
      "      fib(n=1) → 1",
      "      fib(n=0) → 0",
      "    fib(n=1) → 1",
      "  fib(n=2) → 1",
      "    fib(n=1) → 1",
      "    fib(n=0) → 0",
      "compose(fs=[ƒ, ƒ]) → ƒ",
      "  anonymous (main.js:2)(x=5) → 11",
      "    callback of fs.reduceRight (main.js:2)(v=5, f=ƒ) → 10",
      "      callback of compose (main.js:2)(x=5) → 10",
      "    callback of fs.reduceRight (main.js:2)(v=10, f=ƒ) → 11",
      "      callback of compose (main.js:2)(x=10) → 11",
    ),
  },
  {
    name: "returns that finally overrides, and labels",
    entry: "main.js",
    files: {
      "main.js": lines(
        "function overridden() { try { return 1 } finally { return 2 } } function kept() { try { return 1 } finally { void 2 } } function swallowed() { try { throw new Error('x') } finally { return 3 } }",
        "function leaves() { for (const i of [1, 2]) { try { continue } finally { if (i === 2) break } } return 4 } function labelled() { a: { b: { break a } return 5 } return 6 } function none() { return } function bare() {}",
        "console.log(overridden(), kept(), swallowed(), leaves(), labelled(), none(), bare());",
      ),
    },
    calls: lines(
      "overridden() → 2",
      "kept() → 1",
      "swallowed() → 3",
      "leaves() → 4",
      "labelled() → 6",
      "none()",
      "bare()",
    ),
  },
  {
    name: "destructuring, defaults and rest",
    entry: "main.js",
    files: {
      "main.js": lines(
        "function take({ a, b: { c = 3 } = {} } = {}, [d, ...e] = [4], f = a ?? d, ...g) { return [a, c, d, e, f, g] }",
        "console.log(take(), take({ a: 1, b: { c: 2 } }, 'xyz', undefined, 8, 9)); const swap = ([x, y]) => [y, x]; console.log(swap([1, 2]));",
        "function late(x = (() => { throw new RangeError('default') })()) { return x } try { late() } catch (e) { console.log(e.message) }",
      ),
    },
    calls: lines(
      "take(a=undefined, c=3, d=4, e=[], f=4, g=[]) → [undefined, 3, 4, [], 4, []]",
      'take(a=1, c=2, d="x", e=["y", "z"], f=1, g=[8, 9]) → [1, 2, "x", ["y", "z"], 1, [8, 9]]',
      "swap(x=1, y=2) → [2, 1]",
      "anonymous (main.js:3)() ✗ RangeError: default",
    ),
  },
  {
    name: "errors: thrown, caught, rethrown, wrapped",
    entry: "main.js",
    files: {
      "main.js": lines(
        "function low() { throw new TypeError('low') } function wraps() { try { low() } catch (e) { throw new Error('wrapped', { cause: e }) } } function passes() { wraps() } function rescues() { try { passes() } catch (e) { return e.cause.message } }",
        "console.log(rescues()); try { (null).x } catch ({ name }) { console.log(name) } try { throw undefined } catch (e) { console.log(e) } try { throw { own: 1 } } catch { console.log('any') }",
      ),
    },
    calls: lines(
      'rescues() → "low"',
      "  passes() ✗ Error: wrapped",
      "    wraps() ✗ Error: wrapped",
      "      low() ✗ TypeError: low",
    ),
  },
  {
    name: "values that run code when they are looked at",
    entry: "main.js",
    files: {
      "main.js": lines(
        "let looks = 0; const count = () => { looks++; return 'x' };",
        "const shy = { get a() { return count() }, toJSON: count, toString: count, valueOf: count, [Symbol.toPrimitive]: count, get then() { return count() }, get constructor() { return count() }, get [Symbol.toStringTag]() { return count() }, *[Symbol.iterator]() { count() }, [Symbol.for('nodejs.util.inspect.custom')]: count };",
        "const proxy = new Proxy({}, { get() { count() }, has() { count() }, ownKeys() { count(); return [] }, getOwnPropertyDescriptor() { count() }, getPrototypeOf() { count(); return null } }); const { proxy: gone, revoke } = Proxy.revocable({}, {}); revoke();",
        "function pass(x) { return x } async function passLater(x) { await null; return x } class Late { get x() { return count() } static from(v) { return v } }",
        "pass(shy); pass(proxy); pass(gone); pass([shy, new Map([[shy, proxy]])]); Late.from(new Late()); passLater([shy]).then(() => { console.log(looks) });",
      ),
    },
    calls: lines(
      "pass(x={ a: getter, toJSON: ƒ, toString: ƒ, valueOf: ƒ, then: getter, constructor: getter }) → { a: getter, toJSON: ƒ, toString: ƒ, valueOf: ƒ, then: getter, constructor: getter }",
      "pass(x=Proxy) → Proxy",
      "pass(x=Proxy) → Proxy",
      "pass(x=[{ a: getter, toJSON: ƒ, toString: ƒ, valueOf: ƒ, then: getter, constructor: getter }, Map]) → [{ a: getter, toJSON: ƒ, toString: ƒ, valueOf: ƒ, then: getter, constructor: getter }, Map]",
      "Late.from(v=Late) → Late",
      "passLater(x=[{ a: getter, toJSON: ƒ, toString: ƒ, valueOf: ƒ, then: getter, constructor: getter }]) → [{ a: getter, toJSON: ƒ, toString: ƒ, valueOf: ƒ, then: getter, constructor: getter }]",
      "callback of passLater.then (main.js:5)()",
    ),
  },
  {
    name: "built-ins that the program has spoiled",
    entry: "main.js",
    files: {
      "main.js": lines(
        "console.log('before'); const spoiled = []; const spoil = (object, name, value = () => { throw new Error('spoiled ' + String(name)) }) => { spoiled[spoiled.length] = [object, name, object[name]]; object[name] = value };",
        "const names = { Array: ['push', 'pop', 'map', 'filter', 'slice', 'includes', 'join', Symbol.iterator], String: ['slice', 'indexOf', 'charCodeAt', 'startsWith', 'replace'], Map: ['get', 'set', 'has'], WeakMap: ['get', 'set', 'has'], Set: ['add', 'has'], Function: ['call', 'apply', 'bind'], RegExp: ['test', 'exec'], Promise: ['then'] };",
        "const statics = { Reflect: ['apply', 'ownKeys', 'getOwnPropertyDescriptor'], Object: ['keys', 'defineProperty', 'getPrototypeOf', 'getOwnPropertyDescriptor', 'create', 'entries'], Math: ['floor', 'min', 'imul'], JSON: ['stringify', 'parse'], Number: ['isInteger'], performance: ['now'], Date: ['now'], Array: ['isArray', 'from'], Buffer: ['from', 'alloc'], process: ['hrtime'] };",
        "function f(a, b) { return { a, b } } class K { m(x) { return f(x, [1, { y: 2 }]) } async later(x) { try { throw new TypeError('in later') } catch (e) { return [f(e.message, x), {}] } } *gen() { yield f(new Date(0), /x/g) } }",
        "for (const owner in names) for (let i = 0; i < names[owner].length; i++) spoil(globalThis[owner].prototype, names[owner][i]); for (const owner in statics) for (let i = 0; i < statics[owner].length; i++) spoil(globalThis[owner], statics[owner][i]);",
        "const k = new K(); const r = k.m('s'); const l = k.later('z'); const g = k.gen().next().value; for (let i = 0; i < spoiled.length; i++) spoiled[i][0][spoiled[i][1]] = spoiled[i][2];",
        "l.then((v) => { console.log(r, g, v) });",
      ),
    },
  },
  {
    name: "sloppy code: with, eval, hoisting in blocks, octals",
    entry: "main.js",
    files: {
      "main.js": lines(
        "function withs(o) { with (o) { return typeof x === 'undefined' ? 'none' : x } } function evals(n) { var a = 1; eval('var b = n + a; function inner() { return b * 2 }'); return [b, inner(), a] }",
        "function hoists() { { function g() { return 1 } } if (true) { function h() { return 2 } } return [typeof g, typeof h, g() + h()] } function twice() { return 1 } function twice() { return 2 }",
        "console.log(withs({ x: 1 }), withs({}), evals(2), hoists(), twice(), 010, delete this.q, (function () { return typeof this })());",
      ),
    },
    calls: lines(
      "evals(n=2) → [3, 6, 1]",
      'hoists() → ["function", "function", 3]',
      "  g() → 1",
      "  h() → 2",
      "twice() → 2",
      'anonymous (main.js:3)() → "object"',
    ),
  },
  {
    name: "tagged templates, optional calls, spread, comma and void",
    entry: "main.js",
    files: {
      "main.js": lines(
        "function tag(parts, ...values) { return parts.raw.join('|') + values.join() } const o = { f(...xs) { return xs.length }, n: null };",
        "console.log(tag`a${1}b\\n${2}`, o.f?.(...[1, 2], 3), o.n?.f(1), (0, o.f)(1), void o.f(), new (class { constructor(...a) { this.a = a } })(...'ab').a, ((a, b) => b)(1, 2));",
      ),
    },
    calls: lines(
      'tag(parts=["a", "b\\n", ""], values=[1, 2]) → "a|b\\\\n|1,2"',
      "o.f(xs=[1, 2, 3]) → 3",
      "o.f(xs=[1]) → 1",
      "o.f(xs=[]) → 0",
      'anonymous class (main.js:2).constructor(a=["a", "b"]) → { a: ["a", "b"] }',
      "anonymous (main.js:2)(a=1, b=2) → 2",
    ),
  },
  {
    name: "callbacks of built-ins, sorted, replaced and reduced",
    entry: "main.js",
    files: {
      "main.js": lines(
        "function byAge(a, b) { return a.age - b.age } const people = [{ n: 'x', age: 3 }, { n: 'y', age: 1 }];",
        "function names(list) { return list.sort(byAge).map(({ n }) => n).join() } console.log(names(people), 'a1b2'.replace(/\\d/g, (d) => d * 2), [1, 2, 3].reduce((s, n) => s + n, 0), Array.from({ length: 2 }, (_, i) => i * i), JSON.parse('[1]', (k, v) => v), new Map([[1, 2]]).forEach((v, k) => { console.log(k, v) }));",
      ),
    },
    calls: lines(
      'names(list=[{ n: "x", age: 3 }, { n: "y", age: 1 }]) → "y,x"',
      '  byAge(a={ n: "y", age: 1 }, b={ n: "x", age: 3 }) → -2',
      '  callback of list.sort.map (main.js:2)(n="y") → "y"',
      '  callback of list.sort.map (main.js:2)(n="x") → "x"',
      'callback of String.replace (main.js:2)(d="1") → 2',
      'callback of String.replace (main.js:2)(d="2") → 4',
      "callback of Array.reduce (main.js:2)(s=0, n=1) → 1",
      "callback of Array.reduce (main.js:2)(s=1, n=2) → 3",
      "callback of Array.reduce (main.js:2)(s=3, n=3) → 6",
      "callback of Array.from (main.js:2)(_=undefined, i=0) → 0",
      "callback of Array.from (main.js:2)(_=undefined, i=1) → 1",
      'callback of JSON.parse (main.js:2)(k="0", v=1) → 1',
      'callback of JSON.parse (main.js:2)(k="", v=[1]) → [1]',
      "callback of new Map.forEach (main.js:2)(v=2, k=1)",
    ),
  },
  {
    name: "collected garbage",
    entry: "main.js",
    flags: ["--expose-gc"],
    files: {
      "main.js": lines(
        "let seen = 0; const registry = new FinalizationRegistry(() => { seen++ }); function make(n) { const o = { n, big: new Array(1000).fill(n) }; registry.register(o, n); return o }",
        "function use(o) { return o.big.length } let refs = []; for (let i = 0; i < 20; i++) { const o = make(i); use(o); refs.push(new WeakRef(o)) }",
        "(async () => { for (let i = 0; i < 10 && seen < 19; i++) { await new Promise((r) => setTimeout(r, 5)); globalThis.gc?.() } console.log(seen >= 19, refs.filter((r) => r.deref()).length <= 1) })();",
      ),
    },
  },
  {
    name: "functions of Node's are what they are",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const processes = require('child_process'); const { Worker } = require('worker_threads'); const { inspect } = require('util'); const modules = require('module');",
        "const show = (f) => console.log(f.name, f.length, Object.getOwnPropertyNames(f), String(f), Function.prototype.toString.call(f) === `${f}`);",
        "const { message } = Object.getOwnPropertyDescriptors(DOMException.prototype); try { structuredClone(() => {}) } catch {}",
        "const functions = [Function.prototype.toString, process.emit, process.reallyExit, processes.ChildProcess.prototype.spawn, processes.spawnSync, processes.execFileSync, processes.execSync,",
        "  message.get, modules.register, modules.registerHooks, require('fs').readFileSync].filter(Boolean); for (const f of functions) { show(f); console.log(inspect(f)) }",
        "show(Worker); show(require('fs').promises.readFile); console.log(inspect(processes.ChildProcess.prototype.spawn), Object.keys(processes), Object.keys(process));",
      ),
    },
  },
  {
    name: "catch clauses of every form",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const fail = (message = 'm') => { throw Object.assign(new TypeError(message), { code: message.length }) };",
        "function bare() { try { fail() } catch { return 'bare' } } function spaced() { try { fail() } catch /* none */ { return 'spaced' } finally { console.log('finally') } }",
        "function pattern() { try { fail() } catch ({ message, code: c = 5, ...rest }) { return [message, c, Object.keys(rest)] } } function tight() { try{fail()}catch{return 1}finally{} }",
        "function list() { try { throw [1, [2]] } catch([a, [b], c = a + b]) { return a + b + c } finally { console.log('finally') } } function empty() { try { fail() } catch ({}) {} try { fail() } catch {} return 'empty' }",
        "function nullish() { try { try { throw null } catch ({ message }) { return message } } catch (e) { return e.message } }",
        "function again() { try { try { fail() } catch ({ message }) { fail(message + message) } } catch ({ message: m }) { return m } }",
        "function declares() { try { fail() } catch ({ message }) { var v = message; function inner() { return v + message } let w = inner(); return [w, (() => v)(), typeof inner] } }",
        "function bareDeclares() { try { fail() } catch { var v = 1; function inner() { return v } let w = 2; return [inner(), w] } } function after() { try { fail() } catch { function late() { return 1 } } return typeof late }",
        "function loops() { const seen = []; outer: for (let i = 0; i < 4; i++) { try { fail(String(i)) } catch ({ message }) { if (i === 1) continue outer; if (i === 3) break; seen.push(message) } } return seen }",
        "function evaluates() { try { fail() } catch ({ message }) { eval('var made = message'); } return made } function closes() { const all = []; for (const n of [1, 2]) try { fail('n' + n) } catch ({ message }) { all.push(() => message) } return all.map((f) => f()) }",
        "function lazily() { try { fail() } catch ({ message, [message + 1]: x = fail.name }) { return x } } function returned() { try { return fail() } catch { return 1 } finally { return 2 } }",
        "function* gen() { try { yield 1; fail() } catch ({ message }) { yield message } try { yield 2 } catch { yield 'thrown' } } const it = gen(); console.log(it.next(), it.next(), it.next(), it.throw(3), it.next());",
        "for (const f of [bare, spaced, pattern, tight, list, empty, nullish, again, declares, bareDeclares, after, loops, evaluates, closes, lazily, returned]) console.log(f.name, f(), String(f).length);",
        "for (const text of ['try {} catch ({ a }) { let a }', 'try {} catch ([a, a]) {}', 'try {} catch ({ a }) { var a }', 'try {} catch { break }']) try { new Function(text) } catch ({ name, message }) { console.log(name, message) }",
        "async function waits() { try { const { a } = await undefined; return a } catch ({ message }) { await null; return message } } async function waitsBare() { try { await Promise.reject(1) } catch { await null } finally { await null } return 'waited' }",
        "async function stacks() { try { await null; null.x } catch ({ stack }) { return stack } } try { fail('top') } catch ({ message }) { console.log(message) } try { fail('top') } catch { console.log('bare') }",
        "Promise.all([waits(), waitsBare(), stacks()]).then(console.log); (function uncaught() { try { fail() } catch ({ message, nothing: { x } }) { return x } })();",
      ),
    },
  },
];
