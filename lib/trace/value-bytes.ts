import type { ValueTexts } from "./columns.js";

/** The bytes of captured values, one at a time, in one buffer: millions can be looked at without making a string. */
export class ValueBytes {
  /** Holds the value that was loaded last, from 0. */
  bytes = new Uint8Array(1 << 16);

  constructor(private readonly values: ValueTexts) {}

  /** @returns the value's length in bytes; 0 when there is none */
  load(ref: number): number {
    if (!(ref >= 0)) return 0;
    for (;;) {
      const length = this.values.copyTo(ref, this.bytes, 0);
      if (length >= 0) return length;
      this.bytes = new Uint8Array(this.bytes.length * 4);
    }
  }
}
