import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT, run } from "../support/run.js";

it("500 generated programs say, throw, end and count their calls traced as they do plain", async () => {
  const args = ["--runs", "500", "--seed", "20000", "--alone", "50"];
  const { stdout, code } = await run(process.execPath, [join(ROOT, "scripts", "fuzz.mjs"), ...args]);
  expect(stdout).toMatch(/^500 programs in .* 0 of them differ$/m);
  expect(code).toBe(0);
});
