// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the programs are text.
import { lines, type Program } from "./program.js";

export const STACKS: Program[] = [
  {
    name: "stacks as text: own columns, no frame more",
    entry: "main.js",
    files: {
      "main.js": lines(
        "function a(f) { return f() } const b = (f) => a(f); class K { m(f) { return b(f) } static s(f) { return new K().m(f) } get g() { return new Error('in getter') } }",
        "console.log(K.s(() => new Error('one')).stack);",
        "console.log(new K().g.stack); console.log(b(function named() { const o = {}; Error.captureStackTrace(o); return o.stack }));",
        "function above() { const o = {}; Error.captureStackTrace(o, above); return o.stack } console.log(a(above));",
        "async function later() { await null; throw new RangeError('late') } async function outer() { try { await later() } catch (e) { console.log(e.stack) } } outer();",
        "[1].forEach(function each(x) { console.log(new Error('in each').stack) }); console.log(eval('new Error(`evaluated`)').stack);",
        "try { null.x } catch (e) { console.log(e.stack) } try { undefined() } catch (e) { console.log(e.stack) } try { JSON.parse('{') } catch (e) { console.log(e.stack) }",
        "Promise.all([later()]).catch((e) => console.log(e.stack)); new Promise(() => { throw new Error('in executor') }).catch((e) => console.log(e.stack));",
        "function* gen() { yield new Error('g').stack } console.log([...gen()][0]); const { stack } = new Error('destructured'); console.log(stack);",
        "console.log(new (class extends Error { constructor() { super('own class'); this.name = 'Mine' } })().stack);",
        "const e = new Error('msg', { cause: new TypeError('cause') }); console.log(e); console.log(require('util').inspect(e.cause));",
      ),
    },
  },
  {
    name: "stack traces of the program's own making",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const plainly = Error.prepareStackTrace; console.log(typeof plainly, plainly && plainly.name, plainly && plainly.length, 'prepareStackTrace' in Error, Object.keys(Error));",
        "function sites() { const old = Error.prepareStackTrace; Error.prepareStackTrace = (_, s) => s; const s = new Error().stack; Error.prepareStackTrace = old; return s.slice(1) }",
        "const short = (s) => [s.getFunctionName(), s.getTypeName(), (s.getFileName() || '').split('/').pop(), s.getLineNumber(), s.getColumnNumber(), s.isNative(), s.isToplevel(), s.isConstructor(), s.isEval(), s.isAsync(), s.isPromiseAll(), s.getEvalOrigin() && 'origin', typeof s.getFunction(), s.toString().replace(/\\(.*[\\\\/]/, '(')].join(' ');",
        "class K { m() { return sites() } } function f() { const k = new K(); return k.m() }",
        "console.log(f().slice(0, 4).map(short).join('\\n')); const frame = f()[0]; console.log(Object.prototype.toString.call(frame), Object.keys(frame), frame.constructor.name, frame instanceof Object, JSON.stringify(frame));",
        "console.log(Error.prepareStackTrace === plainly);",
        "Error.prepareStackTrace = (error, s) => `${error.message}: ${s.length} ${short(s[0])}`; console.log((() => new Error('mine').stack)());",
        "const late = (() => { return new Error('formatted later') })(); Error.prepareStackTrace = () => 'later'; console.log(late.stack);",
        "Error.prepareStackTrace = undefined; console.log((() => { return new Error('after undefined') })().stack.split('\\n').length);",
        "Error.stackTraceLimit = 2; function r(n) { return n ? r(n - 1) : new Error('limited').stack } console.log(r(5)); Error.stackTraceLimit = 0; console.log(r(2)); Error.stackTraceLimit = Infinity; console.log(r(30).split('\\n').length);",
      ),
    },
  },
  {
    name: "the default formatter called by hand, and one that throws",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const d = Error.prepareStackTrace; function f() { return new Error('handed') }",
        "Error.prepareStackTrace = (e, s) => (d ? d(e, s) : `${e}`) + ' ours'; console.log(f().stack);",
        "Error.prepareStackTrace = function (e, s) { return [this === Error, s.length] }; console.log(f().stack);",
        "Error.prepareStackTrace = () => { throw new Error('in formatter') }; try { console.log(f().stack) } catch (e) { Error.prepareStackTrace = d; console.log(e.message) }",
        "Error.prepareStackTrace = d; console.log(f().stack); console.log(Object.getOwnPropertyNames(new Error('x')), Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace') !== undefined);",
      ),
    },
  },
  {
    name: "assert that quotes its own source",
    // Node 20 reads it from the file, at the column that V8 has.
    not: [20],
    entry: "main.js",
    files: {
      "main.js": lines(
        "const assert = require('assert');",
        "function check(a, b) { assert(a === b) }",
        "function check2(a, b) {",
        "  return assert.ok(a.x ===",
        "    b.x, undefined)",
        "}",
        "function show(f) { try { f() } catch (e) { console.log(e.message); console.log(e.stack) } }",
        "show(() => check(1, 2)); show(() => check2({ x: 1 }, { x: 2 })); show(() => assert.equal(1, 2)); show(() => assert.throws(() => {}));",
      ),
    },
  },
  {
    name: "functions whose name V8 would guess from what stands around them",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const show = (e) => console.log(e.stack);",
        "new Promise((yes) => { yes(Promise.resolve(1).then(({ a, b = 2 } = {}) => { delete a.a }, function () {}).then(show)) }).catch(show);",
        "new Promise(function (yes) { show(new Error('here')) }).then((a, b = 1) => 1, () => 2).then(show);",
        "const { prepareStackTrace } = Error;",
        "setImmediate(() => { Error.prepareStackTrace = (e, sites) => sites.map((s) => s.getFunctionName());",
        "  new Promise((yes) => { yes(Promise.resolve(1).then(({ a, b = 2 } = {}) => { delete a.a }, function () {}).then(show)) }).catch(show) });",
      ),
    },
  },
  {
    name: "the place of a function that is not defined",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const show = (f) => { try { f() } catch (e) { console.log(f.name, e.stack) } };",
        "show(function a() { throw undef(1) });",
        "show(function b() { console.log(undef(1)) });",
        "show(function c() { return show(1, undef(2)) });",
        "show(function d() { return { n: undef(undef2(1)) } });",
        "show(function e() { for (const x of undef(1)) return x });",
        "show(function i() { throw undef });",
        "show(function j() { throw new Undef() });",
        "show(function k() { throw (show, new Undef()) });",
        "show(function l() { throw `${undef}` });",
        "show(function m() { throw new undef.Undef(1) });",
        "(async function g() { await undef(1) })().catch((e) => console.log(e.stack));",
        "(async function h() { return undef(1) })().catch((e) => console.log(e.stack));",
      ),
    },
  },
  {
    name: "the line of source that node:vm writes in front of a stack",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const vm = require('node:vm'); const run = (name, args) => vm.runInThisContext(`1;\\n  ${name}(${args})`, { filename: 'script.js' });",
        "const show = (f) => { try { f() } catch (e) { const own = Object.getOwnPropertyDescriptor(e, 'stack');",
        "  console.log(e.stack, Object.getOwnPropertyNames(e), own && [typeof own.get, own.writable, own.enumerable, own.configurable]); e.message = 'changed'; console.log(e) } };",
        "function thrower(a, b) { const c = a + b; return inner(c) } function inner(c) { throw new Error('boom ' + c) }",
        "Object.assign(globalThis, { thrower, concise: (a) => a.b.c, text: () => { throw 'text' }, rethrow: () => { try { concise() } catch (e) { throw e } },",
        "\tlast: () => { try { concise() } finally { thrower.x } }, own: () => { throw new (class Own extends Error { constructor(m) { super(m); this.name = 'Own' } })('own') } });",
        "globalThis.generate = function* (a) { yield a; throw new Error('generated ' + a) }; globalThis.engine = function* (a) { yield a.b.c };",
        "for (const name of ['thrower', 'concise', 'text', 'rethrow', 'last', 'own', 'null']) show(() => run(name, 1));",
        "show(() => vm.runInThisContext('[...generate(1)]')); show(() => vm.runInThisContext('engine(1).next()'));",
        "show(() => vm.runInNewContext('cb(1, 2)', { cb: thrower })); show(() => new vm.Script('cb(1)').runInContext(vm.createContext({ cb: (a) => { return a.b.c } })));",
        "show(() => vm.runInThisContext('thrower(1)', { displayErrors: false })); globalThis.again = () => run('thrower', 1); show(() => run('again', ''));",
        `const /* ${"x".repeat(1100)} */ far = () => { throw new Error('far') }; globalThis.far = far; show(() => run('far', ''));`,
        "Error.prepareStackTrace = (e, sites) => `own ${e.message} ${sites.length}`; show(() => run('thrower', 1)); Error.prepareStackTrace = undefined; run('thrower', 1);",
      ),
    },
  },
  {
    name: "too much recursion, wherever it is found",
    entry: "main.js",
    files: {
      "main.js": lines(
        "class K { deep(n) { return this.deep(n + 1) } *each() { yield* this.each() } } const f = (n, o) => { return f(n + 1, o) + 1 };",
        "const down = (n, g) => (n > 0 ? down(n - 1, g) : g()); const names = new Set();",
        "const note = (e) => names.add(e.stack.split('\\n').slice(0, 3).map((line) => line.replace(/ \\(.*/, '').replace('[Symbol.iterator]', 'K.each').replace('K.each\\n    at K.each', 'K.each')).join());",
        "for (let n = 0; n < 80; n++) for (const g of [() => f(0, { a: [1, new Map(), new Date()] }), () => new K().deep(0)]) try { down(n, g) } catch (e) { note(e) }",
        "console.log([...names]);",
        "Error.prepareStackTrace = (e, sites) => sites[0].getFunctionName(); for (let n = 0; n < 80; n++) try { down(n, () => f(0)) } catch (e) { if (e.stack !== 'f') console.log(e.stack) }",
      ),
    },
  },
  {
    name: "ten frames of an error that processes, threads and toString make of what they are given",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const { Worker } = require('worker_threads'); const processes = require('child_process');",
        "const down = (n, g) => (n > 0 ? down(n - 1, g) : g()); const show = (g) => { try { down(12, g) } catch (e) { console.log(e.stack) } };",
        "show(() => new Worker(12)); show(() => new Worker('./x.js', { execArgv: 1 })); show(() => new (class Own extends Worker { constructor(f) { super(f) } })(12));",
        "show(() => Worker('a')); show(() => new Worker()); show(() => processes.spawn(12)); show(() => processes.spawn('a', { uid: 'x' })); show(() => processes.fork(12));",
        "show(() => processes.spawnSync('a', [], { timeout: -1 })); show(() => processes.execSync('exit 3', { stdio: 'ignore' })); show(() => processes.execFileSync('/no/such')); show(() => processes.spawnSync(Symbol('file')));",
        "show(() => Function.prototype.toString.call(1)); console.log(Error.stackTraceLimit); Error.stackTraceLimit = 3;",
        "show(() => new Worker(12)); show(() => Function.prototype.toString.call({})); console.log(Error.stackTraceLimit); Error.stackTraceLimit = 0; show(() => processes.spawnSync(12)); delete Error.stackTraceLimit;",
        "show(() => new Worker(12)); console.log('stackTraceLimit' in Error);",
      ),
    },
  },
  {
    name: "messages that quote functions which cannot be cloned",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const f = (a, b) => { return a + b };",
        "const show = (g) => { try { g() } catch (e) { console.log(e.message, Object.getOwnPropertyNames(e), e.name, e.code, String(e)); console.log(e.stack); console.log(e) } };",
        "show(() => structuredClone(f)); show(() => structuredClone({ a: [(x) => x + 1] }));",
        "show(() => structuredClone(class Q { m(a) { return a } }));",
        "show(() => { const { port1 } = new MessageChannel(); try { port1.postMessage(f) } finally { port1.close() } });",
        "try { new (require('worker_threads').Worker)('0', { eval: true, workerData: f }) } catch (e) { console.log(e.message) }",
        "show(() => structuredClone(function (a, b = () => { return a }) { return [a, b, 'long enough to be shortened by V8, which is more than 128 characters'] }));",
        "show(() => structuredClone(async function* ({ one, two, three } = {}, ...[four, five, six, seven, eight]) { yield 'long enough to be shortened by V8, which is more than 128 characters' }));",
        "show(() => structuredClone(class extends Object { constructor(one, two, three, four, five, six, seven, eight) { super(); this.one = one; this.two = two; this.three = three } }));",
        "show(() => new (class extends (async (one, two) => { await one; return two }) {}));",
        "show(() => structuredClone(Function.prototype.toString)); show(() => structuredClone([process.emit]));",
        "show(() => undefined[class Key { static of(a) { return a } }]);",
        "show(() => require('v8').serialize(function z(a) { return a + 1 }));",
        "const getter = Object.getOwnPropertyDescriptor(DOMException.prototype, 'message').get;",
        "console.log(getter.name, getter.length, new DOMException('own', 'AbortError').message);",
        "try { getter.call({}) } catch (e) { console.log(e.message) }",
        "try { new getter() } catch (e) { console.log(e.message) }",
      ),
    },
  },
];
