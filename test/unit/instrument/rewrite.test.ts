// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are programs

import { describe, expect, it } from "vitest";
import { INSERTED, LOCAL } from "../../../lib/probe.js";
import { rewriteScript, sideBySide } from "./side-by-side.js";

/**
 * Programs that could tell that they are rewritten. Each is run as it is and rewritten: value, error, output, ticks until
 * a promise settles and unhandled rejections must be the same.
 */
const PROGRAMS: Record<string, Record<string, string>> = {
  "functions of every form": {
    declaration: "function f(a, b) { return a + b } f(1, 2)",
    "declaration without return": "function f() {} f()",
    expression: "const f = function (a) { return a }; [f(1), f.name, f.length]",
    "named expression": "const f = function g(n) { return n ? g(n - 1) : 'end' }; [f(3), f.name]",
    "arrow with a block": "const f = (a) => { return a }; [f(1), f.name, f.length]",
    "arrow with an expression": "const f = a => a + 1; [f(1), f.name]",
    "arrow that gives an object": "const f = () => ({ a: 1 }); f()",
    "arrow in nested parentheses": "const f = () => (((1, 2))); f()",
    "arrow of arrows": "const f = a => b => c => a + b + c; f(1)(2)(3)",
    "arrow with a body on the next line": "const f = a =>\n  a * 2\nf(4)",
    "methods of an object":
      "const o = { a() { return this === o }, 'b c'() { return 2 }, [`d`]() { return 3 } }; [o.a(), o['b c'](), o.d(), o.d.name]",
    "methods of a class":
      "class A { a() { return this.x } static b() { return this === A } x = 5 } [new A().a(), A.b()]",
    "private methods":
      "class A { #p(a) { return a * 2 } get #q() { return 3 } static #s() { return 4 } run() { return [this.#p(2), this.#q, A.#s()] } } new A().run()",
    accessors: "const o = { get a() { return this.v }, set a(v) { this.v = v } }; o.a = 7; o.a",
    "accessor names":
      "const d = Object.getOwnPropertyDescriptor({ get a() { return 1 }, set a(v) {} }, 'a'); [d.get.name, d.set.name, d.set.length]",
    constructors:
      "class A { constructor(a) { this.a = a } } const a = new A(3); [a, a instanceof A, A.length]",
    "constructor that returns another object": "class A { constructor() { return { other: 1 } } } new A()",
    "function as constructor":
      "function A(a) { this.a = a; if (!new.target) return 'called' } [new A(1), A.call({}, 2)]",
    "derived constructors":
      "class A { constructor(x) { this.x = x } } class B extends A { constructor(y) { const t = y * 2; super(t); this.y = y } } new B(4)",
    "derived constructor that calls super late":
      "class A {} class B extends A { constructor(f) { if (f) super(); return } } [new B(1), (() => { try { new B(0) } catch (e) { return e.message } })()]",
    "derived constructor with super in an arrow":
      "class A { constructor() { this.a = 1 } } class B extends A { constructor() { const s = () => super(); s(); this.b = 2 } } new B()",
    "derived constructor without super":
      "class A {} class B extends A { constructor() {} } try { new B() } catch (e) { [e.name, e.message] }",
    "derived constructor that returns an object without super":
      "class A {} class B extends A { constructor() { return { b: 1 } } } new B()",
    "field initialisers":
      "class A { f = () => this.g(); g = function () { return this === a }; static h = x => x + 1 } const a = new A(); [a.f(), a.g(), A.h(1), a.f.name, a.g.name, A.h.name]",
    "static blocks":
      "class A { static v; static { const f = x => x * 3; this.v = f(2); try { throw new Error('s') } catch (e) { this.e = e.message } } } [A.v, A.e]",
    "defaults that are functions":
      "function f(a, g = () => a * 2, { h = function () { return 'h' } } = {}) { return [g(), h(), h.name] } [f(2), f.length, f.name]",
    "a default that throws":
      "function f(a = (() => { throw new Error('default') })()) {} try { f() } catch (e) { e.message }",
    "destructured and rest parameters":
      "function f({ a, b: [c], ...d }, ...[e, f = 4]) { return [a, c, d, e, f] } [f({ a: 1, b: [2], x: 3 }, 5), f.length]",
    generators:
      "function* g(n) { const got = yield n; yield* [got, 2]; return 'r' } const i = g(1); [i.next(), i.next('x'), i.next(), i.next(), i.next()]",
    "generator ended by return()":
      "const log2 = []; function* g() { try { yield 1; yield 2 } finally { log2.push('fin') } } const i = g(); i.next(); [i.return(9), i.next(), log2]",
    "generator ended by throw()":
      "function* g() { try { yield 1 } catch (e) { yield 'caught ' + e; } yield 3 } const i = g(); i.next(); [i.throw('t'), i.next(), i.next()]",
    "yield* with throw() and return()":
      "function* a() { try { yield 1 } catch (e) { yield e } finally { yield 'f' } } function* b() { return yield* a() } const i = b(); [i.next(), i.throw(2), i.return(3), i.next()]",
    "generator in a for loop that breaks":
      "function* g() { let i = 0; try { while (true) yield i++ } finally { log('closed') } } const out = []; for (const x of g()) { if (x > 2) break; out.push(x) } out",
    "yield in every position":
      "function* g(a) { const b = (yield) + (yield a), c = [yield, ...yield]; return { b, c, d: yield\n} } const i = g(1); const r = []; for (const v of [0, 1, 2, 3, [4, 5], 6]) r.push(i.next(v)); r",
    "immediately called": "(function () { return 1 })() + !function () { return 0 }() + (() => 2)()",
    "tagged templates": "const t = (s, ...v) => s.raw.join('|') + v; t`a${1}\\n${(() => 2)()}`",
    "getters on the prototype chain":
      "class A { get x() { return this.constructor.name } } class B extends A { get x() { return 'B' + super.x } } new B().x",
    "more parameters than the probe has names for":
      "function f(a, b, c, d, e, ...r) { return [a, b, c, d, e, r] } [f(1, 2, 3, 4, 5, 6, 7), f.length]",
  },
  "return and finally": {
    "return overridden by finally": "function f() { try { return 1 } finally { return 2 } } f()",
    "return undone by break": "function f() { for (;;) { try { return 1 } finally { break } } } f()",
    "return undone by continue":
      "function f() { for (let i = 0; i < 2; i++) { try { return i } finally { continue } } return 'end' } f()",
    "return undone by a throw":
      "function f() { try { return 1 } finally { throw new Error('f') } } try { f() } catch (e) { e.message }",
    "return in catch, with a finally":
      "function f() { try { throw 1 } catch (e) { return e + 1 } finally { log('fin') } } f()",
    "empty clauses":
      "function f() { try { return 1 } finally {} } async function g() { try { return await 2 } catch {} finally {} } async function h() { for await (const x of [1]) {} return 3 } Promise.all([f(), g(), h()])",
    "a clause with a comment only": "function f() { try { return 1 } finally { /* nothing */ } } f()",
    "nested finally clauses":
      "function f() { try { try { return 'a' } finally { log('1') } } finally { try { throw 0 } catch { log('2') } finally { log('3') } } } f()",
    "labelled break out of a block":
      "function f(n) { a: { b: { if (n) break a; else break b } return 'b' } return 'a' } [f(0), f(1)]",
    "switch with returns":
      "function f(n) { switch (n) { case 1: return 'one'; case 2: { return 'two' } default: return } } [f(1), f(2), f(3)]",
    "if and else without braces":
      "function f(n) { if (n > 1) return 'a'; else if (n) return\nelse return 'c' } [f(2), f(1), f(0)]",
    "return in do while": "function f() { do return 1; while (true) } f()",
  },
  "lines that end without a semicolon": {
    "return before a parenthesis":
      "function f(g) {\n  if (g) return\n  (function () { log('called') })()\n} [f(1), f()]",
    "returned arrow before a parenthesis": "function f() {\n  return x => x\n  (1)\n} typeof f()",
    "throw of an arrow": "function f() {\n  throw () => { return 7 }\n  (1)\n} try { f() } catch (e) { e() }",
    "yield before a bracket":
      "function* g() {\n  const a = yield\n  ;[1].forEach(log)\n  yield\n  (log)('x')\n  return a\n} const i = g(); [i.next(), i.next(5), i.next(), i.next()]",
    "yield of an arrow before a parenthesis":
      "function* g() {\n  yield x => x\n  (2)\n} typeof g().next().value",
    "statements of one line": "function f(a) { var b = a\n  ++b\n  return b\n} f(1)",
    "regular expression after return": "function f(s) { return/b+/g.exec(s) } f('abbc')[0]",
    "arrow body that ends with a regular expression": "const f = s => s.match(/x/)\n;f('axb').index",
    "body on one line": "function f(){return 1}function g(){f()}[f(),g()]",
    "line comments": "function f(a) { // first\n  return a // last\n} // end\nf(2)",
    "comments in odd places":
      "function /* a */ f /* b */ ( /* c */ x /* d */ ) /* e */ { /* f */ return /* g */ x /* h */; /* i */ } f(/* j */ 1 /* k */)",
    "HTML-like comments": "function f() { return 1 }\n<!-- a comment\n--> another\nf()",
    "carriage returns and line separators":
      "function f(a) {\r\n  return a\r\n}\u2028function g() { return new Error('x').stack.includes('case.js:3') }\r[f(1), g()]",
    "a division before await": "(async () => { const a = 6, b = 3; return a/await b })()",
  },
  "strictness, scope and names": {
    "directives keep their place":
      "function f() { 'use strict'; return this === undefined } function g() { 'use strict'\n return (() => { try { undeclared = 1 } catch (e) { return e.name } })() } function h() { return this !== undefined } [f(), g(), h()]",
    "a directive that is all of the body":
      "function f() { 'use strict' } function g() { 'a'; 'use strict'; return this } [f(), g()]",
    "function declarations in blocks": "function f() { { function g() { return 'block' } } return g() } f()",
    "two declarations of a name":
      "function f() { return g(); function g() { return 1 } function g() { return 2 } } f()",
    "a declaration and a var": "function f() { var g; return typeof g; function g() {} } f()",
    "a declaration named like a parameter": "function f(g) { return typeof g; function g() {} } f(1)",
    "a declaration named like one in a block":
      "function f() { function g() { return 1 } { function g() { return 2 } } return g() } f()",
    "a declaration named arguments": "function f() { return typeof arguments; function arguments() {} } f()",
    "declarations with direct eval":
      "function f() { function g() { return 1 } eval('var g = () => 2'); return g() } f()",
    "direct eval sees variables":
      "function f(a) { const b = 2; return eval('a + b + (() => typeof f)()') } f(1)",
    "direct eval reassigns a parameter": "function f(a) { eval('a = 5'); return a } f(1)",
    "let of the body shadows an outer name":
      "const a = 1; function f() { let a = 2; { const a = 3; log(a) } return a } [f(), a]",
    "with statement": "function f(o) { with (o) { return (() => x)() } } f({ x: 4 })",
    "a proxy under with sees only the program's names":
      "const seen = []; const p = new Proxy({}, { has(t, k) { if (typeof k === 'string') seen.push(k); return false } }); function f() { with (p) { (() => typeof nothing)() } } f(); with (p) { (function () { log('in') })() } seen",
    "temporal dead zone": "function f() { try { x } catch (e) { return e.name } let x = 1 } f()",
    "closures in loops":
      "function f() { const g = []; for (let i = 0; i < 3; i++) g.push(() => i); return g.map(h => h()) } f()",
    "catch parameters":
      "function f() { try { throw { a: 1 } } catch ({ a, b = () => a }) { return b() } } function g() { try { throw 2 } catch (e) { var e = 3; return e } } [f(), g()]",
    "new.target":
      "function F() { return new.target === F } class A { constructor() { this.t = new.target === A } } [F(), new F() instanceof F, new A().t]",
    "names that are not inferred":
      "const f = (0, () => 1), g = [() => 1][0]; let h; (h) = () => 1; const o = {}; o.p = () => 1; function k() { return () => 1 } function c() { return class {} } [f.name, g.name, h.name, o.p.name, k().name, c().name]",
    "names that are":
      "let h; h = () => 1; const { a = () => 1, b: [c = function () {}] } = { b: [] }; class A { static x = () => 1; y = class {} } const o = { __proto__: null, z: () => 1, [Symbol.iterator]: () => 1, [`w`]: class {} }; [h.name, a.name, c.name, A.x.name, new A().y.name, o.z.name, o[Symbol.iterator].name, o.w.name]",
    arguments:
      "function f(a) { arguments[0] = 9; return [a, arguments.length, [...arguments]] } function g(a) { 'use strict'; arguments[0] = 9; return [a, arguments[0]] } const h = function () { return (() => arguments[1])() }; [f(1, 2), g(1), h(1, 2)]",
    "arguments that was changed":
      "function f(a) { Object.defineProperty(arguments, '0', { get() { log('read') } }); arguments.length = 3; return a } f({})",
    "arguments as a name":
      "function f(arguments) { return arguments } function g() { var arguments = 5; return arguments } function h() { let arguments = 6; return arguments } const k = { arguments: 1 }; [f(1), g(), h(), k.arguments]",
    "a parameter twice": "function f(a, a) { return a } [f(1, 2), f.length]",
    "reassigned parameters":
      "function f(a, b) { a = a || {}; a.n = 1; [b] = [b + 1]; return [a, b] } f(undefined, 1)",
    "escapes in names": "function f(\\u0061b, ünï) { return ab + ünï } f(1, 2)",
    "undetectable and odd results":
      "const o = Object.create(null); function f(v) { return v } [f(o) === o, f(undefined), f(null), f(-0), f(NaN), f(10n), typeof f(Symbol.iterator)]",
    "functions in functions that are never called":
      "function a() { function b() { function c() { return 1 } return c } return b } typeof a()()",
    "async as a name":
      "const async = f => f, o = { async, get: 1, set: 2, static: 3 }; [async(1), o.async(x => x)(4), o.get]",
    "getter call sites and optional chains":
      "const o = { f: (a) => a, get g() { return { h: (x) => x } } }; [o?.f?.(1), o.g?.h(2), o.n?.(3), o.n?.x.y(4)]",
    "spread arguments":
      "const f = (...a) => a.length; [f(...[1, 2]), f(1, ...[2], 3), Math.max(...[1, 2], 3), new Array(...[1, 2]).length]",
    "calls as targets of errors":
      "const o = { }; try { o.missing(1) } catch (e) { log(e.message) } try { o.a.b(() => 1) } catch (e) { log(e.message) } try { undefinedName(1) } catch (e) { log(e.message) } try { new o(1) } catch (e) { log(e.message) }",
    "sequence as the last argument": "const f = (a, b) => [a, b]; f(1, (log('x'), 2))",
    "trailing commas": "const f = (a,) => a; f(1,)",
  },
  "text of functions": {
    "every form":
      "function d(a) { return a } const o = { m(a) { return a }, get g() { return 1 }, async *n() { yield 1 }, a: async x => await x }; class C { constructor(x) { this.x = x } static s() {} #p() { return 1 } f = () => this }\n[String(d), o.m + '', Object.getOwnPropertyDescriptor(o, 'g').get.toString(), `${o.n}`, o.a.toString(), C.toString(), C.s.toString(), new C().f.toString()]",
    "arrows end where they ended":
      "const f = a => a, g = a => b => a + b, h = () => ({ a: 1 }), k = async a => a/await 1; [f, g, g(1), h, k].map(String)",
    "functions can be made anew of it":
      "const f = (a, b) => { const c = [a, b].map(x => x * 2); return c }; eval('(' + f + ')')(1, 2)",
    "comments stay": "function f(a /* first */) { /* only */ } f.toString()",
  },
  "asynchronous code": {
    "async function": "async function f(a) { return a } f(1)",
    "async function that throws": "async function f() { throw new Error('no') } f().catch(e => e.message)",
    "async arrow": "const f = async a => a; f(2)",
    "async method": "const o = { async m() { return this === o } }; o.m()",
    "await of everything":
      "async function f() { return [await 1, await Promise.resolve(2), await { then(r) { r(3) } }, (await [4])[0], -await 5, typeof await 6, await await 7] } f()",
    "await of a rejection":
      "async function f() { try { await Promise.reject(new Error('r')) } catch (e) { return e.message } finally { log('fin') } } f()",
    "return of a promise": "async function f() { return Promise.resolve(1) } f()",
    "return of an awaited promise": "async function f() { return await Promise.resolve(1) } f()",
    "return of a rejected promise":
      "async function f() { return Promise.reject(new Error('r')) } f().catch(e => e.message)",
    "return of a thenable": "async function f() { return { then(r) { r('t') } } } f()",
    "nested calls":
      "const a = async () => 1; const b = async () => (await a()) + (await a()); const c = async () => { const x = b(); const y = a(); return (await x) + (await y) }; c()",
    "await in a loop":
      "async function f() { let s = 0; for (let i = 0; i < 3; i++) s += await i; return s } f()",
    "await before a parenthesis in the next line":
      "async function f() {\n  let i = 0\n  await i++\n  ;(() => log('own line'))()\n  return i\n} f()",
    "postfix before a parenthesis":
      "async function f(g) {\n  let i = 0\n  await i++\n  (g)\n  return i\n} f(1)",
    "await in finally": "async function f() { try { return 1 } finally { await null; log('later') } } f()",
    "await in a class heritage and key":
      "async function f() { class A extends (await Object) { [await 'k']() { return 'v' } } return new A().k() } f()",
    "async generators":
      "async function* g() { const a = yield 1; log(a); yield Promise.resolve(2); return 3 } (async () => { const i = g(); return [await i.next(), await i.next('x'), await i.next(), await i.next()] })()",
    "async generator that returns nothing":
      "async function* g() { yield; return } (async () => { const i = g(); return [await i.next(), await i.next()] })()",
    "order of an async generator":
      "async function* g() { yield 1; log('g'); return } const i = g(); i.next(); i.next().then(() => log('done')); Promise.resolve().then(() => log('a')).then(() => log('b')).then(() => log('c')).then(() => log('d'))",
    "async yield*":
      "async function* a() { yield 1; return 2 } async function* b() { const r = yield* a(); yield r } (async () => { const out = []; for await (const x of b()) out.push(x); return out })()",
    "for await over promises":
      "(async () => { const out = []; for await (const x of [1, Promise.resolve(2)]) out.push(x); return out })()",
    "for await without braces":
      "(async () => { let s = 0; for await (const x of [1, 2, 3]) s += x; return s })()",
    "for await under if and else":
      "async function f(n) { let s = 0; if (n) for await (const x of [1, 2]) s += x; else for await (const x of [5]) { s += x } return s } (async () => [await f(0), await f(1)])()",
    "for await with labels":
      "(async () => { const out = []; a: b: for await (const x of [1, 2, 3]) { c: for await (const y of [x, 10]) { if (y === 2) continue a; if (y === 3) break b; out.push(y) } } return out })()",
    "for await that is left":
      "async function* g() { try { yield 1; yield 2 } finally { await null; log('closed') } } async function f() { for await (const x of g()) { if (x) return x } } f()",
    "for await that throws":
      "async function* g() { yield 1; throw new Error('g') } async function f() { try { for await (const x of g()) log(x) } catch (e) { return e.message } } f()",
    "for await with functions in its body":
      "(async () => { const out = []; for await (const x of [1, 2]) { function h() { return x } out.push(h) } return out.map(f => f()) })()",
    "for await with a pattern":
      "(async () => { let s = ''; for await (const { a, b = (() => '-')() } of [{ a: 1 }, { a: 2, b: 3 }]) s += a + b; return s })()",
    "promise callbacks":
      "Promise.resolve(1).then(x => x + 1).then(function (x) { throw new Error('t' + x) }).catch(e => e.message).finally(() => log('fin'))",
    "a promise's own function throws":
      "new Promise(() => { throw new Error('executor') }).catch(e => e.message)",
    "then with two functions": "Promise.reject(1).then(v => 'ok', e => 'failed ' + e)",
    "order of many":
      "const f = async n => { log('in' + n); await null; log('mid' + n); await f2(n); log('out' + n) }; const f2 = async n => { log('f2' + n) }; Promise.all([f(1), f(2)]).then(() => log('all')); queueMicrotask(() => log('micro')); Promise.resolve().then(() => log('p1')).then(() => log('p2'))",
    "unhandled rejections":
      "async function f() { throw new Error('u') } f(); Promise.reject(2); (async () => { await f() })(); 1",
    "a rejection that is handled later":
      "async function f() { throw new Error('u') } const p = f(); p.catch(() => {}); 1",
    "async stack":
      "async function a() { await null; throw new Error('deep') } async function b() { await a() } b().catch(e => frames(e))",
  },
  "messages that quote the source": {
    "destructuring what was awaited":
      "(async (x, u, f, g) => { const { a } = await u })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "destructuring what a call gave":
      "(async (x, u, f, g) => { const { a: { b } } = await g() })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "rest of what was awaited":
      "(async (x, u, f, g) => { const { ...r } = await u })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "elements of what was awaited":
      "(async (x, u, f, g) => { const [a] = await u })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "elements of an awaited call":
      "(async (x, u, f, g) => { const [a] = await f(1) })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "a missing method of what was awaited":
      "(async (x, u, f, g) => { (await x).foo(1) })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "a missing method of an awaited call":
      "(async (x, u, f, g) => { return (await f()).foo.bar() })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "calling what was awaited":
      "(async (x, u, f, g) => { (await x)() })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "new of what was awaited":
      "(async (x, u, f, g) => { new (await x)(2) })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "a loop over what was awaited":
      "(async (x, u, f, g) => { for (const a of await x) ; })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "spreading what was awaited":
      "(async (x, u, f, g) => { return [...await x] })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "an awaited key":
      "(async (x, u, f, g) => { x[await f()]() })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "optional call of what was awaited":
      "(async (x, u, f, g) => { (await x)?.foo() })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "a property of nothing":
      "(async (x, u, f, g) => { (await u).a.b })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "calls in arguments":
      "(async (x, u, f, g) => { x.foo(await f(1), await g()) })({}, undefined, () => ({}), () => undefined).catch(e => e.message + ' | ' + e.stack.split('\\n')[0])",
    "what a generator was given":
      "function* h(x) { const { a } = yield; } const i = h(); i.next(); try { i.next() } catch (e) { e.message }",
    "elements of what a generator was given":
      "function* h(x) { const [a] = yield 1; } const i = h(); i.next(); try { i.next() } catch (e) { e.message }",
    "caught in the function itself":
      "(async () => { try { const { a } = await undefined } catch (e) { return [e.message, e.stack.split('\\n')[0], Object.getOwnPropertyDescriptor(e, 'message')] } })()",
    "calls with arguments":
      "const o = {}; const log2 = f => { try { f() } catch (e) { log(e.message) } }; log2(() => o.f(1)); log2(() => o.f.g(x => x)); log2(() => new o.F(1)); log2(() => { const { a } = o.f; }); log2(() => { const [a] = log(1) }); log2(() => { for (const a of o.f) ; }); log2(() => o(1)(2)); log2(() => log(1)(2)); log2(() => nothing(1)); log2(() => [...log(2)]); log2(() => o.a.b.c(1)); log2(() => super1.x); log2(() => null[log(3)]); log2(() => { class A extends o.f {} new A(1) })",
  },
  stacks: {
    "lines and columns":
      "function a() { return b(1) + 1 } const b = x => c(x, 2); function c() { throw new Error('here') } try { a() } catch (e) { frames(e) }",
    "functions without a name":
      "const run = (f) => { try { f() } catch (e) { return frames(e) } }; const o = { m: (f, g) => g }; [run(() => { throw new Error('a') }), run(o.m(() => { throw new Error('b') }, () => { throw new Error('c') })), run((() => () => { throw new Error('d') })()), run((function () { return function () { throw new Error('e') } })()), run([() => 1, () => { throw new Error('f') }][1])]",
    "functions without a name, in front of others":
      "const run = (f) => { try { f() } catch (e) { return frames(e) } }; const first = (f) => f; function k() { return [run(first(() => { throw new Error('a') }, x => x)), run(first(() => { throw new Error('b') }, 1)), run(first(() => { throw new Error('c') }, first(1))), run(first(function () { throw new Error('d') }, function () {}, y => y))] } k()",
    "returned functions without a name":
      "const run = (f) => { try { f() } catch (e) { return frames(e) } }; function a() { return () => { throw new Error('a') } } function b() { return { list: [() => { throw new Error('b') }] }.list[0] } function c(n) { return n ? () => { throw new Error('c') } : null } const d = () => function () { throw new Error('d') }; function e() { return class { static s() { throw new Error('e') } } } function g() { return 0, () => { throw new Error('g') } } [run(a()), run(b()), run(c(1)), run(d()), run(() => e().s()), run(g())]",
    "callbacks of built-ins":
      "function f() { return [1].map(x => { throw new Error('m') }) } try { f() } catch (e) { frames(e) }",
    "constructors, accessors and methods":
      "class A { constructor() { this.x } get x() { return this.m() } m() { throw new Error('m') } static s() { return new A() } } try { A.s() } catch (e) { frames(e) }",
    captureStackTrace:
      "function f() { const o = {}; Error.captureStackTrace(o, f); return o } function g() { return frames(f()) } g()",
    generators:
      "function* g() { yield 1; throw new Error('g') } function f() { for (const x of g()) log(x) } try { f() } catch (e) { frames(e) }",
    "depth of the stack":
      "function f(n) { return n ? f(n - 1) : frames(new Error('x')) } Error.stackTraceLimit = 50; f(5)",
  },
};

describe("rewritten programs", () => {
  for (const [topic, programs] of Object.entries(PROGRAMS)) {
    describe(topic, () => {
      for (const [name, source] of Object.entries(programs)) {
        it(`${name}: behaves as it did`, async () => {
          const { plain, traced, probe, rewritten } = await sideBySide(source);
          expect(traced).toEqual(plain);
          expect(probe.problems()).toEqual([]);
          expect(rewritten.code.replace(new RegExp(INSERTED, "g"), "")).toBe(source);
          expect(rewritten.code.split(/\r\n|[\n\r\u2028\u2029]/).length).toBe(
            source.split(/\r\n|[\n\r\u2028\u2029]/).length,
          );
          expect(JSON.stringify(traced)).not.toContain(LOCAL);
        });
      }
    });
  }
});

describe("rewrite", () => {
  it("leaves a file alone that holds a name of ours", () => {
    expect(() => rewriteScript("function f() { return $ft7 }")).toThrow("nothing was inserted");
    expect(() => rewriteScript("function f() { return $F00001$ }")).toThrow("nothing was inserted");
  });

  it("throws on what does not parse", () => {
    expect(() => rewriteScript("function f() {")).toThrow(SyntaxError);
    expect(() => rewriteScript("function f() { let a; let a }")).toThrow(SyntaxError);
  });
});
