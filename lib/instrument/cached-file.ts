import { latin1Text, utf16Text } from "../primordials.js";
import { isLatin1Text, unitBytes } from "./bind.js";
import type { PreparedFile, Rewriting } from "./rewriting.js";

/** What became of a text. */
export interface CachedRewriting extends Rewriting {
  /** Whether the text names a source map. */
  namesMap: boolean;
}

/**
 * A file as the cache holds it: numbers, as many as there are fields here, then what they tell the bytes of, from `numbers` on, in
 * this order. In JSON, all that is not text would take ten times as long to read.
 */
enum Field {
  flags,
  functions,
  sites,
  numbers,
  pieces,
  moved,
  entries,
  sha256,
  mappings,
  source,
  code,
}
const FIELDS = Field.code + 1;
const HEAD_BYTES = FIELDS * 4;

/** Bits of the flags. */
enum Is {
  module = 1,
  inserted = 2,
  mapped = 4,
  namingMap = 8,
  /** Source and code have a byte per UTF-16 unit, not two. */
  latin1Source = 16,
  latin1Code = 32,
}

const NONE = new Uint8Array(0);

/**
 * Made where the rewriter is, apart from the program: see realm.ts.
 *
 * @param source - the text that was rewritten
 */
export function packed(source: string, rewriting: CachedRewriting): Uint8Array {
  const { file, isModule, mappings, sha256, namesMap } = rewriting;
  const isLatin1 = isLatin1Text(source);
  const parts = [
    file === null ? NONE : bytesOf(file.code.numbers),
    file === null ? NONE : bytesOf(file.pieces),
    file === null ? NONE : bytesOf(file.moved),
    file?.entries ?? NONE,
    unitBytes(sha256, true),
    unitBytes(mappings ?? "", true),
    unitBytes(source, isLatin1),
    file?.code.bytes ?? NONE,
  ];
  const lengths = parts.map(({ length }) => length);
  const flags =
    (isModule ? Is.module : 0) |
    (file === null ? 0 : Is.inserted) |
    (mappings === undefined ? 0 : Is.mapped) |
    (namesMap ? Is.namingMap : 0) |
    (isLatin1 ? Is.latin1Source : 0) |
    (file?.code.isLatin1 === true ? Is.latin1Code : 0);
  const head = Int32Array.of(flags, file?.functions ?? 0, file?.sites ?? 0, ...lengths);
  const all = new Uint8Array(lengths.reduce((sum, length) => sum + length, HEAD_BYTES));
  let at = 0;
  for (const part of [bytesOf(head), ...parts]) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * @param all - what was read, together with others: the code stays in there, and its text is to be made of it at once
 * @param source - the text that is to be rewritten
 * @returns undefined when it is not what became of that text, or damaged
 */
export function unpacked(all: Buffer, source: string): CachedRewriting | undefined {
  const { buffer, byteOffset, length } = all;
  if (length < HEAD_BYTES) return undefined;
  const head = new Int32Array(buffer, byteOffset, FIELDS);
  const flags = head[Field.flags]!;
  const inNumbers = head[Field.numbers]!;
  const inPieces = head[Field.pieces]!;
  const inMoved = head[Field.moved]!;
  const kept = HEAD_BYTES + inNumbers;
  const sha = kept + inPieces + inMoved + head[Field.entries]!;
  const mappings = sha + head[Field.sha256]!;
  const original = mappings + head[Field.mappings]!;
  const code = original + head[Field.source]!;
  if (code + head[Field.code]! !== length) return undefined;
  // Whether it is the same text, V8 sees sooner than anything could be worked out of it.
  const text = (flags & Is.latin1Source) === 0 ? utf16Text : latin1Text;
  if (text(all, original, code) !== source) return undefined;
  const rewriting = {
    isModule: (flags & Is.module) !== 0,
    namesMap: (flags & Is.namingMap) !== 0,
    sha256: latin1Text(all, sha, mappings),
    ...((flags & Is.mapped) === 0 ? {} : { mappings: latin1Text(all, mappings, original) }),
  };
  if ((flags & Is.inserted) === 0) return { ...rewriting, file: null };
  // What is kept as long as the file is known, in memory of its own: it is not to keep all that was read.
  const own = new Uint8Array(new Uint8Array(buffer, byteOffset + kept, sha - kept)).buffer;
  const file: PreparedFile = {
    functions: head[Field.functions]!,
    sites: head[Field.sites]!,
    pieces: new Int32Array(own, 0, inPieces / 4),
    moved: new Int32Array(own, inPieces, inMoved / 4),
    entries: new Uint8Array(own, inPieces + inMoved),
    code: {
      numbers: new Int32Array(buffer, byteOffset + HEAD_BYTES, inNumbers / 4),
      bytes: new Uint8Array(buffer, byteOffset + code, length - code),
      isLatin1: (flags & Is.latin1Code) !== 0,
    },
  };
  return { ...rewriting, file };
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
