// Builds dist/: the Node code by tsc, one output file per source, and the page's script by esbuild.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

// What a run starts with is put into one file each: finding and reading forty small ones takes longer than running them. What few
// runs ask for stays outside: with it, V8 has twice as much to take in.
for (const [name, entry, banner, external] of [
  [
    "preload",
    "lib/preload.ts",
    `const { ${KEPT_GLOBALS.join(", ")} } = globalThis;`,
    ["./collect/own-trace.js"],
  ],
  ["flowtrace", "lib/cli/flowtrace.ts", "", []],
]) {
  const bundle = join(dist, `${name}.bundle.js`);
  await build({
    entryPoints: [join(root, entry)],
    outfile: bundle,
    bundle: true,
    packages: "external",
    external,
    platform: "node",
    target: "node20",
    format: "cjs",
    define: { VERSION: JSON.stringify(version) },
  });
  let code = readFileSync(bundle, "utf8");
  // Node's own modules are asked for past the loader: fifty passes through `Module._load` have V8 compile it with its baseline
  // compiler, and each error that is made below such a frame takes a microsecond longer.
  // Their default exports need no copy of each: 25 copies of a hundred properties take as long as all the rest of the bundle.
  code = code
    .replaceAll('require("node:', 'nodeModule("node:')
    .replaceAll("__toESM(nodeModule(", "withDefault(nodeModule(");
  code = `(function (exports, require, module, __filename, __dirname, keepCode) {"use strict";${banner}
const nodeModule = process.getBuiltinModule;
const withDefault = (module) => ({ __proto__: module, default: module });
${code}})`;
  writeFileSync(bundle, code);
  await build({
    entryPoints: [join(root, "lib/boot.ts")],
    outfile: join(dist, `${name}.js`),
    allowOverwrite: true,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // Compiled anew in each run, as nothing is kept of it.
    minify: true,
    define: {
      BUNDLE: JSON.stringify(name),
      BUNDLE_HASH: JSON.stringify(createHash("sha256").update(code).digest("hex").slice(0, 16)),
    },
  });
}

// Loaded into a realm of their own, where no packages are looked for: see lib/instrument/realm.ts.
const APART = ["rewriting", "compile", "globs", "tsconfig"];
const packages = new Set();
for (const name of APART) {
  const { metafile } = await build({
    entryPoints: [join(root, `lib/instrument/${name}.ts`)],
    outfile: join(dist, `instrument/${name}.js`),
    allowOverwrite: true,
    bundle: true,
    // The second is asked for only to word a message.
    external: ["./compile.js", "@babel/preset-typescript/package.json"],
    platform: "node",
    target: "node20",
    format: "cjs",
    metafile: true,
    logLevel: "error",
  });
  for (const path of Object.keys(metafile.inputs)) {
    const found = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path);
    if (found !== null) packages.add(found[0]);
  }
}

// Their authors ask for no more than to be named with it.
const licences = [...packages].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return `${name} ${version} (${license})\n\n${file === undefined ? "" : readFileSync(join(folder, file), "utf8")}`;
});
writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));

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
