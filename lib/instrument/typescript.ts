import { extname } from "node:path";
import { SafeSet } from "../primordials.js";
import { requireApart } from "./realm.js";

const EXTENSIONS = new SafeSet<string>();
for (const extension of [".ts", ".mts", ".cts", ".tsx"]) EXTENSIONS.add(extension);

/** Whether a file is TypeScript that we can run. Declarations are never loaded. */
export function isTypeScript(path: string): boolean {
  return EXTENSIONS.has(extname(path));
}

/** Whether this Node takes types out by itself, where nothing but types is to be taken out. */
export const erasesTypes =
  (process.features as { typescript?: unknown }).typescript !== undefined &&
  (process.features as { typescript?: unknown }).typescript !== false;

/** Whether this Node's stacks name TypeScript by its URL, also where it is CommonJS. */
export const namesByURL = erasesTypes && Number.parseInt(process.versions.node, 10) >= 24;

/** How a TypeScript file is to become JavaScript: what the nearest tsconfig.json says, and what Node does by itself. */
export interface TypeScriptOptions {
  isTraced: boolean;
  /**
   * Imports that are used for their types only: `names` leaves the import and takes the names out, as Node does, which runs
   * the module that is imported; `imports` takes out the import, as compilers do; `none` of them, by verbatimModuleSyntax.
   */
  elides: "names" | "imports" | "none";
  experimentalDecorators: boolean;
  jsx: "automatic" | "classic" | "preserve";
  jsxImportSource: string | undefined;
  jsxFactory: string | undefined;
  jsxFragmentFactory: string | undefined;
}

export function typeScriptOptions(path: string, isTraced: boolean): TypeScriptOptions {
  const { tsconfigFor } = requireApart("instrument/tsconfig.js") as typeof import("./tsconfig.js");
  const config = tsconfigFor(path);
  const { jsx } = config;
  return {
    isTraced,
    elides: config.verbatimModuleSyntax === true ? "none" : erasesTypes ? "names" : "imports",
    experimentalDecorators: config.experimentalDecorators === true,
    jsx: jsx === "preserve" ? "preserve" : jsx?.startsWith("react-jsx") === true ? "automatic" : "classic",
    jsxImportSource: config.jsxImportSource,
    jsxFactory: config.jsxFactory,
    jsxFragmentFactory: config.jsxFragmentFactory,
  };
}
