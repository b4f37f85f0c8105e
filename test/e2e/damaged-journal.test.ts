import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { recover } from "../../lib/collect/recover.js";
import { callsOf, command, folderWith, readJson } from "../support/run.js";

const PROGRAM = [
  "class A { constructor(x) { this.x = x } m(o) { return { ...o, y: 'ünï' + this.x } } }",
  "function f(n) {",
  "  if (n > 3) throw new Error('big ' + n);",
  "  return new A(n).m({ n, when: new Date(n), list: [1, 'two', null], map: new Map([[1, { a: 2 }]]) });",
  "}",
  "for (let i = 0; i < 6; i++) try { f(i) } catch {}",
  "(async () => { await null; f(1) })()",
].join("\n");

describe("a journal", () => {
  let runDir: string;
  let journal: string;
  let whole: Buffer;
  let calls: number;

  beforeAll(async () => {
    const cwd = folderWith({ "app.js": PROGRAM });
    await command("flowtrace", ["--keep-journal", "-s", "app.js"], { cwd });
    calls = callsOf(readJson(join(cwd, "flowtrace.json"))).length;
    runDir = join(cwd, "flowtrace.json.run");
    journal = join(runDir, readdirSync(runDir).find((name) => name.endsWith(".ftj"))!);
    whole = readFileSync(journal);
  });

  /** The trace of a journal with these bytes, which must be one whatever they are. */
  async function recovered(bytes: Buffer): Promise<number> {
    const output = join(runDir, "recovered.json");
    writeFileSync(journal, bytes);
    await recover(runDir, output);
    return callsOf(readJson(output)).length;
  }

  it("gives all that it holds wherever it is cut off", async () => {
    let before = 0;
    for (let length = 0; length <= whole.length; length++) {
      const now = await recovered(whole.subarray(0, length));
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
    }
    expect(before).toBe(calls);
  });

  it("gives a trace however its bytes are damaged", async () => {
    let state = 1;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return state % below;
    };
    for (let i = 0; i < 1000; i++) {
      const bytes = Buffer.from(whole);
      for (let n = random(3); n >= 0; n--) bytes[random(bytes.length)] = random(256);
      await recovered(bytes);
    }
  });
});
