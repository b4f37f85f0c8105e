import {
  cpSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, NODES, ROOT, run } from "../support/run.js";

/** The package as it is installed, in a place of its own. */
function installed(): string {
  const folder = folderWith({ "program.js": "function f(n) { return n + 1 }\nconsole.log(f(1));" });
  for (const part of ["bin", "dist", "package.json"])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  rmSync(join(folder, "dist", ".code"), { recursive: true, force: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

/** Rewrites the program, unless it is in this folder already. */
async function traced(cwd: string, cache: string, node = process.execPath): Promise<void> {
  const { stdout, stderr } = await run(node, ["bin/flowtrace.js", "-o", "trace.json", "-s", "program.js"], {
    cwd,
    env: { ...process.env, FLOWTRACE_CACHE_DIR: join(cwd, cache) },
  });
  expect([stdout, stderr]).toEqual(["2\n", expect.stringContaining("1 call, 1 file")]);
}

describe("the code kept of an earlier run", () => {
  it.each(
    NODES,
  )("is made once, of the command, the hook and the rewriter, and taken from then on: %s", async (node) => {
    const cwd = installed();
    const code = join(cwd, "dist", ".code");
    const start = async (cache: string): Promise<string[]> => {
      await traced(cwd, cache, node);
      return readdirSync(code).sort();
    };
    const made = await start("first");
    expect(made.map((name) => name.split("-")[0])).toEqual(["flowtrace", "preload", "rewriting"]);
    const times = made.map((name) => statSync(join(code, name)).mtimeMs);
    for (const cache of ["first", "second"]) expect(await start(cache)).toEqual(made);
    expect(made.map((name) => statSync(join(code, name)).mtimeMs)).toEqual(times);
  });

  it("is made anew where the package has been moved to: it has the old place in it", async () => {
    const cwd = installed();
    const start = async (folder: string): Promise<string> => {
      const { stdout } = await run(process.execPath, ["bin/flowtrace.js", "-s", "callback.js"], {
        cwd: folder,
      });
      return stdout;
    };
    writeFileSync(
      join(cwd, "callback.js"),
      `const { readFile } = require("node:fs");
       function read() { readFile(__filename, () => console.log(new Error().stack.split("\\n")[2])) }
       read();`,
    );
    const plain = (await run(process.execPath, ["callback.js"], { cwd })).stdout;
    expect(await start(cwd)).toBe(plain);
    const moved = join(folderWith({}), "moved");
    renameSync(cwd, moved);
    expect(await start(moved)).toBe(plain);
  });

  it("is made again when it is cut, empty or something else", async () => {
    const cwd = installed();
    const code = join(cwd, "dist", ".code");
    await traced(cwd, "first");
    const whole = readdirSync(code).map(
      (name) => [join(code, name), readFileSync(join(code, name)).length] as const,
    );
    const damages: ((path: string) => void)[] = [
      (path) => truncateSync(path, 1000),
      (path) => truncateSync(path, 0),
      (path) => writeFileSync(path, "function () {}"),
    ];
    for (const [i, damage] of damages.entries()) {
      for (const [path] of whole) damage(path);
      await traced(cwd, `after ${i}`);
      for (const [path, length] of whole) expect(statSync(path).size).toBeGreaterThan(length / 2);
    }
  });
});
