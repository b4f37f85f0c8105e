import type { ValueTexts } from "./columns.js";

const CHUNK_BYTES = 1 << 22;
/** Below some dozens of bytes a loop beats the call of `set`. */
const LOOP_BYTES = 48;
const SHORT_BYTES = 64;
const RECENT = 1 << 14;
const NOTHING = new Uint8Array(0);

/**
 * Texts as UTF-8 in chunks of bytes: gigabytes of them, none a string until asked for. A reference is the text's offset
 * in all chunks together. Short texts that come again soon share their place.
 */
export class TextBlob implements ValueTexts {
  /** A text longer than a chunk has one of its size, followed by empty ones, so that offsets still divide. */
  private readonly chunks: Uint8Array[] = [];
  private used = CHUNK_BYTES;
  /** The last short text of each hash, as reference plus 1: lossy, but bounded and without allocation. */
  private readonly recent = new Float64Array(RECENT);
  private readonly decoder = new TextDecoder("utf-8", { ignoreBOM: true });
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
    if (length > SHORT_BYTES) return this.append(bytes, start, length);
    let hash = length;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (RECENT - 1);
    const known = this.recent[slot]! - 1;
    if (known >= 0 && this.equals(known, bytes, start, length)) return known;
    const ref = this.append(bytes, start, length);
    this.recent[slot] = ref + 1;
    return ref;
  }

  /** A text is its length as a varint, then its bytes. */
  private append(bytes: Uint8Array, start: number, length: number): number {
    const needed = length + 5;
    if (this.used + needed > CHUNK_BYTES) this.newChunk(needed);
    const index = this.firstOfLast;
    const chunk = this.chunks[index]!;
    const at = this.used;
    let p = at;
    let rest = length;
    while (rest > 0x7f) {
      chunk[p++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    chunk[p++] = rest;
    if (length < LOOP_BYTES) for (let i = 0; i < length; i++) chunk[p + i] = bytes[start + i]!;
    else chunk.set(bytes.subarray(start, start + length), p);
    // After a long text the next one begins a new chunk.
    this.used = Math.min(p + length, CHUNK_BYTES);
    return index * CHUNK_BYTES + at;
  }

  private firstOfLast = 0;

  private newChunk(needed: number): void {
    const count = Math.ceil(needed / CHUNK_BYTES);
    this.firstOfLast = this.chunks.length;
    this.chunks.push(new Uint8Array(count * CHUNK_BYTES));
    for (let i = 1; i < count; i++) this.chunks.push(NOTHING);
    this.used = 0;
  }

  private equals(ref: number, bytes: Uint8Array, start: number, length: number): boolean {
    const chunk = this.chunks[Math.floor(ref / CHUNK_BYTES)]!;
    const at = ref % CHUNK_BYTES;
    if (chunk[at] !== length) return false; // short: its length is one byte
    for (let i = 0; i < length; i++) if (chunk[at + 1 + i] !== bytes[start + i]) return false;
    return true;
  }

  /** The text's bytes, not copied; undefined for a negative reference. */
  bytes(ref: number): Uint8Array | undefined {
    if (!(ref >= 0)) return undefined;
    const chunk = this.chunks[Math.floor(ref / CHUNK_BYTES)]!;
    const { start, length } = lengthAt(chunk, ref % CHUNK_BYTES);
    return chunk.subarray(start, start + length);
  }

  text(ref: number): string | undefined {
    const bytes = this.bytes(ref);
    return bytes === undefined ? undefined : this.decoder.decode(bytes);
  }

  copyTo(ref: number, target: Uint8Array, offset: number): number {
    if (!(ref >= 0)) return offset;
    const chunk = this.chunks[Math.floor(ref / CHUNK_BYTES)]!;
    const { start, length } = lengthAt(chunk, ref % CHUNK_BYTES);
    if (offset + length > target.length) return -1;
    if (length < LOOP_BYTES) for (let i = 0; i < length; i++) target[offset + i] = chunk[start + i]!;
    else target.set(chunk.subarray(start, start + length), offset);
    return offset + length;
  }
}

function lengthAt(chunk: Uint8Array, at: number): { start: number; length: number } {
  let start = at;
  let byte = chunk[start++]!;
  let length = byte & 0x7f;
  for (let shift = 7; byte > 0x7f; shift += 7) {
    byte = chunk[start++]!;
    length |= (byte & 0x7f) << shift;
  }
  return { start, length };
}
