import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cacheFolder, pruneCache } from "../../../lib/collect/cache-folder.js";

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

describe.skipIf(process.platform === "win32")("the place of the cache", () => {
  let temporary: string;
  let project: string;
  let own: string;

  beforeEach(() => {
    vi.stubEnv("FLOWTRACE_CACHE_DIR", undefined);
    project = realpathSync(mkdtempSync(join(tmpdir(), "flowtrace-test-")));
    temporary = realpathSync(mkdtempSync(join(tmpdir(), "flowtrace-test-")));
    vi.stubEnv("TMPDIR", temporary);
    own = join(temporary, `flowtrace-cache-${process.getuid!()}`);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it("is the project's own, where it has packages", () => {
    mkdirSync(join(project, "node_modules"));
    expect(cacheFolder(project)).toBe(join(project, "node_modules", ".cache", "flowtrace"));
  });

  it("is else a folder among the temporary ones that only this user can look into", () => {
    expect(cacheFolder(project)).toBe(own);
    expect(lstatSync(own).mode & 0o777).toBe(0o700);
    expect(cacheFolder(project)).toBe(own);
  });

  it("is nowhere when others can write to that folder", () => {
    mkdirSync(own);
    chmodSync(own, 0o777);
    expect(cacheFolder(project)).toBe("");
    chmodSync(own, 0o770);
    expect(cacheFolder(project)).toBe("");
  });

  it("is nowhere when somebody has put a link in its place", () => {
    symlinkSync(mkdtempSync(join(tmpdir(), "flowtrace-test-")), own);
    expect(cacheFolder(project)).toBe("");
  });

  it("is nowhere when the folder belongs to another user", () => {
    const uid = process.getuid!();
    expect(cacheFolder(project)).toBe(own);
    mkdirSync(join(temporary, `flowtrace-cache-${uid + 1}`), { mode: 0o700 });
    vi.spyOn(process, "getuid").mockReturnValue(uid + 1);
    expect(cacheFolder(project)).toBe("");
  });

  it("is not the project's when others can write to that", () => {
    const shared = join(project, "node_modules", ".cache", "flowtrace");
    mkdirSync(shared, { recursive: true });
    chmodSync(shared, 0o777);
    expect(cacheFolder(project)).toBe(own);
  });
});
