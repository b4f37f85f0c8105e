// Builds dist/: the Node code by tsc, one output file per source, and the page's script by esbuild.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
rmSync(dist, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "tsconfig.json")],
  {
    stdio: "inherit",
  },
);

// What a run starts with is put into one file each: finding and reading forty small ones takes longer than running them.
await build({
  entryPoints: { preload: join(root, "lib/preload.ts"), flowtrace: join(root, "lib/cli/flowtrace.ts") },
  outdir: dist,
  allowOverwrite: true,
  bundle: true,
  packages: "external",
  platform: "node",
  target: "node20",
  format: "cjs",
});

// Node's own modules are asked for past the loader: fifty passes through `Module._load` have V8 compile it with its baseline
// compiler, and each error that is made below such a frame takes a microsecond longer.
const preload = join(dist, "preload.js");
const text = readFileSync(preload, "utf8").replaceAll('require("node:', 'nodeModule("node:');
writeFileSync(
  preload,
  text.replace('"use strict";', '"use strict";\nconst nodeModule = process.getBuiltinModule;'),
);

const client = join(root, "lib/view/client/main.ts");
if (existsSync(client)) {
  await build({
    entryPoints: [client],
    outfile: join(dist, "view/client.js"),
    bundle: true,
    minify: true,
    platform: "browser",
    target: "es2022",
    format: "iife",
    legalComments: "none",
  });
}
