import { once } from "node:events";
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { createGzip, gzipSync } from "node:zlib";
import { FlowTraceError } from "../errors.js";
import type { Trace } from "../trace/columns.js";
import { serializeTrace } from "../trace/serialize.js";

/**
 * Writes a trace file: beside its place first, then renamed, so that the path always holds a whole trace. Readable by its
 * owner only. A path that ends in `.gz` is compressed.
 *
 * @throws FlowTraceError FT_OUTPUT_UNWRITABLE
 */
export async function writeTraceFile(trace: Trace, path: string): Promise<void> {
  if (!path.endsWith(".gz")) {
    writeTraceFileSync(trace, path);
    return;
  }
  await replacing(path, async (fd) => {
    const gzip = createGzip({ level: 1 });
    gzip.on("data", (chunk: Buffer) => writeAll(fd, chunk));
    for (const chunk of serializeTrace(trace)) if (!gzip.write(chunk)) await once(gzip, "drain");
    gzip.end();
    await once(gzip, "end");
  });
}

/** {@link writeTraceFile} without giving way to anything else; each chunk is compressed by itself. */
export function writeTraceFileSync(trace: Trace, path: string): void {
  const isCompressed = path.endsWith(".gz");
  replacing(path, (fd) => {
    for (const chunk of serializeTrace(trace))
      writeAll(fd, isCompressed ? gzipSync(chunk, { level: 1 }) : chunk);
  });
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at);
}

function replacing(path: string, write: (fd: number) => void): void;
function replacing(path: string, write: (fd: number) => Promise<void>): Promise<void>;
function replacing(path: string, write: (fd: number) => void | Promise<void>): void | Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  let fd: number | undefined;
  const finish = (): void => {
    closeSync(fd!);
    fd = undefined;
    renameSync(beside, path);
  };
  const fail = (error: unknown): never => {
    if (fd !== undefined) closeSync(fd);
    rmSync(beside, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new FlowTraceError(
      "FT_OUTPUT_UNWRITABLE",
      `${path} cannot be written: ${reason}. Choose another place with -o <file>.`,
      { cause: error },
    );
  };
  try {
    mkdirSync(dirname(path), { recursive: true });
    fd = openSync(beside, "w", 0o600);
    const written = write(fd);
    if (written instanceof Promise) return written.then(finish).catch(fail);
    finish();
  } catch (error) {
    fail(error);
  }
}
