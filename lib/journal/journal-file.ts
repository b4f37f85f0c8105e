import fs from "node:fs";
import type { Append } from "./writer.js";

// Taken before the program can replace them.
const { openSync, writeSync } = fs;

/** What `fs.writeSync` calls of Node's own code, looked up anew each time. */
interface NativeFiles {
  writeBuffer: unknown;
}

const files = nativeFiles();
const writeBuffer = files?.writeBuffer;

/**
 * Makes the file of a journal; no one else may read it.
 *
 * A mock of the file system that the program puts below `fs` (as mock-fs does) knows nothing of the descriptor, or has one of
 * its own by the same number: while we write, what Node had is back.
 */
export function createJournalFile(path: string): Append {
  const fd = openSync(path, "ax", 0o600);
  const append: Append = (bytes, length) => {
    for (let at = 0; at < length; ) at += writeSync(fd, bytes, at, length - at);
  };
  if (files === undefined) return append;
  return (bytes, length) => {
    const theirs = files.writeBuffer;
    if (theirs === writeBuffer) {
      append(bytes, length);
      return;
    }
    files.writeBuffer = writeBuffer;
    try {
      append(bytes, length);
    } finally {
      files.writeBuffer = theirs;
    }
  };
}

/** Undefined where to ask for it would be told to the user (`--pending-deprecation`), or is not permitted. */
function nativeFiles(): NativeFiles | undefined {
  const { binding } = process as unknown as { binding?: (name: string) => NativeFiles };
  try {
    return binding?.name === "binding" ? binding("fs") : undefined;
  } catch {
    return undefined;
  }
}
