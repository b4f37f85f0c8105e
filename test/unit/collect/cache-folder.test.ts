import { mkdtempSync, readdirSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pruneCache } from "../../../lib/collect/cache-folder.js";

/** A folder of files, each a second younger than the one before. */
function folderOf(megabytes: number[]): string {
  const folder = mkdtempSync(join(tmpdir(), "flowtrace-test-"));
  megabytes.forEach((size, i) => {
    const path = join(folder, `${i}`);
    writeFileSync(path, "");
    truncateSync(path, size << 20);
    utimesSync(path, 1000 + i, 1000 + i);
  });
  return folder;
}

describe("the cache", () => {
  it("loses what was made first when it takes more than a gigabyte, up to the half", () => {
    const folder = folderOf([300, 300, 300, 200, 200]);
    pruneCache(folder, 0);
    expect(readdirSync(folder)).toEqual(["3", "4"]);
  });

  it("keeps everything up to there, and is looked at by few runs only", () => {
    const small = folderOf([300, 300]);
    pruneCache(small, 0);
    expect(readdirSync(small)).toEqual(["0", "1"]);
    const large = folderOf([600, 600]);
    pruneCache(large, 0.5);
    expect(readdirSync(large)).toEqual(["0", "1"]);
  });
});
