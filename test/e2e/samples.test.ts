import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { callsThatRan } from "../support/coverage.js";
import {
  callsOf,
  command,
  type Finished,
  folderWith,
  ownLinesRemoved,
  ROOT,
  readJson,
  run,
} from "../support/run.js";

const SAMPLES = join(ROOT, "samples");

/** As the README shows them. */
const COMMANDS: [script: string, ...args: string[]][] = [
  ["basic/basic.js", "--customer", "ana maria", "--tier", "gold", "--coffee", "3"],
  ["basic-positional/basic-positional.js", "juan perez", "silver", "1", "2", "0", "0.18"],
  ["complex/checkout.js"],
  ["concurrent/concurrent.js"],
  ["error/error.js"],
  ["error-internal/error-internal.js"],
];

/** What a run shows, without what differs from one machine or version of Node to the next. */
function shown({ stdout, stderr, code }: Finished): string {
  const errors = ownLinesRemoved(stderr)
    .replaceAll(ROOT, "")
    .replace(/^ +at .*node:.*\n/gm, "")
    .replace(/^node:.*\n.*\n *\^\n\n/gm, "")
    .replace(/^Node\.js v.*$/gm, "");
  return `${stdout}${errors.trim() === "" ? "" : `\n[stderr]\n${errors.trimEnd()}\n`}\n[exit code ${code}]\n`;
}

const expectedOf = (script: string): string => join(SAMPLES, dirname(script), "expected.txt");

/** Calls of functions in the samples' own files; rows of threads are none. */
const callsIn = (cwd: string): number =>
  callsOf(readJson(join(cwd, "flowtrace.json"))).filter(
    ({ kind, file }) => kind !== "builtin" && file !== undefined,
  ).length;

describe("samples/", () => {
  it.each(
    COMMANDS,
  )("%s shows what is expected, traced as plain, and every call that V8 counts is recorded", async (script, ...args) => {
    const cwd = folderWith();
    const coverage = folderWith();
    const path = join(SAMPLES, script);
    const env = { ...process.env, NODE_V8_COVERAGE: coverage };
    const plain = await run(process.execPath, [path, ...args], { cwd, env });
    const traced = await command("flowtrace", ["-s", path, ...args], { cwd });
    await expect(shown(plain)).toMatchFileSnapshot(expectedOf(script));
    await expect(shown(traced)).toMatchFileSnapshot(expectedOf(script));
    expect(traced.stdout).toBe(plain.stdout);
    expect(ownLinesRemoved(traced.stderr)).toBe(plain.stderr);
    let calls = 0;
    for (const [file, count] of callsThatRan(coverage)) if (file.startsWith(SAMPLES)) calls += count;
    expect(callsIn(cwd)).toBe(calls);
    const root = readJson(join(cwd, "flowtrace.json"));
    expect(root.flowtrace_end).toMatchObject({
      finished: true,
      exit_code: plain.code,
      calls: callsOf(root).length,
    });
    expect(readdirSync(cwd)).toEqual(["flowtrace.json"]);
  });

  it("typescript/app.ts shows what is expected, traced as compiled by esbuild, and records the same calls", async () => {
    const cwd = folderWith();
    const coverage = folderWith();
    const compiled = folderWith();
    const path = join(SAMPLES, "typescript", "app.ts");
    const program = join(compiled, "app.mjs");
    await build({ entryPoints: [path], outfile: program, bundle: true, platform: "node", format: "esm" });
    const env = { ...process.env, NODE_V8_COVERAGE: coverage };
    const plain = await run(process.execPath, [program], { cwd, env });
    const traced = await command("flowtrace", ["-s", path], { cwd });
    await expect(shown(plain)).toMatchFileSnapshot(expectedOf("typescript/app.ts"));
    await expect(shown(traced)).toMatchFileSnapshot(expectedOf("typescript/app.ts"));
    let calls = 0;
    for (const [file, count] of callsThatRan(coverage)) if (file.startsWith(compiled)) calls += count;
    expect(callsIn(cwd)).toBe(calls);
  });

  it("holds no sample that is not run here", () => {
    const run = [...COMMANDS.map(([script]) => dirname(script)), "typescript"];
    expect(readdirSync(SAMPLES)).toEqual(run.map((folder) => basename(folder)).sort());
  });
});
