import { dirname, extname, join } from "node:path";
import { existsSync, readFileSync } from "../own-fs.js";

const EXTENSIONS = new Set([".ts", ".mts", ".cts"]);

/** Whether a file is TypeScript that we can run. Declarations are never loaded; JSX wants the user's own build. */
export function isTypeScript(path: string): boolean {
  return EXTENSIONS.has(extname(path));
}

/**
 * JavaScript of a TypeScript file: types out, enums, namespaces and parameter properties as code. Lines stay where they
 * are. Unused imports go, as the TypeScript compiler has it.
 *
 * @throws SyntaxError when it does not parse
 */
export function toJavaScript(source: string, path: string): string {
  const { transformSync } = require("@babel/core") as typeof import("@babel/core");
  const plugin = require("@babel/plugin-transform-typescript") as { default: object };
  const result = transformSync(source, {
    filename: path,
    babelrc: false,
    configFile: false,
    retainLines: true,
    compact: false,
    sourceType: "unambiguous",
    plugins: [[plugin.default, { allowDeclareFields: true, optimizeConstEnums: true }]],
  });
  return result?.code ?? "";
}

/** The module system of a TypeScript file: by its extension, the nearest package.json, or else its syntax. */
export function moduleFormatOf(path: string, source: string): "module" | "commonjs" {
  const extension = extname(path);
  if (extension === ".mts") return "module";
  if (extension === ".cts") return "commonjs";
  const type = packageType(dirname(path));
  if (type !== undefined) return type;
  return /^[ \t]*(?:import|export)\b(?!\s*\()/m.test(source) ? "module" : "commonjs";
}

function packageType(from: string): "module" | "commonjs" | undefined {
  for (let dir = from; ; dir = dirname(dir)) {
    const manifest = join(dir, "package.json");
    if (existsSync(manifest)) {
      const type = /"type"\s*:\s*"(module|commonjs)"/.exec(readFileSync(manifest, "utf8"));
      return type?.[1] as "module" | "commonjs" | undefined;
    }
    if (dirname(dir) === dir) return undefined;
  }
}
