import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CallJson } from "../../lib/trace/format.js";
import { callsOf, command, type Finished, folderWith, readJson } from "../support/run.js";
import { schemaProblems } from "../support/schema.js";

/** Records app.js; its trace, and what it printed. */
async function recorded(
  files: Record<string, string>,
  ...options: string[]
): Promise<{ root: CallJson; finished: Finished }> {
  const cwd = folderWith(files);
  const finished = await command("flowtrace", [...options, "-s", "app.js"], { cwd });
  const root = readJson(join(cwd, "flowtrace.json"));
  expect(schemaProblems([root])).toEqual([]);
  expect(readdirSync(cwd).filter((name) => name.endsWith(".run"))).toEqual([]);
  return { root, finished };
}

const named = (root: CallJson, name: string): CallJson[] =>
  callsOf(root).filter(({ callable }) => callable === name);

/** The names of the calls above each call of this name, innermost first; processes as "process". */
function pathsTo(root: CallJson, name: string): string[] {
  const paths: string[] = [];
  const visit = (call: CallJson, above: string[]): void => {
    if (call.callable === name) paths.push(above.join(" < "));
    const own = call.kind === "process" ? "process" : call.kind === "root" ? "root" : call.callable;
    for (const child of call.calls) visit(child, [own, ...above]);
  };
  visit(root, []);
  return paths;
}

describe("processes and threads", () => {
  it("records a process that is not Node as one call: command, exit code, duration", async () => {
    const { root } = await recorded({
      "app.js": `
        const { spawn, spawnSync, execSync, execFileSync } = require("node:child_process");
        function start() {
          spawn("sh", ["-c", "exit 3"]);
          spawn("sh", ["-c", "kill -9 $$"]);
          spawn("/none/such", ["--token=abc", "--password", "hunter2", "-v"]).on("error", () => {});
        }
        function wait() {
          execFileSync("true");
          spawnSync("sh", ["-c", "exit 4"]);
          try { execSync("exit 5", { stdio: "ignore" }) } catch {}
        }
        start(); wait();`,
    });
    const [start, wait] = root.calls.map((call) => ({
      calls: call.calls.filter(({ kind }) => kind === "process"),
    }));
    const filtered = expect.objectContaining({ $type: "filtered" });
    expect(
      start!.calls.map(({ kind, callable, inputs, output, error }) => [
        kind,
        callable,
        inputs.command,
        output ?? error,
      ]),
    ).toEqual([
      ["process", "exit", ["sh", "-c", "exit 3"], { exit_code: 3, signal: null }],
      ["process", "kill", ["sh", "-c", "kill -9 $$"], { exit_code: null, signal: "SIGKILL" }],
      [
        "process",
        "such",
        ["/none/such", filtered, filtered, filtered, "-v"],
        "Error: spawn /none/such ENOENT",
      ],
    ]);
    expect(wait!.calls.map(({ output, error }) => output ?? error)).toEqual([
      { exit_code: 0, signal: null },
      { exit_code: 4, signal: null },
      { exit_code: 5, signal: null },
    ]);
    for (const call of [...start!.calls, ...wait!.calls]) expect(call.duration_ms).toBeGreaterThan(0);
    expect(JSON.stringify(root)).not.toContain("hunter2");
  });

  it("merges forks within forks, each below the call that started it", async () => {
    const { root, finished } = await recorded({
      "app.js": `
        const { fork } = require("node:child_process");
        const level = Number(process.argv[2] ?? 0);
        function leaf(n) { return n }
        function below() { for (let i = 0; i < 2; i++) fork(__filename, [String(level + 1)]) }
        leaf(level);
        if (level < 2) below();`,
    });
    expect(finished.code).toBe(0);
    const paths = pathsTo(root, "leaf").sort((a, b) => a.length - b.length);
    const level = (n: number): string => ["root", ...Array(n).fill("below < process")].reverse().join(" < ");
    expect(paths).toEqual([
      "root",
      ...Array(2).fill("process < below < root"),
      ...Array(4).fill("process < below < process < below < root"),
    ]);
    expect(level(0)).toBe("root");
    expect(root.flowtrace_end!.threads.map(({ exit_code }) => exit_code)).toEqual(Array(7).fill(0));
  });

  it("holds all that threads and processes have told of when their pool ends them at once", async () => {
    const { root, finished } = await recorded({
      "app.js": `
        const { Worker } = require("node:worker_threads"), { fork } = require("node:child_process");
        const ends = [];
        function thread() {
          const worker = new Worker("./work.js");
          worker.on("message", () => worker.terminate());
          ends.push(new Promise((resolve) => worker.on("exit", resolve)));
        }
        function child() {
          const forked = fork("./work.js");
          forked.on("message", () => forked.kill("SIGKILL"));
          ends.push(new Promise((resolve) => forked.on("exit", (code, signal) => resolve(signal))));
        }
        thread(); thread(); child();
        Promise.all(ends).then((how) => console.log(...how));`,
      "work.js": `
        const { parentPort } = require("node:worker_threads");
        function task(n) { return n + 1 }
        const tell = parentPort ? (n) => parentPort.postMessage(n) : process.send.bind(process);
        setInterval(() => {}, 1000);
        tell(task(1) + task(2));`,
    });
    expect(finished.stdout).toBe("1 1 SIGKILL\n");
    expect(named(root, "task").map(({ output }) => output)).toEqual([2, 3, 2, 3, 2, 3]);
    expect(new Set(pathsTo(root, "task"))).toEqual(
      new Set(["process < thread < root", "process < child < root"]),
    );
    const processes = callsOf(root).filter(({ kind }) => kind === "process");
    expect(processes.map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
  });

  it("puts a thread that a process starts at its top level below that process", async () => {
    const { root } = await recorded({
      "app.js": `function start() { require("node:child_process").fork("./child.js") } start();`,
      "child.js": `new (require("node:worker_threads").Worker)("./thread.js");`,
      "thread.js": "function work() {} work();",
    });
    expect(pathsTo(root, "work")).toEqual(["process < process < start < root"]);
  });

  it("holds every call of a pool of threads, below the call that made the pool", async () => {
    const { root, finished } = await recorded({
      "app.js": `
        const { Worker, isMainThread, parentPort } = require("node:worker_threads");
        function job(n) { return n * n }
        function pool(size) {
          let sent = 0, sum = 0;
          for (let i = 0; i < size; i++) {
            const worker = new Worker(__filename);
            worker.on("message", (n) => { sum += n; next(worker) });
            next(worker);
          }
          function next(worker) {
            if (sent < 200) worker.postMessage(sent++);
            else { worker.postMessage(null); if (sent++ === 200 + size - 1) console.log(sum) }
          }
        }
        if (isMainThread) pool(4);
        else parentPort.on("message", (n) => { if (n === null) parentPort.close(); else parentPort.postMessage(job(n)) });`,
    });
    expect(finished.stdout).toBe("2646700\n");
    const jobs = named(root, "job");
    expect(jobs.map(({ inputs }) => Number(inputs.n)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, n) => n),
    );
    expect(new Set(pathsTo(root, "job").map((path) => path.split(" < ").slice(-3).join(" < ")))).toEqual(
      new Set(["process < pool < root"]),
    );
    expect(root.flowtrace_end!.threads).toHaveLength(5);
  });

  it("holds every call of a cluster under load one of whose workers is killed, but that worker's last moments", async () => {
    const { root, finished } = await recorded(
      {
        "app.js": `
        const cluster = require("node:cluster"), http = require("node:http");
        function answer(n) { return "answer " + n }
        function startWorkers() { for (let i = 0; i < 2; i++) cluster.fork() }
        function ask(port, n) {
          return new Promise((resolve) => {
            const request = http.get({ port, path: "/" + n, agent: false }, (response) => {
              let text = "";
              response.on("data", (chunk) => text += chunk).on("end", () => resolve(text)).on("error", () => resolve("cut"));
            });
            request.on("error", () => resolve("refused"));
          });
        }
        async function load(port) {
          const workers = Object.values(cluster.workers);
          const answers = [];
          for (let n = 0; n < 200; n += 10) {
            answers.push(...await Promise.all(Array.from({ length: 10 }, (_, i) => ask(port, n + i))));
            if (n === 100) {
              const gone = new Promise((resolve) => workers[0].on("exit", (code, signal) => resolve(signal)));
              workers[0].process.kill("SIGKILL");
              console.log(await gone);
            }
          }
          console.log(answers.filter((text) => text.startsWith("answer")).length);
          workers[1].disconnect();
        }
        if (cluster.isPrimary) {
          startWorkers();
          let listening = 0;
          cluster.on("listening", (worker, { port }) => { if (++listening === 2) load(port) });
        } else http.createServer((request, response) => response.end(answer(Number(request.url.slice(1))))).listen(0);`,
      },
      "--flush-every-call",
    );
    expect({ code: finished.code, stdout: finished.stdout }).toEqual({ code: 0, stdout: "SIGKILL\n200\n" });
    expect(new Set(named(root, "answer").map(({ inputs }) => inputs.n)).size).toBe(200);
    const workers = named(root, "startWorkers")[0]!.calls;
    expect(workers.map(({ kind, output }) => ({ kind, output }))).toEqual([
      { kind: "process", output: { exit_code: null, signal: "SIGKILL" } },
      { kind: "process", output: { exit_code: 0, signal: null } },
    ]);
    for (const worker of workers)
      expect(callsOf(worker).some(({ callable }) => callable === "answer")).toBe(true);
  });

  it("holds every call of 50 short-lived children, in bounded memory", async () => {
    const { root } = await recorded({
      "app.js": `
        const { spawn } = require("node:child_process");
        function work(n) { return n }
        function start(n) { return new Promise((resolve) => spawn(process.execPath, [__filename, n]).on("exit", resolve)) }
        async function main() { for (let n = 0; n < 50; n += 5) await Promise.all([0, 1, 2, 3, 4].map((i) => start(n + i))) }
        if (process.argv[2]) work(Number(process.argv[2])); else main();`,
    });
    expect(
      named(root, "work")
        .map(({ inputs }) => Number(inputs.n))
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 50 }, (_, n) => n));
    for (const start of named(root, "start")) {
      const started = callsOf(start).filter(({ kind }) => kind === "process");
      expect(started.map(({ kind, calls }) => [kind, calls.map(({ inputs }) => inputs.n)])).toEqual([
        ["process", [start.inputs.n]],
      ]);
    }
  });

  it("with --no-children records other processes as one call, and threads not at all", async () => {
    const { root } = await recorded(
      {
        "app.js": `
        const { execFileSync, fork } = require("node:child_process"), { Worker, isMainThread } = require("node:worker_threads");
        function inner() {}
        function startAll() { execFileSync(process.execPath, [__filename, "child"]); fork(__filename, ["child"]); new Worker(__filename) }
        if (process.argv[2] === "child" || !isMainThread) inner(); else startAll();`,
      },
      "--no-children",
    );
    expect(callsOf(root).map(({ kind, callable, output }) => [kind, callable, output])).toEqual([
      ["function", "startAll", expect.anything()],
      ["process", "node", { exit_code: 0, signal: null }],
      ["process", "node", { exit_code: 0, signal: null }],
    ]);
    expect(root.flowtrace_end!.threads).toHaveLength(1);
  });
});
