import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { command, folderWith } from "../support/run.js";

let cwd: string;

beforeAll(async () => {
  cwd = folderWith({
    "app.js": "function f(n) { return n < 1 ? 0 : f(n - 1) } f(50)",
    "empty.json": "",
    "list.json": "[]",
    "binary.json": Buffer.from(Uint8Array.from({ length: 5000 }, (_, n) => (n * 7) % 256)).toString("latin1"),
    "wrong.json": '[\n{"callable":"a.js","start_ms":"soon"}]',
    "deep.json": '[{"callable":"f","calls":'.repeat(10_000),
    "package.json": '{ "name": "not-a-trace", "version": "1.0.0", "scripts": {} }',
  });
  await command("flowtrace", ["-s", "app.js", "-o", "t.json.gz"], { cwd });
  await command("flowtrace", ["-s", "app.js", "-o", "t.json"], { cwd });
  const exported = (format: string) =>
    command("flowtrace-export", ["-i", "t.json", "--format", format, "-o", `${format}.json`], { cwd });
  await Promise.all([exported("speedscope"), exported("chrome")]);
  const text = readFileSync(join(cwd, "t.json"));
  writeFileSync(join(cwd, "cut.json"), text.subarray(0, text.length / 2));
  const zipped = gzipSync(text);
  writeFileSync(join(cwd, "cut.json.gz"), zipped.subarray(0, zipped.length / 2));
  mkdirSync(join(cwd, "folder"));
});

const PLACE = String.raw`line \d+, column \d+: expected .+, but `;

/** What is said of it, behind the file's name. */
const INPUTS: Record<string, RegExp> = {
  "missing.json": / cannot be read: there is no such file\./,
  folder: / cannot be read: it is a folder, not a file\./,
  "empty.json": /: line 1, column 1: expected "\[", the start of a trace, but the file ends here\./,
  "list.json": /: there is no call in it; is it a trace of FlowTrace\?/,
  "binary.json": new RegExp(`: ${PLACE}found byte 0x00`),
  "wrong.json": /: line 2, column \d+: expected a number as "start_ms", but found "/,
  "deep.json": new RegExp(`: ${PLACE}the file ends here\\. --salvage reads what is readable\\.`),
  "cut.json": new RegExp(`: ${PLACE}the file ends here\\. --salvage reads what is readable\\.`),
  "cut.json.gz": new RegExp(`: ${PLACE}the file ends here\\. --salvage reads what is readable\\.`),
  "package.json": /: it is JSON, but not a trace of FlowTrace: its first call has no "callable"\./,
  "speedscope.json": /: it is JSON, but not a trace of FlowTrace: its first call has no "callable"\./,
  "chrome.json": /: it is JSON, but not a trace of FlowTrace: its first call has no "callable"\./,
};

const READERS: Record<string, (input: string) => string[]> = {
  "flowtrace-show": (input) => [input],
  "flowtrace-visual": (input) => ["-i", input, "-o", "out"],
  "flowtrace-export": (input) => ["-i", input, "--format", "csv", "-o", "out"],
};

describe.each(Object.entries(READERS))("%s", (name, argumentsFor) => {
  it.each(
    Object.entries(INPUTS),
  )("says in one line what is wrong with %s, and ends with 2", async (input, said) => {
    const before = readdirSync(cwd);
    const { code, stdout, stderr } = await command(name, argumentsFor(input), { cwd });
    expect(stderr).toMatch(/^flowtrace: .+\n$/);
    expect(stderr).toContain(`${input}`);
    expect(stderr.slice(stderr.indexOf(input) + input.length)).toMatch(new RegExp(`^${said.source}`));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(readdirSync(cwd)).toEqual(before);
  });

  it.each([
    "deep.json",
    "cut.json",
    "cut.json.gz",
  ])("reads what is readable of %s with --salvage", async (input) => {
    const { code, stderr } = await command(name, [...argumentsFor(input), "--salvage"], { cwd });
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(0);
  });
});

describe("flowtrace-recover", () => {
  it.each([
    ["a run that left nothing", ["missing.json"], /missing\.json\.run is not there: nothing to recover/],
    ["a folder that is no run's", ["folder"], /folder.run\.json cannot be read: .+ Give the folder/],
    ["a file", ["t.json.run"], /t\.json\.run is not there/],
  ])("says in one line what is wrong with %s, and ends with 2", async (_, args, said) => {
    const { code, stderr } = await command("flowtrace-recover", args, { cwd });
    expect(stderr).toMatch(/^flowtrace: .+\n$/);
    expect(stderr).toMatch(said);
    expect(code).toBe(2);
  });

  it.each([
    ["cut off", '{"tool":"flowtrace","scr'],
    ["of another tool", '{"name":"x"}'],
    ["a list", "[1]"],
    ["empty", ""],
  ])("says so when the run's facts are %s", async (_, text) => {
    const folder = folderWith({ "run.json": text });
    const { code, stderr } = await command("flowtrace-recover", [folder, "-o", join(folder, "t.json")], {
      cwd,
    });
    expect(stderr).toMatch(/^flowtrace: .+run\.json cannot be read: .+\n$/);
    expect(code).toBe(2);
  });

  it("says which of a run's journals are none", async () => {
    const folder = folderWith();
    await command("flowtrace", ["-s", join(cwd, "app.js"), "-o", "t.json", "--keep-journal"], {
      cwd: folder,
    });
    const run = join(folder, "t.json.run");
    for (const name of readdirSync(run))
      if (name.endsWith(".ftj")) writeFileSync(join(run, name), "this is no journal\n".repeat(1000));
    const { code, stderr } = await command("flowtrace-recover", ["t.json"], { cwd: folder });
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr).toMatch(/Recovered 0 calls\n.*Note: .+\.ftj: byte 0 is not the start of a chunk\n/);
    expect(code).toBe(0);
  });
});

it("a page that cannot be written is told in one line", async () => {
  const { code, stderr } = await command("flowtrace-visual", ["-i", "t.json", "-o", "folder"], { cwd });
  expect(stderr).toMatch(/^flowtrace: .+folder cannot be written: it is a folder.+\n$/);
  expect(code).toBe(2);
  const { code: inside } = await command("flowtrace-visual", ["-i", "t.json", "-o", "new/deep/page.html"], {
    cwd,
  });
  expect(inside).toBe(0);
  expect(readdirSync(join(cwd, "new", "deep"))).toEqual(["page.html"]);
});
