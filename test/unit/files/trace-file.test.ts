import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { readTraceFile } from "../../../lib/files/trace-file.js";
import { checkOutput, writeTraceFile, writeTraceFileSync } from "../../../lib/files/write-trace.js";
import { bytesOf, sampleTrace } from "../trace/sample-trace.js";

const folder = mkdtempSync(join(tmpdir(), "flowtrace-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const trace = sampleTrace(6000);
const text = Buffer.from(bytesOf(trace));

describe("writing a trace file", () => {
  it("writes the same text compressed or not, at once or piece by piece", async () => {
    await writeTraceFile(trace, join(folder, "a.json"));
    await writeTraceFile(trace, join(folder, "a.json.gz"));
    writeTraceFileSync(trace, join(folder, "b.json"));
    writeTraceFileSync(trace, join(folder, "b.json.gz"));
    expect(text.length).toBeGreaterThan(2 ** 21); // several chunks
    for (const name of ["a.json", "b.json"]) expect(readFileSync(join(folder, name)).equals(text)).toBe(true);
    for (const name of ["a.json.gz", "b.json.gz"]) {
      expect(gunzipSync(readFileSync(join(folder, name))).equals(text)).toBe(true);
    }
  });

  it("writes gzip that browsers inflate, which take one member only", async () => {
    const stream = new Blob([readFileSync(join(folder, "b.json.gz"))]).stream();
    const inflated = await new Response(stream.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
    expect(Buffer.from(inflated).equals(text)).toBe(true);
  });

  it("makes missing folders, and a file that only its owner reads", async () => {
    const path = join(folder, "deep", "er", "t.json");
    await writeTraceFile(sampleTrace(3), path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "deep", "er"))).toEqual(["t.json"]);
  });

  it("keeps a link a link", () => {
    writeFileSync(join(folder, "real.json"), "");
    symlinkSync("real.json", join(folder, "link.json"));
    writeTraceFileSync(sampleTrace(3), join(folder, "link.json"));
    expect(lstatSync(join(folder, "link.json")).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(join(folder, "real.json"), "utf8"))).toHaveLength(1);
  });

  it("writes to a device without replacing it", () => {
    writeTraceFileSync(sampleTrace(3), "/dev/null");
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("leaves the old file, and nothing else, when writing fails half-way", async () => {
    const own = join(folder, "half");
    mkdirSync(own);
    writeFileSync(join(own, "t.json"), "old");
    const broken = {
      ...trace,
      values: {
        text: () => undefined,
        copyTo: (): number => {
          throw new Error("lost");
        },
      },
    };
    await expect(writeTraceFile(broken, join(own, "t.json"))).rejects.toThrow("lost");
    await expect(writeTraceFile(broken, join(own, "t.json.gz"))).rejects.toThrow("lost");
    expect(readdirSync(own)).toEqual(["t.json"]);
    expect(readFileSync(join(own, "t.json"), "utf8")).toBe("old");
  });

  it("says how to mend what is in the way", async () => {
    mkdirSync(join(folder, "dir.json"));
    writeFileSync(join(folder, "file"), "");
    expect(() => checkOutput(join(folder, "dir.json"))).toThrow(
      /it is a folder\. Name a file in it: -o .*dir\.json.<file>\./,
    );
    expect(() => checkOutput(join(folder, "file", "t.json"))).toThrow(/part of its path is a file/);
    await expect(writeTraceFile(trace, join(folder, "file", "t.json.gz"))).rejects.toMatchObject({
      code: "FT_OUTPUT_UNWRITABLE",
    });
    if (process.getuid?.() !== 0) {
      mkdirSync(join(folder, "closed"));
      chmodSync(join(folder, "closed"), 0o500);
      expect(() => checkOutput(join(folder, "closed", "t.json"))).toThrow(/no permission/);
    }
  });

  it("checks an output without leaving a trace of it", () => {
    checkOutput(join(folder, "new", "t.json"));
    expect(readdirSync(join(folder, "new"))).toEqual([]);
    expect(existsSync(join(folder, "new", "t.json"))).toBe(false);
  });
});

describe("reading a trace file", () => {
  it("reads plain and compressed files, by their content and not by their name", async () => {
    writeFileSync(join(folder, "plain.gz"), text);
    writeFileSync(join(folder, "zipped.json"), gzipSync(text));
    for (const name of ["a.json", "a.json.gz", "b.json.gz", "plain.gz", "zipped.json"]) {
      const read = await readTraceFile(join(folder, name));
      expect(Buffer.from(bytesOf(read)).equals(text), name).toBe(true);
    }
  });

  it("tells how far it is", async () => {
    for (const name of ["a.json", "a.json.gz"]) {
      const told: [number, number][] = [];
      await readTraceFile(join(folder, name), { onProgress: (read, total) => told.push([read, total]) });
      const { size } = statSync(join(folder, name));
      expect(told.at(-1)).toEqual([size, size]);
    }
  });

  it("names the file that is missing, a folder, or damaged", async () => {
    const cut = gzipSync(text).subarray(0, 20_000);
    writeFileSync(join(folder, "cut.gz"), cut);
    const damaged = Buffer.from(gzipSync(text));
    damaged.fill(0xff, 30_000, 30_100);
    writeFileSync(join(folder, "damaged.gz"), damaged);
    const message = async (name: string): Promise<string> => {
      const error = (await readTraceFile(join(folder, name)).catch((reason: unknown) => reason)) as Error;
      expect(error).toMatchObject({ name: "FlowTraceError", code: "FT_TRACE_INVALID" });
      return error.message.replace(folder, "");
    };
    expect(await message("missing.json")).toBe("/missing.json cannot be read: there is no such file.");
    expect(await message("dir.json")).toBe("/dir.json cannot be read: it is a folder, not a file.");
    expect(await message("cut.gz")).toMatch(
      /^\/cut.gz: line \d+, column \d+: expected .* but the file ends here\. --salvage/,
    );
    expect(await message("damaged.gz")).toMatch(/gzip data are damaged/);
  });

  it("salvages what a compressed file still has", async () => {
    const cut = await readTraceFile(join(folder, "cut.gz"), { salvage: true });
    expect(cut.calls.length).toBeGreaterThan(50);
    expect(cut.end.warnings.at(-1)).toMatchObject({ code: "salvaged" });
    const damaged = await readTraceFile(join(folder, "damaged.gz"), { salvage: true });
    expect(damaged.calls.length).toBeGreaterThan(50);
  });
});
