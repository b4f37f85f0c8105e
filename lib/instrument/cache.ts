import { createHash } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";
import { OWN_FOLDER } from "../own-folder.js";
import type { RunSettings } from "../settings.js";
import { version } from "../version.js";
import type { PreparedFile, Rewriting } from "./rewriting.js";

/** Rewritten files on disk. Nothing here ever throws: without the cache a run only starts later. */
export interface RewriteCache {
  /** Undefined when it is not there. */
  get(key: string): Rewriting | undefined;
  set(key: string, rewriting: Rewriting): void;
}

/** What besides a file's text decides on its rewriting. */
export interface CacheScope {
  /** Absolute folder; it is made when something is to be put in. */
  folder: string;
  /** Everything that changes what is inserted: names that are secret, and whether calls of Node's own functions are recorded. */
  options: string;
}

const { parse, stringify } = JSON;
// Taken before the program can replace them.
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = fs;

export function openCache({
  folder,
  options,
}: CacheScope): RewriteCache & { keyOf(source: string, path: string, type: string): string } {
  // The rewriter's own folder changes with every build and every release.
  const salt = `${version()}\u0000${statSync(join(OWN_FOLDER, "instrument")).mtimeMs}\u0000${options}\u0000`;
  // Names of anonymous functions hold the file's own name, so the path is part of the key.
  return {
    keyOf: (source, path, type) =>
      createHash("sha256").update(salt).update(`${type}\u0000${path}\u0000`).update(source).digest("hex"),
    get(key) {
      try {
        return unpacked(readFileSync(join(folder, key), "utf8"));
      } catch {
        return undefined; // not there, or damaged: it is made again
      }
    },
    set(key, rewriting) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const path = join(folder, key);
        const beside = `${path}.${process.pid}`;
        writeFileSync(beside, packed(rewriting), { mode: 0o600 });
        renameSync(beside, path);
      } catch {
        // a full or read-only disk: the next run rewrites again
      }
    },
  };
}

/** A line of JSON, then what is taken as it is: the lists, which are a line of JSON too, and the text to run. */
function packed({ file, ...rest }: Rewriting): string {
  if (file === null) return stringify(rest);
  const { code, entries, ...counts } = file;
  return `${stringify({ ...rest, ...counts, length: code.length })}\n${entries}\n${code}`;
}

function unpacked(text: string): Rewriting {
  const headEnd = text.indexOf("\n");
  if (headEnd < 0) return { file: null, ...(parse(text) as Omit<Rewriting, "file">) };
  const entriesEnd = text.indexOf("\n", headEnd + 1);
  const { isModule, mappings, length, ...counts } = parse(text.slice(0, headEnd)) as Packed;
  const file = { ...counts, entries: text.slice(headEnd + 1, entriesEnd), code: text.slice(entriesEnd + 1) };
  if (file.code.length !== length) throw new Error("cut");
  return mappings === undefined ? { file, isModule } : { file, isModule, mappings };
}

type Packed = Omit<Rewriting, "file"> & Omit<PreparedFile, "code" | "entries"> & { length: number };

/** The cache of a run; undefined when it is to have none. */
export function cacheFor(settings: RunSettings): ReturnType<typeof openCache> | undefined {
  const { cacheDir, redact, redactKeys, safeKeys, builtins } = settings;
  if (cacheDir === "") return undefined;
  return openCache({ folder: cacheDir, options: stringify([redact, redactKeys, safeKeys, builtins]) });
}
