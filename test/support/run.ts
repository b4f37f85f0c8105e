import { type SpawnOptions, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll } from "vitest";
import type { CallJson } from "../../lib/trace/format.js";

export const ROOT = join(__dirname, "..", "..");

/** Node versions to run programs on: this one, and those that FLOWTRACE_TEST_NODES lists. */
export const NODES = [
  process.execPath,
  ...(process.env.FLOWTRACE_TEST_NODES ?? "").split(delimiter).filter((path) => path !== ""),
];

export interface Finished {
  stdout: string;
  stderr: string;
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Runs a command to its end. */
export function run(command: string, args: string[], options: SpawnOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout!.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr!.on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ stdout, stderr, code, signal }));
  });
}

/** Runs one of our commands by its file in bin/. */
export function command(
  name: string,
  args: string[],
  options: SpawnOptions = {},
  node = process.execPath,
): Promise<Finished> {
  return run(node, [join(ROOT, "bin", `${name}.js`), ...args], options);
}

const folders: string[] = [];

/** A folder of the test's own, with these files in it. */
export function folderWith(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "flowtrace-test-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** The same with the package installed in it. */
export function projectWith(files: Record<string, string>): string {
  const cwd = folderWith(files);
  mkdirSync(join(cwd, "node_modules"));
  symlinkSync(ROOT, join(cwd, "node_modules", "flowtrace-cli"), "junction");
  return cwd;
}

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function readJson(path: string): CallJson {
  return (JSON.parse(readFileSync(path, "utf8")) as CallJson[])[0]!;
}

/** A program's stderr without FlowTrace's own lines. */
export function ownLinesRemoved(stderr: string): string {
  return stderr
    .split("\n")
    .filter((line) => !line.startsWith("[FlowTrace] "))
    .join("\n");
}

/** All calls of a trace in order, the root left out. */
export function callsOf(root: CallJson): CallJson[] {
  const calls: CallJson[] = [];
  const stack = [...root.calls].reverse();
  for (let call = stack.pop(); call !== undefined; call = stack.pop()) {
    calls.push(call);
    for (let i = call.calls.length - 1; i >= 0; i--) stack.push(call.calls[i]!);
  }
  return calls;
}

/** The tree as an outline: one line a call, `Class.method(inputs) → output` or `✗ error`, nested by two blanks. */
export function outline(root: CallJson): string {
  const lines: string[] = [];
  const visit = (call: CallJson, depth: number): void => {
    const name = call.called === call.callable ? call.callable : `${call.called}.${call.callable}`;
    const inputs = Object.entries(call.inputs)
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .join(", ");
    const end =
      call.status === "running"
        ? "…"
        : call.error !== null
          ? `✗ ${call.error}`
          : `→ ${JSON.stringify(call.output)}`;
    lines.push(`${"  ".repeat(depth)}${name}(${inputs}) ${end}`);
    for (const child of call.calls) visit(child, depth + 1);
  };
  for (const call of root.calls) visit(call, 0);
  return lines.join("\n");
}
