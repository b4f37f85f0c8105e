import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  callsOf,
  command,
  folderWith,
  NODES,
  outline,
  ownLinesRemoved,
  ROOT,
  readJson,
  run,
} from "../support/run.js";

describe.each(NODES)("with %s", (node) => {
  it("records ECMAScript modules, dynamic imports, and CommonJS that they import, once each", async () => {
    const cwd = folderWith({
      "main.mjs": [
        'import { add } from "./lib.mjs"; import cjs, { named } from "./c.cjs";',
        "console.log(add(2, 1), cjs.named(3), named(4));",
        'const { later } = await import("./later.mjs"); console.log(await later(5));',
      ].join("\n"),
      "lib.mjs": "export function add(a, b) { return a + b }",
      "c.cjs": "exports.named = function named(x) { return x * 2 };",
      "later.mjs":
        'import { named } from "./c.cjs";\nexport async function later(x) { await null; return named(x) }',
    });
    const plain = await run(node, ["main.mjs"], { cwd });
    const traced = await command("flowtrace", ["-s", "main.mjs"], { cwd }, node);
    expect(traced.stdout).toBe(plain.stdout);
    expect(outline(readJson(join(cwd, "flowtrace.json")))).toBe(
      ["add(a=2, b=1) → 3", "named(x=3) → 6", "named(x=4) → 8", "later(x=5) → 10", "  named(x=5) → 10"].join(
        "\n",
      ),
    );
  });

  it("runs TypeScript as it stands, enums and parameter properties included", async () => {
    const cwd = folderWith();
    const { stdout, code } = await command(
      "flowtrace",
      ["-s", join(ROOT, "samples/typescript/app.ts")],
      { cwd },
      node,
    );
    expect(code).toBe(0);
    expect(stdout).toBe("30 done\nrefused: juan has only 50 EUR\n500 refused\nana: 70, juan: 50\n");
    const calls = callsOf(readJson(join(cwd, "flowtrace.json"))).filter(({ kind }) => kind !== "builtin");
    expect(calls.length).toBe(18);
    expect(calls.find(({ callable }) => callable === "withdraw")).toMatchObject({
      called: "Account",
      line: 10,
    });
  });

  it("keeps each of many concurrent requests in a tree of its own", async () => {
    const cwd = folderWith({
      "app.js": [
        "const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));",
        "async function load(id) { await wait(id % 3); return { id } }",
        "async function price(order) { await null; return order.id * 2 }",
        "async function handle(id) { const order = await load(id); await wait(1); const total = await price(order); return total }",
        "Promise.all(Array.from({ length: 300 }, (_, id) => handle(id))).then((all) => console.log(all.length));",
      ].join("\n"),
    });
    await command("flowtrace", ["-s", "app.js"], { cwd }, node);
    const handles = callsOf(readJson(join(cwd, "flowtrace.json"))).filter(
      ({ callable }) => callable === "handle",
    );
    expect(handles.length).toBe(300);
    for (const { inputs, calls, output, status } of handles) {
      const named = calls.filter(({ callable }) => callable === "load" || callable === "price");
      expect(named.map(({ callable }) => callable)).toEqual(["load", "price"]);
      expect(named[0]!.inputs.id).toBe(inputs.id);
      expect(named[1]!.output).toBe(output);
      expect(output).toBe(Number(inputs.id) * 2);
      expect(status).toBe("ok");
    }
  });

  it("records worker threads and child processes below the call that started them", async () => {
    const cwd = folderWith({
      "app.js": [
        "const { execFileSync, fork } = require('node:child_process'); const { Worker, isMainThread } = require('node:worker_threads');",
        "function inner(n) { return n * 2 }",
        "function startAll() { execFileSync(process.execPath, [__filename, 'child']); fork(__filename, ['child']); new Worker(__filename) }",
        "if (process.argv[2] === 'child' || !isMainThread) inner(21); else startAll();",
      ].join("\n"),
    });
    await command("flowtrace", ["-s", "app.js"], { cwd }, node);
    const root = readJson(join(cwd, "flowtrace.json"));
    const [startAll] = root.calls;
    expect(startAll!.callable).toBe("startAll");
    expect(startAll!.calls.map(({ kind }) => kind)).toEqual(["process", "process", "process"]);
    expect(
      startAll!.calls.map(({ calls }) => calls.map(({ callable, output }) => `${callable} ${output}`)),
    ).toEqual([["inner 42"], ["inner 42"], ["inner 42"]]);
  });

  it("leaves uncaught errors, their excerpts and their stacks as they are", async () => {
    const programs: Record<string, string> = {
      "cause.js": "const e = new Error('boom', { cause: new TypeError('inner') }); e.code = 'E_X'; throw e",
      "late.js": "async function f() { await null; throw new RangeError('late') } f()",
      "tabs.js": "\tfunction g() {\treturn null.x }\nsetTimeout(() => { g() }, 1)",
      "value.js": "function f() { throw 5 } f()",
      "module.mjs": "export function h() { throw new Error('esm') }\nh()",
      "elsewhere.js": "const err = new Error('made here');\nfunction thrower(e) { throw e }\nthrower(err)",
      "missing.js": "function read() { return require('node:fs').readFileSync('/none') } read()",
    };
    const cwd = folderWith(programs);
    for (const name of Object.keys(programs)) {
      const plain = await run(node, [name], { cwd });
      const traced = await command("flowtrace", ["-s", name], { cwd }, node);
      expect({ name, code: traced.code, stderr: ownLinesRemoved(traced.stderr) }).toEqual({
        name,
        code: plain.code,
        stderr: plain.stderr,
      });
    }
  });

  it("traces the project's own configuration where vite puts it", async () => {
    const cwd = folderWith({ "app.mjs": 'import "./node_modules/.vite-temp/config.mjs"; import "dep";' });
    const config = "(function own() {})();";
    for (const [folder, name] of [
      [".vite-temp", "config.mjs"],
      ["dep", "index.js"],
    ] as const) {
      mkdirSync(join(cwd, "node_modules", folder), { recursive: true });
      writeFileSync(join(cwd, "node_modules", folder, name), config);
    }
    await command("flowtrace", ["-s", "app.mjs"], { cwd }, node);
    expect(callsOf(readJson(join(cwd, "flowtrace.json"))).map(({ module }) => module)).toEqual([
      "node_modules/.vite-temp/config.mjs",
    ]);
  });

  it("does not tell of a file as one that does not parse when Node refused to import it before", async () => {
    const cwd = folderWith({
      "app.js": [
        'require.extensions[".coffee"] = (module, path) =>',
        '  module._compile(require("fs").readFileSync(path, "utf8").replace("fn", "function"), path);',
        'import("./twice.coffee").catch(() => { console.log(require("./twice.coffee")(2)); });',
      ].join("\n"),
      "twice.coffee": "module.exports = fn twice(n) { return n * 2 };",
    });
    const { stdout, stderr } = await command("flowtrace", ["-s", "app.js"], { cwd }, node);
    expect(stdout).toBe("4\n");
    expect(stderr).not.toContain("does not parse");
    expect(callsOf(readJson(join(cwd, "flowtrace.json"))).at(-1)).toMatchObject({
      callable: "twice",
      output: 4,
    });
  });

  it("does not tell of JSON as a module that does not parse when a program looked the loaders over", async () => {
    const cwd = folderWith({
      "app.js":
        "Object.values(require.extensions); function f() { return require('./data.json').a } console.log(f());",
      "data.json": '{ "a": 1 }',
    });
    const { stdout, stderr } = await command("flowtrace", ["-s", "app.js"], { cwd }, node);
    expect(stdout).toBe("1\n");
    expect(stderr).not.toContain("does not parse");
  });

  it("runs TypeScript whose tsconfig.json extends that of a package", async () => {
    const cwd = folderWith({
      "app.ts":
        "function seen(target: unknown, name: string): void { console.log(name) }\n" +
        "class Page { @seen render(): number { return 1 } }\nconsole.log(new Page().render());",
      "tsconfig.json": '{ "extends": "base/tsconfig.json" }',
    });
    const base = join(cwd, "node_modules", "base");
    mkdirSync(base, { recursive: true });
    writeFileSync(join(base, "package.json"), '{ "name": "base" }');
    writeFileSync(join(base, "tsconfig.json"), '{ "compilerOptions": { "experimentalDecorators": true } }');
    const { stdout, stderr } = await command("flowtrace", ["-s", "app.ts"], { cwd }, node);
    expect({ stdout, stderr }).toEqual({ stdout: "render\n1\n", stderr: expect.stringContaining("2 calls") });
  });

  it("shows what is evaluated where it stands, in a folder with brackets in its name too", async () => {
    const cwd = folderWith();
    mkdirSync(join(cwd, "copy (1)"));
    writeFileSync(
      join(cwd, "copy (1)", "app.js"),
      "function f() { return eval('new Error().stack') }\nconsole.log(f().split('\\n').slice(1, 4).join('\\n'));",
    );
    const app = join("copy (1)", "app.js");
    const plain = await run(node, [app], { cwd });
    expect((await command("flowtrace", ["-s", app], { cwd }, node)).stdout).toBe(plain.stdout);
  });

  it("tells once of a file that does not parse, however often it is asked for", async () => {
    const cwd = folderWith({
      "app.js":
        "for (let i = 0; i < 3; i++) try { require('./broken.js') } catch (e) { console.log(e.name) }",
      "broken.js": "function (",
    });
    const { stdout, stderr } = await command("flowtrace", ["-s", "app.js"], { cwd }, node);
    expect(stdout).toBe("SyntaxError\n".repeat(3));
    expect(stderr.match(/broken\.js: it does not parse/g)).toHaveLength(1);
  });

  it("traces the package that the script lies in, and what --include adds", async () => {
    const cwd = folderWith({ "app.js": "require('dep').f(1); function own() {} own()" });
    mkdirSync(join(cwd, "node_modules", "dep"), { recursive: true });
    writeFileSync(join(cwd, "node_modules", "dep", "index.js"), "exports.f = function f(n) { return n }");
    const names = async (...options: string[]): Promise<string[]> => {
      await command("flowtrace", [...options, "-s", "app.js"], { cwd }, node);
      return callsOf(readJson(join(cwd, "flowtrace.json"))).map(({ callable }) => callable);
    };
    expect(await names()).toEqual(["own"]);
    expect(await names("--include", "node_modules/dep/**")).toEqual(["f", "own"]);
    expect(await names("--trace-any", "--exclude", "app.js")).toEqual(["f"]);
  });
});
