import { sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { FileDefinition } from "../journal/file-chunk.js";
import { plainJson } from "../journal/json.js";
import { includes, SafeMap, SafeSet, stringLastIndexOf, stringSlice } from "../primordials.js";
import { CLOSE, MAP_COMMENT, OPEN, type RewriteCompiled, type SourceMap } from "../probe.js";
import { bind } from "./bind.js";
import type { RewriteCache } from "./cache.js";
import type { CachedRewriting } from "./cached-file.js";
import { type ModuleKind, moduleKind } from "./module-kind.js";
import type { FileChanges } from "./positions.js";
import { requireApart } from "./realm.js";
import type { RewriteChoices } from "./rewrite.js";
import { identityMap, mapURL, readMap, shiftedMap, shiftedMapURL } from "./shifted-map.js";
import { erasesTypes, namesByURL, type TypeScriptOptions, typeScriptOptions } from "./typescript.js";

export interface TransformOptions extends RewriteChoices {
  isTraced: (path: string) => boolean;
  /** Tells the recorder of a file before its code runs. */
  define: (file: FileDefinition) => void;
  /** Tells what was changed, under the name by which V8 knows the file. */
  changed: (name: string, changes: FileChanges) => void;
  /** Whether Node maps the stacks of what is rewritten. */
  mapsStacks: () => boolean;
  /** Tells of a file that runs as it is though it should be traced. */
  leftPlain: (path: string, reason: string) => void;
  /** Told of each text before it is run, traced or not; returns what is run in its place. */
  watch: (source: string, path: string) => string;
  cache: RewriteCache | undefined;
  /** Taken from here, and moved on. */
  numbers: Numbers;
}

/** The next numbers for functions and sites; those of one process must not meet. */
export interface Numbers {
  nextFunction: number;
  nextSite: number;
}

/** Rewrites the source of a module that is about to be compiled; `url` as which it was asked for, where it may have a query. */
export interface Transform {
  /** Returned as it is when it is not to be traced, or does not parse. */
  javaScript(source: string, path: string, kind: ModuleKind, url?: string): string;
  /**
   * TypeScript, as JavaScript: Node 20 knows nothing of it, later versions only of types that can be erased. Undefined when it
   * is Node's own business: it does not parse, or is not traced where Node can take the types out itself.
   */
  typeScript(
    source: string,
    path: string,
    url: string,
  ): { code: string; format: "commonjs" | "module" } | undefined;
  /** What a runner runs past Node's loaders, and shows places of by the map that it is given. */
  compiled: RewriteCompiled;
}

/** The numbers that a file's functions and sites were given when it was first loaded. */
interface Numbered {
  sha256: string;
  functionBase: number;
  siteBase: number;
}

/** The rewriter, with its parser. Where hooks of the program's would see it being loaded, it is to be there before them. */
export function loadRewriter(): typeof import("./rewriting.js") {
  rewriter ??= requireApart("instrument/rewriting.js") as typeof import("./rewriting.js");
  return rewriter;
}
let rewriter: typeof import("./rewriting.js") | undefined;

export function createTransform(options: TransformOptions): Transform {
  const { numbers: next } = options;
  const known = new SafeMap<string, Numbered>();
  const left = new SafeSet<string>();

  /** A file that is loaded once more keeps its numbers. */
  function numbered(
    path: string,
    sha256: string,
    { functions, sites, entries }: NonNullable<CachedRewriting["file"]>,
    sourceMap: string | undefined,
  ): Numbered {
    let numbers = known.get(path);
    if (numbers?.sha256 === sha256) return numbers;
    numbers = { sha256, functionBase: next.nextFunction, siteBase: next.nextSite };
    known.set(path, numbers);
    const { functionBase, siteBase } = numbers;
    const source = sourceMap === undefined ? { path, sha256 } : { path, sha256, sourceMap };
    options.define({ functionBase, siteBase, functions, sites, entries, ...source });
    next.nextFunction += functions;
    next.nextSite += sites;
    return numbers;
  }

  /** The parser, which takes longer to load than most programs, is only asked for what the cache does not know. */
  function rewritten(
    source: string,
    path: string,
    kind: ModuleKind,
    types?: TypeScriptOptions,
  ): CachedRewriting {
    const { cache } = options;
    const type = types === undefined ? kind : `${kind} ${plainJson(types)}`;
    const known = cache?.get(source, path, type);
    if (known !== undefined) return known;
    const { rewriteAs, rewriteTypeScript, packed } = loadRewriter();
    const rewriting =
      types === undefined
        ? rewriteAs(kind, source, path, options)
        : rewriteTypeScript(kind, source, path, types, options);
    const namesMap = sourceMapURL(source) !== undefined;
    const made = { ...rewriting, namesMap };
    cache?.set(source, path, type, packed(source, made));
    return made;
  }

  /** The text to run, numbered and with its changes told. */
  function told(
    { file, mappings, sha256, namesMap }: CachedRewriting,
    source: string,
    path: string,
    name: string,
  ): string | undefined {
    if (file === null) return undefined;
    const sourceMap = mappings === undefined && namesMap ? sourceMapURL(source) : undefined;
    const { functionBase, siteBase } = numbered(path, sha256, file, sourceMap);
    const { pieces, moved } = file;
    options.changed(name, { pieces, moved, ...(mappings === undefined ? {} : { mappings }) });
    const own =
      sourceMap !== undefined && options.mapsStacks() ? shiftedMapURL(sourceMap, path, pieces) : undefined;
    return withMap(bind(file.code, functionBase, siteBase), own);
  }

  function leavePlain(path: string, error: unknown): void {
    if (left.has(path)) return;
    left.add(path);
    options.leftPlain(path, isSyntaxError(error) ? "it does not parse" : `${error}`);
  }

  return {
    javaScript(loaded, path, kind, url) {
      const source = options.watch(loaded, path);
      if (!options.isTraced(path)) return source;
      try {
        const rewriting = rewritten(source, path, kind);
        const name = rewriting.isModule ? (url ?? pathToFileURL(path).href) : path;
        return told(rewriting, source, path, name) ?? source;
      } catch (error) {
        // It does not parse: should that be a mistake, Node will say so, in its own words.
        leavePlain(path, error);
        return source;
      }
    },
    compiled({ code, map }, path, kind, original) {
      if (!options.isTraced(path)) return undefined;
      try {
        const { file, sha256 } = rewritten(code, path, kind);
        if (file === null) return undefined;
        const named = map === undefined && code !== original ? sourceMapURL(code) : undefined;
        const its = map ?? (named === undefined ? undefined : readMap(named, path));
        const isOriginal = its === undefined || code === original;
        const bases = numbered(path, sha256, file, isOriginal ? undefined : mapURL(its));
        const step = (): SourceMap => shiftedMap(identityMap(code, path), file.pieces);
        return {
          code: bind(file.code, bases.functionBase, bases.siteBase),
          map: step,
          wholeMap: () => (its === undefined ? step() : shiftedMap(its, file.pieces)),
        };
      } catch (error) {
        leavePlain(path, error);
        return undefined;
      }
    },
    typeScript(source, path, url) {
      options.watch(source, path);
      const isTraced = options.isTraced(path);
      if (!isTraced && (erasesTypes || isInPackage(path))) return undefined;
      try {
        const rewriting = rewritten(source, path, moduleKind(path), typeScriptOptions(path, isTraced));
        const format = rewriting.isModule ? "module" : "commonjs";
        const isNamedByURL = rewriting.isModule || namesByURL;
        const code = isTraced
          ? told(rewriting, source, path, isNamedByURL ? url : path)
          : rewriting.file && bind(rewriting.file.code, 0, 0);
        const name = namesByURL && !rewriting.isModule ? `\n//# sourceURL=${url}` : "";
        return { code: `${code ?? source}${name}`, format };
      } catch (error) {
        if (isTraced) leavePlain(path, error);
        return undefined;
      }
    },
  };
}

/** See {@link MAP_COMMENT}; V8 takes the last one. Where Node maps stacks, a file keeps its own map. */
function withMap(code: string, own: string | undefined): string {
  return `${code}\n${OPEN}\n${own === undefined ? MAP_COMMENT : `//# sourceMappingURL=${own}`}\n${CLOSE}`;
}

/** The rewriter's: of another realm. */
const isSyntaxError = (error: unknown): boolean => (error as Error).name === "SyntaxError";

/** TypeScript of a package is not run by Node either. */
function isInPackage(path: string): boolean {
  return includes(path, `${sep}node_modules${sep}`);
}

const MAP_URL = " sourceMappingURL=";
const URL_ENDS =
  " \t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'\"*";

/** What a file's last `sourceMappingURL` comment says. No pattern is used: it would change the program's `RegExp.$1`. */
function sourceMapURL(source: string): string | undefined {
  const at = stringLastIndexOf(source, MAP_URL);
  if (at < 3) return undefined;
  const comment = stringSlice(source, at - 3, at - 1);
  const mark = source[at - 1];
  if ((comment !== "//" && comment !== "/*") || (mark !== "#" && mark !== "@")) return undefined;
  const start = at + MAP_URL.length;
  let end = start;
  while (end < source.length && !includes(URL_ENDS, source[end]!)) end++;
  return end === start ? undefined : stringSlice(source, start, end);
}
