import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { CallJson, Value } from "../../lib/trace/format.js";
import { callsOf, command, folderWith, NODES, ROOT, readJson, run } from "../support/run.js";

const program = (name: string): string => readFileSync(join(ROOT, "test", "programs", name), "utf8");

const cut = (what: string, size: object) => expect.objectContaining({ $type: "cut", what, ...size });

/** What the trace says of each value of test/programs/hostile-values.js; those that are left out just have to be there. */
const SEEN: Record<string, unknown> = {
  "10 million elements": cut("array", { length: 1e7 }),
  "a hole of 4 billion elements": cut("array", { length: 2 ** 32 - 1 }),
  "100 million characters": cut("string", { length: 1e8, value: "x".repeat(1000) }),
  "a rope of strings": cut("string", { length: 3 * 2 ** 24 }),
  "20 million surrogate pairs": cut("string", { length: 4e7, value: "\u{1F600}".repeat(500) }),
  "100 million bytes": expect.objectContaining({ $type: "Uint8Array", length: 1e8 }),
  "a million entries": expect.objectContaining({ $type: "Map", size: 1e6 }),
  "100000 keys": cut("object", { keys: 1e5 }),
  "10000 levels": { d: { d: { d: { $type: "cut", what: "depth", class: "" } } } },
  "10000 levels of arrays": [[[{ $type: "cut", what: "depth", class: "Array" }]]],
  "10000 prototypes": {},
  "10000 causes": { $type: "Error", name: "Error", message: "y" },
  cycles: {
    list: [{ $type: "cycle", up: 1 }],
    map: {
      $type: "Map",
      size: 1,
      entries: [
        [
          { $type: "cycle", up: 1 },
          { $type: "cycle", up: 2 },
        ],
      ],
    },
    set: { $type: "Set", size: 1, values: [{ $type: "cycle", up: 1 }] },
    self: { $type: "cycle", up: 1 },
  },
  "revoked proxies": [{ $type: "Proxy" }, { $type: "Proxy" }, { $type: "Proxy" }],
  proxies: [{ $type: "Proxy" }, { $type: "Proxy" }, { $type: "Proxy" }, {}, { p: { $type: "Proxy" } }],
  "a proxy for a constructor": {},
  getters: { a: { $type: "getter" }, b: { $type: "getter" }, c: 1 },
  "no prototype": { $type: "object", null_prototype: true, value: { a: 1 } },
  "awkward keys": {
    $type: "object",
    entries: [
      ["__proto__", 1],
      ["constructor", { prototype: 2 }],
    ],
  },
  "our own mark": {
    $type: "object",
    entries: [
      ["$type", "Map"],
      ["size", 3],
    ],
  },
  "lone surrogates": { "\ud800": "\udc00", "\0": "\ud800 lone \u0000" },
  "a pair at the limit": cut("string", { length: 1002, value: "a".repeat(999) }),
  "detached buffers": [
    { $type: "ArrayBuffer", length: 0, values: [] },
    { $type: "Uint8Array", length: 0, values: [] },
  ],
  "shared memory": { $type: "SharedArrayBuffer", length: 1e6, values: [] },
  "frozen objects": [{ a: 1 }],
  "another realm's": [
    { $type: "Map", size: 1, entries: [[1, { a: 2 }]] },
    { $type: "Error", name: "Error", message: "other" },
    [1],
    { $type: "Date", value: "1970-01-01T00:00:00.000Z" },
    { $type: "RegExp", value: "/x/g" },
    { $type: "Uint8Array", length: 2, values: [0, 0] },
    { $type: "function", class: true, name: "Q" },
  ],
  "what is opaque": [
    { $type: "Generator" },
    { $type: "Array Iterator" },
    { $type: "WeakMap" },
    { $type: "WeakRef" },
    { $type: "Promise" },
    { $type: "opaque", class: "Map" },
  ],
  "errors with accessors": [
    { $type: "Error", name: "Error", message: "m" },
    { $type: "Error", name: "Error", message: "" },
    { $type: "opaque", class: "Error" },
  ],
  "numbers and dates": [
    { $type: "-0" },
    { $type: "NaN" },
    { $type: "Infinity" },
    5e-324,
    { $type: "bigint", value: "18446744073709551616" },
    { $type: "Date", value: null },
    { $type: "Date", value: "-271821-04-20T00:00:00.000Z" },
  ],
};

describe.each(NODES)("hostile values on %s", (node) => {
  let cwd: string;
  let stdout: string;
  let calls: CallJson[];

  beforeAll(async () => {
    cwd = folderWith({ "app.js": program("hostile-values.js") });
    ({ stdout } = await command("flowtrace", ["-s", "app.js"], { cwd }, node));
    calls = callsOf(readJson(join(cwd, "flowtrace.json")));
  });

  it("are read without running any code of theirs", () => expect(stdout).toBe("0 \n"));

  it("leave a trace of bounded size that is UTF-8", () => {
    const path = join(cwd, "flowtrace.json");
    expect(statSync(path).size).toBeLessThan(25e6);
    new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  });

  it("of 10,000 shapes are all there", () => {
    const shaped = calls.filter(({ callable }) => callable === "shaped");
    const keys = shaped.map(({ inputs }) => {
      const value = inputs.value as { [key: string]: Value };
      return value.$type === "object"
        ? (value.entries as [string, number][])[0]![1]
        : Object.values(value)[0];
    });
    expect(keys).toEqual(Array.from({ length: 1e4 }, (_, i) => i));
  });

  it("are told in a form that can be read", () => {
    const looks = calls.filter(({ callable }) => callable === "look");
    const seen = Object.fromEntries(looks.map(({ inputs }) => [inputs.name, inputs.value]));
    expect(looks.length).toBeGreaterThan(30);
    for (const [name, value] of Object.entries(SEEN))
      expect({ [name]: seen[name] }).toEqual({ [name]: value });
  });
});

const MODES = [
  "nothing",
  "setters on Object.prototype",
  "methods that throw",
  "call, apply and bind that throw",
  "frozen built-ins",
  "globals that are gone",
];

it.each(MODES)("a program with %s runs as without us, and every call is recorded", async (MODE) => {
  const cwd = folderWith({ "app.js": program("poisoned-built-ins.js") });
  const env = { ...process.env, MODE };
  const plain = await run(process.execPath, ["app.js"], { cwd, env });
  const traced = await command("flowtrace", ["-s", "app.js"], { cwd, env });
  expect({ ...traced, stderr: "" }).toEqual({ ...plain, stderr: "" });
  const names = ["Cart", "total", "give", "fails", "later", "numbers"];
  const calls = callsOf(readJson(join(cwd, "flowtrace.json"))).filter(
    ({ callable, called }) => names.includes(callable) || (callable === "constructor" && called === "Cart"),
  );
  expect(`${calls.length}\n`).toBe(plain.stdout);
  expect(calls.find(({ callable }) => callable === "total")!.inputs.x).toEqual({
    a: 1,
    b: { c: [1, "two", null] },
  });
});

describe.each(NODES)("a program that has replaced the built-ins, on %s", (node) => {
  const files = {
    "app.js": program("replaced-built-ins.js"),
    "required.js": `const { helper } = require("./helper.js");
      exports.work = (n) => [1, 2, 3].map((x) => helper(x, n));`,
    "helper.js": "exports.helper = (a, b) => ({ a, b, c: [a, b] });",
    "second.js": "exports.second = class Second { constructor(x) { this.x = x } };",
    "imported.mjs": `import { helper } from "./helper.js";
      export const imported = (n) => helper(n, n);`,
    "imported-too.mjs": "export const too = (n) => n + 1;",
    "modules.js": `class Account { #sum = 1; get sum() { return this.#sum } static open() { return new Account() } }
      function count(...args) { return args.length }
      exports.source = function source() { return String(exports.stack) + class { m() { return 1 } } };
      exports.stack = function stack() { return new Error("x").stack };
      exports.thrown = function thrown() { try { null.x } catch (error) { return error.stack } };
      exports.captured = function captured() { const at = {}; Error.captureStackTrace(at); return at.stack };
      exports.message = function message() { try { exports.nothing() } catch (error) { return error.message } };
      exports.classes = function classes() { return Account.open().sum };
      exports.evaluated = function evaluated() { return (0, eval)("1 + 1") + eval("2 + 2") + new Function("a", "return a")(1) };
      exports.timers = function timers() { clearTimeout(setTimeout(() => {}, 1)); setImmediate(() => {}); queueMicrotask(() => {}) };
      exports.values = function values() {
        return count(new Map([[1, { a: [1, new Date(0)] }]]), new Set([1]), /a/g, new Uint8Array(3), Symbol("x"), 1n,
          Buffer.from("abc"), new Error("v"), () => 1, Promise.resolve(1), new Proxy({}, {}), [1, , 3]);
      };
      exports.secrets = function secrets() { return count({ password: "p", note: "card 4111 1111 1111 1111, Bearer abc" }) };
      exports.later = async function later() { await null; return 1 };`,
  };
  it.each([
    ["whose files are new", []],
    ["whose files are known from an earlier run", []],
    ["that is not traced itself", ["--exclude", "app.js"]],
  ])("%s sees no use of them but its own", async (when, options) => {
    const cwd = folderWith(files);
    const env = { ...process.env, FLOWTRACE_CACHE_DIR: join(cwd, "cache") };
    const plain = await run(node, ["app.js"], { cwd });
    const trace = () => command("flowtrace", ["-s", "app.js", ...options], { cwd, env }, node);
    if (when.includes("earlier")) await trace();
    expect((await trace()).stdout).toBe(plain.stdout);
  });

  it("is asked for no module of the rewriter's, which is first needed while it runs", async () => {
    const cwd = folderWith({
      "app.js": `const Module = require("node:module");
        const asked = [];
        for (const name of ["_resolveFilename", "_findPath", "_nodeModulePaths", "_load"]) {
          const own = Module[name];
          Module[name] = function (...args) { asked.push(name); return own.apply(this, args) };
        }
        "key=value".match(/(\\w+)=(\\w+)/);
        require("./changed.js").f(1);
        try { require("./broken.js") } catch (error) { console.log(error.name) }
        console.log(RegExp.$1, RegExp.lastMatch, asked.join(" "));`,
      "changed.js": "exports.f = (n) => n + 1;",
      "broken.js": "exports.f = (n) => ;",
    });
    const env = { ...process.env, FLOWTRACE_CACHE_DIR: join(cwd, "cache") };
    const trace = () => command("flowtrace", ["-s", "app.js"], { cwd, env }, node);
    await trace();
    writeFileSync(join(cwd, "changed.js"), "exports.f = (n) => n + 2;");
    const plain = await run(node, ["app.js"], { cwd });
    const traced = await trace();
    expect(traced.stdout).toBe(plain.stdout);
    expect(plain.stdout).toContain("key key=value");
  });

  it("records it whole where what it has replaced is the length of a typed array", async () => {
    const cwd = folderWith({
      "app.js": `const prototype = Object.getPrototypeOf(Uint8Array.prototype);
        const { get } = Object.getOwnPropertyDescriptor(prototype, "length");
        let asked = 0;
        Object.defineProperty(prototype, "length", { configurable: true, get() { asked++; return get.call(this) } });
        console.log(require("./dep.js").f(new Uint8Array(3)), asked > 0);`,
      "dep.js": "exports.f = (list) => list.length;",
    });
    const traced = await command("flowtrace", ["-s", "app.js"], { cwd }, node);
    expect(traced.stdout).toBe("3 true\n");
    expect(traced.stderr).not.toContain("Note:");
    expect(callsOf(readJson(join(cwd, "flowtrace.json"))).map(({ callable }) => callable)).toContain("f");
  });
});

it("a file is rewritten whatever the program has added to the built-ins", async () => {
  const cwd = folderWith({
    "app.js": `for (const { prototype } of [Object, Array, Function, String, Map]) {
        prototype.added = () => "added";
        for (const name of ["type", "body", "name", "start", "value"])
          Object.defineProperty(prototype, name + "s", { configurable: true, get() { throw name }, set() { throw name } });
      }
      for (const name of ["type", "body", "start", "comments", "cached"])
        Object.defineProperty(Object.prototype, name, { configurable: true, get: () => 7, set() { throw name } });
      Object.assign = Array.prototype.map = () => { throw "map" };
      console.log(require("./second.js").add(1, 2));`,
    "second.js": "exports.add = function add(a, b) { return [a, b].reduce((x, y) => x + y) };",
  });
  const { stdout, stderr, code } = await command("flowtrace", ["-s", "app.js"], { cwd });
  expect({ stdout, code }).toEqual({ stdout: "3\n", code: 0 });
  expect(stderr).toContain("2 files");
  expect(callsOf(readJson(join(cwd, "flowtrace.json"))).map(({ callable }) => callable)).toContain("add");
});

it("an object of thousands of keys is not listed at each call that it goes through", async () => {
  // Listing them each time takes minutes.
  const cwd = folderWith({
    "app.js": `function put(o, key) { o[key] = 1 }
      const o = {};
      for (let i = 0; i < 40000; i++) put(o, "k" + i);
      delete o.k0;
      put(o, "k0");
      console.log(Object.keys(o).length);`,
  });
  const { stdout, code } = await command("flowtrace", ["-s", "app.js"], { cwd });
  expect({ stdout, code }).toEqual({ stdout: "40000\n", code: 0 });
  const calls = callsOf(readJson(join(cwd, "flowtrace.json")));
  const told = calls.map(({ inputs }) => inputs.o as { keys?: number; value: { [key: string]: number } });
  expect(Object.keys(told[20]!)).toHaveLength(20);
  for (let i = 300; i < 40000; i += 100) {
    expect(told[i]!.keys!).toBeGreaterThan(0.9 * i);
    expect(told[i]!.keys!).toBeLessThanOrEqual(i);
  }
  expect(Object.keys(told.at(-2)!.value)[0]).toBe("k0");
  expect(told.at(-1)!.keys).toBe(39999);
  expect(Object.keys(told.at(-1)!.value)[0]).toBe("k1");
});
