import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEATHS, dyingProgram, STATES } from "../support/dying.js";
import { callsOf, command, folderWith, ROOT, readJson, run } from "../support/run.js";

/** Ends after which Node still runs code: nothing at all may be lost. */
const ORDERLY = new Set(["process.exit", "uncaught error", "unhandled rejection", "stack overflow"]);

const HEAP = "--max-old-space-size=64";

describe.each(Object.keys(STATES))("in %s", (state) => {
  it.each(
    Object.keys(DEATHS),
  )("%s ends the program as without us, and leaves a whole trace", async (death) => {
    const cwd = folderWith({ "app.js": dyingProgram(state, death) });
    const env = { ...process.env, NODE_OPTIONS: HEAP };
    const plain = await run(process.execPath, ["app.js"], { cwd, env });
    rmSync(join(cwd, "progress.txt"), { force: true });
    const traced = await command("flowtrace", ["--flush-interval", "0.01", "-s", "app.js"], { cwd, env });
    expect({ code: traced.code, signal: traced.signal }).toEqual({ code: plain.code, signal: plain.signal });
    const root = readJson(join(cwd, "flowtrace.json"));
    expect(root.flowtrace_end!.finished).toBe(true);
    const steps = callsOf(root).filter(({ callable }) => callable === "step");
    const dying = callsOf(root).filter(({ callable }) => callable === "die");
    if (ORDERLY.has(death)) {
      expect(steps.map(({ inputs }) => inputs.n)).toEqual(Array.from({ length: 200 }, (_, n) => n));
      expect(dying.length).toBe(1);
    } else expect(steps.map(({ inputs }) => inputs.n)).toEqual(steps.map((_, n) => n));
  });
});

it("20 random SIGKILLs lose nothing older than the last flush", async () => {
  const { stdout, code } = await run(process.execPath, [
    join(ROOT, "scripts", "kill-matrix.mjs"),
    "--runs",
    "20",
  ]);
  expect(stdout).toBe("20 kills, 0 traces that lack something\n");
  expect(code).toBe(0);
});
