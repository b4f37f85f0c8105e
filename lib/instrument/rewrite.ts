import { type ParserOptions, parse } from "@babel/parser";
import type * as t from "@babel/types";
import { type BareCall, type FileTable, LOCAL } from "../probe.js";
import { MOST_NUMBERS, PLACEHOLDER } from "./bind.js";
import type { MovedPlaces } from "./first-places.js";
import type { InsertedPieces } from "./insertions.js";
import { Rewriter } from "./rewriter.js";

export { bind, unbound } from "./bind.js";

export interface RewriteOptions extends RewriteChoices {
  filename: string;
  sourceType: "commonjs" | "module" | "script";
}

/** The same for all files of a run. */
export interface RewriteChoices {
  /** Whether a parameter's name says that its value is secret. */
  isSecret: (name: string) => boolean;
  /** Record calls of Node's own functions where they are made. */
  builtins?: boolean;
}

/** A rewritten file, fit to be cached as JSON. */
export interface RewrittenFile {
  /** Function and site numbers in it are placeholders: see {@link bind}. */
  code: string;
  functions: FileTable["functions"];
  sites: FileTable["sites"];
  /** Calls without arguments outside of all functions. */
  bareCalls: BareCall[];
  pieces: InsertedPieces;
  moved: MovedPlaces;
}

const placeholder = (kind: "F" | "S", local: number): string =>
  `$${kind}${(MOST_NUMBERS + local).toString(16).slice(1)}$`;

/**
 * Inserts probes into a program's functions. Only text is inserted: lines stay, what is not touched is byte for byte the
 * same, and `Function.prototype.toString` can take the insertions out again.
 *
 * @returns null when there is nothing to insert, or the file already holds names of ours
 * @throws SyntaxError when the file does not parse: it should run as it is, for Node to report that
 */
export function rewrite(source: string, options: RewriteOptions): RewrittenFile | null {
  if (source.includes(LOCAL) || source.search(PLACEHOLDER) >= 0) return null;
  const file = parse(source, parserOptions(options.sourceType));
  const rewriter = new Rewriter(source, {
    filename: options.filename,
    isCommonJs: options.sourceType === "commonjs",
    isSecret: options.isSecret,
    builtins: options.builtins === true,
    ignored: ignoredOffsets(source, file),
    functionNumber: (local) => placeholder("F", local),
    siteNumber: (local) => placeholder("S", local),
  });
  rewriter.program(file.program);
  const { insertions, functions, bareCalls, firstPlaces } = rewriter;
  const sites = rewriter.sites.entries;
  if (insertions.isEmpty || functions.length >= MOST_NUMBERS || sites.length >= MOST_NUMBERS) return null;
  return { ...insertions.apply(), functions, sites, bareCalls, moved: firstPlaces.moved };
}

function parserOptions(sourceType: RewriteOptions["sourceType"]): ParserOptions {
  return {
    sourceType,
    // Comments are listed; finding the node that each belongs to would take a third of the time.
    attachComment: false,
    plugins: [
      "explicitResourceManagement",
      ["importAttributes", { deprecatedAssertSyntax: true }],
      "sourcePhaseImports",
      "deferredImportEvaluation",
    ],
  };
}

const IGNORE_NEXT = /^\s*flowtrace[ -]ignore[ -]next\b/;
const BLANKS_AND_COMMENTS = /(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n\r\u2028\u2029]*)*/y;

/** Where the code starts that follows a comment `flowtrace ignore next`. */
function ignoredOffsets(source: string, file: t.File): Set<number> {
  const offsets = new Set<number>();
  for (const { value, end } of file.comments ?? []) {
    if (!IGNORE_NEXT.test(value)) continue;
    BLANKS_AND_COMMENTS.lastIndex = end!;
    BLANKS_AND_COMMENTS.test(source);
    offsets.add(BLANKS_AND_COMMENTS.lastIndex);
  }
  return offsets;
}
