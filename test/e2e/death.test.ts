import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { callsOf, command, folderWith, ownLinesRemoved, ROOT, readJson, run } from "../support/run.js";

/** Starts flowtrace on app.js and waits until the program says that it is at work. */
async function started(
  cwd: string,
): Promise<{ flowtrace: ChildProcess; target: number; ended: Promise<number | null> }> {
  const flowtrace = spawn(process.execPath, [join(ROOT, "bin/flowtrace.js"), "-s", "app.js"], {
    cwd,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise<number | null>((resolve) => flowtrace.on("exit", (code) => resolve(code)));
  const target = await new Promise<number>((resolve) => {
    flowtrace.stdout!.on("data", (chunk) => resolve(Number(String(chunk))));
  });
  return { flowtrace, target, ended };
}

const BUSY = [
  "function step(n) { return n + 1 }",
  "function work() {",
  "  let n = 0;",
  "  for (let told = false, end = Date.now() + 20000; Date.now() < end; ) {",
  "    n = step(n);",
  "    if (!told && n > 20000) { told = true; console.log(process.pid) }",
  "  }",
  "}",
  "work()",
].join("\n");

const CASES: Record<string, string> = {
  "process.exit() in the middle": "function f() { process.exit(3) } f()",
  "an uncaught error": "function f() { throw new Error('boom') } f()",
  "an unhandled rejection": "async function f() { throw new Error('late') } f()",
  "a stack overflow": "function f(n) { return f(n + 1) } f(0)",
  abort: "function f() { process.abort() } f()",
  "its own SIGTERM": "function f() { process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 5000) } f()",
};

describe("a trace survives", () => {
  for (const [name, program] of Object.entries(CASES)) {
    it(`${name}, with the exit code or signal of plain Node`, async () => {
      const cwd = folderWith({ "app.js": program });
      const plain = await run(process.execPath, ["app.js"], { cwd });
      const traced = await command("flowtrace", ["-s", "app.js"], { cwd });
      expect({ code: traced.code, signal: traced.signal }).toEqual({
        code: plain.code,
        signal: plain.signal,
      });
      if (name !== "a stack overflow" && name !== "abort")
        expect(ownLinesRemoved(traced.stderr)).toBe(plain.stderr);
      const root = readJson(join(cwd, "flowtrace.json"));
      expect(root.flowtrace_end!.finished).toBe(true);
      expect(callsOf(root)[0]).toMatchObject({ callable: "f" });
      expect(readdirSync(cwd).some((entry) => entry.endsWith(".run"))).toBe(false);
    });
  }

  it("running out of the memory that flags of Node's leave it", async () => {
    const cwd = folderWith({
      "app.js": "function grow(kept) { for (;;) kept.push(new Array(1e5).fill(kept.length + 0.5)) } grow([])",
    });
    const program = ["--max-old-space-size=64", "app.js"];
    const plain = await run(process.execPath, program, { cwd });
    const traced = await command("flowtrace", ["--flush-every-call", "--", process.execPath, ...program], {
      cwd,
    });
    expect({ code: traced.code, signal: traced.signal }).toEqual({ code: plain.code, signal: plain.signal });
    expect(plain.signal).toBe("SIGABRT");
    const root = readJson(join(cwd, "flowtrace.json"));
    expect(root.flowtrace_end).toMatchObject({ finished: true });
    expect(callsOf(root).at(-1)).toMatchObject({ callable: "grow", status: "running", duration_ms: null });
  });

  it("a worker that runs out of the memory it was given, and a program that goes on after it", async () => {
    const cwd = folderWith({
      "app.js": [
        "const { isMainThread, Worker } = require('node:worker_threads');",
        "function before(n) { return n }",
        "function grow(kept) { for (;;) kept.push(new Array(1e5).fill(kept.length + 0.5)) }",
        "function after(code) { console.log(code) }",
        "if (isMainThread) {",
        "  const worker = new Worker(__filename, { resourceLimits: { maxOldGenerationSizeMb: 32 } });",
        "  worker.on('error', ({ code }) => after(code));",
        "} else { before(1); setTimeout(() => grow([]), 50) }",
      ].join("\n"),
    });
    const plain = await run(process.execPath, ["app.js"], { cwd });
    const traced = await command("flowtrace", ["--flush-every-call", "-s", "app.js"], { cwd });
    expect(plain.stdout).toBe("ERR_WORKER_OUT_OF_MEMORY\n");
    expect(traced).toMatchObject({ stdout: plain.stdout, code: plain.code, signal: plain.signal });
    const calls = callsOf(readJson(join(cwd, "flowtrace.json")));
    const named = (name: string) => calls.filter(({ callable }) => callable === name);
    expect(named("before")).toMatchObject([{ status: "ok", thread: 1 }]);
    expect(named("grow")).toMatchObject([{ status: "running", thread: 1 }]);
    expect(named("after")).toMatchObject([{ inputs: { code: "ERR_WORKER_OUT_OF_MEMORY" } }]);
  });

  it("a SIGKILL of the program, which leaves the calls that were open as running", async () => {
    const cwd = folderWith({ "app.js": BUSY });
    const { target, ended } = await started(cwd);
    process.kill(target, "SIGKILL");
    await ended;
    const root = readJson(join(cwd, "flowtrace.json"));
    expect(root.flowtrace_end).toMatchObject({ finished: true, signal: "SIGKILL" });
    expect(root.calls[0]).toMatchObject({ callable: "work", status: "running", duration_ms: null });
  });

  it("a SIGKILL of flowtrace itself, by flowtrace-recover", async () => {
    const cwd = folderWith({ "app.js": BUSY });
    const { flowtrace, target, ended } = await started(cwd);
    flowtrace.kill("SIGKILL");
    await ended;
    process.kill(target, "SIGKILL");
    const { code } = await command("flowtrace-recover", ["flowtrace.json"], { cwd });
    expect(code).toBe(0);
    const root = readJson(join(cwd, "flowtrace.json"));
    expect(root.calls[0]).toMatchObject({ callable: "work", status: "running" });
    expect(existsSync(join(cwd, "flowtrace.json.run"))).toBe(false);
  });

  it("a SIGKILL of flowtrace itself and a run after it, which tells of it, and is not overwritten", async () => {
    const cwd = folderWith({ "app.js": BUSY, "next.js": "function next() {} next()" });
    const { flowtrace, target, ended } = await started(cwd);
    flowtrace.kill("SIGKILL");
    await ended;
    process.kill(target, "SIGKILL");
    const next = await command("flowtrace", ["next.js"], { cwd });
    expect(next.stderr).toContain(
      "its calls are still in flowtrace.json.run: flowtrace-recover flowtrace.json.run -o flowtrace-recovered.json\n",
    );
    const refused = await command("flowtrace-recover", [], { cwd });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("of another run")]);
    expect(readJson(join(cwd, "flowtrace.json")).calls[0]!.callable).toBe("next");
    const done = await command("flowtrace-recover", ["flowtrace.json.run", "-o", "killed.json"], { cwd });
    expect(done.stderr).toContain("flowtrace-show killed.json\n");
    expect(readJson(join(cwd, "killed.json")).calls[0]!.callable).toBe("work");
    const shown = await command("flowtrace-show", ["killed.json"], { cwd });
    expect(shown.stdout).toMatch(/^\? app\.js killed before its end was recorded/);
    expect((await command("flowtrace", ["next.js"], { cwd })).stderr).not.toContain("killed");
  });

  it("a run that is asked to keep its journals, which the next one does not take for killed", async () => {
    const cwd = folderWith({ "app.js": "function f() {} f()" });
    await command("flowtrace", ["--keep-journal", "app.js"], { cwd });
    const { stderr } = await command("flowtrace", ["app.js"], { cwd });
    expect(stderr).not.toContain("killed");
  });

  it("two runs on one output path", async () => {
    const cwd = folderWith({ "app.js": "function f(n) { return n } f(1)" });
    const both = await Promise.all([
      command("flowtrace", ["-s", "app.js"], { cwd }),
      command("flowtrace", ["-s", "app.js"], { cwd }),
    ]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(callsOf(readJson(join(cwd, "flowtrace.json"))).length).toBe(1);
  });

  it("hostile values, which it reads without running any of the program's code", async () => {
    const cwd = folderWith({
      "app.js": [
        "const touched = [];",
        "const note = (name) => { touched.push(name); throw new Error(name) };",
        "const cyclic = { name: 'c' }; cyclic.self = cyclic;",
        "const { proxy, revoke } = Proxy.revocable({}, {}); revoke();",
        "const values = [cyclic, proxy, new Proxy({}, { get: () => note('get'), ownKeys: () => note('ownKeys'), getPrototypeOf: () => note('proto') }),",
        "  { get trap() { return note('getter') } }, { toJSON() { note('toJSON') }, toString() { note('toString') }, [Symbol.toPrimitive]() { note('prim') } },",
        "  Object.create(null), JSON.parse('{\"__proto__\":1}'), { constructor: 5 }, 'x'.repeat(1e7), '\\ud800 lone \\u0000', new Array(1e7), new Uint8Array(1e6),",
        "  new Map([[{}, NaN]]), new Set([-0, 10n, Symbol('s')]), Infinity, undefined, new Date(NaN), /x/gi, () => {}, class A {}, new (class B { #p = 1 })()];",
        "function look(value) { return value }",
        "for (const value of values) look(value);",
        "let deep = {}; for (let i = 0; i < 1e4; i++) deep = { deep }; look(deep);",
        "console.log(touched.length);",
      ].join("\n"),
    });
    const { stdout, code } = await command("flowtrace", ["-s", "app.js"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toBe("0\n");
    const root = readJson(join(cwd, "flowtrace.json"));
    const calls = callsOf(root).filter(({ callable }) => callable === "look");
    expect(calls.length).toBe(22);
    expect(calls[0]!.inputs.value).toEqual({ name: "c", self: { $type: "cycle", up: 1 } });
    expect(calls[3]!.inputs.value).toEqual({ trap: { $type: "getter" } });
    expect(calls[9]!.inputs.value).toBe("\ud800 lone \u0000");
  });
});
