import { enlarged } from "./enlarged.js";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Strings met over and over as the bytes between JSON quotes: each gets a number, from 1 on; 0 stands for none. */
export class StringTable {
  private pool: Uint8Array = new Uint8Array(1 << 12);
  private starts: Int32Array = new Int32Array(256);
  private hashes: Int32Array = new Int32Array(256);
  private slots: Int32Array = new Int32Array(512);
  private count = 0;

  /** Whether `bytes` hold string `id` and a closing quote at `p`: the quick way for what comes again. */
  isAt(id: number, bytes: Uint8Array, p: number): boolean {
    const { pool } = this;
    const from = this.starts[id - 1]!;
    const length = this.starts[id]! - from;
    for (let i = 0; i < length; i++) if (pool[from + i] !== bytes[p + i]) return false;
    return bytes[p + length] === 0x22;
  }

  length(id: number): number {
    return this.starts[id]! - this.starts[id - 1]!;
  }

  /** The number of the string `bytes[start, end)`; 0 when it was never added. */
  find(bytes: Uint8Array, start: number, end: number): number {
    return this.slots[this.slotOf(hashOf(bytes, start, end), bytes, start, end)]!;
  }

  /** The number of the string `bytes[start, end)`, which it gets now if it has none. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const slot = this.slotOf(hash, bytes, start, end);
    const id = this.slots[slot]!;
    return id > 0 ? id : this.insert(slot, hash, bytes, start, end);
  }

  /** Where the string is, or would be. */
  private slotOf(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = this.slots[slot]!;
      if (id === 0 || (this.hashes[id] === hash && this.equals(id, bytes, start, end))) return slot;
    }
  }

  private equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.starts[id - 1]!;
    if (this.starts[id]! - from !== end - start) return false;
    for (let i = start; i < end; i++) if (this.pool[from + i - start] !== bytes[i]) return false;
    return true;
  }

  private insert(slot: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const id = ++this.count;
    const from = this.starts[id - 1]!;
    const to = from + end - start;
    if (to > this.pool.length)
      this.pool = enlarged(new Uint8Array(Math.max(to, this.pool.length * 2)), this.pool);
    this.pool.set(bytes.subarray(start, end), from);
    if (id + 1 >= this.starts.length) {
      this.starts = enlarged(new Int32Array(this.starts.length * 2), this.starts);
      this.hashes = enlarged(new Int32Array(this.hashes.length * 2), this.hashes);
    }
    this.starts[id] = to;
    this.hashes[id] = hash;
    this.slots[slot] = id;
    if (this.count * 2 > this.slots.length) this.rehash();
    return id;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let id = 1; id <= this.count; id++) {
      let slot = this.hashes[id]! & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = id;
    }
  }

  /** The string itself, escapes resolved; undefined for 0. */
  text(id: number): string | undefined {
    if (id === 0) return undefined;
    const json = decoder.decode(this.pool.subarray(this.starts[id - 1]!, this.starts[id]!));
    return json.includes("\\") ? (JSON.parse(`"${json}"`) as string) : json;
  }
}

/** Groups of `width` integers met over and over: each gets a number, from 0 on. */
export class TupleTable {
  count = 0;
  private tuples: Int32Array;
  private slots: Int32Array = new Int32Array(512);

  constructor(private readonly width: number) {
    this.tuples = new Int32Array(256 * width);
  }

  /** The number of the group at `from[at]`. */
  add(from: Int32Array, at: number): number {
    const mask = this.slots.length - 1;
    for (let slot = this.hash(from, at) & mask; ; slot = (slot + 1) & mask) {
      const id = this.slots[slot]! - 1;
      if (id < 0) return this.insert(slot, from, at);
      if (this.equals(id, from, at)) return id;
    }
  }

  private hash(from: Int32Array, at: number): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < this.width; i++) hash = Math.imul(hash ^ from[at + i]!, 0x01000193) ^ (hash >>> 13);
    return hash ^ (hash >>> 15);
  }

  equals(id: number, from: Int32Array, at: number): boolean {
    const { tuples, width } = this;
    for (let i = 0; i < width; i++) if (tuples[id * width + i] !== from[at + i]) return false;
    return true;
  }

  private insert(slot: number, from: Int32Array, at: number): number {
    const { width } = this;
    const id = this.count++;
    if ((id + 1) * width > this.tuples.length) {
      this.tuples = enlarged(new Int32Array(this.tuples.length * 2), this.tuples);
    }
    for (let i = 0; i < width; i++) this.tuples[id * width + i] = from[at + i]!;
    this.slots[slot] = id + 1;
    if (this.count * 2 > this.slots.length) this.rehash();
    return id;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let id = 0; id < this.count; id++) {
      let slot = this.hash(this.tuples, id * this.width) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = id + 1;
    }
  }

  get(id: number, i: number): number {
    return this.tuples[id * this.width + i]!;
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash ^ (hash >>> 15);
}
