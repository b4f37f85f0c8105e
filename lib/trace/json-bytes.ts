const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NULL = Uint8Array.of(0x6e, 0x75, 0x6c, 0x6c);
/** Below some dozens of bytes a loop beats the call of `set`. */
const LOOP_BYTES = 64;
/** Times are written in steps of ten nanoseconds, which is what the recorder counts in. */
const TICKS_PER_MS = 1e5;
const TICK_DECIMALS = 5;

const encoder = new TextEncoder();

/** JSON under construction as bytes, in memory that grows and is used again. */
export class JsonBytes {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  room(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + bytes));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  byte(b: number): void {
    if (this.length === this.bytes.length) this.room(1);
    this.bytes[this.length++] = b;
  }

  raw(piece: Uint8Array): void {
    const { length } = piece;
    this.room(length);
    const { bytes, length: at } = this;
    if (length < LOOP_BYTES) for (let i = 0; i < length; i++) bytes[at + i] = piece[i]!;
    else bytes.set(piece, at);
    this.length = at + length;
  }

  ascii(text: string): void {
    const { length } = text;
    this.room(length);
    const { bytes, length: at } = this;
    for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i);
    this.length = at + length;
  }

  json(value: unknown): void {
    this.raw(jsonBytes(JSON.stringify(value)));
  }

  /** A whole number from 0 on. */
  integer(n: number): void {
    if (n > 0xffffffff) {
      this.raw(encoder.encode(String(n)));
      return;
    }
    this.room(10);
    let digits = 1;
    for (let power = 10; power <= n; power *= 10) digits++;
    const { bytes } = this;
    let rest = n >>> 0;
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const tens = (rest / 10) >>> 0;
      bytes[at] = ZERO + rest - tens * 10;
      rest = tens;
    }
    this.length += digits;
  }

  /** A time in ms, to the tick; NaN is null. */
  ms(n: number): void {
    if (Number.isNaN(n)) {
      this.raw(NULL);
      return;
    }
    const ticks = Math.round(Math.abs(n) * TICKS_PER_MS);
    if (ticks > Number.MAX_SAFE_INTEGER) {
      this.raw(encoder.encode(Number.isFinite(n) ? String(n) : "null"));
      return;
    }
    if (n < 0 && ticks > 0) this.byte(MINUS);
    const whole = Math.floor(ticks / TICKS_PER_MS);
    this.integer(whole);
    let rest = ticks - whole * TICKS_PER_MS;
    if (rest === 0) return;
    this.room(1 + TICK_DECIMALS);
    const { bytes } = this;
    bytes[this.length] = DOT;
    let decimals = TICK_DECIMALS;
    while (rest % 10 === 0) {
      rest /= 10;
      decimals--;
    }
    for (let at = this.length + decimals; at > this.length; at--) {
      const tens = (rest / 10) | 0;
      bytes[at] = ZERO + rest - tens * 10;
      rest = tens;
    }
    this.length += 1 + decimals;
  }
}

const SLAB_BYTES = 1 << 14;
/** UTF-8 takes so many for a UTF-16 unit at most. */
const BYTES_PER_UNIT = 3;
let slab = new Uint8Array(0);
let slabUsed = 0;

/** JSON text as bytes. Short ones share their memory: to make some for each takes five times as long as the bytes. */
export function jsonBytes(text: string): Uint8Array {
  const most = text.length * BYTES_PER_UNIT;
  if (most > SLAB_BYTES / 4) return encoder.encode(text);
  if (slab.length - slabUsed < most) {
    slab = new Uint8Array(SLAB_BYTES);
    slabUsed = 0;
  }
  const start = slabUsed;
  slabUsed += encoder.encodeInto(text, slab.subarray(start)).written;
  return slab.subarray(start, slabUsed);
}
