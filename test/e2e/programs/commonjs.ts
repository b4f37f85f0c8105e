import { lines, type Program } from "./program.js";

export const COMMONJS: Program[] = [
  {
    name: "a chain of modules with cycles, JSON and a cached module",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const a = require('./a'); const data = require('./data.json');",
        "console.log(a.name(), a.other(), data, require('./a') === a, require.main === module, module.loaded);",
        "console.log(Object.keys(require.cache).map((k) => k.split('/').pop()), module.children.map((m) => m.id.split('/').pop()));",
        "console.log(module.paths.length > 0, module.id, module.parent, process.mainModule === module);",
        "delete require.cache[require.resolve('./a')];",
        "console.log(require('./a') === a);",
      ),
      "a.js": "exports.name = () => 'a'; const b = require('./b'); exports.other = () => b.name() + b.early;",
      "b.js": "const a = require('./a'); exports.early = typeof a.name; exports.name = () => 'b';",
      "data.json": '{ "n": 1 }',
    },
  },
  {
    name: "what the process says of itself",
    entry: "main.js",
    args: ["one", "--two"],
    files: {
      "main.js": lines(
        "const Module = require('module');",
        "console.log(process.argv.slice(2), process.execArgv, process.env.NODE_OPTIONS, process.env.FLOWTRACE_RUN);",
        "console.log(Object.keys(Module._extensions), Object.getOwnPropertyDescriptors(Module._extensions)['.js'].enumerable);",
        "console.log(process.eventNames(), process.listenerCount('exit'), process._getActiveHandles().length);",
        "console.log(Object.keys(process.env).filter((k) => /flowtrace/i.test(k)), Object.keys(globalThis));",
        "console.log(require('fs').readFileSync.name, require('fs').readFileSync.length, Module.prototype._compile.name, Module.prototype._compile.length);",
        "console.log(Object.keys(require.cache).length, process.getActiveResourcesInfo().filter((r) => r !== 'PipeWrap' && r !== 'TTYWrap'));",
      ),
    },
  },
  {
    name: "a file that reads itself and others",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const fs = require('fs');",
        "function f(a) { return a + 1 }",
        "console.log(fs.readFileSync(__filename, 'utf8'));",
        "const m = require('./b'); console.log(m.text, f(1), String(f));",
      ),
      "b.js":
        "function g(x) { return x } exports.text = require('fs').readFileSync(__filename, 'utf8') + g(1) + g",
    },
    calls: lines("g(x=1) → 1", "f(a=1) → 2"),
  },
  {
    name: "hashbang, byte order mark, CRLF, U+2028 and sourceURL",
    entry: "main.js",
    files: {
      "main.js":
        "#!/usr/bin/env node\nconst f = () => new Error('x').stack.split('\\n')[1].replace(/.*[\\\\/]/, '');\nconsole.log(f());\nfor (const m of ['bom', 'crlf', 'separators', 'named', 'old']) console.log(require('./' + m)());",
      "bom.js":
        "\ufefffunction f() { return new Error('x').stack.split('\\n')[1].replace(/.*[\\\\/]/, '') } module.exports = () => { return f() }",
      "crlf.js":
        "'use strict'\r\nfunction f() {\r\n  return new Error('x').stack.split('\\n')[1].replace(/.*[\\\\/]/, '')\r\n}\r\nmodule.exports = () => f() + f.toString()\r\n",
      "separators.js":
        "/* \u2028 \u2029 */ function f() { return new Error('\u2028').stack.split('\\n')[1].replace(/.*[\\\\/]/, '') + '\u2029' } module.exports = f",
      "named.js":
        "function f() { return new Error('x').stack.split('\\n')[1] } module.exports = f\n//# sourceURL=elsewhere.js",
      "old.js":
        "<!-- a comment\nfunction f() { return new Error('x').stack.split('\\n')[1].replace(/.*[\\\\/]/, '') }\n--> another\nmodule.exports = f",
    },
    calls: lines(
      'f() → "main.js:2:17)"',
      'module.exports() → "bom.js:1:24)"',
      '  f() → "bom.js:1:24)"',
      "module.exports() → \"crlf.js:3:10)function f() {\\r\\n  return new Error('x').stack.split('\\\\n')[1].replace(/.*[\\\\\\\\/]/, '')\\r\\n}\"",
      '  f() → "crlf.js:3:10)"',
      'f() → "separators.js:3:27) "',
      'f() → "    at f (elsewhere.js:1:23)"',
      'f() → "old.js:2:23)"',
    ),
  },
  {
    name: "modules that fail: syntax, missing, throwing, JSON",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const show = (f) => { try { console.log(f()) } catch (e) { console.log(e.name, e.code, e.message, e.stack) } };",
        "show(() => require('./syntax')); show(() => require('./missing')); show(() => require('./throwing')); show(() => require('./bad.json'));",
        "show(() => require('./throwing')); show(() => require('./syntax'));",
        "console.log(Object.keys(require.cache).map((k) => k.split('/').pop()));",
      ),
      "syntax.js": "function ok() {}\nfunction bad( {\n",
      "throwing.js": "function deep() { throw new TypeError('from below') }\ndeep()",
      "bad.json": "{ 1 }",
    },
  },
  {
    name: "a loader of the program's for .js files",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const Module = require('module');",
        "const old = Module._extensions['.js'];",
        "Module._extensions['.js'] = function (module, filename) {",
        "  const compile = module._compile;",
        "  module._compile = function (code, name) { module._compile = compile; return compile.call(this, code.replace('NAME', 'replaced'), name) };",
        "  old(module, filename);",
        "};",
        "console.log(require('./a')(), require('./a').toString());",
        "Module._extensions['.js'] = old;",
        "console.log(require('./b')(), Object.keys(Module._extensions), Module._extensions['.js'] === old);",
      ),
      "a.js":
        "module.exports = function () { return 'NAME' + new Error('x').stack.split('\\n')[1].replace(/.*[\\\\/]/, '') }",
      "b.js": "module.exports = function () { return 'NAME' }",
    },
  },
  {
    name: "a loader for an extension of the program's own",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const fs = require('fs');",
        "require.extensions['.up'] = (module, filename) => module._compile(fs.readFileSync(filename, 'utf8').toLowerCase(), filename);",
        "console.log(require('./x.up')(2), Object.keys(require.extensions));",
        "delete require.extensions['.up']; console.log(Object.keys(require.extensions));",
      ),
      "x.up": "MODULE.EXPORTS = (N) => N + 1",
    },
  },
  {
    name: "a program that replaces fs.readFileSync and Module.prototype._compile",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const fs = require('fs'); const Module = require('module');",
        "const read = fs.readFileSync; let reads = 0;",
        "fs.readFileSync = function (...args) { reads++; return read.apply(this, args) };",
        "const a = require('./a');",
        "console.log(a(1), reads > -1, fs.readFileSync !== read);",
        "fs.readFileSync = read;",
        "const compile = Module.prototype._compile; const seen = [];",
        "Module.prototype._compile = function (code, name) { seen.push(code); return compile.apply(this, arguments) };",
        "const b = require('./b');",
        "console.log(b(1), Module.prototype._compile !== compile, seen.length);",
        "Module.prototype._compile = compile;",
        "console.log(require('./c')(1), seen.length, Module.prototype._compile === compile);",
      ),
      "a.js": "module.exports = (n) => n + 1",
      "b.js": "module.exports = (n) => n + 2",
      "c.js": "module.exports = (n) => n + 3",
    },
  },
  {
    name: "mocha's runner, imported by a module that was required",
    entry: "mocha/bin/mocha.js",
    files: {
      "mocha/package.json": '{ "type": "module" }',
      "mocha/bin/mocha.js":
        "import { Runner } from '../lib/mocha.cjs'; console.log(new Runner().emit('end'));",
      "mocha/lib/mocha.cjs": "exports.Runner = require('./base.js').Runner;",
      "mocha/lib/base.js": "import Runner from './runner.cjs'; export { Runner };",
      "mocha/lib/runner.cjs":
        "class Runner { emit(name) { return name } runTest() {} } module.exports = Runner;",
    },
  },
  {
    name: "a mock of the file system that knows only its own descriptors",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const fs = require('fs'); const native = process.binding('fs'); const { writeBuffer } = native; const seen = [];",
        "const mocked = (fd) => { seen.push(fd); throw Object.assign(new Error('no such descriptor'), { code: 'EBADF' }) };",
        "native.writeBuffer = mocked;",
        "function f(n) { return n } function g(name) { return fs.existsSync(name) }",
        "const found = [f(1), g('/no/such/file'), native.writeBuffer === mocked, seen.length];",
        "try { fs.writeSync(1, 'lost') } catch (error) { found.push(error.code) }",
        "native.writeBuffer = writeBuffer; console.log(found.join(), f(2));",
      ),
    },
    calls: lines("f(n=1) → 1", 'g(name="/no/such/file") → false', "f(n=2) → 2"),
  },
  {
    name: "extensionless and oddly named files",
    entry: "main",
    files: {
      main: "#!/usr/bin/env node\nfunction f() { return __filename.split('/').pop() }\nconsole.log(f(), require('./lib.v2'), require('./x.cjs').f())",
      "lib.v2": "module.exports = (function () { return 'v2' })()",
      "x.cjs": "exports.f = () => 'cjs'",
    },
    calls: lines('f() → "main"', 'anonymous (lib.v2:1)() → "v2"', 'f() → "cjs"'),
  },
  {
    name: "module._compile, vm, new Function and eval",
    entry: "main.js",
    files: {
      "main.js": lines(
        "const Module = require('module'); const vm = require('vm');",
        "const m = new Module('/virtual/x.js', module); m._compile('exports.f = function (a) { return a * 2 }', '/virtual/x.js');",
        "console.log(m.exports.f(2), m.exports.f.toString());",
        "function local(x) { return eval('x + 1') } console.log(local(1), new Function('a', 'return a')(3), vm.runInNewContext('(() => 4)()'));",
        "function secret() { const hidden = 5; return eval('hidden') + Object.keys(this ?? {}).length } console.log(secret.call(null) > 4);",
      ),
    },
  },
];
