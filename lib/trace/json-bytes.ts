const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NULL = Uint8Array.of(0x6e, 0x75, 0x6c, 0x6c);
/**
 * Up to so many bytes a loop beats the call of `set`. Once V8 has optimized it, it would up to some dozens: but before, which is all
 * of a short run, each byte takes as long as half a call.
 */
const LOOP_BYTES = 8;
/** Times are written in steps of ten nanoseconds, which is what the recorder counts in. */
const TICKS_PER_MS = 1e5;
const TICK_DECIMALS = 5;

const encoder = new TextEncoder();

/** JSON under construction as bytes, in memory that grows and is used again. */
export class JsonBytes {
  bytes: Uint8Array;
  length = 0;
  /** Of {@link bytes}, whose own is a getter's. */
  private capacity: number;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.capacity = capacity;
  }

  /** Goes on in other memory. */
  use(bytes: Uint8Array, length: number): void {
    this.bytes = bytes;
    this.capacity = bytes.length;
    this.length = length;
  }

  /** Makes room for so many bytes more. */
  room(bytes: number): void {
    if (this.length + bytes > this.capacity) this.grow(this.length + bytes);
  }

  private grow(least: number): void {
    const grown = new Uint8Array(Math.max(this.capacity * 2, least));
    grown.set(this.bytes.subarray(0, this.length));
    this.use(grown, this.length);
  }

  byte(b: number): void {
    const at = this.length;
    if (at === this.capacity) this.grow(at + 1);
    this.bytes[at] = b;
    this.length = at + 1;
  }

  raw(piece: Uint8Array): void {
    const { length: at } = this;
    const { length } = piece;
    const end = at + length;
    if (end > this.capacity) this.grow(end);
    const { bytes } = this;
    if (length <= LOOP_BYTES) for (let i = 0; i < length; i++) bytes[at + i] = piece[i]!;
    else bytes.set(piece, at);
    this.length = end;
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
    if (n >= 0 && n < 10) {
      this.byte(ZERO + n);
      return;
    }
    this.room(10);
    let digits = 1;
    for (let power = 10; power <= n; power *= 10) digits++;
    const { bytes, length: first } = this;
    let rest = n >>> 0;
    for (let at = first + digits - 1; at >= first; at--) {
      const tens = (rest / 10) >>> 0;
      bytes[at] = ZERO + rest - tens * 10;
      rest = tens;
    }
    this.length = first + digits;
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
    const { bytes, length: dot } = this;
    bytes[dot] = DOT;
    let decimals = TICK_DECIMALS;
    while (rest % 10 === 0) {
      rest /= 10;
      decimals--;
    }
    for (let at = dot + decimals; at > dot; at--) {
      const tens = (rest / 10) | 0;
      bytes[at] = ZERO + rest - tens * 10;
      rest = tens;
    }
    this.length = dot + 1 + decimals;
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
