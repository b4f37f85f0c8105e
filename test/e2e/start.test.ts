import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, NODES, ROOT, run } from "../support/run.js";

/** Of Node's modules, those that take long to load. */
const LONG = ["stream", "net", "worker_threads", "child_process", "v8", "internal/fs/promises"];

const longAmong = (loaded: string): string[] =>
  LONG.filter((name) => loaded.split(",").includes(`NativeModule ${name}`));

describe.skipIf(process.platform === "win32")("a start", () => {
  it.each(NODES)("loads none of Node's large modules into a program that does without: %s", async (node) => {
    const cwd = folderWith({ "app.js": "console.log([process.version, ...process.moduleLoadList].join());" });
    const plain = await run(node, ["app.js"], { cwd });
    const start = () => run(node, [join(ROOT, "bin", "flowtrace.js"), "-s", "app.js"], { cwd });
    await start(); // the parser, for what is not yet in the cache, loads more
    const traced = await start();
    const unasked = longAmong(traced.stdout).filter((name) => !longAmong(plain.stdout).includes(name));
    // Since 24, Node has closed the binding that stands for `v8`, which loads streams.
    const isOpen = (name: string) => name !== "v8" && name !== "stream";
    expect(/^v2[02]/.test(plain.stdout) ? unasked : unasked.filter(isOpen)).toEqual([]);
  });

  it("loads none of them into the command either", async () => {
    const cwd = folderWith({
      "app.js": "",
      "loaded.js":
        'process.on("exit", () => require("node:fs").writeFileSync("loaded.txt", process.moduleLoadList.join()));',
    });
    const command = ["--require", "./loaded.js", join(ROOT, "bin", "flowtrace.js"), "-s", "app.js"];
    const { code } = await run(process.execPath, command, { cwd });
    expect([code, longAmong(readFileSync(join(cwd, "loaded.txt"), "utf8"))]).toEqual([0, []]);
  });
});
