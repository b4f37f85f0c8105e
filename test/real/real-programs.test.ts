import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Trace } from "../../lib/trace/columns.js";
import { Flag } from "../../lib/trace/columns.js";
import { callsThatRan } from "../support/coverage.js";
import { type Finished, ownLinesRemoved, run } from "../support/run.js";
import { type Installed, install } from "./installed.js";

let installed: Installed;
const folders: string[] = [];

beforeAll(() => {
  installed = install();
});

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A project below the installed packages. */
function projectWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(installed.folder, "project-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const bin = (path: string): string => join(installed.folder, "node_modules", path);
const flowtrace = (...options: string[]): string[] => [bin("flowtrace-cli/bin/flowtrace.js"), ...options];
const timesRemoved = (text: string): string => text.replace(/\b\d+(\.\d+)?\s?m?s\b/g, "<time>");
const seen = ({ code, signal, stdout, stderr }: Finished): object => ({
  code,
  signal,
  stdout: timesRemoved(stdout),
  stderr: timesRemoved(ownLinesRemoved(stderr)),
});

/** Calls of functions by file, those that are only counted, too. */
function callsByFile({ calls, functions, end, run: { root } }: Trace): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (file: string, count: number) => {
    const path = join(root, file);
    counts.set(path, (counts.get(path) ?? 0) + count);
  };
  for (let row = 1; row < calls.length; row++) {
    const { file, kind } = functions[calls.functionId[row]!]!;
    if (file !== undefined && kind !== "builtin") add(file, 1);
  }
  for (const { file, calls: count } of end.folded) add(file, count);
  return counts;
}

const running = ({ calls }: Trace): number =>
  calls.flags.reduce((n, flags) => n + (flags & Flag.running && 1), 0);

/** Runs a command plain and traced, and holds the trace against V8's own counts of what ran in the package's files. */
async function sameTraced(
  args: string[],
  include: string,
  cwd: string,
): Promise<{ plain: Finished; trace: Trace }> {
  const coverage = join(cwd, ".coverage");
  const plain = await run(process.execPath, args, {
    cwd,
    env: { ...process.env, NODE_V8_COVERAGE: coverage },
  });
  const output = join(cwd, ".trace.json.gz");
  const traced = await run(
    process.execPath,
    flowtrace("--include", `**/${include}/**`, "-o", output, ...args),
    { cwd },
  );
  expect(seen(traced)).toEqual(seen(plain));
  const trace = await installed.flowtrace.readTrace(output);
  expect(trace.end.finished).toBe(true);
  const expected = [...callsThatRan(coverage)].filter(
    ([file, count]) => count > 0 && file.startsWith(join(installed.folder, "node_modules", include) + sep),
  );
  const recorded = callsByFile(trace);
  const sum = (counts: Iterable<[string, number]>) =>
    [...counts].reduce((total, [, count]) => total + count, 0);
  // Compiled files are told by their originals, where they have a map.
  const known = expected.every(([file]) => recorded.has(file));
  if (known) expect(expected.filter(([file, count]) => recorded.get(file) !== count)).toEqual([]);
  expect(sum(recorded)).toBe(sum(expected));
  expect(expected.length).toBeGreaterThan(0);
  return { plain, trace };
}

describe("commands, the same as plain, and every call of theirs in the trace", () => {
  it("prettier", async () => {
    const cwd = projectWith({ "app.js": readFileSync(bin("express/lib/application.js"), "utf8") });
    const { plain } = await sameTraced(
      [bin("prettier/bin/prettier.cjs"), "--no-config", "app.js"],
      "prettier",
      cwd,
    );
    expect(plain.stdout).toContain("app.defaultConfiguration");
  });

  it("eslint", async () => {
    const cwd = projectWith({
      "app.js": readFileSync(bin("express/lib/application.js"), "utf8"),
      "eslint.config.js": 'module.exports = [require("@eslint/js").configs.recommended];',
    });
    const { plain } = await sameTraced([bin("eslint/bin/eslint.js"), "app.js"], "eslint", cwd);
    expect(plain.code).toBe(1);
    expect(plain.stdout).toContain("no-undef");
  });

  it("marked", async () => {
    const cwd = projectWith({ "README.md": readFileSync(bin("express/Readme.md"), "utf8") });
    const { plain } = await sameTraced([bin("marked/bin/marked.js"), "-i", "README.md"], "marked", cwd);
    expect(plain.stdout).toContain("<h2>");
  });

  it("tsc --noEmit", async () => {
    const cwd = projectWith({
      "index.ts":
        "export const f = (n: number): string => n.toFixed(2);\nexport const wrong: string = f('1');\n",
      "tsconfig.json":
        '{ "compilerOptions": { "strict": true, "noEmit": true, "noLib": true, "types": [] }, "files": ["index.ts", "lib.d.ts"] }',
      "lib.d.ts":
        "interface Array<T> {} interface Boolean {} interface CallableFunction {} interface Function {} interface IArguments {}\n" +
        "interface NewableFunction {} interface Number { toFixed(digits?: number): string } interface Object {} interface RegExp {} interface String {}\n",
    });
    const { plain } = await sameTraced([bin("typescript/lib/tsc.js"), "-p", "."], "typescript", cwd);
    expect(plain.stdout).toContain("TS2345");
  });

  it("mocha", async () => {
    const cwd = projectWith({
      "test/sum.js": `const assert = require("node:assert");
        const sum = (list) => list.reduce((a, b) => a + b, 0);
        describe("sum", () => {
          it("adds", () => assert.equal(sum([1, 2]), 3));
          it("waits", async () => { await new Promise((done) => setTimeout(done, 5)); assert.equal(sum([]), 0); });
          it("fails", () => assert.equal(sum([1]), 2));
          it.skip("is skipped", () => {});
        });`,
    });
    const args = [bin("mocha/bin/mocha.js"), "test"];
    const plain = await run(process.execPath, args, { cwd });
    const output = join(cwd, "trace.json");
    const traced = await run(
      process.execPath,
      flowtrace("--include", "**/mocha/**", "--include", "**/test/**", "-o", output, ...args),
      { cwd },
    );
    expect(seen(traced)).toEqual(seen(plain));
    expect(plain.stdout).toContain("1 failing");
    const trace = await installed.flowtrace.readTrace(output);
    expect(trace.functions.map(({ name }) => name)).toEqual(expect.arrayContaining(["sum", "run"]));
  });

  it("vite build", async () => {
    const cwd = projectWith({
      "index.html": '<!doctype html><div id="app"></div><script type="module" src="/main.ts"></script>',
      "main.ts":
        "import { greet } from './greet';\ndocument.querySelector('#app')!.textContent = greet('you');",
      "greet.ts": "export const greet = (name: string): string => 'Hello ' + name;",
    });
    const built = join(cwd, "plain");
    const args = [bin("vite/bin/vite.js"), "build"];
    const plain = await run(process.execPath, args, { cwd });
    cpSync(join(cwd, "dist"), built, { recursive: true });
    const output = join(cwd, "trace.json.gz");
    const traced = await run(process.execPath, flowtrace("--include", "**/vite/**", "-o", output, ...args), {
      cwd,
    });
    expect(seen(traced)).toEqual(seen(plain));
    expect(plain.code).toBe(0);
    for (const [, name] of plain.stdout.matchAll(/dist\/(\S+)/g))
      expect(readFileSync(join(cwd, "dist", name!), "utf8")).toBe(readFileSync(join(built, name!), "utf8"));
    const trace = await installed.flowtrace.readTrace(output);
    expect(trace.end).toMatchObject({ finished: true, exit_code: 0 });
    expect(trace.functions.map(({ name }) => name)).toContain("build");
  });
});

describe("programs of a user's", () => {
  const cli = `import { parseArgs } from "node:util";
    enum Mode { Sum = "sum", Mean = "mean" }
    const { positionals } = parseArgs({ allowPositionals: true });
    function add(list: readonly number[]): number { return list.reduce((a, b) => a + b, 0) }
    const modes: Record<Mode, (list: number[]) => number> = { [Mode.Sum]: add, [Mode.Mean]: (list) => add(list) / list.length };
    console.log(modes[positionals[0] as Mode](positionals.slice(1).map(Number)));`;

  it.each([
    { how: "through tsx", runner: () => ["--", process.execPath, bin("tsx/dist/cli.mjs")] },
    { how: "as it stands", runner: () => [] },
  ])("a TypeScript command $how", async ({ runner }) => {
    const cwd = projectWith({ "cli.ts": cli, "package.json": '{ "type": "module" }' });
    const args = ["cli.ts", "mean", "1", "2", "6"];
    const traced = await run(process.execPath, flowtrace(...runner(), ...args), { cwd });
    expect(traced.stdout).toBe("3\n");
    expect(ownLinesRemoved(traced.stderr)).toBe("");
    const trace = await installed.flowtrace.readTrace(join(cwd, "flowtrace.json"));
    const functions = trace.functions.filter(({ file }) => file?.endsWith("cli.ts"));
    const places = functions.map(({ name, line }) => `${name} ${line}`);
    expect(places).toEqual(
      expect.arrayContaining(["add 4", "callback of list.reduce (cli.ts:4) 4", expect.stringMatching(/ 5$/)]),
    );
  });

  it("a pipeline of rxjs and one of async iterators", async () => {
    const cwd = projectWith({
      "main.mjs": `import { from, interval } from "rxjs";
        import { concatMap, filter, map, reduce, take } from "rxjs/operators";
        import { Readable } from "node:stream";
        const double = (n) => n * 2;
        const isOdd = (n) => n % 2 === 1;
        async function later(n) { await new Promise((done) => setTimeout(done, 1)); return n }
        async function* pages() { for (let page = 0; page < 3; page++) { await null; yield [page, page + 1] } }
        async function* flat(source) { for await (const page of source) yield* page }
        interval(1).pipe(take(10), filter(isOdd), concatMap((n) => from(later(n))), map(double), reduce((a, b) => a + b)).subscribe(async (sum) => {
          console.log("sum", sum);
          const list = [];
          for await (const n of flat(pages())) list.push(double(n));
          for await (const n of Readable.from(flat(pages())).map(later)) list.push(n);
          console.log(list.join());
        });`,
    });
    const plain = await run(process.execPath, ["main.mjs"], { cwd });
    const traced = await run(
      process.execPath,
      flowtrace("--include", "**/main.mjs", "--include", "**/rxjs/**", "main.mjs"),
      { cwd },
    );
    expect(seen(traced)).toEqual(seen(plain));
    expect(plain.stdout).toBe("sum 50\n0,2,2,4,4,6,0,1,1,2,2,3\n");
    const trace = await installed.flowtrace.readTrace(join(cwd, "flowtrace.json"));
    const calls = (name: string) =>
      trace.calls.functionId.filter((id, row) => row > 0 && trace.functions[id]!.name === name).length;
    expect({
      double: calls("double"),
      isOdd: calls("isOdd"),
      later: calls("later"),
      pages: calls("pages"),
      flat: calls("flat"),
    }).toEqual({
      double: 11,
      isOdd: 10,
      later: 11,
      pages: 2,
      flat: 2,
    });
    expect(running(trace)).toBe(0);
  });
});

describe("servers", () => {
  /** Starts a server, which says when it listens; `talk` gets its URL; Ctrl-C ends it. */
  async function served<T>(
    args: string[],
    cwd: string,
    talk: (url: string) => Promise<T>,
  ): Promise<{ answers: T; finished: Finished }> {
    const child: ChildProcess = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const finished: Finished = { stdout: "", stderr: "", code: null, signal: null };
    const ended = new Promise<void>((resolve) => {
      child.on("close", (code, signal) => {
        Object.assign(finished, { code, signal });
        resolve();
      });
    });
    child.stderr!.on("data", (chunk) => {
      finished.stderr += chunk;
    });
    const url = await new Promise<string>((resolve) => {
      child.stdout!.on("data", (chunk) => {
        finished.stdout += chunk;
        const listening = /http:\S+/.exec(finished.stdout);
        if (listening !== null) resolve(listening[0]);
      });
    });
    const answers = await talk(url);
    child.kill("SIGINT");
    await ended;
    finished.stdout = finished.stdout.replace(/:\d+\b/g, "");
    return { answers, finished };
  }

  const ending =
    'process.on("SIGINT", () => { server.close(() => { console.log("closed"); process.exit(0) }); server.closeAllConnections?.() });';

  it("express answers 1,000 requests, and Ctrl-C ends it", async () => {
    const cwd = projectWith({
      "server.js": `const express = require("express");
        const app = express();
        async function load(id) { await new Promise((done) => setTimeout(done, id % 3)); if (id % 100 === 99) throw new Error("no " + id); return { id, price: id * 2 } }
        function priced(row) { return { ...row, total: row.price * 1.21 } }
        app.get("/items/:id", async function item(req, res) { res.json(priced(await load(Number(req.params.id)))) });
        app.use(function failed(error, req, res, next) { res.status(500).json({ error: error.message }) });
        const server = app.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port));
        ${ending}`,
    });
    const talk = async (url: string) => {
      const answers: string[] = [];
      for (let from = 0; from < 1000; from += 50)
        answers.push(
          ...(await Promise.all(
            Array.from({ length: 50 }, async (_, i) => {
              const answer = await fetch(`${url}/items/${from + i}`);
              return `${answer.status} ${await answer.text()}`;
            }),
          )),
        );
      return answers;
    };
    const plain = await served(["server.js"], cwd, talk);
    const traced = await served(
      flowtrace("--include", "**/server.js", "--include", "**/express/**", "server.js"),
      cwd,
      talk,
    );
    expect(traced.answers).toEqual(plain.answers);
    expect(seen(traced.finished)).toEqual(seen(plain.finished));
    expect(plain.finished.code).toBe(0);
    const trace = await installed.flowtrace.readTrace(join(cwd, "flowtrace.json"));
    const { calls, functions } = trace;
    const rows = (name: string) =>
      [...calls.functionId.keys()].filter(
        (row) => row > 0 && functions[calls.functionId[row]!]!.name === name,
      );
    const loads = rows("load");
    expect(rows("item")).toHaveLength(1000);
    expect(loads).toHaveLength(1000);
    expect(rows("failed")).toHaveLength(10);
    expect(loads.map((row) => functions[calls.functionId[calls.parent[row]!]!]!.name)).toEqual(
      Array(1000).fill("item"),
    );
  });

  it("fastify under autocannon", async () => {
    const cwd = projectWith({
      "server.mjs": `import Fastify from "fastify";
        const app = Fastify();
        async function load(id) { await null; return { id } }
        app.get("/items/:id", async function item(req) { return load(req.params.id) });
        const server = app.server;
        console.log(await app.listen({ port: 0, host: "127.0.0.1" }));
        ${ending}`,
    });
    const talk = async (url: string) => {
      const { stdout } = await run(
        process.execPath,
        [bin("autocannon/autocannon.js"), "-a", "3000", "-c", "50", "--json", `${url}/items/7`],
        { cwd },
      );
      const { "2xx": ok, non2xx, errors } = JSON.parse(stdout) as Record<string, number>;
      return { ok, non2xx, errors };
    };
    const plain = await served(["server.mjs"], cwd, talk);
    const traced = await served(
      flowtrace("--include", "**/server.mjs", "--include", "**/fastify/**", "server.mjs"),
      cwd,
      talk,
    );
    expect(traced.answers).toEqual({ ok: 3000, non2xx: 0, errors: 0 });
    expect(plain.answers).toEqual(traced.answers);
    expect(seen(traced.finished)).toEqual(seen(plain.finished));
    const trace = await installed.flowtrace.readTrace(join(cwd, "flowtrace.json"));
    const { calls, functions } = trace;
    const rows = (name: string) =>
      [...calls.functionId.keys()].filter(
        (row) => row > 0 && functions[calls.functionId[row]!]!.name === name,
      );
    const items = rows("item");
    expect(items).toHaveLength(3000);
    const parents = rows("load").map((row) => calls.parent[row]!);
    expect(parents.sort((a, b) => a - b)).toEqual(items);
  });
});
