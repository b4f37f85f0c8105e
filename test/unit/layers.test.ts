import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/run.js";

/** Which folder of lib/ may import which; files at its top are open to all. Arrows run one way. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  trace: [],
  journal: ["trace"],
  instrument: ["journal", "record", "trace"],
  record: ["journal"],
  files: ["trace"],
  collect: ["journal", "trace", "files"],
  view: ["trace", "files"],
  "view/client": ["trace", "view"],
  export: ["trace"],
  show: ["trace", "view"],
  runners: [],
  cli: ["collect", "files", "view", "export", "show", "record", "trace"],
};

const LIB = join(ROOT, "lib");

function folderOf(path: string): string {
  const folder = relative(LIB, dirname(path)).split(sep).join("/");
  if (folder.startsWith("view/client")) return "view/client";
  return folder.split("/")[0]!;
}

describe("lib/", () => {
  it("imports along the arrows of its table only", () => {
    const wrong: string[] = [];
    for (const entry of readdirSync(LIB, { recursive: true, encoding: "utf8" })) {
      if (!entry.endsWith(".ts")) continue;
      const path = join(LIB, entry);
      const from = folderOf(path);
      if (from === "") continue;
      for (const [, target] of readFileSync(path, "utf8").matchAll(
        /(?:from|import\(|require\()\s*"(\.[^"]+)"/g,
      )) {
        const to = folderOf(join(dirname(path), target!));
        if (to !== "" && to !== from && !MAY_IMPORT[from]?.includes(to)) wrong.push(`${entry} → ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("loads nothing into the traced process that only the commands need", () => {
    const seen = new Set<string>();
    const load = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const [, target] of readFileSync(path, "utf8").matchAll(
        /^import (?!type)[^;]*?from "([^"]+)"/gm,
      )) {
        if (target!.startsWith(".")) load(join(dirname(path), target!.replace(/\.js$/, ".ts")));
        else seen.add(target!);
      }
    };
    load(join(LIB, "preload.ts"));
    const packages = [...seen].filter((name) => !name.startsWith(LIB) && !name.startsWith("node:"));
    expect(packages).toEqual([]);
  });
});
