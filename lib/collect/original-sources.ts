import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileHead } from "../journal/file-chunk.js";
import type { FunctionEntry } from "../probe.js";
import { sha256Of } from "../sha256.js";
import { createSourceMapping, dataOf, type SourceMapping } from "../source-mapping.js";
import { originalName, originalOwner, originalParameters } from "./original-names.js";

/** A place in a file that a compiler has read. */
export interface OriginalPosition {
  source: OriginalSource;
  line: number;
  column: number;
}

export interface OriginalSource {
  /** Absolute. */
  path: string;
  /** Undefined when neither the map nor the disk has it. */
  text: string | undefined;
  /** SHA-256 of the text, hex. */
  sha256: string;
  lines: readonly string[];
}

interface CompiledFile {
  mapping: SourceMapping;
  sources: readonly (OriginalSource | undefined)[];
}

interface SourceMap {
  mappings: string;
  sources: (string | null)[];
  sourcesContent?: (string | null)[];
  sourceRoot?: string;
}

/** Maps are read once, when something in their file is first shown; undefined for those that cannot be. */
const compiled = new WeakMap<FileHead, CompiledFile | { none: true }>();

/**
 * Where a place of a traced file comes from, when a compiler made the file and left a source map.
 *
 * @param root - what sources that are named by a bundler's own scheme are relative to
 */
export function originalPosition(
  head: FileHead,
  line: number,
  column: number,
  root: string,
): OriginalPosition | undefined {
  const file = compiledFile(head, root);
  const place = file?.mapping.original(line, column);
  const source = place === undefined ? undefined : file!.sources[place.source];
  return source === undefined ? undefined : { source, line: place!.line, column: place!.column };
}

/** A function as its author knows it: names too, where the compiler has shortened them. */
export function originalFunction(
  head: FileHead,
  entry: FunctionEntry,
  root: string,
): { source: OriginalSource; entry: FunctionEntry } | undefined {
  const position = originalPosition(head, entry.line, entry.column, root);
  if (position === undefined) return undefined;
  const { source, line, column } = position;
  const found = originalName(source.lines, position, entry);
  const place = / \([^()]+:\d+\)$/;
  const name = found ?? entry.name.replace(place, ` (${basename(source.path)}:${line})`);
  const ownName = entry.owner === entry.name;
  return {
    source,
    entry: {
      ...entry,
      name,
      owner: ownName ? name : originalOwner(source.lines, line, entry.owner),
      params: originalParameters(source.lines, position, entry.params),
      line,
      column,
    },
  };
}

function compiledFile(head: FileHead, root: string): CompiledFile | undefined {
  if (head.sourceMap === undefined) return undefined;
  let file = compiled.get(head);
  if (file === undefined) {
    file = read(head.sourceMap, head.path, root) ?? { none: true };
    compiled.set(head, file);
  }
  return "none" in file ? undefined : file;
}

function read(url: string, path: string, root: string): CompiledFile | undefined {
  try {
    const isData = url.startsWith("data:");
    const file = isData ? path : resolve(dirname(path), decodeURIComponent(url));
    const map = JSON.parse(isData ? dataOf(url) : readFileSync(file, "utf8")) as SourceMap;
    const { sourceRoot = "", sourcesContent = [] } = map;
    return {
      mapping: createSourceMapping(map.mappings),
      sources: map.sources.map((name, i) =>
        name === null ? undefined : source(sourcePath(sourceRoot + name, file, root), sourcesContent[i]),
      ),
    };
  } catch {
    return undefined; // no map, or none that can be read: the compiled file is shown
  }
}

function sourcePath(name: string, mapFile: string, root: string): string {
  if (name.startsWith("file:")) return fileURLToPath(name);
  // webpack://project/./src/app.ts
  const bundled = /^[a-z][a-z+.-]+:\/\/[^/]*\/(.*)$/i.exec(name);
  return bundled === null ? resolve(dirname(mapFile), name) : join(root, bundled[1]!);
}

function source(path: string, content: string | null | undefined): OriginalSource {
  const text = content ?? (existsSync(path) ? readFileSync(path, "utf8") : undefined);
  return {
    path,
    text,
    sha256: sha256Of(text ?? ""),
    lines: text?.split(/\r\n|[\n\r\u2028\u2029]/) ?? [],
  };
}
