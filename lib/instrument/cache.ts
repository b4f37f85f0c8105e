import fs from "node:fs";
import { dirname, join } from "node:path";
import { OWN_FOLDER } from "../own-folder.js";
import { bufferPart, latin1Text, SafeMap, SafeSet, typedArrayLength, typedArraySet } from "../primordials.js";
import type { RunSettings } from "../settings.js";
import { version } from "../version.js";
import { unitBytes } from "./bind.js";
import { type CachedRewriting, unpacked } from "./cached-file.js";
import { fingerprint } from "./fingerprint.js";

/** Rewritten files on disk. Nothing here ever throws: without the cache a run only starts later. */
export interface RewriteCache {
  /**
   * What became of a text; undefined when it is not known. Its code is to be bound at once.
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
const { closeSync, fstatSync, mkdirSync, openSync, readSync, statSync, writeSync } = fs;

/*
 * What became of the files of one folder is in one file of the cache, a pack: to make a file takes up to a millisecond where the file
 * system is slow, and whoever loads one file of a folder mostly loads others. Entries are appended; the last one of a key counts.
 *
 * An entry is a mark, the bytes of its content, a key of 16 characters, the length of the text in UTF-16 units, a blank number, and
 * the content, up to a multiple of eight bytes.
 */
const MARK = 0x31_74_66_50;
const HEAD_BYTES = 32;
const KEY_AT = 8;
const KEY_BYTES = 16;
const LENGTH_AT = KEY_AT + KEY_BYTES;
const aligned = (bytes: number): number => (bytes + 7) & ~7;

/** A pack is begun anew when so much of it, and half of it, is of texts that have changed since. */
const MOST_OUTDATED = 1 << 20;
/** All packs in memory; a run of more files than that takes reads some of them again. */
const MOST_IN_MEMORY = 32 << 20;

interface Pack {
  bytes: Buffer;
  /** Where the contents of the entries are. */
  places: SafeMap<string, { start: number; end: number }>;
  /** Keys that this process has appended since it has read it. */
  added: SafeSet<string>;
  /** What comes next is to be put in place of all that is there: it is damaged, or mostly outdated. */
  isToReplace: boolean;
}

export function openCache({ folder, options }: CacheScope): RewriteCache {
  // The rewriter's own folder changes with every build and every release.
  const made = `${version()}\u0000${statSync(join(OWN_FOLDER, "instrument")).mtimeMs}\u0000${options}`;
  const prefix = join(folder, fingerprint(made));
  const packs = new SafeMap<string, Pack>();
  let inMemory = 0;

  const pathOf = (path: string): string => `${prefix}${fingerprint(dirname(path))}`;
  // A text is told from all others by itself. By its length, what runners make of a file for several ends can stay side by side.
  const nameOf = (path: string, type: string): string => fingerprint(`${type}\u0000${path}`);

  function packAt(path: string, key: string): Pack {
    let pack = packs.get(path);
    if (pack !== undefined && !pack.added.has(key)) return pack;
    if (inMemory > MOST_IN_MEMORY) {
      packs.clear();
      inMemory = 0;
    }
    const bytes = read(path);
    const size = typedArrayLength(bytes);
    pack = packOf(bytes, size);
    packs.set(path, pack);
    inMemory += size;
    return pack;
  }

  return {
    get(source, path, type) {
      try {
        const key = nameOf(path, type) + source.length;
        const pack = packAt(pathOf(path), key);
        const place = pack.places.get(key);
        return place && unpacked(bufferPart(pack.bytes, place.start, place.end), source);
      } catch {
        return undefined; // damaged: it is made again
      }
    },
    set(source, path, type, rewriting) {
      try {
        const name = nameOf(path, type);
        const file = pathOf(path);
        const pack = packs.get(file);
        append(file, pack?.isToReplace === true, entry(name, source.length, rewriting));
        if (pack === undefined) return;
        pack.isToReplace = false;
        pack.added.add(name + source.length);
      } catch {
        // a full or read-only disk: the next run rewrites again
      }
    },
  };

  function append(path: string, isToReplace: boolean, bytes: Uint8Array): void {
    let fd: number;
    const flags = isToReplace ? "w" : "a";
    try {
      fd = openSync(path, flags, 0o600);
    } catch {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      fd = openSync(path, flags, 0o600);
    }
    try {
      // At once: others may be appending too.
      writeSync(fd, bytes);
    } finally {
      closeSync(fd);
    }
  }
}

function entry(name: string, length: number, content: Uint8Array): Uint8Array {
  const bytes = typedArrayLength(content);
  const all = new Uint8Array(HEAD_BYTES + aligned(bytes));
  const head = new Int32Array(all.buffer, 0, HEAD_BYTES / 4);
  head[0] = MARK;
  head[1] = bytes;
  typedArraySet(all, unitBytes(name, true), KEY_AT);
  head[LENGTH_AT / 4] = length;
  typedArraySet(all, content, HEAD_BYTES);
  return all;
}

function packOf(bytes: Buffer, size: number): Pack {
  const places: Pack["places"] = new SafeMap();
  const heads = new Int32Array(bytes.buffer, bytes.byteOffset, size >>> 2);
  let outdated = 0;
  let at = 0;
  while (at + HEAD_BYTES <= size) {
    const length = heads[(at >>> 2) + 1]!;
    const start = at + HEAD_BYTES;
    if (heads[at >>> 2] !== MARK || length < 0 || length > size || start + aligned(length) > size) break;
    const key = latin1Text(bytes, at + KEY_AT, at + LENGTH_AT) + heads[(at + LENGTH_AT) >>> 2];
    const before = places.get(key);
    if (before !== undefined) outdated += before.end - before.start;
    places.set(key, { start, end: start + length });
    at = start + aligned(length);
  }
  const isOutdated = outdated > MOST_OUTDATED && outdated > size / 2;
  return { bytes, places, added: new SafeSet(), isToReplace: at !== size || isOutdated };
}

/** @returns nothing where there is no such file */
function read(path: string): Buffer {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return allocUnsafeSlow(0);
  }
  try {
    const { size } = fstatSync(fd);
    const bytes = allocUnsafeSlow(size);
    let length = 0;
    for (;;) {
      const more = readSync(fd, bytes, length, size - length, null);
      length += more;
      if (more === 0 || length === size) return bufferPart(bytes, 0, length);
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
