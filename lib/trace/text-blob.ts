import type { ValueTexts } from "./columns.js";

const CHUNK_BYTES = 1 << 24;
const SHORT = 96;
const MOST_SHORT = 1 << 16;

/**
 * Texts of values as UTF-8 in chunks of bytes: gigabytes of them, none as a string until asked for. Short texts that come
 * again share their place.
 */
export class TextBlob implements ValueTexts {
  private readonly chunks: Uint8Array[] = [];
  private used = CHUNK_BYTES;
  private readonly known = new Map<number, number>();
  private readonly decoder = new TextDecoder();
  private readonly encoder = new TextEncoder();

  /** Bytes held. */
  get size(): number {
    return this.chunks.length === 0 ? 0 : (this.chunks.length - 1) * CHUNK_BYTES + this.used;
  }

  addText(text: string): number {
    const bytes = this.encoder.encode(text);
    return this.add(bytes, 0, bytes.length);
  }

  /** Copies `bytes[start, end)`; returns the text's reference. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length > SHORT) return this.append(bytes, start, length);
    let hash = 0x811c9dc5 | 0;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    const known = this.known.get(hash);
    if (known !== undefined && this.equals(known, bytes, start, length)) return known;
    const ref = this.append(bytes, start, length);
    if (known === undefined && this.known.size < MOST_SHORT) this.known.set(hash, ref);
    return ref;
  }

  private append(bytes: Uint8Array, start: number, length: number): number {
    const needed = length + 4;
    if (this.used + needed > CHUNK_BYTES) {
      // A text longer than a chunk has one to itself; those after it begin a new one.
      const whole = Math.ceil(needed / CHUNK_BYTES);
      for (let i = 0; i < whole; i++) this.chunks.push(i === 0 ? new Uint8Array(whole * CHUNK_BYTES) : EMPTY);
      this.used = 0;
      if (whole > 1) return this.write(this.chunks.length - whole, 0, bytes, start, length, CHUNK_BYTES);
    }
    return this.write(this.chunks.length - 1, this.used, bytes, start, length, this.used + needed);
  }

  private write(
    chunk: number,
    at: number,
    bytes: Uint8Array,
    start: number,
    length: number,
    usedThen: number,
  ): number {
    const target = this.chunks[chunk]!;
    target[at] = length;
    target[at + 1] = length >>> 8;
    target[at + 2] = length >>> 16;
    target[at + 3] = length >>> 24;
    if (length < 64) for (let i = 0; i < length; i++) target[at + 4 + i] = bytes[start + i]!;
    else target.set(bytes.subarray(start, start + length), at + 4);
    this.used = usedThen;
    return chunk * CHUNK_BYTES + at;
  }

  private equals(ref: number, bytes: Uint8Array, start: number, length: number): boolean {
    const held = this.bytes(ref)!;
    if (held.length !== length) return false;
    for (let i = 0; i < length; i++) if (held[i] !== bytes[start + i]) return false;
    return true;
  }

  /** The text's bytes, not copied. */
  bytes(ref: number): Uint8Array | undefined {
    if (ref < 0) return undefined;
    const chunk = this.chunks[Math.floor(ref / CHUNK_BYTES)]!;
    const at = ref % CHUNK_BYTES;
    const length = chunk[at]! | (chunk[at + 1]! << 8) | (chunk[at + 2]! << 16) | (chunk[at + 3]! << 24);
    return chunk.subarray(at + 4, at + 4 + length);
  }

  text(ref: number): string | undefined {
    const bytes = this.bytes(ref);
    return bytes === undefined ? undefined : this.decoder.decode(bytes);
  }

  copyTo(ref: number, target: Uint8Array, offset: number): number {
    const bytes = this.bytes(ref);
    if (bytes === undefined) return offset;
    if (offset + bytes.length > target.length) return -1;
    target.set(bytes, offset);
    return offset + bytes.length;
  }
}

const EMPTY = new Uint8Array(0);
