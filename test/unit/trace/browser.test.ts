import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";

it("lib/trace bundles for the browser: it needs nothing of Node", async () => {
  const folder = join(__dirname, "..", "..", "..", "lib", "trace");
  const entryPoints = readdirSync(folder).map((name) => join(folder, name));
  const { errors, warnings, outputFiles } = await build({
    entryPoints,
    bundle: true,
    write: false,
    platform: "browser",
    format: "esm",
    outdir: "out",
    logLevel: "silent",
  });
  expect([...errors, ...warnings]).toEqual([]);
  // Code that is written for a program of the user's may name them.
  for (const { text } of outputFiles)
    expect(text).not.toMatch(/(?<!`)\b(Buffer|process|require|document|window)\b[.(]/);
});
