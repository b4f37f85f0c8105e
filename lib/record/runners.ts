import { PROBE, type Tests } from "../probe.js";
import { recordMocha } from "./mocha.js";
import { type OriginalPlace, recordNodeTests } from "./node-test.js";
import { recordVitest } from "./vitest.js";

/** `node_modules/mocha/lib/runner.js`, or `.cjs`. */
const MOCHA_RUNNER = /[\\/]mocha[\\/]lib[\\/]runner\.c?js$/;
/** Somewhere in here is the class of its runner. */
const VITEST = /[\\/]vitest[\\/]dist[\\/].*\.js$/;
const VITEST_RUNNER = /^class ((?:Vitest)?TestRunner) \{$/m;

/**
 * Has the tests of mocha, vitest and `node:test` recorded, once a program is seen to use them.
 *
 * @param original - where a place of a rewritten file stands in the file
 * @returns takes each text that is about to be run; returns the one to run
 */
export function watchRunners(
  tests: Tests,
  original: OriginalPlace,
): (source: string, path: string) => string {
  let isNodeTestWatched = false;
  return (source, path) => {
    if (!isNodeTestWatched && source.includes("node:test")) {
      isNodeTestWatched = true;
      recordNodeTests(tests, original);
    }
    if (MOCHA_RUNNER.test(path)) return telling(source, recordMocha(tests), "Runner");
    const vitest = VITEST.test(path) ? VITEST_RUNNER.exec(source)?.[1] : undefined;
    if (vitest === undefined) return source;
    return telling(source, recordVitest(tests), `${vitest},typeof getFn==="function"?getFn:void 0`);
  };
}

/** The text of a runner's module, which hands out at its end what nobody else is told of. */
function telling(source: string, take: (...parts: never[]) => void, parts: string): string {
  const hook = `${PROBE}Runner`;
  Object.defineProperty(globalThis, hook, { value: take, configurable: true });
  return `${source}\n;globalThis.${hook}(${parts}),delete globalThis.${hook};`;
}
