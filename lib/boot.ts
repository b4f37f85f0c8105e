// First, before Node's own modules are loaded.
import "./default-flags.js";
import { keptScript } from "./kept-code.js";

/** Which of the bundles beside this file is to be run, and what tells its text from that of other builds. */
declare const BUNDLE: string;
declare const BUNDLE_HASH: string;

const source = process.getBuiltinModule("node:fs").readFileSync(`${__dirname}/${BUNDLE}.bundle.js`, "latin1");
const { script, keep } = keptScript(source, __filename, `${BUNDLE}-${BUNDLE_HASH}`);

(script.runInThisContext() as (...args: unknown[]) => void)(
  exports,
  require,
  module,
  __filename,
  __dirname,
  keep,
);
