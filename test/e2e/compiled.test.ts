import { realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";
import { describe, expect, it } from "vitest";
import type { CallJson } from "../../lib/trace/format.js";
import { callsOf, command, folderWith, NODES, ownLinesRemoved, ROOT, readJson, run } from "../support/run.js";

const FILES = {
  "app.ts": `import { Store } from "./store";
enum Kind { Whole = "whole" }

interface Order { id: number; items: number[] }

async function loadOrder(orderId: number, store: Store): Promise<Order> {
  await null;
  return { id: orderId, items: store.itemsOf(orderId) };
}

const totalOf = (order: Order, discount = 0): number =>
  order.items.reduce((sum, item) => sum + item, 0) - discount;

function failing(reason: string): never {
  throw new RangeError(\`failed: \${reason}\`);
}

async function main(): Promise<void> {
  const order = await loadOrder(2, new Store(3));
  console.log(totalOf(order, 1), Kind.Whole);
  try {
    failing("on purpose");
  } catch (error) {
    console.log((error as Error).stack);
  }
}
main().then(() => { failing("at last") });
`,
  "store.ts": `export class Store {
  private readonly count: number;
  constructor(initialCount: number) {
    this.count = initialCount;
  }
  itemsOf(orderId: number): number[] {
    return Array.from({ length: this.count }, (_unused, position) => orderId * position);
  }
}
`,
  "tsconfig.json": '{ "compilerOptions": { "module": "commonjs", "target": "es2022", "strict": true } }',
  "package.json": "{}",
};

function project(): string {
  const cwd = realpathSync(folderWith(FILES));
  symlinkSync(join(ROOT, "node_modules"), join(cwd, "node_modules"));
  return cwd;
}

/** Name, class, parameters and place of the functions that were written by hand, in the order of their first calls. */
function written(root: CallJson): string[] {
  const seen = new Set<string>();
  for (const { callable, called, module, line, inputs } of callsOf(root)) {
    const isOurs = /^(?:main|loadOrder|totalOf|failing|itemsOf|constructor)$/.test(callable);
    if (!isOurs || Object.keys(inputs).length > 2) continue;
    const name = called === callable ? callable : `${called}.${callable}`;
    seen.add(`${name}(${Object.keys(inputs).join()}) ${module}:${line}`);
  }
  return [...seen];
}

const WRITTEN = [
  "main() app.ts:18",
  "Store.constructor(initialCount) store.ts:3",
  "loadOrder(orderId,store) app.ts:6",
  "Store.itemsOf(orderId) store.ts:6",
  "totalOf(order,discount) app.ts:11",
  "failing(reason) app.ts:14",
];

describe("code that a compiler made", () => {
  for (const sourcemap of ["linked", "inline"] as const) {
    it(`is shown as it was written when it is bundled and minified, map ${sourcemap}`, async () => {
      const cwd = project();
      const outfile = join(cwd, "out.js");
      const entryPoints = [join(cwd, "app.ts")];
      buildSync({ entryPoints, outfile, bundle: true, minify: true, platform: "node", sourcemap });
      const plain = await run(process.execPath, ["out.js"], { cwd });
      const traced = await command("flowtrace", ["-s", "out.js"], { cwd });
      expect({ ...traced, stderr: ownLinesRemoved(traced.stderr) }).toEqual(plain);
      const root = readJson(join(cwd, "flowtrace.json"));
      expect(written(root)).toEqual(WRITTEN);
      const [error] = root.flowtrace_end!.errors;
      expect(error!.stack).toContain(`${join(cwd, "app.ts")}:15:9`);
      expect(error!.thrown_at).toMatchObject({ file: "app.ts", line: 15 });
    });
  }

  it("is shown as it was written when tsc made it, and printed alike with --enable-source-maps", async () => {
    const cwd = project();
    const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, sourceMap: true };
    for (const fileName of ["app.ts", "store.ts"]) {
      const { outputText, sourceMapText } = transpileModule(FILES[fileName as "app.ts"], {
        compilerOptions,
        fileName,
      });
      writeFileSync(join(cwd, fileName.replace(".ts", ".js")), outputText);
      writeFileSync(join(cwd, fileName.replace(".ts", ".js.map")), sourceMapText!);
    }
    for (const flags of [[], ["--enable-source-maps"]]) {
      const env = { ...process.env, NODE_OPTIONS: flags.join(" ") };
      const plain = await run(process.execPath, ["app.js"], { cwd, env });
      const traced = await command("flowtrace", ["-s", "app.js"], { cwd, env });
      expect({ ...traced, stderr: ownLinesRemoved(traced.stderr) }).toEqual(plain);
      expect(written(readJson(join(cwd, "flowtrace.json")))).toEqual(WRITTEN);
    }
  });
});

describe.each(NODES)("with %s", (node) => {
  const runners: [name: string, args: string[]][] = [
    ["node --import tsx", ["--import", "tsx", "app.ts"]],
    ["tsx", [join(ROOT, "node_modules/tsx/dist/cli.mjs"), "app.ts"]],
    ["ts-node", ["-r", "ts-node/register/transpile-only", "app.ts"]],
  ];
  it.each(
    runners,
  )("runs TypeScript by %s as it is without us, and shows it as it was written", async (_, args) => {
    const cwd = project();
    const plain = await run(node, args, { cwd });
    const traced = await command("flowtrace", ["--", node, ...args], { cwd }, node);
    expect({ ...traced, stderr: ownLinesRemoved(traced.stderr) }).toEqual(plain);
    expect(written(readJson(join(cwd, "flowtrace.json")))).toEqual(WRITTEN);
  });

  it("leaves the stacks of ES modules that tsx compiles as they are without us", async () => {
    const cwd = folderWith({
      "package.json": '{ "type": "module" }',
      "tax.ts":
        "export function tax(net: number): number {\n  if (net < 0) throw new Error('negative');\n  return net * 1.21;\n}",
      "app.ts":
        "import { tax } from './tax.js';\ninterface Order { net: number }\nconst order: Order = { net: -1 };\nawait null;\ntax(order.net);",
    });
    const args = [join(ROOT, "node_modules/tsx/dist/cli.mjs"), "app.ts"];
    const plain = await run(node, args, { cwd });
    const traced = await command("flowtrace", ["--", node, ...args], { cwd }, node);
    expect(plain.stderr).toContain("tax.ts:2:");
    expect({ ...traced, stderr: ownLinesRemoved(traced.stderr) }).toEqual(plain);
  });
});
