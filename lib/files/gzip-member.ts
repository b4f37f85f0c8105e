import { promisify } from "node:util";
import type { ZlibOptions } from "node:zlib";

const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255);
const LAST_BLOCK = Uint8Array.of(3, 0);

/**
 * One member of gzip (RFC 1952) out of chunks that are compressed apart: in threads, or without giving way. One, because
 * browsers refuse what follows the first.
 */
export class GzipMember {
  /** It takes a while to load, and most traces are written without. */
  private readonly zlib = process.getBuiltinModule("node:zlib");
  private readonly deflate = promisify<Buffer, ZlibOptions, Buffer>(this.zlib.deflateRaw);
  /** Blocks of a chunk end at a byte, so that those of the next can follow. */
  private readonly flushed = { level: 1, finishFlush: this.zlib.constants.Z_FULL_FLUSH };
  private crc = 0;
  private length = 0;

  constructor(private readonly write: (bytes: Uint8Array) => void) {
    write(HEADER);
  }

  /** The next chunk as blocks to append, once those of the one before were. */
  compressed(chunk: Buffer): Promise<Buffer> {
    this.count(chunk);
    return this.deflate(chunk, this.flushed);
  }

  /** {@link compressed} without giving way to anything else. */
  compressedSync(chunk: Uint8Array): Buffer {
    this.count(chunk);
    return this.zlib.deflateRawSync(chunk, this.flushed);
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
    this.crc = this.zlib.crc32(chunk, this.crc);
    this.length = (this.length + chunk.length) >>> 0;
  }
}
