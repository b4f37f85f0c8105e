import fs from "node:fs";
import { dirname, join, resolve } from "node:path";

/** What of `compilerOptions` decides how a file becomes JavaScript: https://www.typescriptlang.org/tsconfig */
export interface CompilerOptions {
  experimentalDecorators?: boolean;
  verbatimModuleSyntax?: boolean;
  jsx?: string;
  jsxImportSource?: string;
  jsxFactory?: string;
  jsxFragmentFactory?: string;
}

interface Config {
  extends?: string | string[];
  compilerOptions?: CompilerOptions;
}

// Taken before the program can replace it.
const { readFileSync } = fs;
const known = new Map<string, CompilerOptions>();

/** The options of the nearest tsconfig.json above a file; none when there is none. */
export function tsconfigFor(path: string): CompilerOptions {
  const folder = dirname(path);
  let options = known.get(folder);
  if (options === undefined) {
    options = optionsIn(join(folder, "tsconfig.json"), []) ?? (folder === path ? {} : tsconfigFor(folder));
    known.set(folder, options);
  }
  return options;
}

/** Undefined when the file is not there, or cannot be read as what it should be. */
function optionsIn(path: string, above: readonly string[]): CompilerOptions | undefined {
  if (above.includes(path)) return undefined;
  let config: Config;
  try {
    config = JSON.parse(withoutComments(readFileSync(path, "utf8"))) as Config;
  } catch {
    return undefined;
  }
  const inherited = [config.extends ?? []].flat().map((base) => inheritedFrom(base, path, above));
  return Object.assign({}, ...inherited, config.compilerOptions) as CompilerOptions;
}

function inheritedFrom(base: string, path: string, above: readonly string[]): CompilerOptions | undefined {
  const seen = [...above, path];
  if (/^(?:\.{1,2}(?:\/|$)|\/)/.test(base)) {
    const file = resolve(dirname(path), base);
    return optionsIn(file, seen) ?? optionsIn(`${file}.json`, seen);
  }
  // In the realm that this runs in, a module has no class of Node's.
  const { resolve: find } = process.getBuiltinModule("node:module").createRequire(path);
  for (const name of [base, `${base}.json`, `${base}/tsconfig.json`]) {
    try {
      return optionsIn(find(name), seen);
    } catch {
      // by another name, perhaps
    }
  }
  return undefined;
}

/** JSON as tsconfig.json has it: with comments, and commas behind the last element. */
function withoutComments(text: string): string {
  return text
    .replace(/^\ufeff/, "")
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string) => string ?? " ")
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string) => string ?? "");
}
