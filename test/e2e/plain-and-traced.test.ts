import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { command, folderWith, NODES, ownLinesRemoved, readJson, run } from "../support/run.js";
import { tree } from "../support/tree.js";
import { ASYNC } from "./programs/async.js";
import { COMMONJS } from "./programs/commonjs.js";
import { FUNCTIONS } from "./programs/functions.js";
import { MODULES } from "./programs/modules.js";
import type { Program } from "./programs/program.js";
import { STACKS } from "./programs/stacks.js";
import { TYPESCRIPT } from "./programs/typescript.js";
import { UNCAUGHT } from "./programs/uncaught.js";

const versions = NODES.map((path) => {
  const version = execFileSync(path, ["-p", "process.versions.node"], { encoding: "utf8" }).trim();
  return { path, version, major: Number.parseInt(version, 10) };
});

function written(files: Record<string, string>): string {
  const folder = realpathSync(folderWith());
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** What differs from run to run by itself. */
function settled(text: string): string {
  return ownLinesRemoved(text).replace(/\(node:\d+\)/g, "(node:1)");
}

function same(title: string, programs: Program[]): void {
  describe.each(versions)(`${title}, on Node $version`, ({ path, major }) => {
    for (const program of programs) {
      const { name, files, entry, since = 0, not = [], args = [], flags = [], calls } = program;
      const { stdout, code = 0, erasable } = program;
      it.skipIf(major < since || not.includes(major)).concurrent(name, async () => {
        const cwd = written(files);
        const trace = join(folderWith(), "trace.json");
        const env = { ...process.env, NODE_OPTIONS: flags.join(" ") };
        const isPlain = stdout === undefined || (erasable === true && major >= 22);
        const [plain, traced] = await Promise.all([
          isPlain ? run(path, [entry, ...args], { cwd, env }) : undefined,
          command("flowtrace", ["-o", trace, "-s", entry, ...args], { cwd, env }, path),
        ]);
        if (stdout !== undefined) {
          expect([traced.stdout, traced.code]).toEqual([stdout, code]);
          // Once more, out of the cache.
          const again = await command("flowtrace", ["-o", trace, "-s", entry, ...args], { cwd, env }, path);
          expect([again.stdout, again.code]).toEqual([stdout, code]);
        }
        if (plain !== undefined) {
          expect(traced.stdout).toBe(plain.stdout);
          expect(settled(traced.stderr)).toBe(settled(plain.stderr));
          expect([traced.code, traced.signal]).toEqual([plain.code, plain.signal]);
        }
        if (calls !== undefined) expect(tree(readJson(trace))).toBe(calls);
      });
    }
  });
}

same("CommonJS is the same traced", COMMONJS);
same("ECMAScript modules are the same traced", MODULES);
same("functions are the same traced", FUNCTIONS);
same("asynchronous programs are the same traced", ASYNC);
same("TypeScript is run as it stands", TYPESCRIPT);
same("stacks are the same traced", STACKS);
same("an uncaught error is the same traced", UNCAUGHT);

const withSourceMaps = [
  ...STACKS,
  ...UNCAUGHT.filter(({ name }) =>
    /an error event|cannot be cloned|V8's own|rejected async|a failing ok/.test(name),
  ),
].map((program) => ({ ...program, flags: ["--enable-source-maps", ...(program.flags ?? [])] }));
same("errors are the same traced when Node maps stacks", withSourceMaps);
