/** A place in a text; 1-based. */
export interface LineColumn {
  line: number;
  column: number;
}

/** A place in one of the texts that a compiled one was made of. */
export interface OriginalPlace extends LineColumn {
  /** Index in the map's `sources`. */
  source: number;
  /** Index in the map's `names`; -1 for none. */
  name: number;
}

/** The mappings of a source map: https://tc39.es/ecma426/ */
export interface SourceMapping {
  /** Where a place of the compiled text comes from: by the last segment of its line that starts at or before it. */
  original(line: number, column: number): OriginalPlace | undefined;
  /** The same, where a segment starts exactly there. */
  exact(line: number, column: number): OriginalPlace | undefined;
}

/** Numbers of a segment: column, and where it maps to one, source, line, column, name (-1 for none). */
const FIELDS = 5;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUE_OF = new Int8Array(128).fill(-1);
for (let i = 0; i < DIGITS.length; i++) VALUE_OF[DIGITS.charCodeAt(i)] = i;

/** Reads `mappings`; what is not valid in it maps to nothing. */
export function createSourceMapping(mappings: string): SourceMapping {
  const { segments, starts } = decode(mappings);

  /** Index of the last segment in `line` that starts at or before `column`, both 0-based; -1 for none. */
  function at(line: number, column: number): number {
    let low = starts[line] ?? 0;
    let high = (starts[line + 1] ?? 0) - FIELDS;
    let found = -1;
    while (low <= high) {
      const middle = low + Math.floor((high - low) / FIELDS / 2) * FIELDS;
      if (segments[middle]! <= column) {
        found = middle;
        low = middle + FIELDS;
      } else high = middle - FIELDS;
    }
    return found;
  }

  const place = (i: number): OriginalPlace | undefined =>
    i < 0 || segments[i + 1]! < 0
      ? undefined
      : {
          source: segments[i + 1]!,
          line: segments[i + 2]! + 1,
          column: segments[i + 3]! + 1,
          name: segments[i + 4]!,
        };
  return {
    original: (line, column) => place(at(line - 1, column - 1)),
    exact(line, column) {
      const found = at(line - 1, column - 1);
      return found >= 0 && segments[found] === column - 1 ? place(found) : undefined;
    },
  };
}

/** All segments, {@link FIELDS} numbers each, and where in them each line starts. */
function decode(mappings: string): { segments: number[]; starts: number[] } {
  const segments: number[] = [];
  const starts = [0];
  const sums = [0, 0, 0, 0, 0];
  let field = 0;
  let value = 0;
  let shift = 0;
  const endSegment = (): void => {
    if (field > 0) {
      const isMapped = field >= 4;
      segments.push(
        sums[0]!,
        isMapped ? sums[1]! : -1,
        isMapped ? sums[2]! : -1,
        isMapped ? sums[3]! : -1,
        field >= 5 ? sums[4]! : -1,
      );
    }
    field = 0;
  };
  for (let i = 0; i < mappings.length; i++) {
    const code = mappings.charCodeAt(i);
    if (code === 44 || code === 59) {
      endSegment();
      if (code === 59) {
        starts.push(segments.length);
        sums[0] = 0;
      }
      continue;
    }
    const digit = VALUE_OF[code] ?? -1;
    if (digit < 0) continue;
    value |= (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    if (field < sums.length) sums[field]! += (value & 1) === 1 ? -(value >>> 1) : value >>> 1;
    field++;
    value = 0;
    shift = 0;
  }
  endSegment();
  starts.push(segments.length);
  return { segments, starts };
}

/** The first number of a segment, and how many characters it takes. */
export function decodeNumber(segment: string): { value: number; length: number } {
  let value = 0;
  let length = 0;
  for (let digit = 32; (digit & 32) !== 0 && length < segment.length; length++) {
    digit = VALUE_OF[segment.charCodeAt(length)] ?? 0;
    value |= (digit & 31) << (5 * length);
  }
  return { value: (value & 1) === 1 ? -(value >>> 1) : value >>> 1, length };
}

export function encodeNumber(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += DIGITS[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return text;
}

/** The text of a data: URL. */
export function dataOf(url: string): string {
  const comma = url.indexOf(",");
  const data = url.slice(comma + 1);
  return /;base64$/i.test(url.slice(0, comma))
    ? Buffer.from(data, "base64").toString("utf8")
    : decodeURIComponent(data);
}
