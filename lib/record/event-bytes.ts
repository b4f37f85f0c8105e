import { floor, setFloat64 } from "../primordials.js";

/** Writes numbers into the bytes of an event; each returns the position after what it has written. */
export interface EventBytes {
  /** A whole number from 0 to 2^30, seven bits a byte, the lowest first (LEB128). */
  varint(n: number, p: number): number;
  /** The same of any whole number from 0 on. A larger one would have V8 compute with doubles wherever {@link varint} is. */
  longVarint(n: number, p: number): number;
  /** IEEE 754, little-endian. */
  double(n: number, p: number): number;
}

/** Calls after which V8 takes notes of what a small function meets, several times over. */
const OFTEN_ENOUGH = 120;

export function createEventBytes(bytes: Uint8Array): EventBytes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

  function varint(n: number, p: number): number {
    // With `>>>` V8 would expect numbers of 32 bits, and compute with doubles.
    let rest = n | 0;
    while (rest > 0x7f) {
      bytes[p++] = (rest & 0x7f) | 0x80;
      rest >>= 7;
    }
    bytes[p] = rest;
    return p + 1;
  }

  function longVarint(n: number, p: number): number {
    if (n <= 0x3fffffff) return varint(n, p);
    bytes[p] = (n & 0x7f) | 0x80;
    return longVarint(floor(n / 128), p + 1);
  }

  // V8 is to have seen large numbers before it compiles this.
  for (let i = 0; i < OFTEN_ENOUGH; i++) longVarint(0xffff_ffff, 0);

  return {
    varint,
    longVarint,
    double(n, p) {
      setFloat64(view, p, n, true);
      return p + 8;
    },
  };
}
