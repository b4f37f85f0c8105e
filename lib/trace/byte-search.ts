const encoder = new TextEncoder();

/**
 * Finds a text in UTF-8 bytes, ASCII letters of both cases being the same, in leaps of up to its length (Horspool 1980,
 * "Practical fast searching in strings").
 */
export class ByteSearch {
  /** What is looked for, as bytes in lower case. */
  readonly needle: Uint8Array;
  /** How far to go on when a byte stands where the needle ends. */
  private readonly leaps: Int32Array;

  constructor(text: string) {
    this.needle = encoder.encode(lowerAscii(text));
    const { length } = this.needle;
    this.leaps = new Int32Array(256).fill(Math.max(1, length));
    for (let i = 0; i < length - 1; i++) {
      const b = this.needle[i]!;
      this.leaps[b] = length - 1 - i;
      if (b >= 0x61 && b <= 0x7a) this.leaps[b - 0x20] = length - 1 - i;
    }
  }

  /** Where in `bytes[start, end)` the text starts; -1 when it is not there. */
  indexIn(bytes: Uint8Array, start: number, end: number): number {
    const { needle, leaps } = this;
    const last = needle.length - 1;
    if (last < 0) return start;
    const lastByte = needle[last]!;
    for (let p = start + last; p < end; p += leaps[bytes[p]!]!) {
      if (fold(bytes[p]!) !== lastByte) continue;
      let i = last - 1;
      while (i >= 0 && fold(bytes[p - last + i]!) === needle[i]) i--;
      if (i < 0) return p - last;
    }
    return -1;
  }
}

function fold(b: number): number {
  return b >= 0x41 && b <= 0x5a ? b | 0x20 : b;
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
