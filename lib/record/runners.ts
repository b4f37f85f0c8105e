import { PROBE, type Tests } from "../probe.js";
import { recordMocha } from "./mocha.js";
import { recordNodeTests } from "./node-test.js";

/** `node_modules/mocha/lib/runner.js`, or `.cjs`: the end of its path. */
const MOCHA_RUNNER = /[\\/]mocha[\\/]lib[\\/]runner\.c?js$/;

/**
 * Has the tests of mocha and `node:test` recorded, once a program is seen to use them.
 *
 * @returns takes each text that is about to be run; returns the one to run
 */
export function watchRunners(tests: Tests): (source: string, path: string) => string {
  let isNodeTestWatched = false;
  return (source, path) => {
    if (!isNodeTestWatched && source.includes("node:test")) {
      isNodeTestWatched = true;
      recordNodeTests(tests);
    }
    if (!MOCHA_RUNNER.test(path)) return source;
    // Its class is not told to anybody else; both its module kinds call it by this name.
    const hook = `${PROBE}Mocha`;
    Object.defineProperty(globalThis, hook, { value: recordMocha(tests), configurable: true });
    return `${source}\n;globalThis.${hook}(Runner),delete globalThis.${hook};`;
  };
}
