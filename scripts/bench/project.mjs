// Programs whose cost is not that of calls: they are told as time added to the whole.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const FILES = 500;
const LINE =
  "process.stdout.write(JSON.stringify({ ms, calls: 1, rss: process.resourceUsage().maxRSS * 1024, ended: Date.now() }));";
const timed = (work) =>
  `const before = process.hrtime.bigint();\n${work}\nconst ms = Number(process.hrtime.bigint() - before) / 1e6;\n${LINE}`;

/** Some 2 KB of functions and a class. */
function moduleText(i) {
  const functions = Array.from(
    { length: 4 },
    (_, f) => `
/** Computes item ${f} of module ${i}. */
function compute${f}(items, options = { rate: 0.2${f}, round: true }) {
  let total = 0;
  for (const item of items) {
    if (item.price > options.rate) total += item.price * (1 + options.rate);
    else total += item.quantity ? item.price * item.quantity : 0;
  }
  return { total, label: \`total-\${total.toFixed(2)}\`, list: items.map((item) => ({ ...item, seen: true })) };
}`,
  );
  return `${functions.join("\n")}
class Service${i} {
  #cache = new Map();
  constructor(repository) { this.repository = repository; }
  get size() { return this.#cache.size; }
  find(id) { if (!this.#cache.has(id)) this.#cache.set(id, this.repository.load(id)); return this.#cache.get(id); }
  async save(item) { await this.repository.store(item); return item.id; }
}
exports.run = () => new Service${i}({ load: (id) => ({ id }) }).find(${i}).id + compute0([{ price: ${i} }]).total;`;
}

/** Loads {@link FILES} files and runs something of each. */
function project(folder) {
  mkdirSync(join(folder, "project"), { recursive: true });
  for (let i = 0; i < FILES; i++) writeFileSync(join(folder, "project", `m${i}.js`), moduleText(i));
  return timed(`for (let i = 0; i < ${FILES}; i++) require("./project/m" + i).run();`);
}

/** TypeScript checks a program. It stands among the program's own files, as what is in `node_modules` is not traced. */
function compiler(folder) {
  const typescript = join(folder, "typescript");
  cpSync(dirname(createRequire(import.meta.url).resolve("typescript")), typescript, { recursive: true });
  writeFileSync(
    join(folder, "checked.ts"),
    "export const f = (list: number[]): string => list.map((n) => n.toFixed(2)).join();",
  );
  const path = JSON.stringify(join(folder, "checked.ts"));
  return `const ts = require("./typescript/typescript.js");\n${timed(
    `ts.getPreEmitDiagnostics(ts.createProgram([${path}], { strict: true, noEmit: true, types: [], lib: ["lib.es2022.d.ts"] }));`,
  )}`;
}

/** Prettier formats one of its own files. It is installed for this run, and stands where it is traced, as the compiler does. */
function prettier(folder) {
  const packages = join(folder, "packages");
  if (!existsSync(packages)) {
    execFileSync("npm", ["i", "--no-save", "--prefix", packages, "prettier@3"], { stdio: "ignore" });
    cpSync(join(packages, "node_modules/prettier"), join(folder, "prettier"), { recursive: true });
  }
  return `const { readFileSync } = require("node:fs");
const { format } = require("./prettier/standalone.js");
const plugins = [require("./prettier/plugins/babel.js"), require("./prettier/plugins/estree.js")];
const before = process.hrtime.bigint();
format(readFileSync("./prettier/index.cjs", "utf8"), { parser: "babel", plugins }).then(() => {
  const ms = Number(process.hrtime.bigint() - before) / 1e6;
  ${LINE}
});`;
}

const hello = () => `const ms = 0;\n${LINE}`;

/** By name: the text to run, given a folder for what it needs. */
export const WHOLE_PROGRAMS = {
  hello,
  "hello, cold": hello,
  project,
  "project, cold": project,
  tsc: compiler,
  prettier,
};
