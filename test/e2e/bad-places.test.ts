import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { callsOf, command, folderWith, ROOT, readJson, run } from "../support/run.js";

/** Makes calls, has something done to the folder that is recorded to, and goes on. */
function program(meanwhile: string): string {
  return [
    "const fs = require('node:fs');",
    "function f(n) { return n }",
    "for (let i = 0; i < 1000; i++) f(i);",
    "setTimeout(() => {",
    `  ${meanwhile}`,
    "  for (let i = 1000; i < 30000; i++) f(i);",
    "  console.log('done');",
    "}, 200);",
  ].join("\n");
}

const calls = (path: string): number =>
  callsOf(readJson(path)).filter(({ callable }) => callable === "f").length;

const FLOWTRACE = `"${process.execPath}" "${join(ROOT, "bin", "flowtrace.js")}"`;

/** A journal of some MB, and a trace of several times that. */
const LARGE = [
  "function f(n) { return { n, list: [n, n + 1, n + 2], name: 'item ' + (n % 10) } }",
  "for (let i = 0; i < +process.argv[2]; i++) f(i);",
  "console.log('done');",
].join("\n");

const NOBODY = 65534;

/** Has a disk of this size for a while, where that is permitted. */
async function onSmallDisk(
  size: string,
  skip: (why: string) => void,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = folderWith();
  const mounted = await run("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]);
  if (mounted.code !== 0) skip(`no file system can be mounted here: ${mounted.stderr}`);
  try {
    await use(folder);
  } finally {
    await run("umount", [folder]);
  }
}

/** The commands say what is wrong in one line each, and no stack of ours. */
function expectNoStack(stderr: string): void {
  expect(stderr).not.toMatch(/^\s+at /m);
}

describe("the program goes on, and nothing is lost,", () => {
  it("when the folder that is recorded to is removed", async () => {
    const cwd = folderWith({ "app.js": program("fs.rmSync('out', { recursive: true })") });
    const { code, stdout, stderr } = await command("flowtrace", ["-o", "out/t.json", "-s", "app.js"], {
      cwd,
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
    expectNoStack(stderr);
    expect(calls(join(cwd, "out", "t.json"))).toBe(30000);
  });

  it("when it is moved away", async () => {
    const cwd = folderWith({ "app.js": program("fs.renameSync('out', 'moved')") });
    const { code, stdout } = await command("flowtrace", ["-o", "out/t.json", "-s", "app.js"], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
    expect(calls(join(cwd, "out", "t.json"))).toBe(30000);
  });

  it("when a folder takes the trace's place: the journals stay for flowtrace-recover", async () => {
    const cwd = folderWith({
      "app.js": program("fs.rmSync('t.json', { force: true }); fs.mkdirSync('t.json')"),
    });
    const { code, stdout, stderr } = await command("flowtrace", ["-o", "t.json", "-s", "app.js"], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
    expect(stderr).toMatch(
      /t\.json cannot be written: it is a folder.*flowtrace-recover .*t\.json\.run -o <file>/,
    );
    expectNoStack(stderr);
    const recovered = await command("flowtrace-recover", ["t.json.run", "-o", "again.json"], { cwd });
    expect(recovered.code).toBe(0);
    expect(calls(join(cwd, "again.json"))).toBe(30000);
  });

  it("when the folder becomes read-only: the journals stay for flowtrace-recover", async () => {
    const cwd = folderWith({ "app.js": program("fs.chmodSync('out', 0o500)") });
    mkdirSync(join(cwd, "out"));
    // Root may write anywhere: it hands the program to somebody who may not.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) for (const path of [cwd, join(cwd, "out")]) chownSync(path, NOBODY, NOBODY);
    const { code, stdout, stderr } = await command("flowtrace", ["-o", "out/t.json", "-s", "app.js"], {
      cwd,
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    chmodSync(join(cwd, "out"), 0o700);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
    expect(stderr).toMatch(
      /t\.json cannot be written: there is no permission to write there\..*flowtrace-recover/,
    );
    expectNoStack(stderr);
    const recovered = await command("flowtrace-recover", ["out/t.json.run", "-o", "again.json"], { cwd });
    expect(recovered.code).toBe(0);
    expect(calls(join(cwd, "again.json"))).toBe(30000);
  });

  it("when what tells of a module's functions cannot be written any more", async () => {
    const functions = Array.from(
      { length: 9000 },
      (_, i) => `exports.function${i} = (parameter) => parameter;`,
    );
    const cwd = folderWith({
      "app.js": "console.log(require('./large.js').function7(7), require('fs').existsSync('/no/such/file'));",
      "large.js": functions.join("\n"),
    });
    const { code, stdout, stderr } = await run("sh", ["-c", `ulimit -f 100; exec ${FLOWTRACE} -s app.js`], {
      cwd,
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "7 false\n" });
    expect(stderr.match(/recording stopped, the program goes on/g)).toHaveLength(1);
    expectNoStack(stderr);
  });

  it("but for the rest, when files may not get larger: it says so, and keeps what was written", async () => {
    const cwd = folderWith({ "app.js": program("") });
    const { code, stdout, stderr } = await run("sh", ["-c", `ulimit -f 100; exec ${FLOWTRACE} -s app.js`], {
      cwd,
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
    expect(
      stderr.match(/recording stopped, the program goes on: .* cannot be written \(EFBIG/g),
    ).toHaveLength(1);
    expect(stderr).toMatch(/Note: what process \d+ did in the end is missing, after \d+ calls/);
    expect(stderr).toContain("files may not get that large here");
    expectNoStack(stderr);
    expect((await command("flowtrace-recover", ["flowtrace.json"], { cwd })).code).toBe(0);
    expect(calls(join(cwd, "flowtrace.json"))).toBeGreaterThan(1000);
  });

  it("but for the rest, when the disk is full", async ({ skip }) => {
    await onSmallDisk("1m", skip, async (out) => {
      const cwd = folderWith({ "app.js": program("") });
      const args = ["-o", join(out, "t.json"), "-s", "app.js"];
      const { code, stdout, stderr } = await command("flowtrace", args, { cwd });
      expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
      expect(stderr).toContain("the disk is full. Make room");
      expectNoStack(stderr);
      const again = join(cwd, "again.json");
      const recovered = await command("flowtrace-recover", [join(out, "t.json.run"), "-o", again], { cwd });
      expect(recovered.code).toBe(0);
      expect(calls(again)).toBeGreaterThan(1000);
    });
  });

  it("and the disk keeps some room, when a trace would fill it: the rest can be had elsewhere", async ({
    skip,
  }) => {
    await onSmallDisk("20m", skip, async (out) => {
      const cwd = folderWith({ "app.js": LARGE });
      const args = ["--fold-after", "0", "-o", join(out, "t.json"), "-s", "app.js", "80000"];
      const { code, stdout, stderr } = await command("flowtrace", args, { cwd });
      expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
      expect(stderr).toMatch(
        /t\.json cannot be written: it would fill the disk, of which \d+ MB are left\. Make room, or/,
      );
      expect(stderr).toMatch(/The journals are kept: flowtrace-recover .+t\.json\.run -o <file>\.json\.gz\n/);
      expectNoStack(stderr);
      const again = join(cwd, "again.json");
      const recovered = await command("flowtrace-recover", [join(out, "t.json.run"), "-o", again], { cwd });
      expect(recovered.code).toBe(0);
      expect(calls(again)).toBe(80000);
    });
  });

  it("and calls are only counted, when the journal itself would fill the disk", async ({ skip }) => {
    await onSmallDisk("24m", skip, async (out) => {
      writeFileSync(join(out, "others"), Buffer.alloc(17 << 20));
      const cwd = folderWith({ "app.js": LARGE });
      const args = ["--fold-after", "0", "-o", join(out, "t.json"), "-s", "app.js", "400000"];
      const { code, stdout, stderr } = await command("flowtrace", args, { cwd });
      expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
      expect(stderr).toMatch(
        /Note: [\d,]+ calls of .*f are told as counts only, as more of them would have filled the disk\./,
      );
      const again = join(cwd, "again.json");
      const recovered = await command("flowtrace-recover", [join(out, "t.json.run"), "-o", again], { cwd });
      expect(recovered.code).toBe(0);
      const { folded, warnings } = readJson(again).flowtrace_end!;
      expect(calls(again) + folded[0]!.calls).toBe(400000);
      expect(warnings.map(({ code: reason }) => reason)).toContain("limit-disk");
    });
  });

  it("when it has used up its file descriptors", async () => {
    const cwd = folderWith({
      "app.js": [
        "const fs = require('node:fs');",
        "function open() { return fs.openSync(__filename, 'r') }",
        "function f(n) { return n }",
        "try { for (;;) open() } catch (e) { console.log(e.code) }",
        "for (let i = 0; i < 5000; i++) f(i);",
      ].join("\n"),
    });
    const { code, stdout } = await run("sh", ["-c", `ulimit -n 64; exec ${FLOWTRACE} -s app.js`], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "EMFILE\n" });
    expect(calls(join(cwd, "flowtrace.json"))).toBe(5000);
    expect(existsSync(join(cwd, "flowtrace.json.run"))).toBe(false);
  });
});
