import fs from "node:fs";
import { join } from "node:path";
import { OWN_FOLDER } from "../own-folder.js";
import { bufferPart, typedArraySet } from "../primordials.js";
import type { RunSettings } from "../settings.js";
import { version } from "../version.js";
import { type CachedRewriting, unpacked } from "./cached-file.js";
import { fingerprint } from "./fingerprint.js";

/** Rewritten files on disk. Nothing here ever throws: without the cache a run only starts later. */
export interface RewriteCache {
  /**
   * What became of a text; undefined when it is not known. Its code is valid until the next one is asked for.
   *
   * @param type - as what the text is rewritten
   */
  get(source: string, path: string, type: string): CachedRewriting | undefined;
  /** @param rewriting - packed, see cached-file.ts */
  set(source: string, path: string, type: string, rewriting: Uint8Array): void;
}

/** What besides a file's text decides on its rewriting. */
export interface CacheScope {
  /** Absolute folder; it is made when something is to be put in. */
  folder: string;
  /** Everything that changes what is inserted: names that are secret, and whether calls of Node's own functions are recorded. */
  options: string;
}

// Taken before the program can replace them.
const { allocUnsafeSlow } = Buffer;
const { closeSync, mkdirSync, openSync, readSync, renameSync, statSync, writeSync } = fs;

export function openCache({ folder, options }: CacheScope): RewriteCache {
  // The rewriter's own folder changes with every build and every release.
  const made = `${version()}\u0000${statSync(join(OWN_FOLDER, "instrument")).mtimeMs}\u0000${options}`;
  const prefix = join(folder, fingerprint(made));
  // A text is told from all others by itself. By its length, what runners make of a file for several ends can stay side by side.
  const pathOf = (source: string, path: string, type: string): string =>
    `${prefix}${fingerprint(`${type}\u0000${path}`)}${source.length}`;
  return {
    get(source, path, type) {
      try {
        return unpacked(read(pathOf(source, path, type)), source);
      } catch {
        return undefined; // not there, or damaged: it is made again
      }
    },
    set(source, path, type, rewriting) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const file = pathOf(source, path, type);
        const beside = `${file}.${process.pid}`;
        write(beside, rewriting);
        renameSync(beside, file);
      } catch {
        // a full or read-only disk: the next run rewrites again
      }
    },
  };
}

/** `writeFileSync` looks up again what it calls, which may be the program's by now. */
function write(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, "w", 0o600);
  try {
    const { length } = bytes;
    for (let at = 0; at < length; ) at += writeSync(fd, bytes, at, length - at);
  } finally {
    closeSync(fd);
  }
}

/** Of the file that was read last. */
let memory = Buffer.allocUnsafeSlow(1 << 16);
let memoryBytes = memory.length;

/** `readFileSync` asks for the size first, and makes memory for each file, which has the garbage collector run. */
function read(path: string): Buffer {
  const fd = openSync(path, "r");
  try {
    for (let length = 0; ; ) {
      length += readSync(fd, memory, length, memoryBytes - length, null);
      if (length < memoryBytes) return bufferPart(memory, 0, length);
      memoryBytes *= 2;
      const larger = allocUnsafeSlow(memoryBytes);
      typedArraySet(larger, memory, 0);
      memory = larger;
    }
  } finally {
    closeSync(fd);
  }
}

/** The cache of a run; undefined when it is to have none. */
export function cacheFor(settings: RunSettings): RewriteCache | undefined {
  const { cacheDir, redact, redactKeys, safeKeys, builtins } = settings;
  if (cacheDir === "") return undefined;
  return openCache({ folder: cacheDir, options: JSON.stringify([redact, redactKeys, safeKeys, builtins]) });
}
