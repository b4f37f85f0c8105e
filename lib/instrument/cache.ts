import fs from "node:fs";
import { join } from "node:path";
import { OWN_FOLDER } from "../own-folder.js";
import type { RunSettings } from "../settings.js";
import { version } from "../version.js";
import { fingerprint } from "./fingerprint.js";
import type { PreparedFile, Rewriting } from "./rewriting.js";

/** What became of a text, and what tells it from any other. */
export interface CachedRewriting extends Rewriting {
  /** SHA-256 of the text that was rewritten, hex. */
  sha256: string;
}

/** Rewritten files on disk. Nothing here ever throws: without the cache a run only starts later. */
export interface RewriteCache {
  /** @param type - as what the text is rewritten */
  keyOf(source: string, path: string, type: string): string;
  /** Undefined when it is not there. */
  get(key: string): CachedRewriting | undefined;
  set(key: string, rewriting: CachedRewriting): void;
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

export function openCache({ folder, options }: CacheScope): RewriteCache {
  // The rewriter's own folder changes with every build and every release.
  const salt = `${version()}\u0000${statSync(join(OWN_FOLDER, "instrument")).mtimeMs}\u0000${options}\u0000`;
  return {
    // Names of anonymous functions hold the file's own name.
    keyOf: (source, path, type) => fingerprint(`${salt}${type}\u0000${path}`) + fingerprint(source),
    get(key) {
      try {
        return unpacked(readFileSync(join(folder, key)));
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

/** A line of JSON; behind it, when there is something to insert, what is taken as it is. */
interface Head extends Omit<CachedRewriting, "file"> {
  file?: Pick<PreparedFile, "functions" | "sites"> & {
    isLatin1: boolean;
    /** Bytes of numbers, pieces, moved places, entries and code. */
    lengths: number[];
  };
}

function packed({ file, ...rest }: CachedRewriting): Uint8Array {
  if (file === null) return Buffer.from(`${stringify(rest satisfies Head)}\n`);
  const { functions, sites, code, pieces, moved, entries } = file;
  const parts = [bytesOf(code.numbers), bytesOf(pieces), bytesOf(moved), entries, code.bytes];
  const lengths = parts.map(({ length }) => length);
  const head: Head = { ...rest, file: { functions, sites, isLatin1: code.isLatin1, lengths } };
  return Buffer.concat([Buffer.from(`${stringify(head)}\n`), ...parts]);
}

/** @throws Error when it is damaged */
function unpacked(all: Buffer): CachedRewriting {
  let end = all.indexOf(LINE_FEED) + 1;
  const { file, ...rest } = parse(all.toString("utf8", 0, end)) as Head;
  if (file === undefined) return { ...rest, file: null };
  const { functions, sites, isLatin1, lengths } = file;
  if (lengths.reduce((sum, length) => sum + length, end) !== all.length) throw new Error("cut");
  /** Copies what is kept, which is not to keep alive all that was read. */
  function next<T extends Uint8Array | Int32Array>(bytes: number, copy: T): T {
    bytesOf(copy).set(all.subarray(end, end + bytes));
    end += bytes;
    return copy;
  }
  const [inNumbers, inPieces, inMoved, inEntries] = lengths as [number, number, number, number];
  const numbers = next(inNumbers, new Int32Array(inNumbers / 4));
  const pieces = next(inPieces, new Int32Array(inPieces / 4));
  const moved = next(inMoved, new Int32Array(inMoved / 4));
  const entries = next(inEntries, new Uint8Array(inEntries));
  return {
    ...rest,
    file: { functions, sites, pieces, moved, entries, code: { numbers, isLatin1, bytes: all.subarray(end) } },
  };
}

const LINE_FEED = 10;

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The cache of a run; undefined when it is to have none. */
export function cacheFor(settings: RunSettings): RewriteCache | undefined {
  const { cacheDir, redact, redactKeys, safeKeys, builtins } = settings;
  if (cacheDir === "") return undefined;
  return openCache({ folder: cacheDir, options: stringify([redact, redactKeys, safeKeys, builtins]) });
}
