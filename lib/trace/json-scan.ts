/** Returned in place of a position: the text may go on in bytes that are not there yet. */
export const MORE = -1;

export const Char = {
  newline: 0x0a,
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  n: 0x6e,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/** Bytes that end the quick loop over a string: quote, backslash, control characters. */
const STRING_STOPS = new Uint8Array(256);
for (let control = 0; control < 0x20; control++) STRING_STOPS[control] = 1;
STRING_STOPS[Char.quote] = 1;
STRING_STOPS[Char.backslash] = 1;

const LITERALS = ["true", "false", "null", "NaN", "Infinity", "-Infinity"].map((text) =>
  Uint8Array.from(text, (c) => c.charCodeAt(0)),
);
const FIRST_PYTHON_LITERAL = 3;

const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** The text is not JSON at `position`. */
export class ScanError extends Error {
  constructor(
    readonly position: number,
    readonly expected: string,
  ) {
    super(expected);
  }
}

/**
 * Finds its way through JSON (RFC 8259) as bytes, checking every one, without recursion and without making objects. Each
 * method takes the position where something starts and returns the one after it, {@link MORE} when `end` comes first.
 */
export class JsonScanner {
  /** One byte beyond `end` must be there: a quote, which lets the loop over a string go without a test for the end. */
  bytes: Uint8Array = new Uint8Array(1 << 16);
  end = 0;
  /** Newlines passed so far, and the position after the last. */
  lines = 0;
  lineStart = 0;
  /** What {@link JsonScanner.number} read. */
  numberValue = 0;
  /** Position after what {@link JsonScanner.key} read, the colon not counted. */
  keyEnd = 0;
  /** `NaN` or an infinity was passed: Python writes them as if they were JSON. */
  sawPythonLiteral = false;
  /** A blank was passed. */
  sawBlank = false;
  private isObject: Uint8Array = new Uint8Array(64);

  /** The next byte that is no blank. */
  blank(start: number): number {
    const { bytes, end } = this;
    let p = start;
    for (; p < end; p++) {
      const b = bytes[p]!;
      if (b > 0x20) return p;
      this.sawBlank = true;
      if (b === Char.newline) {
        this.lines++;
        this.lineStart = p + 1;
      } else if (b !== 0x20 && b !== 0x0d && b !== 0x09) {
        throw new ScanError(p, "JSON text");
      }
    }
    return MORE;
  }

  string(start: number): number {
    const { bytes, end } = this;
    let p = start + 1;
    for (;;) {
      while (STRING_STOPS[bytes[p]!] === 0) p++;
      if (p >= end) return MORE;
      const b = bytes[p]!;
      if (b === Char.quote) return p + 1;
      if (b !== Char.backslash) throw new ScanError(p, "no control character inside a string");
      p = this.escape(p);
      if (p === MORE) return MORE;
    }
  }

  private escape(start: number): number {
    const { bytes, end } = this;
    if (start + 1 >= end) return MORE;
    const b = bytes[start + 1]!;
    if (b !== 0x75) {
      if ('"\\/bfnrt'.includes(String.fromCharCode(b))) return start + 2;
      throw new ScanError(start, "a valid escape sequence in a string");
    }
    for (let i = start + 2; i < start + 6; i++) {
      if (i >= end) return MORE;
      const hex = bytes[i]! | 0x20;
      if (!((hex >= 0x30 && hex <= 0x39) || (hex >= 0x61 && hex <= 0x66))) {
        throw new ScanError(start, "four hexadecimal digits after \\u");
      }
    }
    return start + 6;
  }

  /** Also leaves the number in {@link JsonScanner.numberValue}. */
  number(start: number): number {
    const { bytes, end } = this;
    let p = start;
    const isNegative = bytes[p] === Char.minus;
    if (isNegative) p++;
    const integerStart = p;
    let value = 0;
    let b = bytes[p]!;
    while (b >= Char.zero && b <= Char.nine && p < end) {
      value = value * 10 + (b - Char.zero);
      b = bytes[++p]!;
    }
    const digits = p - integerStart;
    if (p >= end) return MORE;
    if (digits === 0) {
      this.numberValue = Number.NaN;
      return this.literal(start);
    }
    if (digits > 1 && bytes[integerStart] === Char.zero)
      throw new ScanError(start, "no leading zero in a number");
    let decimals = 0;
    if (b === Char.dot) {
      const fractionStart = ++p;
      b = bytes[p]!;
      while (b >= Char.zero && b <= Char.nine && p < end) {
        value = value * 10 + (b - Char.zero);
        b = bytes[++p]!;
      }
      decimals = p - fractionStart;
      if (p >= end) return MORE;
      if (decimals === 0) throw new ScanError(p, "a digit after the decimal point");
    }
    if (b === 0x65 || b === 0x45) return this.exponent(start, p);
    // Up to 15 digits and the powers of ten up to 22 are exact, so their quotient is the nearest double.
    if (digits + decimals <= 15) {
      if (decimals > 0) value /= POWERS_OF_TEN[decimals]!;
      this.numberValue = isNegative ? -value : value;
    } else this.numberValue = Number(this.ascii(start, p));
    return p;
  }

  private exponent(start: number, at: number): number {
    const { bytes, end } = this;
    let p = at + 1;
    if (bytes[p] === 0x2b || bytes[p] === Char.minus) p++;
    const first = p;
    while (p < end && bytes[p]! >= Char.zero && bytes[p]! <= Char.nine) p++;
    if (p >= end) return MORE;
    if (p === first) throw new ScanError(p, "a digit in the exponent");
    this.numberValue = Number(this.ascii(start, p));
    return p;
  }

  private literal(start: number): number {
    const { bytes, end } = this;
    for (let i = 0; i < LITERALS.length; i++) {
      const word = LITERALS[i]!;
      let matched = 0;
      while (matched < word.length && start + matched < end && bytes[start + matched] === word[matched])
        matched++;
      if (matched === word.length) {
        if (i >= FIRST_PYTHON_LITERAL) this.sawPythonLiteral = true;
        return start + matched;
      }
      if (matched > 0 && start + matched >= end) return MORE;
    }
    throw new ScanError(start, "a JSON value");
  }

  /** Any value; containers may nest as deep as they like. */
  value(start: number): number {
    const { bytes } = this;
    let depth = 0;
    let p = start;
    for (;;) {
      // A value starts at p.
      const b = bytes[p]!;
      if (b === Char.quote) p = this.string(p);
      else if (b === Char.openBrace || b === Char.openBracket) {
        const isObject = b === Char.openBrace;
        p = this.blank(p + 1);
        if (p === MORE) return MORE;
        if (bytes[p] !== (isObject ? Char.closeBrace : Char.closeBracket)) {
          if (depth === this.isObject.length) this.deepen();
          this.isObject[depth++] = isObject ? 1 : 0;
          if (isObject) p = this.key(p);
          if (p === MORE) return MORE;
          continue;
        }
        p++;
      } else p = b === Char.minus || (b >= Char.zero && b <= Char.nine) ? this.number(p) : this.literal(p);
      // A value ends at p: so do the containers that it was the last of.
      for (;;) {
        if (p === MORE || depth === 0) return p;
        p = this.blank(p);
        if (p === MORE) return MORE;
        const inObject = this.isObject[depth - 1] === 1;
        if (bytes[p] === Char.comma) {
          p = this.blank(p + 1);
          if (p !== MORE && inObject) p = this.key(p);
          if (p === MORE) return MORE;
          break;
        }
        if (bytes[p] !== (inObject ? Char.closeBrace : Char.closeBracket)) {
          throw new ScanError(p, inObject ? '"," or "}"' : '"," or "]"');
        }
        depth--;
        p++;
      }
    }
  }

  /** A key and its colon; the result is where the value starts. */
  key(start: number): number {
    if (this.bytes[start] !== Char.quote) throw new ScanError(start, "a key in quotes");
    this.keyEnd = this.string(start);
    return this.keyEnd === MORE ? MORE : this.colon(this.keyEnd);
  }

  /** From after a key to where its value starts. */
  colon(start: number): number {
    const p = this.blank(start);
    if (p === MORE) return MORE;
    if (this.bytes[p] !== Char.colon) throw new ScanError(p, '":"');
    return this.blank(p + 1);
  }

  /** A copy of a checked value without the blanks between its parts. */
  compact(start: number, end: number): Uint8Array {
    const { bytes } = this;
    const copy = new Uint8Array(end - start);
    let length = 0;
    let inString = false;
    for (let p = start; p < end; p++) {
      const b = bytes[p]!;
      if (!inString && b <= 0x20) continue;
      copy[length++] = b;
      if (b === Char.quote) inString = !inString;
      else if (b === Char.backslash) copy[length++] = bytes[++p]!;
    }
    return copy.subarray(0, length);
  }

  private deepen(): void {
    const deeper = new Uint8Array(this.isObject.length * 2);
    deeper.set(this.isObject);
    this.isObject = deeper;
  }

  /** Short ASCII, for numbers. */
  ascii(start: number, end: number): string {
    let text = "";
    for (let i = start; i < end; i++) text += String.fromCharCode(this.bytes[i]!);
    return text;
  }
}
