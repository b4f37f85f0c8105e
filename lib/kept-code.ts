/*
 * Runs texts of ours with what V8 has made of them in an earlier run: compiling is two thirds of the time that they take to start.
 * V8 checks that its own version and its flags are the same, but of the text only the length. The code is kept beside the text it
 * is made of: whoever could put another one there could change the text just as well. Where we are installed read-only, there is
 * none.
 */

// Taken before the program can replace them, and past the loader: for an import, it copies all hundred properties of `fs`.
const { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } =
  process.getBuiltinModule("node:fs");
const { Script } = process.getBuiltinModule("node:vm");

/** The code has the name of its file in it, by which our frames are told from the program's: moved, it is another. */
let place = 0;
for (let i = 0; i < __dirname.length; i++) place = (Math.imul(place, 31) + __dirname.charCodeAt(i)) >>> 0;

const folder = `${__dirname}/.code`;
const where = `${place.toString(36)}-${process.versions.v8}-${process.arch}`;

/** By then, V8 has thrown away the code of what has run once, at the start. */
const LONGEST_RUN_S = 2;

/** A script, and what keeps its code; undefined when there is nothing to keep. */
export interface KeptScript {
  script: InstanceType<typeof Script>;
  /** To be called when all that is run each time has been, as only functions that have run are kept. */
  keep: (() => void) | undefined;
}

/**
 * @param filename - as which V8 is to know it
 * @param name - of the file that its code is kept in, which tells it from that of other builds
 */
export function keptScript(source: string, filename: string, name: string): KeptScript {
  const code = `${folder}/${name}-${where}`;
  let cachedData: Buffer | undefined;
  try {
    cachedData = readFileSync(code);
  } catch {
    // not made yet
  }
  const script = new Script(source, { filename, ...(cachedData && { cachedData }) });
  if (cachedData !== undefined && script.cachedDataRejected !== true) return { script, keep: undefined };
  let isKept = false;
  const keep = (): void => {
    if (isKept || process.uptime() > LONGEST_RUN_S) return;
    isKept = true;
    try {
      mkdirSync(folder, { recursive: true });
      const beside = `${code}.${process.pid}`;
      // Before the code is made, which takes longer than to see that it cannot be kept.
      const fd = openSync(beside, "wx", 0o644);
      try {
        writeFileSync(fd, script.createCachedData(), { flush: true });
      } finally {
        closeSync(fd);
      }
      renameSync(beside, code);
    } catch {
      // the next start takes as long as this one
    }
  };
  return { script, keep };
}
