import { existsSync, mkdirSync } from "node:fs";
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

/** The folder of the nearest package.json from `from` upwards, else `from`. */
export function projectRoot(from: string): string {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, "package.json"))) return dir;
    if (dirname(dir) === dir) return from;
  }
}
