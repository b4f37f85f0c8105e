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
const { mkdirSync, readFileSync, renameSync, writeFileSync } = process.getBuiltinModule("node:fs");
const { Script } = process.getBuiltinModule("node:vm");

/** The code has the name of its file in it, by which our frames are told from the program's: moved, it is another. */
let place = 0;
for (let i = 0; i < __dirname.length; i++) place = (Math.imul(place, 31) + __dirname.charCodeAt(i)) >>> 0;

const folder = `${__dirname}/.code`;
const code = `${folder}/${BUNDLE}-${BUNDLE_HASH}-${place.toString(36)}-${process.versions.v8}-${process.arch}`;
const source = readFileSync(`${__dirname}/${BUNDLE}.bundle.js`, "latin1");
let cachedData: Buffer | undefined;
try {
  cachedData = readFileSync(code);
} catch {
  // not made yet
}
const script = new Script(source, { filename: __filename, ...(cachedData && { cachedData }) });
let isKept = cachedData !== undefined && script.cachedDataRejected !== true;

/** By then, V8 has thrown away the code of what has run once, at the start. */
const LONGEST_RUN_S = 2;

/** To be called when all that is run each time has been, as only functions that have run are kept. */
function keep(): void {
  if (isKept || process.uptime() > LONGEST_RUN_S) return;
  isKept = true;
  try {
    mkdirSync(folder, { recursive: true });
    const beside = `${code}.${process.pid}`;
    writeFileSync(beside, script.createCachedData(), { flush: true });
    renameSync(beside, code);
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
