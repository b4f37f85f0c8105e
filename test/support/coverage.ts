import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

interface V8Coverage {
  result: { url: string; functions: { functionName: string; ranges: { count: number }[] }[] }[];
}

/**
 * Calls of functions by file, as V8 itself counted them for its coverage.
 *
 * @param coverage - the folder that NODE_V8_COVERAGE named
 */
export function callsThatRan(coverage: string): Map<string, number> {
  const calls = new Map<string, number>();
  for (const name of readdirSync(coverage)) {
    const { result } = JSON.parse(readFileSync(join(coverage, name), "utf8")) as V8Coverage;
    for (const { url, functions } of result) {
      if (!url.startsWith("file:")) continue;
      const file = fileURLToPath(url);
      // The first "function" is the module as a whole.
      for (const { functionName, ranges } of functions.slice(1)) {
        // Field initialisers are functions to V8, not to anybody else.
        if (!functionName.startsWith("<")) calls.set(file, (calls.get(file) ?? 0) + ranges[0]!.count);
      }
    }
  }
  return calls;
}
