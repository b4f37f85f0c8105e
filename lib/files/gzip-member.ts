import { promisify } from "node:util";
import { constants, crc32, deflateRaw, deflateRawSync } from "node:zlib";

const deflateChunk = promisify<Buffer, { level: number; finishFlush: number }, Buffer>(deflateRaw);

/** Blocks of a chunk end at a byte, so that those of the next can follow. */
const FLUSHED = { level: 1, finishFlush: constants.Z_FULL_FLUSH };
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255);
const LAST_BLOCK = Uint8Array.of(3, 0);

/**
 * One member of gzip (RFC 1952) out of chunks that are compressed apart: in threads, or without giving way. One, because
 * browsers refuse what follows the first.
 */
export class GzipMember {
  private crc = 0;
  private length = 0;

  constructor(private readonly write: (bytes: Uint8Array) => void) {
    write(HEADER);
  }

  /** The next chunk as blocks to append, once those of the one before were. */
  compressed(chunk: Buffer): Promise<Buffer> {
    this.count(chunk);
    return deflateChunk(chunk, FLUSHED);
  }

  /** {@link compressed} without giving way to anything else. */
  compressedSync(chunk: Uint8Array): Buffer {
    this.count(chunk);
    return deflateRawSync(chunk, FLUSHED);
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

  private count(chunk: Uint8Array): void {
    this.crc = crc32(chunk, this.crc);
    this.length = (this.length + chunk.length) >>> 0;
  }
}
