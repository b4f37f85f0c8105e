import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readTraceFile } from "../../lib/files/trace-file.js";
import { type ShowOptions, showTrace } from "../../lib/show/show.js";
import { widthOf } from "../../lib/show/terminal.js";
import type { Trace } from "../../lib/trace/columns.js";
import { command, folderWith, ROOT } from "../support/run.js";
import { sameEachTime } from "../support/same-each-time.js";

const SAMPLES = [
  "basic/basic.js",
  "basic-positional/basic-positional.js",
  "complex/checkout.js",
  "concurrent/concurrent.js",
  "error/error.js",
  "error-internal/error-internal.js",
  "typescript/app.ts",
];

const traces = new Map<string, Trace>();
let cwd: string;
beforeAll(async () => {
  cwd = folderWith();
  for (const sample of SAMPLES) {
    const name = sample.split("/")[0]!;
    await command("flowtrace", ["-s", join(ROOT, "samples", sample), "-o", `${name}.json`], { cwd });
    traces.set(name, sameEachTime(await readTraceFile(join(cwd, `${name}.json`))));
  }
});

function shown(
  name: string,
  language: "en" | "es",
  columns: number,
  more: Partial<ShowOptions> = {},
): string {
  const terminal = { colors: false, columns };
  const lines = [...showTrace(traces.get(name)!, { terminal, language, depth: 5, top: 8, ...more })];
  for (const line of lines)
    if (more.call === undefined) expect(widthOf(line), line).toBeLessThanOrEqual(columns);
  return `${lines.join("\n")}\n`;
}

const LANGUAGES = ["en", "es"] as const;
const WIDTHS = [80, 200];

/** Look at them when they change, and take them over with `npx vitest run test/e2e/show.test.ts -u`. */
describe("flowtrace-show is as it was seen to be good", () => {
  for (const sample of SAMPLES)
    for (const language of LANGUAGES)
      for (const columns of WIDTHS) {
        const name = sample.split("/")[0]!;
        it(`for the sample ${name}, in ${language}, ${columns} columns wide`, async () => {
          await expect(shown(name, language, columns)).toMatchFileSnapshot(
            `../golden/show/${name}.${language}.${columns}.txt`,
          );
        });
      }

  it.each(LANGUAGES)("for one call that failed, in %s", async (language) => {
    const trace = traces.get("error-internal")!;
    const row = trace.errors[0]!.thrown_in!;
    await expect(shown("error-internal", language, 80, { call: row })).toMatchFileSnapshot(
      `../golden/show/call.${language}.txt`,
    );
  });

  it.each(LANGUAGES)("for the calls that failed, in %s", async (language) => {
    await expect(shown("complex", language, 80, { errorsOnly: true })).toMatchFileSnapshot(
      `../golden/show/errors.${language}.txt`,
    );
  });
});

describe("flowtrace-show", () => {
  const show = (...options: string[]) =>
    command("flowtrace-show", ["complex.json", ...options], { cwd, env: { ...process.env, LANG: "C" } });

  it("writes plain text to a pipe, no wider than COLUMNS says", async () => {
    const env = { ...process.env, COLUMNS: "60", FORCE_COLOR: "1" };
    const { stdout } = await command("flowtrace-show", ["complex.json"], { cwd, env });
    expect(stdout).not.toContain("\u001b");
    for (const line of stdout.split("\n")) expect(widthOf(line), line).toBeLessThanOrEqual(60);
  });

  it("shows the call of a number in the tree", async () => {
    const tree = (await show("--filter", "fn:addTax")).stdout;
    const id = /addTax\(.*#(\d+)$/m.exec(tree)![1]!;
    const { stdout } = await show("--call", id);
    expect(stdout).toContain(`addTax #${id}`);
    expect(stdout).toMatch(/net = \d+/);
  });

  it("gives scripts the calls that are asked for, with ids, places and values", async () => {
    const { matches } = JSON.parse((await show("--json", "--filter", "fn:addTax")).stdout);
    expect(matches.length).toBe(2);
    expect(matches[0]).toMatchObject({
      function: "addTax",
      file: expect.stringContaining("tax.js"),
      status: "ok",
      inputs: { country: "ES" },
      output: 73.83,
    });
    const one = JSON.parse((await show("--json", "--call", String(matches[0].id))).stdout);
    expect(one).toEqual(matches[0]);
    const failed = JSON.parse((await show("--json", "--errors")).stdout).matches;
    expect(failed.map(({ function: name }: { function: string }) => name)).toEqual(["checkout", "findCart"]);
    expect(failed[0].error).toBe("CartNotFound: no cart c-404");
    expect(JSON.parse((await show("--json", "--call", "9999")).stdout)).toBe(null);
  });

  it("points at what it does not understand of a query, and ends with 2", async () => {
    for (const options of [
      ["--filter", "dur>x"],
      ["--json", "--filter", "dur>x"],
    ]) {
      const { code, stderr, stdout } = await show(...options);
      expect(code).toBe(2);
      expect(stderr).toMatch(/--filter: .*, at character \d+\./);
      expect(stdout).toBe("");
    }
  });
});
