import { createHash } from "node:crypto";
import type { FileTable } from "../probe.js";
import { bind } from "./bind.js";
import type { RewriteCache } from "./cache.js";
import type { InsertedPieces } from "./insertions.js";
import type { RewrittenFile } from "./rewrite.js";
import { isTypeScript, toJavaScript } from "./typescript.js";

export interface TransformOptions {
  isTraced: (path: string) => boolean;
  isSecret: (name: string) => boolean;
  builtins: boolean;
  /** Tells the recorder of a file before its code runs. */
  define: (table: FileTable, functionBase: number, siteBase: number) => void;
  /** Tells what was inserted where. */
  inserted: (path: string, pieces: InsertedPieces) => void;
  /** Tells of a file that does not parse: it runs as it is. */
  leftPlain: (path: string, sourceType: "commonjs" | "module") => void;
  cache: (RewriteCache & { keyOf(source: string, path: string, type: string): string }) | undefined;
  /** Taken from here, and moved on. */
  numbers: Numbers;
}

/** The next numbers for functions and sites; those of one process must not meet. */
export interface Numbers {
  nextFunction: number;
  nextSite: number;
}

/** TypeScript with nothing to insert still has to become JavaScript. */
function untouched(code: string): RewrittenFile {
  return { code, functions: [], sites: [], bareCalls: [], pieces: [] };
}

/** Rewrites the source of a module that is about to be compiled; returns it as it is when it is not to be traced. */
export type Transform = (source: string, path: string, sourceType: "commonjs" | "module") => string;

export function createTransform(options: TransformOptions): Transform {
  const { numbers } = options;

  /** The parser, which takes longer to load than most programs, is only asked for what the cache does not know. */
  function rewritten(source: string, path: string, sourceType: "commonjs" | "module"): RewrittenFile | null {
    const { cache, isSecret, builtins } = options;
    const key = cache?.keyOf(source, path, sourceType) ?? "";
    const known = cache?.get(key);
    if (known !== undefined) return known;
    const { rewrite } = require("./rewrite.js") as typeof import("./rewrite.js");
    const script = isTypeScript(path) ? toJavaScript(source, path) : source;
    const inserted = rewrite(script, { filename: path, sourceType, isSecret, builtins });
    const made = inserted === null && script !== source ? untouched(script) : inserted;
    cache?.set(key, made);
    return made;
  }

  function insert(source: string, path: string, sourceType: "commonjs" | "module"): string {
    // A hashbang is a comment to Node and to the parser; a byte order mark is taken off by the loader.
    const file = rewritten(source, path, sourceType);
    if (file === null) return source;
    const { functions, sites, pieces, bareCalls } = file;
    const sha256 = createHash("sha256").update(source).digest("hex");
    const { nextFunction, nextSite } = numbers;
    options.define({ path, sha256, functions, sites, bareCalls }, nextFunction, nextSite);
    options.inserted(path, pieces);
    const code = bind(file.code, nextFunction, nextSite);
    numbers.nextFunction += functions.length;
    numbers.nextSite += sites.length;
    return code;
  }

  return (source, path, sourceType) => {
    if (!options.isTraced(path)) return source;
    try {
      return insert(source, path, sourceType);
    } catch {
      // It does not parse: should that be a mistake, Node will say so, in its own words.
      options.leftPlain(path, sourceType);
    }
    if (sourceType === "module") return source;
    try {
      // `require()` of a module: Node tries its text as CommonJS first, then takes the same text as a module.
      return insert(source, path, "module");
    } catch {
      return source;
    }
  };
}
