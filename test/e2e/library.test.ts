import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { startReceiver } from "../support/otlp.js";
import { command, folderWith, ROOT, run } from "../support/run.js";

const readme = readFileSync(join(ROOT, "README.md"), "utf8");
const example = readme.match(/```js\n([\s\S]*?)```/g)!.find((block) => block.includes("readTrace("))!;
const program = example.replace(/^```js\n|```$/g, "");

/** With the package installed, and a trace. */
let cwd: string;
beforeAll(async () => {
  cwd = folderWith();
  mkdirSync(join(cwd, "node_modules"));
  symlinkSync(ROOT, join(cwd, "node_modules", "flowtrace-cli"), "junction");
  await command("flowtrace", ["-s", join(ROOT, "samples/complex/checkout.js")], { cwd });
});

describe("import … from 'flowtrace-cli'", () => {
  it("does what the README's example says", async () => {
    const receiver = await startReceiver();
    const text = program.replace("http://localhost:4318/v1/traces", receiver.url);
    writeFileSync(join(cwd, "example.mjs"), `${text}console.log(accepted, rejected);\n`);
    const { stdout, stderr, code } = await run(process.execPath, ["example.mjs"], { cwd });
    await receiver.close();
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+ checkout [\d.]+ \{"cartId":"c-100"\}$/m);
    expect(stdout).toMatch(/^43 0$/m);
    expect(receiver.spans.length).toBe(43);
    expect(readFileSync(join(cwd, "flowtrace.html"), "utf8")).toContain("<!doctype html>");
    const { profiles } = JSON.parse(readFileSync(join(cwd, "flowtrace.speedscope.json"), "utf8"));
    expect(profiles[0].events.length).toBeGreaterThan(2);
  });

  it("has types that hold for it, in the strictest of settings", async () => {
    // What TypeScript itself wants asserted of indexing is not of this package.
    const text = program.replace("functions[calls.functionId[id]]", "functions[calls.functionId[id]!]!");
    writeFileSync(join(cwd, "example.mts"), text.replace("calls.inputs[id]", "calls.inputs[id]!"));
    symlinkSync(join(ROOT, "node_modules/@types"), join(cwd, "node_modules/@types"), "junction");
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const strict = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes"];
    const options = ["--noEmit", "--module", "nodenext", "--target", "es2022", "--types", "node", ...strict];
    const { stdout, code } = await run(process.execPath, [tsc, ...options, "example.mts"], { cwd });
    expect(stdout).toBe("");
    expect(code).toBe(0);
  });

  it("is the same for require", async () => {
    const text =
      "const { readTrace, failingPath, Flag } = require('flowtrace-cli'); readTrace('flowtrace.json').then((trace) => console.log(trace.calls.length, failingPath(trace), Flag.threw))";
    const { stdout } = await run(process.execPath, ["-e", text], { cwd });
    expect(stdout).toBe("43 [] 4\n");
  });
});
