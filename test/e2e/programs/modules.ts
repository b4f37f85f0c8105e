import { lines, type Program } from "./program.js";

export const MODULES: Program[] = [
  {
    name: "static, dynamic, cyclic imports and top-level await",
    entry: "main.mjs",
    files: {
      "main.mjs": lines(
        "import { a, later } from './a.mjs'; import * as all from './a.mjs'; import fallback from './b.mjs';",
        "const { c } = await import('./c.mjs'); console.log(a(), fallback(), c, all, Object.keys(all), await later());",
        "console.log(String(a), (await import('./c.mjs')).c === c, (await import('./c.mjs?again')).c === c, typeof require, typeof module, this);",
        "let n = 0; for await (const x of (async function* () { yield 1; yield 2 })()) n += x; console.log(n);",
      ),
      "a.mjs":
        "import b from './b.mjs'; export function a() { return 'a' + b() } export const later = async () => { await null; return 'later' }",
      "b.mjs": "import { a } from './a.mjs'; console.log(typeof a); export default () => 'b'",
      "c.mjs":
        "const value = await new Promise((r) => setTimeout(() => r({ n: 1 }), 1)); export { value as c }",
    },
    calls: lines(
      "callback of new Promise (c.mjs:1)(r=ƒ) → Timeout",
      "  callback of setTimeout (c.mjs:1)()",
      'a() → "ab"',
      '  default() → "b"',
      'default() → "b"',
      'later() → "later"',
      "callback of new Promise (c.mjs:1)(r=ƒ) → Timeout",
      "  callback of setTimeout (c.mjs:1)()",
      "anonymous (main.mjs:4)()",
    ),
  },
  {
    name: "import.meta, JSON, data: URLs and builtins",
    entry: "main.mjs",
    files: {
      "main.mjs": lines(
        "import data from './data.json' with { type: 'json' }; import fs, { readFileSync } from 'node:fs';",
        "import { f } from 'data:text/javascript,export function f() { return String(f) }';",
        "function meta() { return [import.meta.url.split('/').pop(), import.meta.filename?.split('/').pop(), typeof import.meta.dirname, import.meta.resolve('./x.mjs').split('/').pop(), import.meta.main] }",
        "console.log(data, fs.readFileSync === readFileSync, f(), meta(), Object.keys(import.meta));",
        "console.log(readFileSync(new URL(import.meta.url), 'utf8').length);",
      ),
      "data.json": '{ "n": 1 }',
    },
  },
  {
    name: "CommonJS through import",
    entry: "main.mjs",
    files: {
      "main.mjs": lines(
        "import def, { named, again } from './a.cjs'; import * as all from './a.cjs'; import { createRequire } from 'node:module'; import plain from './plain.js';",
        "const require = createRequire(import.meta.url);",
        "console.log(def === require('./a.cjs'), named(1), again.name, Object.keys(all), def.info(), plain());",
        "console.log(Object.keys(require.cache).map((k) => k.split('/').pop()), String(named));",
        "const m = require.cache[require.resolve('./a.cjs')]; console.log(m.loaded, m.children.map((c) => c.id.split('/').pop()), m.parent, m.exports === def);",
      ),
      "a.cjs": lines(
        "exports.named = function (n) { return n + 1 }; exports.again = class Again {}; Object.assign(exports, require('./b.cjs')); module.exports.late = 1;",
        "exports.info = () => [require.main, typeof require.cache, typeof require.extensions, require.resolve('./b.cjs').split('/').pop(), module.id.split('/').pop(), module.parent, this === exports, Object.keys(require)];",
        "console.log(typeof __filename, arguments.length, new Error('x').stack.split('\\n')[1].replace(/.*[\\\\/]/, ''));",
      ),
      "b.cjs": "exports.fromB = () => 1",
      "plain.js":
        "module.exports = function plain() { return 'plain' + new Error('x').stack.split('\\n')[1].replace(/.*[\\\\/]/, '') }",
    },
  },
  {
    name: "a package of modules with CommonJS beside",
    entry: "main.js",
    files: {
      "package.json": '{ "type": "module" }',
      "main.js":
        "import { f } from './lib.js'; import c from './old.cjs'; console.log(f(1), c.g(2), import.meta.url.slice(-7))",
      "lib.js": "export const f = (n) => { return n + 1 }",
      "old.cjs": "exports.g = (n) => n + require('./older.cjs')",
      "older.cjs": "module.exports = (() => 5)()",
    },
    calls: lines("f(n=1) → 2", "g(n=2) → 7", "  anonymous (older.cjs:1)() → 5"),
  },
  {
    name: "a module without a declared type",
    entry: "main.js",
    since: 22,
    files: {
      "main.js": "import { f } from './b.js'; console.log(f(1))",
      "b.js": "export function f(n) { return n + 1 }",
    },
    calls: lines("f(n=1) → 2"),
  },
  {
    name: "modules through require",
    entry: "main.js",
    since: 22,
    files: {
      "main.js": lines(
        "const m = require('./a.mjs'); console.log(m.f(1), m.default, m, String(m.f), require('./a.mjs') === m);",
        "console.log(Object.keys(require.cache).map((k) => k.split('/').pop()), module.children.length);",
        "try { require('./waits.mjs') } catch (e) { console.log(e.code) }",
        "import('./a.mjs').then((n) => console.log(n === m));",
      ),
      "a.mjs": "import c from './c.cjs'; export function f(n) { return c(n) } export default 'd'",
      "c.cjs": "module.exports = function c(n) { return n + 1 }",
      "waits.mjs": "export const x = await 1",
    },
  },
  {
    name: "dynamic import from CommonJS",
    entry: "main.js",
    files: {
      "main.js":
        "async function go() { const m = await import('./a.mjs'); const c = await import('./c.js'); console.log(m.f(1), c.default.g(), c.g === c.default.g); try { await import('./bad.mjs') } catch (e) { console.log(e.name, e.message) } } go()",
      "a.mjs": "export function f(n) { return n + 1 }",
      "c.js": "exports.g = function () { return module.parent }",
      "bad.mjs": "export function ( {",
    },
    calls: lines("go()", "  f(n=1) → 2", "  g()"),
  },
  {
    name: "WebAssembly beside",
    entry: "main.mjs",
    files: {
      "main.mjs": lines(
        "const bytes = Uint8Array.from([0,97,115,109,1,0,0,0,1,6,1,96,1,127,1,127,3,2,1,0,7,5,1,1,102,0,0,10,9,1,7,0,32,0,65,1,106,11]);",
        "const { instance } = await WebAssembly.instantiate(bytes); function call(n) { return instance.exports.f(n) } console.log(call(1));",
      ),
    },
    calls: lines("call(n=1) → 2"),
  },
  {
    name: "stacks in modules",
    entry: "main.mjs",
    files: {
      "main.mjs": lines(
        "import { below } from './b.mjs'; export const f = (n) => { return below(n) }; console.log(f(1).stack); class K { static async m() { await null; return new Error('m') } }",
        "console.log((await K.m()).stack); try { await (async () => { throw new Error('t') })() } catch (e) { console.log(e.stack) }",
      ),
      "b.mjs": "export function below(n) { return new Error('n' + n) }",
    },
    calls: lines(
      "f(n=1) → Error(n1)",
      "  below(n=1) → Error(n1)",
      "K.m() → Error(m)",
      "anonymous (main.mjs:2)() ✗ Error: t",
    ),
  },
  {
    name: "hooks that the program registers",
    entry: "main.mjs",
    files: {
      "main.mjs": lines(
        "import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);",
        "const m = await import('./a.mjs'); console.log(m.f(), m.f.toString()); const v = await import('virtual:thing'); console.log(v.default());",
      ),
      "hooks.mjs": lines(
        "export async function resolve(s, c, next) { return s.startsWith('virtual:') ? { url: s, shortCircuit: true } : next(s, c) }",
        "export async function load(url, c, next) { if (url.startsWith('virtual:')) return { format: 'module', source: 'export default () => 1', shortCircuit: true }; const r = await next(url, c); if (url.endsWith('a.mjs')) r.source = String(r.source).replace('NAME', 'hooked'); return r }",
      ),
      "a.mjs": "export function f() { return 'NAME' }",
    },
    calls: lines('f() → "hooked"'),
  },
  {
    name: "synchronous hooks that the program registers",
    entry: "main.js",
    since: 22,
    files: {
      "main.js": lines(
        "const { registerHooks } = require('node:module'); const seen = [];",
        "const h = registerHooks({ load(url, c, next) { const r = next(url, c); if (r.source) { seen.push(String(r.source)); r.source = String(r.source).replace('NAME', 'hooked') } return r } });",
        "console.log(require('./a')(), String(require('./a')), seen); h.deregister(); console.log(require('./b')());",
      ),
      "a.js": "module.exports = function () { return 'NAME' }",
      "b.js": "module.exports = function () { return 'NAME' }",
    },
  },
  {
    name: "a worker with a module of its own",
    entry: "main.mjs",
    files: {
      "main.mjs":
        "import { Worker } from 'node:worker_threads'; function start() { return new Worker(new URL('./w.mjs', import.meta.url), { workerData: 2 }) } start().on('message', (m) => console.log(m)).on('exit', (c) => console.log(c))",
      "w.mjs":
        "import { parentPort, workerData } from 'node:worker_threads'; const double = (n) => n * 2; parentPort.postMessage(double(workerData))",
    },
  },
];
