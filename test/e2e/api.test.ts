import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CallJson } from "../../lib/trace/format.js";
import { callsOf, command, outline, projectWith, readJson, run } from "../support/run.js";

/** Runs a program that has the package installed, plain and traced: what it prints is the same. */
async function recorded(text: string, name = "app.js"): Promise<CallJson> {
  const cwd = projectWith({ [name]: text });
  const plain = await run(process.execPath, [name], { cwd });
  const traced = await command("flowtrace", ["--no-builtins", "-s", name], { cwd });
  expect({ stdout: traced.stdout, code: traced.code }).toEqual({ stdout: plain.stdout, code: plain.code });
  return readJson(join(cwd, "flowtrace.json"));
}

describe("flowtrace-cli/api", () => {
  it("nests spans and traced calls in both directions, and returns what the work returns", async () => {
    const root = await recorded(`
      const { span } = require("flowtrace-cli/api");
      function price(n) { return span("discount", cut.bind(null, n)); }
      function cut(n) { return n / 2; }
      const order = price.bind(null, 10);
      console.log(span("order", order));`);
    expect(outline(root)).toBe(
      ["order() → 5", "  price(n=10) → 5", "    discount() → 5", "      cut(n=10) → 5"].join("\n"),
    );
    expect(callsOf(root).map(({ kind }) => kind)).toEqual(["span", "function", "span", "function"]);
  });

  it("follows a promise to its end, with the turns that it takes without a recording", async () => {
    const root = await recorded(
      `import { span } from "flowtrace-cli/api";
       const order = [];
       async function load(n) { await null; if (n > 1) throw new Error("gone"); return n; }
       const work = span("load", async () => { const n = await load(1); order.push("loaded"); return n; });
       Promise.resolve().then(() => order.push(1)).then(() => order.push(2)).then(() => order.push(3)).then(() => order.push(4));
       await work.then(() => order.push("passed on"));
       await span("fails", () => load(2)).catch((error) => order.push(error.message));
       console.log(order.join());`,
      "app.mjs",
    );
    const spans = callsOf(root).filter(({ kind }) => kind === "span");
    expect(spans.map(({ callable, output, error }) => [callable, output ?? null, error])).toEqual([
      ["load", 1, null],
      ["fails", null, "Error: gone"],
    ]);
    expect(spans.map(({ calls }) => outline({ calls } as CallJson).match(/load\(n=\d\) . \S+/)?.[0])).toEqual(
      ["load(n=1) → 1", "load(n=2) ✗ Error:"],
    );
  });

  it("tells attributes, handled errors, checkpoints and facts of the running call, secrets filtered", async () => {
    const root = await recorded(`
      const { span, checkpoint, annotate, isRecording } = require("flowtrace-cli/api");
      function ship(order) { annotate({ carrier: "DHL", password: "p" }); checkpoint("packed", { boxes: 2 }); return order; }
      const upload = span("upload", { level: "warning", attributes: { file: "a.txt" } });
      upload.handled(new TypeError("slow"));
      ship(7);
      upload.end("done"); upload.end("twice");
      console.log(typeof isRecording);`);
    const [upload, ship, packed] = callsOf(root);
    expect(upload).toMatchObject({
      callable: "upload",
      output: "done",
      error: null,
      attributes: {
        file: "a.txt",
        level: "warning",
        handled: { $type: "Error", name: "TypeError", message: "slow" },
      },
    });
    expect(ship).toMatchObject({ attributes: { carrier: "DHL", password: { $type: "filtered" } } });
    expect(packed).toMatchObject({ callable: "packed", inputs: { values: { boxes: 2 } } });
  });

  it("leads from a call to the one that its message came from, also from another process", async () => {
    const root = await recorded(`
      const { span, reference, link } = require("flowtrace-cli/api"), { fork } = require("node:child_process");
      const queue = [];
      function send(text) { queue.push({ text, trace: reference() }); return text }
      function deliver({ text, trace }) { link(trace); link(undefined); return text }
      if (process.argv[2] !== undefined) deliver(JSON.parse(process.argv[2]));
      else {
        send("a");
        deliver(queue[0]);
        span("elsewhere", (span) => span.link("flowtrace-of-another-run"));
        fork(__filename, [JSON.stringify(queue[0])]);
      }`);
    const calls = callsOf(root);
    const named = (id: number | undefined): string | undefined =>
      calls.find((call) => call.id === id)?.callable;
    const { links = [] } = root.flowtrace_end!;
    expect(links.map(({ call, goes_back_to }) => [named(call), named(goes_back_to)])).toEqual([
      ["deliver", "send"],
      ["elsewhere", undefined],
      ["deliver", "send"],
    ]);
    expect(new Set(links.map(({ call }) => call)).size).toBe(3);
    expect(root.flowtrace_end!.threads).toHaveLength(2);
  });

  it("has an error of the work fail the span, and go on to the program", async () => {
    const root = await recorded(`
      const { span } = require("flowtrace-cli/api");
      try { span("parse", () => JSON.parse("{")) } catch (error) { console.log(error.name) }`);
    expect(callsOf(root)[0]).toMatchObject({
      callable: "parse",
      error: expect.stringContaining("SyntaxError"),
    });
  });
});
