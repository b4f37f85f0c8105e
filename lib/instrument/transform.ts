import { createHash } from "node:crypto";
import type { FileTable } from "../probe.js";
import type { InsertedPiece } from "./insertions.js";
import { bind, rewrite } from "./rewrite.js";

export interface TransformOptions {
  isTraced: (path: string) => boolean;
  isSecret: (name: string) => boolean;
  /** Tells the recorder of a file before its code runs. */
  define: (table: FileTable, functionBase: number, siteBase: number) => void;
  /** Tells what was inserted where. */
  inserted: (path: string, pieces: readonly InsertedPiece[]) => void;
  /** Tells of a file that does not parse: it runs as it is. */
  leftPlain: (path: string, sourceType: "commonjs" | "module") => void;
  /** First numbers for functions and sites; those of one process must not meet. */
  firstNumber: number;
}

/** Rewrites the source of a module that is about to be compiled; returns it as it is when it is not to be traced. */
export type Transform = (source: string, path: string, sourceType: "commonjs" | "module") => string;

export function createTransform(options: TransformOptions): Transform {
  let nextFunction = options.firstNumber;
  let nextSite = options.firstNumber;
  return (source, path, sourceType) => {
    if (!options.isTraced(path)) return source;
    try {
      // A hashbang is a comment to Node and to the parser; a byte order mark is taken off by the loader.
      const rewritten = rewrite(source, { filename: path, sourceType, isSecret: options.isSecret });
      if (rewritten === null) return source;
      const { functions, sites, pieces } = rewritten;
      const table: FileTable = {
        path,
        sha256: createHash("sha256").update(source).digest("hex"),
        functions,
        sites,
      };
      options.define(table, nextFunction, nextSite);
      options.inserted(path, pieces);
      const code = bind(rewritten.code, nextFunction, nextSite);
      nextFunction += functions.length;
      nextSite += sites.length;
      return code;
    } catch {
      // It does not parse: should that be a mistake, Node will say so, in its own words.
      options.leftPlain(path, sourceType);
      return source;
    }
  };
}
