import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CallJson, FoldedCalls } from "../../lib/trace/format.js";
import { callsOf, command, folderWith, readJson } from "../support/run.js";
import { schemaProblems } from "../support/schema.js";

/** Runs a program under limits; what it prints is what it prints by itself. */
async function traced(
  text: string,
  ...options: string[]
): Promise<{ root: CallJson; stdout: string; stderr: string }> {
  const cwd = folderWith({ "app.js": text });
  const { stdout, stderr, code } = await command("flowtrace", [...options, "-s", "app.js"], { cwd });
  expect(code).toBe(0);
  const root = readJson(join(cwd, "flowtrace.json"));
  expect(schemaProblems([root])).toEqual([]);
  return { root, stdout, stderr };
}

const namedIn = (root: CallJson, name: string): CallJson[] =>
  callsOf(root).filter(({ callable }) => callable === name);
const foldedIn = (root: CallJson, name: string): FoldedCalls =>
  root.flowtrace_end!.folded.find((folded) => folded.function === name)!;

describe("--fold-after", () => {
  const program = `
    class Counter { constructor() { this.n = 0 } add(by) { this.n += take(by); if (this.n === 3000) throw new Error("odd"); return this.n } }
    function take(by) { return by.length ?? by }
    function main() {
      const counter = new Counter();
      let errors = 0;
      for (let i = 0; i < 5000; i++) try { counter.add(i === 4000 ? "xx" : 1) } catch { errors++ }
      return [counter.n, errors];
    }
    console.log(...main());`;

  it("counts and times what a loop goes on calling, and records the calls that stand out", async () => {
    const { root, stdout, stderr } = await traced(program, "--fold-after", "1000");
    expect(stdout).toBe("5001 1\n");
    const add = namedIn(root, "add");
    const folded = foldedIn(root, "Counter.add");
    expect(add.length + folded.calls).toBe(5000);
    expect(add.length).toBeLessThan(1100);
    expect(folded).toMatchObject({
      parent: namedIn(root, "main")[0]!.id,
      file: "app.js",
      reason: "fold-after",
    });
    expect(folded.min_ms).toBeGreaterThan(0);
    expect(folded.max_ms * folded.calls).toBeGreaterThan(folded.total_ms);
    expect(add.filter(({ error }) => error !== null).map(({ error }) => error)).toEqual(["Error: odd"]);
    const thrower = add.find(({ error }) => error !== null)!;
    expect(root.flowtrace_end!.errors).toMatchObject([
      {
        message: "odd",
        thrown_in: thrower.id,
        caught_in: namedIn(root, "main")[0]!.id,
        outcome: "swallowed",
      },
    ]);
    expect(root.flowtrace_end!.errors[thrower.error_id!]!.message).toBe("odd");
    expect(add.filter(({ inputs }) => inputs.by === "xx")).toHaveLength(1);
    expect(namedIn(root, "take").length + foldedIn(root, "take").calls).toBe(5000);
    expect(stderr).toContain("--fold-after <n> records more of them");
    expect(root.flowtrace_end!.warnings.map(({ code }) => code)).toEqual(["folded"]);
  });

  it("folds a loop that awaits, and goes on recording what comes after it", async () => {
    const { root, stdout } = await traced(
      `async function step(n) { await null; return n }
       function last(text) { return text }
       async function main() { let sum = 0; for (let i = 0; i < 3000; i++) sum += await step(i); return sum }
       main().then((sum) => console.log(last("sum"), sum));`,
      "--fold-after",
      "500",
    );
    expect(stdout).toBe("sum 4498500\n");
    expect(namedIn(root, "step").length + foldedIn(root, "step").calls).toBe(3000);
    expect(namedIn(root, "step").length).toBeLessThan(600);
    expect(namedIn(root, "last")).toMatchObject([{ output: "sum" }]);
    expect(namedIn(root, "main")[0]!.output).toBe(4498500);
  });

  it("leaves recursion alone, however many calls it makes", async () => {
    const { root } = await traced(
      "function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }\nfib(15);",
      "--fold-after",
      "10",
    );
    expect(namedIn(root, "fib")).toHaveLength(1973);
    expect(root.flowtrace_end!.folded).toEqual([]);
  });
});

describe("a limit", () => {
  it("of calls leaves the rest counted by function, and says so everywhere", async () => {
    const { root, stderr } = await traced(
      "function f(n) { return g(n) }\nfunction g(n) { return n }\nfor (let i = 0; i < 100; i++) f(i);",
      "--max-calls",
      "50",
    );
    expect(callsOf(root)).toHaveLength(50);
    expect(foldedIn(root, "f").calls + foldedIn(root, "g").calls).toBe(150);
    expect(foldedIn(root, "g").reason).toBe("max-calls");
    expect(stderr).toContain("150 calls of 2 functions");
    expect(root.flowtrace_end!.warnings).toMatchObject([{ code: "limit-calls", count: 150 }]);
  });

  it("of overhead has the busiest function counted only, and the others recorded", async () => {
    const { root } = await traced(
      `function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }
       function rare(n) { return n }
       for (let round = 0; round < 40; round++) { fib(20); rare(round) }`,
      "--max-overhead",
      "10",
    );
    const { calls, reason } = foldedIn(root, "fib");
    expect(reason).toBe("max-overhead");
    expect(namedIn(root, "fib").length + calls).toBe(40 * 21891);
    expect(namedIn(root, "rare")).toHaveLength(40);
  });
});

describe("the numbers of objects", () => {
  it("are given anew to what is met again after 200,000 others, which no call then claims to have changed", async () => {
    const { root } = await traced(`
      class Box {}
      function boxes() { const list = []; for (let i = 0; i < 50; i++) list.push(new Box()); return list }
      function hold(box, other) { for (let i = 0; i < 4200; i++) boxes(); return box }
      function change(box, other) { for (let i = 0; i < 4200; i++) boxes(); other.n = 5 }
      const box = Object.assign(new Box(), { n: 1 }), other = new Box();
      hold(box, other);
      change(box, other);`);
    const [hold] = namedIn(root, "hold");
    const [change] = namedIn(root, "change");
    expect(hold!.inputs).toMatchObject({ box: { class: "Box", id: expect.any(Number), value: { n: 1 } } });
    expect(hold!.inputs_after).toBeUndefined();
    expect(change!.inputs_after).toMatchObject({ other: { value: { n: 5 } } });
    expect(change!.inputs_after).not.toHaveProperty("box");
  });
});

describe("--max-values", () => {
  const isClosed = { $type: "cut", what: "depth", class: "Array" };
  const program = `
    const rows = (length) => Array.from({ length }, (_, n) => [n, n, n, n]);
    function rare(list) { return list }
    function often(list, last) { return list.length }
    function few(pair) { return pair }
    rare(rows(40));
    for (let i = 0; i < 2000; i++) { often(rows(30), { n: i }); few([[i], [i]]) }`;

  it("keeps large values whole where a function is seldom called, and says what it cuts where it is called often", async () => {
    const { root } = await traced(program);
    const [rare] = namedIn(root, "rare");
    expect(rare!.inputs).toEqual({ list: Array.from({ length: 40 }, (_, n) => [n, n, n, n]) });
    expect(rare!.output).toEqual(rare!.inputs.list);
    const often = namedIn(root, "often");
    const { list, last } = often.at(-1)!.inputs as { list: unknown[]; last: unknown };
    expect(often[0]!.inputs).toMatchObject({ list: Array.from({ length: 30 }, (_, n) => [n, n, n, n]) });
    expect(list).toHaveLength(30);
    expect(list[0]).toEqual([0, 0, 0, 0]);
    expect(list.at(-1)).toEqual(isClosed);
    expect(last).toEqual({ n: 1999 });
    expect(often.filter(({ inputs_after }) => inputs_after !== undefined)).toEqual([]);
    expect(namedIn(root, "few").at(-1)!.inputs).toEqual({ pair: [[1999], [1999]] });
  });

  it("is what one event keeps at most, and leaves none of its arguments out", async () => {
    const { root } = await traced(
      `function f(a, b, c) { b.n++; return a }
       f({ big: Array(100).fill(0), p: { q: { r: 1 } } }, { n: 1 }, [1, 2, 3]);`,
      "--max-values",
      "12",
    );
    const [call] = namedIn(root, "f");
    expect(call!.inputs).toEqual({
      a: {
        big: { $type: "cut", what: "array", values: [0, 0, 0, 0, 0], length: 100 },
        p: { $type: "cut", what: "depth", class: "" },
      },
      b: { n: 1 },
      c: [1, 2, 3],
    });
    expect(call!.inputs_after).toMatchObject({ b: { n: 2 } });
  });
});

it("knows a long text again that calls hand on to each other", async () => {
  const { root } = await traced(
    `const texts = ["a".repeat(3000), "ñ".repeat(300), "x".repeat(100), "password=hunter2hunter2 " + "y".repeat(100)];
     function f(text) { return text.length }
     for (let i = 0; i < 5; i++) for (const text of texts) f(text.slice(0));`,
  );
  const told = namedIn(root, "f").map(({ inputs }) => inputs.text);
  expect(told).toHaveLength(20);
  for (let i = 4; i < 20; i++) expect(told[i]).toEqual(told[i - 4]);
  expect(told[0]).toEqual({ $type: "cut", what: "string", value: "a".repeat(1000), length: 3000 });
  expect(told[1]).toBe("ñ".repeat(300));
  expect(JSON.stringify(told)).not.toContain("hunter2");
});

it("tells what tracing took", async () => {
  const { root, stderr } = await traced("function f(n) { return n }\nfor (let i = 0; i < 5000; i++) f(i);");
  expect(root.flowtrace_end!.overhead_ms).toBeGreaterThan(0);
  expect(stderr).toMatch(/5,000 calls, 1 file; tracing them cost about \d+ ms/);
});

describe("--max-string", () => {
  const program = `
    function say(ascii, wide, halves) { return { ascii, wide, halves } }
    for (let i = 0; i < 4; i++) say("x".repeat(600000), "é".repeat(600000), "\\ud800".repeat(600000));
    say("short");`;
  const lengths = (root: CallJson) =>
    namedIn(root, "say").map(({ inputs }) => String(inputs.ascii ?? inputs.wide).length);

  it("keeps texts of hundreds of thousands of characters whole", async () => {
    const { root, stderr } = await traced(program, "--max-string", "700000", "--max-items", "0");
    expect(stderr).not.toContain("stopped");
    expect(lengths(root)).toEqual([600000, 600000, 600000, 600000, 5]);
  });

  it("is as much as can be kept when it is 0", async () => {
    const { root } = await traced(program, "--max-string", "0", "--max-depth", "0", "--max-values", "0");
    expect(lengths(root)).toEqual([600000, 600000, 600000, 600000, 5]);
  });
});

describe("an error's text", () => {
  it("is cut with an ellipsis, while the frames below it are all kept", async () => {
    const { root } = await traced(`
      function fail(message) { throw new Error(message) }
      try { fail("m".repeat(5000)) } catch (error) { console.log(error.stack.length > 0) }
      try { throw "t".repeat(5000) } catch {}`);
    const [long, thrown] = root.flowtrace_end!.errors;
    expect(long!.message).toBe(`${"m".repeat(1000)}…`);
    expect(long!.stack).toMatch(/^Error: m{5000}\n {4}at fail \(.*app\.js:2:/);
    expect(thrown!.message).toBe(`${"t".repeat(1000)}…`);
    expect(namedIn(root, "fail")[0]!.error).toBe(`Error: ${"m".repeat(1000)}…`);
  });
});
