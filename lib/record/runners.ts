import { sep } from "node:path";
import { endsWith, includes } from "../primordials.js";
import { PROBE, type Tests } from "../probe.js";
import { recordMocha } from "./mocha.js";
import { type OriginalPlace, recordNodeTests } from "./node-test.js";
import { recordVitest } from "./vitest.js";

/** `node_modules/mocha/lib/runner.js`, or `.cjs`. */
const MOCHA_RUNNER = `${sep}mocha${sep}lib${sep}runner.`;
/** Somewhere in here is the class of its runner. */
const VITEST = `${sep}vitest${sep}dist${sep}`;
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
    if (!isNodeTestWatched && includes(source, "node:test")) {
      isNodeTestWatched = true;
      recordNodeTests(tests, original);
    }
    if (endsWith(path, `${MOCHA_RUNNER}js`) || endsWith(path, `${MOCHA_RUNNER}cjs`))
      return telling(source, recordMocha(tests), "Runner");
    const isVitest = includes(path, VITEST) && endsWith(path, ".js") && includes(source, "'@vitest/runner'");
    const vitest = isVitest ? VITEST_RUNNER.exec(source)?.[1] : undefined;
    if (vitest === undefined) return source;
    // What gives a test's function is not the class's, but lies where the module takes it from.
    const ns = `${PROBE}Vitest`;
    return telling(
      `${source}\nimport * as ${ns} from "@vitest/runner";`,
      recordVitest(tests),
      `${vitest},${ns}.getFn`,
    );
  };
}

/** The text of a runner's module, which hands out at its end what nobody else is told of. */
function telling(source: string, take: (...parts: never[]) => void, parts: string): string {
  const hook = `${PROBE}Runner`;
  // CommonJS that is imported is read by one of Node's loaders, and compiled by the other.
  if (source.includes(hook)) return source;
  Object.defineProperty(globalThis, hook, { value: take, configurable: true });
  return `${source}\n;globalThis.${hook}(${parts}),delete globalThis.${hook};`;
}
