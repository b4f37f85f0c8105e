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

// A program may delete globals, or put others in their place: what runs beside it keeps those it was loaded with.
const KEPT_GLOBALS = [
  ..."Array ArrayBuffer BigInt Boolean Buffer DataView Date Error Float64Array Int32Array JSON Map Math Number".split(
    " ",
  ),
  ..."Object Promise Proxy RangeError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError".split(
    " ",
  ),
  ..."TextEncoder TypeError Uint16Array Uint32Array Uint8Array URL WeakMap WeakSet Atomics process".split(
    " ",
  ),
  ..."clearInterval clearTimeout queueMicrotask setInterval setTimeout".split(" "),
];

// What a run starts with is put into one file each: finding and reading forty small ones takes longer than running them.
for (const [name, entry, banner] of [
  [
    "preload",
    "lib/preload.ts",
    `"use strict";\nconst { ${KEPT_GLOBALS.join(", ")} } = globalThis;
const nodeModule = process.getBuiltinModule;
const withDefault = (module) => ({ __proto__: module, default: module });`,
  ],
  ["flowtrace", "lib/cli/flowtrace.ts", ""],
]) {
  await build({
    entryPoints: { [name]: join(root, entry) },
    outdir: dist,
    banner: { js: banner },
    allowOverwrite: true,
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
  });
}

// Node's own modules are asked for past the loader: fifty passes through `Module._load` have V8 compile it with its baseline
// compiler, and each error that is made below such a frame takes a microsecond longer.
// Their default exports need no copy of each: 25 copies of a hundred properties take as long as all the rest of the bundle.
const preload = join(dist, "preload.js");
writeFileSync(
  preload,
  readFileSync(preload, "utf8")
    .replaceAll('require("node:', 'nodeModule("node:')
    .replaceAll("__toESM(nodeModule(", "withDefault(nodeModule("),
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
