import type { ValueTexts } from "./columns.js";

/** The bytes of captured values, one at a time, in one buffer: millions can be looked at without making a string. */
export class ValueBytes {
  /** Holds the value that was loaded last, from 0. */
  bytes = new Uint8Array(1 << 16);
  /** The same buffer, four bytes at a time. */
  words = new Int32Array(this.bytes.buffer);

  constructor(private readonly values: ValueTexts) {}

  /** @returns the value's length in bytes; 0 when there is none */
  load(ref: number): number {
    if (!(ref >= 0)) return 0;
    for (;;) {
      const length = this.values.copyTo(ref, this.bytes, 0);
      // Room for zeros behind it.
      if (length >= 0 && length + 4 <= this.bytes.length) return length;
      this.bytes = new Uint8Array(this.bytes.length * 4);
      this.words = new Int32Array(this.bytes.buffer);
    }
  }

  /** Fills the loaded value up with zeros to whole words. @returns how many words that makes */
  wholeWords(length: number): number {
    const count = (length + 3) >> 2;
    for (let i = length; i < count * 4; i++) this.bytes[i] = 0;
    return count;
  }
}
