import { accessSync, constants, lstatSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Where rewritten files are kept: in the project, else in a folder of the user's own among the temporary ones.
 *
 * @returns an empty text when there is no place that only this user can write to: what is kept there is run as the program
 */
export function cacheFolder(root: string): string {
  const { FLOWTRACE_CACHE_DIR } = process.env;
  if (FLOWTRACE_CACHE_DIR !== undefined) return FLOWTRACE_CACHE_DIR;
  const modules = join(root, "node_modules");
  if (isFolder(modules)) {
    const inProject = join(modules, ".cache", "flowtrace");
    if (isOurs(inProject)) return inProject;
  }
  // By number: a user without a name (`docker run --user 12345`) has one too.
  const own = join(
    process.getBuiltinModule("node:os").tmpdir(),
    `flowtrace-cache-${process.getuid?.() ?? "user"}`,
  );
  return isOurs(own) ? own : "";
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

const WRITABLE_BY_OTHERS = 0o022;

/** Makes the folder, and says whether nobody else can have put anything into it, or can now. */
function isOurs(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    // Not through a link: where it leads to, another user might decide.
    const found = lstatSync(folder);
    if (!found.isDirectory()) return false;
    // Windows has neither, and a folder of temporary files for each user.
    const uid = process.getuid?.();
    return uid === undefined || (found.uid === uid && (found.mode & WRITABLE_BY_OTHERS) === 0);
  } catch {
    return false; // not ours to write in
  }
}

const MOST_FILES = 20_000;
const MOST_BYTES = 1 << 30;
/** A large folder takes as long to look through as a small program runs: one run of so many does. */
const RUNS_PER_LOOK = 20;

/** Of 13,000 files, all take as long to ask as three programs to start. */
const ASKED_FILES = 200;

/** What files take, by so many of them: their names, which are hashes, have them in no order. */
function sizeBy(folder: string, names: readonly string[]): number {
  const asked = names.slice(0, ASKED_FILES);
  const bytes = asked.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  return (bytes / Math.max(1, asked.length)) * names.length;
}

/** Now and then, keeps the cache from growing for ever: when there is too much, what was made first goes, up to the half. */
export function pruneCache(folder: string, chance = Math.random()): void {
  if (chance * RUNS_PER_LOOK >= 1) return;
  try {
    const names = readdirSync(folder);
    if (names.length <= MOST_FILES && sizeBy(folder, names) <= MOST_BYTES) return;
    const files = names.map((name) => {
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
