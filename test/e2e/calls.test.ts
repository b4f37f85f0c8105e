import { describe, expect, it } from "vitest";
import { PROBE } from "../../lib/probe.js";
import { callsOf, command, folderWith, outline, readJson } from "../support/run.js";
import { schemaProblems } from "../support/schema.js";

/** Records a program that has `calls` at hand; a file in which the global's whole name stands would not be traced. */
async function recorded(body: string): Promise<ReturnType<typeof readJson>> {
  const folder = folderWith({
    "app.js": `const { calls } = eval("${PROBE[0]}" + "${PROBE.slice(1)}");\n${body}`,
  });
  const { stderr, code } = await command("flowtrace", ["-s", "app.js", "-o", "t.json"], { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("t.json") });
  const root = readJson(`${folder}/t.json`);
  expect(schemaProblems([root])).toEqual([]);
  return root;
}

describe("calls of what is not rewritten", () => {
  it("nest with traced calls in both directions, with their inputs and outputs", async () => {
    const root = await recorded(`
      const span = calls.define({ kind: "span", name: "load", module: "app", params: ["user", "password"] });
      function inner(n) { return n + 1; }
      function outer() {
        const call = calls.enter(span, [{ name: "eva", apiKey: "k1" }, "hunter2"]);
        try { return inner(1); } finally { calls.leave(call, "done"); }
      }
      outer();`);
    expect(outline(root).replace(/"token":"\w+"/g, '"token":"…"')).toBe(
      [
        "outer() → 2",
        '  load(user={"name":"eva","apiKey":{"$type":"filtered","token":"…"}}, password={"$type":"filtered","token":"…"}) → "done"',
        "    inner(n=1) → 2",
      ].join("\n"),
    );
  });

  it("end from anywhere, without a word about the calls above them", async () => {
    const root = await recorded(`
      const slow = calls.define({ kind: "builtin", name: "slow", module: "node:x", async: true });
      let pending;
      function start() { pending = calls.open(slow, []); calls.suspend(pending); return "started"; }
      function inner() { calls.close(pending, 7); return "inner"; }
      function finish() { return inner(); }
      start(); finish();`);
    expect(outline(root)).toBe(
      ['start() → "started"', "  slow() → 7", 'finish() → "inner"', '  inner() → "inner"'].join("\n"),
    );
    expect(callsOf(root)[1]).toMatchObject({ kind: "builtin", async: true, status: "ok", module: "node:x" });
  });

  it("stay the current one across the awaits of the call they were opened in", async () => {
    const root = await recorded(`
      const span = calls.define({ kind: "span", name: "work", module: "app" });
      function step(n) { return n; }
      async function main() {
        const call = calls.open(span, []);
        step(1);
        await null;
        step(2);
        calls.close(call);
        step(3);
      }
      async function other() { await null; step(4); }
      main(); other();`);
    const under = (name: string): unknown[] =>
      callsOf(root)
        .filter((call) => call.callable === name)
        .map((call) => call.calls.map(({ inputs }) => inputs.n ?? "work"));
    expect({ work: under("work"), main: under("main"), other: under("other") }).toEqual({
      work: [[1, 2]],
      main: [["work", 3]],
      other: [[4]],
    });
  });

  it("outlive the call that they were opened in", async () => {
    const root = await recorded(`
      const span = calls.define({ kind: "span", name: "work", module: "app" });
      let call;
      function begin() { call = calls.open(span, []); }
      function apart() {}
      begin(); apart();
      setTimeout(() => calls.close(call, "late"), 1);`);
    expect(outline(root)).toContain('begin() → {"$type":"undefined"}\n  work() → "late"\napart()');
  });

  it("carry attributes and the error that ended them, and may have another parent than the current call", async () => {
    const root = await recorded(`
      const span = calls.define({ kind: "span", name: "work", module: "app", async: true });
      const test = calls.define({ kind: "test", name: "adds", module: "app.test.js", line: 3, column: 1 });
      function main() {
        const call = calls.open(span, []);
        calls.attributes(call, { a: 1, b: "x", token: "abc" });
        calls.attributes(call, { b: 2 });
        calls.suspend(call);
        calls.close(calls.open(test, [], 0));
        calls.close(calls.open(span, [], call), "child");
        calls.fail(call, new TypeError("no"));
      }
      main();`);
    expect(
      outline(root)
        .split("\n")
        .map((line) => line.replace(/ → .*/, "")),
    ).toEqual(["main()", "  work() ✗ TypeError: no", "    work()", "adds()"]);
    expect(callsOf(root)[1]).toMatchObject({
      kind: "span",
      status: "rejected",
      attributes: { a: 1, b: 2, token: { $type: "filtered" } },
      error_id: 0,
    });
    expect(callsOf(root)[3]).toMatchObject({
      kind: "test",
      module: "app.test.js",
      line: 3,
      caller: "app.js::app.js",
    });
  });
});
