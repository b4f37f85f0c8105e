import fs from "node:fs";

// Taken before a program can replace it.
const { statfsSync } = fs;
const { min } = Math;

/** Left free of a file system whatever is written: the smaller of a share of it and this. */
const KEPT_BYTES = 512 * 1024 * 1024;
const KEPT_SHARE = 0.05;

/** So much is written without a look at the disk, and so much between two looks. */
const BYTES_BEFORE = 4 * 1024 * 1024;
const BYTES_BETWEEN = 1024 * 1024;

/**
 * Watches that what we write never fills a disk: others need room on it, the traced program first.
 *
 * @param path - a file or folder on it
 * @returns takes the bytes written so far; returns the bytes that are left when they are too few to go on, else undefined
 */
export function createRoomWatch(path: string): (written: number) => number | undefined {
  let next = BYTES_BEFORE;
  return (written) => {
    if (written < next) return undefined;
    next = written + BYTES_BETWEEN;
    try {
      const { bavail, blocks, bsize } = statfsSync(path);
      const left = bavail * bsize;
      return left < min(KEPT_BYTES, blocks * bsize * KEPT_SHARE) ? left : undefined;
    } catch {
      return undefined; // not every file system tells; the write itself will say when it is full
    }
  };
}
