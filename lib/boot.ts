// First, before Node's own modules are loaded.
import "./default-flags.js";

/** Which of the bundles beside this file is to be run, and what tells its text from that of other builds. */
declare const BUNDLE: string;
declare const BUNDLE_HASH: string;

/*
 * Runs one of our bundles with what V8 has made of it in an earlier run: compiling is two thirds of the time that they take
 * to start. V8 checks that its own version and its flags are the same, but of the text only the length. The code is kept beside
 * the text it is made of: whoever could put another one there could change the text just as well. Where we are installed
 * read-only, there is none.
 */

// Taken before the program can replace them, and past the loader: for an import, it copies all hundred properties of `fs`.
const { mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } =
  process.getBuiltinModule("node:fs");
const { Script } = process.getBuiltinModule("node:vm");

/** The code has the name of its file in it, by which our frames are told from the program's: moved, it is another. */
let place = 0;
for (let i = 0; i < __dirname.length; i++) place = (Math.imul(place, 31) + __dirname.charCodeAt(i)) >>> 0;

const folder = `${__dirname}/.code`;
const code = `${folder}/${BUNDLE}-${BUNDLE_HASH}-${place.toString(36)}-${process.versions.v8}-${process.arch}`;
const source = readFileSync(`${__dirname}/${BUNDLE}.bundle.js`, "latin1");
/** Of a run that did more than each does, such as to rewrite files: half as long again to load. */
const larger = `${code}+`;
const cachedData = read(code);
const taken = cachedData ?? read(larger);
const script = new Script(source, { filename: __filename, ...(taken && { cachedData: taken }) });
const isTaken = taken !== undefined && script.cachedDataRejected !== true;
let isKept = isTaken && cachedData !== undefined;

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined; // not made yet
  }
}

/** By then, V8 has thrown away the code of what has run once, at the start. */
const LONGEST_RUN_S = 2;

/**
 * To be called when all that is run each time has been, as only functions that have run are kept, or that were taken.
 *
 * @param hasMore - much else has been, too
 */
function keep(hasMore: boolean): void {
  if (isKept || process.uptime() > LONGEST_RUN_S) return;
  isKept = true;
  try {
    if (isTaken) {
      // What the next one keeps is of itself only.
      if (!hasMore) unlinkSync(larger);
      return;
    }
    mkdirSync(folder, { recursive: true });
    const beside = `${code}.${process.pid}`;
    writeFileSync(beside, script.createCachedData(), { flush: true });
    renameSync(beside, hasMore ? larger : code);
  } catch {
    // the next start takes as long as this one
  }
}

(script.runInThisContext() as (...args: unknown[]) => void)(
  exports,
  require,
  module,
  __filename,
  __dirname,
  isKept ? undefined : keep,
);
