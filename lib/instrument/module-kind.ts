import fs from "node:fs";
import { dirname, extname, join } from "node:path";
import { parseJson, SafeMap } from "../primordials.js";

/**
 * How a file's text is to be parsed. `unknown` is left to the text; `compiled` is CommonJS that a loader of the program's has
 * made of the file.
 */
export type ModuleKind = "commonjs" | "module" | "unknown" | "compiled";

/** What a file's extension and the nearest package.json say that it is, by Node's rules. */
export function moduleKind(path: string): "commonjs" | "module" | "unknown" {
  const extension = extname(path);
  if (extension === ".mjs" || extension === ".mts") return "module";
  if (extension === ".cjs" || extension === ".cts") return "commonjs";
  const type = packageType(dirname(path));
  return type === "module" || type === "commonjs" ? type : "unknown";
}

// Taken before the program can replace it.
const { readFileSync } = fs;
const types = new SafeMap<string, string | undefined>();

/** The `type` in the nearest package.json. */
export function packageType(folder: string): string | undefined {
  if (types.has(folder)) return types.get(folder);
  let type: string | undefined;
  try {
    type = (parseJson(readFileSync(join(folder, "package.json"), "utf8")) as { type?: string }).type;
  } catch {
    // No package.json here, or none that Node could read either.
    const above = dirname(folder);
    type = above === folder ? undefined : packageType(above);
  }
  types.set(folder, type);
  return type;
}
