import { accessSync, constants, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** Where rewritten files are kept: in the project, else in a folder of the user's own. */
export function cacheFolder(root: string): string {
  const { FLOWTRACE_CACHE_DIR } = process.env;
  if (FLOWTRACE_CACHE_DIR !== undefined) return FLOWTRACE_CACHE_DIR;
  const modules = join(root, "node_modules");
  try {
    accessSync(modules, constants.W_OK);
    return join(modules, ".cache", "flowtrace");
  } catch {
    return join(tmpdir(), `flowtrace-cache-${userInfo().username}`);
  }
}

const MOST_FILES = 20_000;
const MOST_BYTES = 1 << 30;
/** A large folder takes as long to look through as a small program runs: one run of so many does. */
const RUNS_PER_LOOK = 20;

/** Now and then, keeps the cache from growing for ever: when there is too much, what was made first goes, up to the half. */
export function pruneCache(folder: string, chance = Math.random()): void {
  if (chance * RUNS_PER_LOOK >= 1) return;
  try {
    const files = readdirSync(folder).map((name) => {
      const path = join(folder, name);
      const { mtimeMs, size } = statSync(path);
      return { path, made: mtimeMs, size };
    });
    let count = files.length;
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (count <= MOST_FILES && bytes <= MOST_BYTES) return;
    files.sort((a, b) => a.made - b.made);
    for (const { path, size } of files) {
      if (count <= MOST_FILES / 2 && bytes <= MOST_BYTES / 2) return;
      rmSync(path, { force: true });
      count--;
      bytes -= size;
    }
  } catch {
    // somebody else is at it
  }
}
