import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";

/** `<output>.run`; another name when that is taken, by a run that goes on or by one that can still be recovered. */
export function makeRunDir(output: string): string {
  for (let n = 1; ; n++) {
    const runDir = n === 1 ? `${output}.run` : `${output}.${n}.run`;
    try {
      mkdirSync(runDir, { mode: 0o700 });
      return runDir;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || n > 1000) throw error;
    }
  }
}

/** Holds files only: Node's own way to remove all that may be in a folder is a module to load. */
export function removeRunDir(runDir: string): void {
  try {
    for (const name of readdirSync(runDir)) unlinkSync(join(runDir, name));
    rmdirSync(runDir);
  } catch {
    // It tries again where a file is held open, and forgives a folder that is gone.
    rmSync(runDir, { recursive: true, force: true });
  }
}

/** The folder of the nearest package.json from `from` upwards, else `from`. */
export function projectRoot(from: string): string {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, "package.json"))) return dir;
    if (dirname(dir) === dir) return from;
  }
}
