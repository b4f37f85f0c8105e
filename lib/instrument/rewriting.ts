import { type FileDefinition, fileEntries } from "../journal/file-chunk.js";
import { sha256Of } from "../sha256.js";
import { createSourceMapping } from "../source-mapping.js";
import { type UnboundCode, unbound } from "./bind.js";
import type { compileTypeScript } from "./compile.js";
import { eraseTypes } from "./erase.js";
import type { ModuleKind } from "./module-kind.js";
import { type RewriteChoices, type RewrittenFile, rewrite } from "./rewrite.js";
import type { TypeScriptOptions } from "./typescript.js";

export { packed } from "./cached-file.js";

/** What became of a file's text, fit to be cached. */
export interface Rewriting {
  /** Null where there is nothing to insert. */
  file: PreparedFile | null;
  isModule: boolean;
  /** SHA-256 of the text that was rewritten, hex. */
  sha256: string;
  /** Mappings of a source map, when the text was compiled before anything was inserted. */
  mappings?: string;
}

/** A {@link RewrittenFile} as it is cached, with its lists as the journal takes them: see {@link FileDefinition}. */
export interface PreparedFile extends Pick<FileDefinition, "functions" | "sites" | "entries"> {
  code: UnboundCode;
  /** See `InsertedPieces`. */
  pieces: Int32Array;
  /** See `MovedPlaces`. */
  moved: Int32Array;
}

/**
 * Rewrites a text as Node would take it: what is of unknown kind as CommonJS, unless it parses as a module only.
 *
 * @throws SyntaxError when it does not parse
 */
export function rewriteAs(
  kind: ModuleKind,
  source: string,
  filename: string,
  choices: RewriteChoices,
): Rewriting {
  const { file, isModule } = parsedAs(kind, source, filename, choices);
  return { file: prepared(file), isModule, sha256: sha256Of(source) };
}

function parsedAs(
  kind: ModuleKind,
  source: string,
  filename: string,
  choices: RewriteChoices,
): { file: RewrittenFile | null; isModule: boolean } {
  const { isSecret, builtins = false } = choices;
  const as = (sourceType: "commonjs" | "module") => ({
    file: rewrite(source, { filename, sourceType, isSecret, builtins }),
    isModule: sourceType === "module",
  });
  if (kind !== "unknown") return as(kind === "module" ? "module" : "commonjs");
  try {
    return as("commonjs");
  } catch {
    return as("module");
  }
}

function prepared(file: RewrittenFile | null): PreparedFile | null {
  if (file === null) return null;
  const { code, pieces, moved, functions, sites, bareCalls } = file;
  return {
    code: unbound(code),
    pieces: Int32Array.from(pieces),
    moved: Int32Array.from(moved),
    functions: functions.length,
    sites: sites.length,
    entries: fileEntries({ functions, sites, bareCalls }),
  };
}

/**
 * The same with TypeScript, which becomes JavaScript first.
 *
 * @throws SyntaxError when it does not parse
 */
export function rewriteTypeScript(
  kind: ModuleKind,
  source: string,
  path: string,
  options: TypeScriptOptions,
  choices: RewriteChoices,
): Rewriting {
  const erased = eraseTypes(source, path.endsWith(".tsx"), options.elides);
  // In a package of CommonJS, compilers make `require` of an import; Node could not run the file.
  const toCommonJs = kind === "commonjs" && MODULE_SYNTAX.test(erased ?? source);
  const isErased = erased !== undefined && !toCommonJs;
  const compiled = isErased ? undefined : compiler()(source, path, options, toCommonJs);
  const code = compiled?.code ?? erased!;
  const { file, isModule } = parsedAs(kind, code, path, choices);
  const made = { isModule, sha256: sha256Of(source) };
  if (!options.isTraced || file === null) return { ...made, file: prepared(untouched(code)) };
  if (compiled === undefined) return { ...made, file: prepared(file) };
  const { mappings } = compiled;
  return { ...made, file: prepared(inOriginal(file, mappings)), mappings };
}

const MODULE_SYNTAX = /(?:^|[;}])\s*(?:import\s*[\w{*"']|export\s*[\w{*])/m;

/** Loads Babel's transformation, which takes as long again as its parser: few files ask for it. */
function compiler(): typeof compileTypeScript {
  return (require("./compile.js") as typeof import("./compile.js")).compileTypeScript;
}

/** With nothing to insert, it still is not what it was. */
function untouched(code: string): RewrittenFile {
  return { code, functions: [], sites: [], bareCalls: [], pieces: [], moved: [] };
}

/** The file's tables with places in the text that was compiled. */
function inOriginal(file: RewrittenFile, mappings: string): RewrittenFile {
  const mapping = createSourceMapping(mappings);
  const mapped = <T extends { line: number; column: number }>(entry: T): T => {
    const place = mapping.original(entry.line, entry.column);
    return place === undefined ? entry : { ...entry, line: place.line, column: place.column };
  };
  return {
    ...file,
    functions: file.functions.map((entry) => ({
      ...mapped(entry),
      endLine: mapping.original(entry.endLine, 1)?.line ?? entry.endLine,
      bareCalls: entry.bareCalls.map(mapped),
    })),
    sites: file.sites.map(mapped),
    bareCalls: file.bareCalls.map(mapped),
  };
}
