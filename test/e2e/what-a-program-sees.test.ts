import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { command, folderWith, NODES, ROOT, run } from "../support/run.js";

const PROGRAM = readFileSync(join(ROOT, "test", "programs", "what-a-program-sees.js"), "utf8");

it.each(NODES)("a program sees nothing of us on %s", async (node) => {
  const cwd = folderWith({ "app.js": PROGRAM });
  const plain = await run(node, ["app.js", "--some", "option"], { cwd });
  const traced = await command("flowtrace", ["-s", "app.js", "--some", "option"], { cwd }, node);
  expect(plain.stdout).toContain("true 20\n");
  expect(traced.stdout).toBe(plain.stdout);
  expect(traced.code).toBe(plain.code);
});
