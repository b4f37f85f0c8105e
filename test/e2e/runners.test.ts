import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CallJson } from "../../lib/trace/format.js";
import {
  callsOf,
  command,
  type Finished,
  folderWith,
  NODES,
  ownLinesRemoved,
  ROOT,
  readJson,
  run,
} from "../support/run.js";

const PRICE = `
  function applyTax(net, rate) {
    if (typeof rate !== "number") throw new TypeError("no rate for " + net);
    return net * (1 + rate);
  }
  async function load(id) { await new Promise((resolve) => setImmediate(resolve)); return { id, net: 10 } }
  module.exports = { applyTax, load };`;

const SUITE = `
  describe("a cart", () => {
    let rate;
    beforeEach(() => { rate = readRate(); });
    function readRate() { return 0.5 }
    it("adds tax", () => { equal(price.applyTax(10, rate), 15); equal(/[$]ft/.test(String(readRate)), false); });
    it("fails without a rate", () => { price.applyTax(10, undefined); });
    it.skip("is skipped", () => { price.applyTax(10, 1); });
    it("loads", async () => { const order = await price.load(7); equal(price.applyTax(order.net, 0), 10); });
  });
  it("stands alone", () => { equal(price.applyTax(1, 1), 3); });`;

const REQUIRES = `const { equal } = require("node:assert"), price = require("./price.js");`;

/** The runners, and how each takes the same suite. */
const RUNNERS: { name: string; files: Record<string, string>; args: string[] }[] = [
  {
    name: "mocha",
    files: { "price.js": PRICE, "cart.spec.js": REQUIRES + SUITE },
    args: ["node_modules/mocha/bin/mocha.js", "cart.spec.js"],
  },
  {
    name: "node --test",
    files: {
      "price.js": PRICE,
      "cart.test.js": `const { describe, it, beforeEach } = require("node:test"); ${REQUIRES}${SUITE}`,
    },
    args: ["--test", "cart.test.js"],
  },
  ...["forks", "threads"].map((pool) => ({
    name: `vitest in ${pool}`,
    files: {
      "price.ts": PRICE.replace("net, rate", "net: number, rate?: number").replace(
        "module.exports =",
        "export",
      ),
      "cart.test.ts": `
        import { equal } from "node:assert"; import { describe, it, beforeEach } from "vitest"; import * as price from "./price";
        interface Unused { rate: number }
        ${SUITE}`,
      "vitest.config.mjs": `
        import { flowtrace } from "flowtrace-cli/vite";
        export default { plugins: [flowtrace()], test: { pool: "${pool}" } };`,
    },
    args: ["node_modules/vitest/vitest.mjs", "run"],
  })),
  {
    name: "jest",
    files: {
      "price.js": PRICE,
      "cart.test.js": REQUIRES + SUITE,
      "jest.config.js": `module.exports = require("flowtrace-cli/jest").flowtrace({ watchman: false });`,
    },
    args: ["node_modules/jest/bin/jest.js"],
  },
  {
    name: "jest with modules that nobody compiles",
    files: {
      "package.json": '{ "type": "module" }',
      "price.js": PRICE.replace("module.exports =", "export"),
      "cart.test.js": `import { equal } from "node:assert"; import * as price from "./price.js"; ${SUITE}`,
      "jest.config.mjs": `
        import { flowtrace } from "flowtrace-cli/jest";
        export default flowtrace({ watchman: false, transform: {} });`,
    },
    args: ["--experimental-vm-modules", "--no-warnings", "node_modules/jest/bin/jest.js"],
  },
];

/** A project with the repository's packages, FlowTrace among them. */
function projectWith(files: Record<string, string>): string {
  const cwd = folderWith({ "package.json": "{}", ...files });
  const packages = join(cwd, "node_modules");
  mkdirSync(packages);
  for (const name of readdirSync(join(ROOT, "node_modules")))
    symlinkSync(join(ROOT, "node_modules", name), join(packages, name));
  symlinkSync(ROOT, join(packages, "flowtrace-cli"));
  return cwd;
}

/** What a runner prints, without how long things took, and when. */
function told({ stdout, stderr, code }: Finished): { lines: string[]; code: number | null } {
  const lines = `${stdout}${ownLinesRemoved(stderr)}`
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    .replace(/\u001b\[\d+m/g, "")
    .split("\n")
    .map((line) => line.replace(/\(?\d+(?:\.\d+)? ?ms\)?|duration_ms:? [\d.]+/g, "").trimEnd())
    .filter((line) => !/^ *(?:Start at|Duration|Time:)/.test(line));
  return { lines, code };
}

const shown = ({ callable, called, status, error, output, attributes }: CallJson): unknown[] => [
  called === callable ? callable : "?",
  attributes?.["test.case.result.status"],
  status,
  error ?? output,
];

describe.each(NODES)("Tests recorded on %s", (node) => {
  it.each(
    RUNNERS,
  )("are one root each with title and outcome, and come out as without a recording: $name", async ({
    files,
    args,
  }) => {
    const cwd = projectWith(files);
    const plain = await run(node, args, { cwd });
    const traced = await command("flowtrace", ["--no-builtins", "--", node, ...args], { cwd }, node);
    expect(told(traced)).toEqual(told(plain));
    expect(plain.code).not.toBe(0);

    const root = readJson(join(cwd, "flowtrace.json"));
    const tests = callsOf(root).filter(({ kind }) => kind === "test");
    const byName = (a: unknown[], b: unknown[]): number => String(a[0]).localeCompare(String(b[0]));
    expect(tests.map(shown).sort(byName)).toEqual([
      ["a cart > adds tax", "pass", "ok", "passed"],
      ["a cart > fails without a rate", "fail", "threw", "TypeError: no rate for 10"],
      ["a cart > is skipped", "skip", "ok", "skipped"],
      ["a cart > loads", "pass", "ok", "passed"],
      ["stands alone", "fail", "threw", expect.stringContaining("AssertionError")],
    ]);
    // No test stands below a call of the program's.
    expect(tests.map(({ module }) => module)).toEqual(
      tests.map(() => expect.stringMatching(/^cart\.\w+\.[jt]s$/)),
    );
    const parents = [root, ...callsOf(root)].filter(({ calls }) => calls.some(({ kind }) => kind === "test"));
    expect(parents.every(({ kind }) => kind === "root" || kind === "process")).toBe(true);
    for (const { callable, calls } of tests)
      if (/adds|fails|loads/.test(callable))
        expect(callsOf({ calls } as CallJson)[1]?.callable).toBe("readRate");
    const applied = callsOf(root).filter(({ callable }) => callable === "applyTax");
    expect(applied).toHaveLength(4);
    for (const { file, line } of applied)
      expect([file, line]).toEqual([expect.stringMatching(/^price\.[jt]s$/), 2]);
    const loads = tests.find(({ callable }) => callable.endsWith("loads"))!;
    expect(callsOf(loads).map(({ callable }) => callable)).toEqual(
      expect.arrayContaining(["load", "applyTax"]),
    );

    const show = await command("flowtrace-show", ["flowtrace.json", "--errors"], { cwd });
    expect(show.stdout).toMatch(/a cart > fails without a rate.*applyTax\(net=10, rate=undefined\)/s);
  });

  it("tell tests within tests apart, and those that run at once", async () => {
    const cwd = projectWith({
      "work.js": `
        function leaf(n) { return n }
        async function later(n) { await new Promise((resolve) => setImmediate(resolve)); return leaf(n) }
        module.exports = { leaf, later };`,
      "nested.test.js": `
        const { describe, it, test } = require("node:test"), { leaf, later } = require("./work.js");
        test("outer", async (t) => {
          t.beforeEach(() => { leaf("before") });
          const first = t.test("first", async () => { await later(1) });
          leaf("in between");
          await first;
          await Promise.all([t.test("second", async () => { await later(2) }), t.test("third", () => { leaf(3) })]);
        });
        describe("at once", { concurrency: true }, () => {
          it("x", async () => { await later("x"); leaf("x again") });
          it("y", async () => { await later("y"); leaf("y again") });
        });`,
    });
    await command("flowtrace", ["--no-builtins", "--", node, "--test", "nested.test.js"], { cwd }, node);
    const leaves = (call: CallJson): unknown[] =>
      call.callable === "leaf"
        ? [call.inputs.n]
        : call.calls.filter(({ kind }) => kind !== "test").flatMap(leaves);
    const tests = callsOf(readJson(join(cwd, "flowtrace.json"))).filter(({ kind }) => kind === "test");
    expect(Object.fromEntries(tests.map((call) => [call.callable, leaves(call)]))).toEqual({
      outer: ["in between"],
      "outer > first": ["before", 1],
      "outer > second": ["before", 2],
      "outer > third": ["before", 3],
      "at once > x": ["x", "x again"],
      "at once > y": ["y", "y again"],
    });
  });
});

// From 24 on, Node waits for such a test.
const ENDING_NODES = NODES.filter(
  (node) => node === process.execPath && Number(process.versions.node.split(".")[0]) < 24,
);

it.each(
  ENDING_NODES,
)("A test that is pending when the loop ends is reported without a frame of ours (%s)", async (node) => {
  const cwd = folderWith({
    "never.test.js": `require("node:test")("never", () => new Promise(() => {}));`,
  });
  const plain = await run(node, ["never.test.js"], { cwd });
  const traced = await command("flowtrace", ["-s", "never.test.js"], { cwd }, node);
  expect(told(plain).lines).toContain("  failureType: 'cancelledByParent'");
  expect(told(traced)).toEqual(told(plain));
});

it("A version of jest that is too old for it runs as it would without us, which is told", async () => {
  const cwd = folderWith({
    "app.js": `console.log(Object.keys(require("${ROOT}/dist/runners/jest.js").flowtrace({ bail: 1 })));`,
  });
  mkdirSync(join(cwd, "node_modules", "jest"), { recursive: true });
  writeFileSync(join(cwd, "node_modules", "jest", "package.json"), '{ "version": "28.1.3" }');
  const { stdout, stderr } = await command("flowtrace", ["-s", "app.js"], { cwd });
  expect(stdout).toBe("[ 'bail' ]\n");
  expect(stderr).toContain("flowtrace: jest 28 cannot be recorded with its calls, jest 29 can\n");
});
