import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { callsOf, command, type Finished, NODES, projectWith, readJson, run } from "../support/run.js";

const HOOK = {
  NODE_OPTIONS: "--require flowtrace-cli/register",
  FLOWTRACE_AUTOTRACE: "1",
  FLOWTRACE_OUT_DIR: "out",
};

const autotraced = (node: string, cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Finished> =>
  run(node, ["app.js"], { cwd, env: { ...process.env, ...HOOK, ...env } });

const traces = (cwd: string): string[] => readdirSync(join(cwd, "out")).sort();

describe.each(NODES)("FLOWTRACE_AUTOTRACE with %s", (node) => {
  it("gives each process a finished trace of its own, and none anything else to see", async () => {
    const cwd = projectWith({
      "app.js": `
        const { execFileSync } = require("node:child_process"), { Worker } = require("node:worker_threads");
        function start() { return execFileSync(process.execPath, ["child.js"], { encoding: "utf8" }) }
        console.log(start());
        new Worker("./worker.js").on("exit", () => { function last() {} last(); process.exit(3) });`,
      "child.js": "function child() { return process.env.NODE_OPTIONS } console.log(child())",
      "worker.js": "function inThread() {} inThread()",
    });
    const { stdout, code, stderr } = await autotraced(node, cwd);
    expect({ stdout, code }).toEqual({ stdout: `${HOOK.NODE_OPTIONS}\n\n`, code: 3 });
    expect(traces(cwd)).toEqual([
      expect.stringMatching(/^app-\d+\.json$/),
      expect.stringMatching(/^child-\d+\.json$/),
    ]);
    const [app, child] = traces(cwd).map((name) => readJson(join(cwd, "out", name)));
    expect(stderr).toContain(`Trace: ${join("out", traces(cwd)[0]!)}`);
    const names = callsOf(app!).map(({ callable }) => callable);
    expect(names).toEqual(expect.arrayContaining(["start", "inThread", "last"]));
    expect(app!.flowtrace_end).toMatchObject({ finished: true, exit_code: 3, warnings: [] });
    expect(app!.flowtrace_end!.recovered).toBeUndefined();
    expect(callsOf(child!).map(({ callable }) => callable)).toEqual(["child"]);
  });

  it("records the project that a tool of its packages runs, and not the tool", async () => {
    const cwd = projectWith({ "app.js": "function mine() {} mine()", "package.json": "{}" });
    mkdirSync(join(cwd, "node_modules", "tool"));
    writeFileSync(join(cwd, "node_modules", "tool", "package.json"), "{}");
    writeFileSync(
      join(cwd, "node_modules", "tool", "run.js"),
      'function load(file) { require(file) } load(require("node:path").resolve("app.js"))',
    );
    await run(node, ["node_modules/tool/run.js"], { cwd, env: { ...process.env, ...HOOK } });
    expect(callsOf(readJson(join(cwd, "out", traces(cwd)[0]!))).map(({ callable }) => callable)).toEqual([
      "mine",
    ]);
  });

  it("takes every option from its variable", async () => {
    const cwd = projectWith({
      "app.js": `
        require("node:child_process").execFileSync(process.execPath, ["-e", ""]);
        function f(given) { return "long".repeat(100) } f({ mine: 1 });`,
    });
    const { code } = await autotraced(node, cwd, {
      FLOWTRACE_NO_CHILDREN: "1",
      FLOWTRACE_SKIP_INPUTS: "1",
      FLOWTRACE_MAX_STRING: "40",
    });
    expect(code).toBe(0);
    expect(traces(cwd)).toHaveLength(1);
    expect(callsOf(readJson(join(cwd, "out", traces(cwd)[0]!))).at(-1)).toMatchObject({
      callable: "f",
      inputs: {},
      output: { $type: "cut", value: "long".repeat(10) },
    });
    const wrong = await autotraced(node, cwd, { FLOWTRACE_MAX_STRING: "many" });
    expect(wrong).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('FLOWTRACE_MAX_STRING is "many", expected a number'),
    });
  });

  it("keeps what a killed process has recorded, and the next one says how to recover it", async () => {
    const cwd = projectWith({
      "app.js": `
        function before() { return 1 }
        before();
        if (process.argv[2] === "wait") { setInterval(() => {}, 1000); console.log("ready") }`,
    });
    const env = { ...process.env, ...HOOK, FLOWTRACE_FLUSH_EVERY_CALL: "1" };
    const child = spawn(node, ["app.js", "wait"], { cwd, env, stdio: ["ignore", "pipe", "ignore"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    const { stderr } = await autotraced(node, cwd);
    const left = join(cwd, "out", `app-${child.pid}.json.run`);
    expect(stderr).toContain(`flowtrace-recover ${left}`);
    const recovered = await command("flowtrace-recover", [left]);
    expect(recovered.stderr).toContain("Recovered 2 calls");
    expect(existsSync(left)).toBe(false);
    const root = readJson(join(cwd, "out", `app-${child.pid}.json`));
    expect(callsOf(root).map(({ callable }) => callable)).toEqual(["before", "setInterval"]);
    expect(root.flowtrace_end).toMatchObject({ finished: false, recovered: true });
  });
});
