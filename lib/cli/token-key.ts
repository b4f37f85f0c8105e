import { closeSync, openSync, readSync } from "node:fs";

const BYTES = 8;

/**
 * A key for the tokens of a run's secrets: random, hex. From the system's own source where that is a file, as `node:crypto`
 * takes 1.5 ms to load.
 */
export function newTokenKey(): string {
  return (fromFile() ?? fromCrypto()).toString("hex");
}

function fromFile(): Buffer | undefined {
  let source: number | undefined;
  try {
    source = openSync("/dev/urandom", "r");
    const bytes = Buffer.alloc(BYTES);
    return readSync(source, bytes) === BYTES ? bytes : undefined;
  } catch {
    return undefined;
  } finally {
    if (source !== undefined) closeSync(source);
  }
}

function fromCrypto(): Buffer {
  return (process.getBuiltinModule("node:crypto") as typeof import("node:crypto")).randomBytes(BYTES);
}
