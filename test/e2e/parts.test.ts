import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { command, type Finished, NODES, projectWith, run } from "../support/run.js";

const APP = `
  import { recordTrace, startTrace, stopTrace } from "flowtrace-cli/api";
  function tax(net) { return net * 2 }
  async function checkout(cart) { await null; let sum = 0; for (const net of cart) sum += tax(net); return sum }
  function fail(reason) { throw new TypeError(reason) }

  /** Each call as \`caller>callee=output\`. */
  function told({ calls, functions, values }) {
    const name = (row) => functions[calls.functionId[row]].name.replace(/ \\(.*/, "");
    const lines = [];
    for (let row = 1; row < calls.length; row++)
      lines.push(name(calls.parent[row]) + ">" + name(row) + "=" + values.text(calls.output[row]));
    return lines;
  }
  const print = (value) => console.log(JSON.stringify(value));

  await checkout([1]);
  print(told(await recordTrace(() => checkout([10, 20]))));
  startTrace();
  tax(3);
  const part = await stopTrace();
  tax(4);
  print(told(part));
  const both = await Promise.all([recordTrace(() => checkout([5])), recordTrace(() => checkout([6]))]);
  print(both.map(told));
  print(await recordTrace(() => fail("no cart")).catch((error) => error.message));
  print([part.end.finished, part.functions[part.calls.functionId[0]].kind]);
`;

const CHECKOUT = (...nets: number[]): string[] => [
  `app.mjs>recordTrace=${nets.reduce((sum, net) => sum + net * 2, 0)}`,
  'recordTrace>callback of recordTrace={"$type":"Promise"}',
  `callback of recordTrace>checkout=${nets.reduce((sum, net) => sum + net * 2, 0)}`,
  ...nets.map((net) => `checkout>tax=${net * 2}`),
];

const PRINTED = [CHECKOUT(10, 20), ["app.mjs>tax=6"], [CHECKOUT(5), CHECKOUT(6)], "no cart", [true, "root"]]
  .map((value) => `${JSON.stringify(value)}\n`)
  .join("");

describe.each(NODES)("Parts of a program's trace on %s", (node) => {
  it("are had where only the hook is loaded, and nothing is written", async () => {
    const cwd = projectWith({ "app.mjs": APP });
    expect(await run(node, ["--import", "flowtrace-cli/register", "app.mjs"], { cwd })).toMatchObject({
      stdout: PRINTED,
      stderr: "",
      code: 0,
    });
  });

  it("leave no folder behind for longer than until the next process, when one is killed", async () => {
    const cwd = projectWith({ "app.mjs": 'console.log("ready"); setInterval(() => {}, 1000)' });
    const env = { ...process.env, TMPDIR: cwd, TMP: cwd, TEMP: cwd };
    const left = (): string[] => readdirSync(cwd).filter((name) => name.startsWith("flowtrace-"));
    const started = (): Promise<ChildProcess> =>
      new Promise((resolve) => {
        const child = spawn(node, ["--import", "flowtrace-cli/register", "app.mjs"], { cwd, env });
        child.stdout.once("data", () => resolve(child));
      });
    const killed = (child: ChildProcess): Promise<unknown> => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      return gone;
    };
    const first = await started();
    const second = await started();
    expect(left()).toHaveLength(2);
    await killed(first);
    const third = await started();
    expect(
      left()
        .map((name) => Number(name.split("-").at(-2)))
        .sort(),
    ).toEqual([second.pid!, third.pid!].sort());
    await Promise.all([killed(second), killed(third)]);
  });

  it("are had in a program that is recorded anyway", async () => {
    const cwd = projectWith({ "app.mjs": APP });
    const traced: Finished = await command("flowtrace", ["app.mjs"], { cwd }, node);
    expect(traced).toMatchObject({ stdout: PRINTED, code: 0 });
  });

  it("say what is missing without the hook, and what is called out of order", async () => {
    const cwd = projectWith({
      "app.mjs": `
        import { recordTrace, startTrace, stopTrace } from "flowtrace-cli/api";
        const tell = (error) => console.log(error.code, error.message);
        await recordTrace(() => {}).catch(tell);
        await stopTrace().catch(tell);
        try { startTrace(); startTrace() } catch (error) { tell(error) }`,
    });
    const plain = await run(node, ["app.mjs"], { cwd });
    const missing = /^FT_USAGE \w+: nothing can be recorded, .* --import flowtrace-cli\/register\.$/;
    expect(plain.stdout.trimEnd().split("\n")).toEqual([1, 2, 3].map(() => expect.stringMatching(missing)));
    const loaded = await run(node, ["--import", "flowtrace-cli/register", "app.mjs"], { cwd });
    expect(loaded.stdout).toContain("FT_USAGE stopTrace: there is nothing to stop");
    expect(loaded.stdout).toContain("FT_USAGE startTrace: it has been called already");
  });
});
