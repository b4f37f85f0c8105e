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

/** Keeps the cache from growing for ever: the oldest half goes when there are too many files. */
export function pruneCache(folder: string): void {
  try {
    const names = readdirSync(folder);
    if (names.length <= MOST_FILES) return;
    const aged = names.map((name) => ({
      path: join(folder, name),
      used: statSync(join(folder, name)).mtimeMs,
    }));
    aged.sort((a, b) => a.used - b.used);
    for (const { path } of aged.slice(0, aged.length - MOST_FILES / 2)) rmSync(path, { force: true });
  } catch {
    // somebody else is at it
  }
}
