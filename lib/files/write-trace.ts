import { promisify } from "node:util";
import { constants, crc32, deflateRaw, deflateRawSync } from "node:zlib";
import type { Trace } from "../trace/columns.js";
import { serializeTrace } from "../trace/serialize.js";
import { openOutput } from "./output-file.js";

/**
 * Writes a trace file: beside its place first, then renamed, so that the path always holds a whole trace. Readable by its
 * owner only. A path that ends in `.gz` is compressed, at the speed of two cores.
 *
 * @throws FlowTraceError FT_OUTPUT_UNWRITABLE
 */
export async function writeTraceFile(trace: Trace, path: string): Promise<void> {
  if (!path.endsWith(".gz")) {
    writeTraceFileSync(trace, path);
    return;
  }
  const output = openOutput(path);
  try {
    const gzip = new GzipMember((bytes) => output.write(bytes));
    let compressing: Promise<Buffer> | undefined;
    for (const chunk of serializeTrace(trace)) {
      // The chunk's memory is the next one's, too, which is being made while this one is compressed.
      const copy = Buffer.from(chunk);
      if (compressing !== undefined) gzip.append(await compressing);
      compressing = deflateChunk(gzip.read(copy), FLUSHED);
    }
    if (compressing !== undefined) gzip.append(await compressing);
    gzip.end();
    output.commit();
  } catch (error) {
    throw output.failed(error);
  }
}

/** {@link writeTraceFile} without giving way to anything else. */
export function writeTraceFileSync(trace: Trace, path: string): void {
  const output = openOutput(path);
  try {
    if (path.endsWith(".gz")) {
      const gzip = new GzipMember((bytes) => output.write(bytes));
      for (const chunk of serializeTrace(trace)) gzip.append(deflateRawSync(gzip.read(chunk), FLUSHED));
      gzip.end();
    } else for (const chunk of serializeTrace(trace)) output.write(chunk);
    output.commit();
  } catch (error) {
    throw output.failed(error);
  }
}

/**
 * Makes sure, before anything is recorded, that a trace can be written to `path`: missing folders are made.
 *
 * @throws FlowTraceError FT_OUTPUT_UNWRITABLE
 */
export function checkOutput(path: string): void {
  openOutput(path).discard();
}

const deflateChunk = promisify<Buffer, { level: number; finishFlush: number }, Buffer>(deflateRaw);

/** Blocks of a chunk end at a byte, so that those of the next can follow. */
const FLUSHED = { level: 1, finishFlush: constants.Z_FULL_FLUSH };
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255);
const LAST_BLOCK = Uint8Array.of(3, 0);

/**
 * One member of gzip (RFC 1952) out of chunks that are compressed apart: in threads, or without giving way. One, because
 * browsers refuse what follows the first.
 */
class GzipMember {
  private crc = 0;
  private length = 0;

  constructor(private readonly write: (bytes: Uint8Array) => void) {
    write(GZIP_HEADER);
  }

  /** Counts what is about to be compressed. */
  read<T extends Uint8Array>(chunk: T): T {
    this.crc = crc32(chunk, this.crc);
    this.length = (this.length + chunk.length) >>> 0;
    return chunk;
  }

  append(blocks: Uint8Array): void {
    this.write(blocks);
  }

  end(): void {
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.crc, 0);
    trailer.writeUInt32LE(this.length, 4);
    this.write(LAST_BLOCK);
    this.write(trailer);
  }
}
