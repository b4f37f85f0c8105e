import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { command, folderWith, ownLinesRemoved } from "../support/run.js";

const SHOP = `
  const price = (item) => { if (item.p < 0) throw new RangeError("negative price"); return item.p };
  const total = (items) => items.reduce((sum, item) => sum + price(item), 0);
  console.log(process.argv.slice(2).join(" "), total([{ p: 1 }, { p: Number(process.argv[2] ?? 2) }]));
`;

let cwd: string;
beforeAll(() => {
  cwd = folderWith({ "shop.js": SHOP });
});

describe("the end of a run", () => {
  it("says what failed and where, where the trace is, and how to open it, on stderr only", async () => {
    const { stdout, stderr, code } = await command("flowtrace", ["shop.js", "-7"], { cwd });
    expect([stdout, code]).toEqual(["", 1]);
    expect(ownLinesRemoved(stderr)).toContain("RangeError: negative price\n    at price");
    expect(stderr).toMatch(/\[FlowTrace\] Profiling finished in \d+\.\d{3}s \(script=shop\.js\)\n/);
    expect(stderr).toContain("Ended with exit code 1: RangeError: negative price, in price (shop.js:2)\n");
    expect(stderr).toMatch(
      /\[FlowTrace\] \d+ calls, 1 file, 1 unhandled error; tracing them cost about \d+ ms\n/,
    );
    expect(stderr).toMatch(/\[FlowTrace\] Trace: flowtrace\.json \(\d+ kB\)\n/);
    expect(stderr).toContain(
      "flowtrace-visual -i flowtrace.json --open, or here: flowtrace-show flowtrace.json\n",
    );
  });

  it("names the place of an error that no throw made", async () => {
    const files = {
      "parse.js": 'const parse = (text) =>\n  JSON.parse(text);\nparse("{");',
      "take.mjs": "function take({ rate }) { return rate }\ntake(undefined);",
    };
    const folder = folderWith(files);
    const parsed = await command("flowtrace", ["parse.js"], { cwd: folder });
    expect(parsed.stderr).toMatch(/Ended with exit code 1: SyntaxError: .*, in parse \(parse\.js:2\)\n/);
    const taken = await command("flowtrace", ["take.mjs"], { cwd: folder });
    expect(taken.stderr).toMatch(/Ended with exit code 1: TypeError: .* undefined, in take\.mjs:1\n/);
  });

  it("is told in Spanish where the shell speaks it", async () => {
    const env = { ...process.env, LC_ALL: "es_ES.UTF-8" };
    const { stderr } = await command("flowtrace", ["shop.js", "-7"], { cwd, env });
    expect(stderr).toMatch(/Trazado terminado en \d+,\d{3}s \(script=shop\.js\)/);
    expect(stderr).toContain(
      "Terminó con código de salida 1: RangeError: negative price, en price (shop.js:2)",
    );
    const wrong = await command("flowtrace", ["--outptu", "x", "shop.js"], { cwd, env });
    expect(wrong.stderr).toContain("opción desconocida: --outptu. ¿Querías decir --output?");
  });

  it("and what cannot be read, written or started is told in Spanish too", async () => {
    const env = { ...process.env, LANG: "es_ES.UTF-8", LC_ALL: "" };
    const said = async (name: string, ...args: string[]) =>
      (await command(name, args, { cwd, env })).stderr.replaceAll(`${realpathSync(cwd)}/`, "").trim();
    expect(await said("flowtrace-show", "no.json")).toBe("flowtrace: no.json no se puede leer: no existe.");
    expect(await said("flowtrace", "--", "no-such-command")).toBe(
      "flowtrace: no-such-command no se puede ejecutar: no existe esa orden.",
    );
    expect(await said("flowtrace", "-o", "shop.js/t.json", "shop.js")).toBe(
      "flowtrace: shop.js/t.json no se puede escribir: parte de su ruta es un fichero, no una carpeta. Elige otro sitio con -o <file>.",
    );
    expect(await said("flowtrace-recover", "no.json")).toMatch(/^flowtrace: no\.json\.run no existe: /);
    expect(await said("flowtrace-export", "--endpoint", "jeager")).toMatch(/"jeager" no es un destino/);
  });

  it("quotes a path for the shell when that is needed", async () => {
    const { stderr } = await command("flowtrace", ["-o", "mi año/it's.json", "shop.js"], { cwd });
    expect(stderr).toContain("flowtrace-visual -i 'mi año/it'\\''s.json' --open");
  });

  it("says why nothing was recorded of what runs packages only", async () => {
    const project = folderWith();
    mkdirSync(join(project, "node_modules", "tool"), { recursive: true });
    writeFileSync(join(project, "node_modules", "tool", "index.js"), "(function work() {})()");
    const script = join("node_modules", "tool", "index.js");
    const { stderr } = await command("flowtrace", ["--", process.execPath, script], { cwd: project });
    expect(stderr).toContain(`Note: No file in ${realpathSync(project)} was recorded.`);
    const asked = await command(
      "flowtrace",
      ["--include", "**/node_modules/tool/**", "--", process.execPath, script],
      { cwd: project },
    );
    expect(asked.stderr).toContain("1 call, 1 file");
    expect(asked.stderr).not.toContain("Note:");
  });

  it("says that a program has called no function, without blaming its place", async () => {
    const project = folderWith({ "app.js": "console.log(process.argv.length)" });
    const { stdout, stderr } = await command("flowtrace", ["app.js"], { cwd: project });
    expect(stdout).toBe("2\n");
    expect(stderr).toContain(`Note: No function was called in the files of ${realpathSync(project)}.`);
  });

  it("says that a command is no script", async () => {
    const bin = folderWith();
    writeFileSync(join(bin, "brew"), "#!/bin/sh\n", { mode: 0o755 });
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
    const { stderr, code } = await command("flowtrace", ["brew", "strong tea"], { cwd, env });
    expect(code).toBe(1);
    expect(stderr).toContain("brew is a command, not a script: flowtrace -- brew 'strong tea'\n");
  });
});

describe("a slip", () => {
  it("writes no trace over a file that is none", async () => {
    const { stdout, stderr, code } = await command("flowtrace", ["-o", "shop.js", "shop.js"], { cwd });
    expect([stdout, code]).toEqual(["", 2]);
    expect(stderr).toContain("-o shop.js is there already and is no trace");
    expect(readFileSync(join(cwd, "shop.js"), "utf8")).toBe(SHOP);
  });

  it("puts no page and no other tool's file in the place of the trace", async () => {
    await command("flowtrace", ["shop.js"], { cwd });
    const before = readFileSync(join(cwd, "flowtrace.json"), "utf8");
    for (const [name, ...options] of [["flowtrace-visual"], ["flowtrace-export", "--format", "csv"]]) {
      const { stderr, code } = await command(name!, [...options, "-o", "./flowtrace.json"], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain("-o flowtrace.json is the trace itself");
    }
    expect(readFileSync(join(cwd, "flowtrace.json"), "utf8")).toBe(before);
  });

  it("leaves nothing behind when the command is not there", async () => {
    const empty = folderWith();
    const { stderr, code } = await command("flowtrace", ["--", "no-such-command"], { cwd: empty });
    expect(code).toBe(2);
    expect(stderr).toBe("flowtrace: no-such-command cannot be started: there is no such command.\n");
    expect(readdirSync(empty)).toEqual([]);
  });

  it.each([
    ["flowtrace", [], /^flowtrace: no program given: .*\n$/],
    ["flowtrace-show", ["--dept", "3"], /unknown option --dept\. Did you mean --depth\?/],
    ["flowtrace-show", ["--lang", "fr"], /--lang is "fr", expected en or es\./],
    ["flowtrace-show", ["--call", "999"], /there is no call #999: they go from #0 to #\d+\./],
    ["flowtrace-show", ["a.json", "b.json"], /"b\.json" is one argument too many\./],
    ["flowtrace-visual", ["flowtrace.json", "x.html"], /"x\.html" is one argument too many\./],
    ["flowtrace-export", ["--formt", "csv"], /unknown option --formt\. Did you mean --format\?/],
    ["flowtrace-export", ["--format", "csv"], /--format needs a file/],
    ["flowtrace-export", ["--format", "csv", "--endpoint", "jaeger"], /cannot go together/],
    ["flowtrace-export", ["--endpoint", "jaeger", "--min-duration", "-1"], /expected a number from 0 up/],
  ])("of %s %j is told in one line, and ends with 2", async (name, args, said) => {
    const { stdout, stderr, code } = await command(name, args, { cwd });
    expect([stdout, code]).toEqual(["", 2]);
    expect(stderr).toMatch(said);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

describe("the commands that read a trace", () => {
  it("take it with -i or as their argument", async () => {
    await command("flowtrace", ["-o", "run.json", "shop.js"], { cwd });
    for (const args of [["run.json"], ["-i", "run.json"]]) {
      expect((await command("flowtrace-show", [...args, "--call", "#1"], { cwd })).stdout).toMatch(/ #1\n/);
      const csv = await command("flowtrace-export", [...args, "--format", "csv", "-o", "-"], { cwd });
      expect([csv.stderr, csv.stdout.split("\n")[0]]).toEqual(["", expect.stringMatching(/^id,parent,/)]);
      const page = await command("flowtrace-visual", [...args, "-o", `${args.length}.html`], { cwd });
      expect(page.stderr).toContain(`Page: ${args.length}.html (`);
      expect(existsSync(join(cwd, `${args.length}.html`))).toBe(true);
    }
  });
});
