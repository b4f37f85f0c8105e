import { charCodeAt, encodeUtf8, isWellFormed, typedArrayLength, typedArraySet } from "../primordials.js";
import { plainJson } from "./json.js";
import { CHUNK_HEADER_BYTES, Chunk, Definition } from "./layout.js";

/** Where a journal's bytes go; throws when they cannot be written. */
export type Append = (bytes: Uint8Array, length: number) => void;

/**
 * Room that one event may take; the buffer is flushed when less is left.
 *
 * @param longestString - in UTF-16 units: beyond their budget of bytes, values go on to the end of a string
 */
export function eventBytes(longestString: number): number {
  return 64 * 1024 + longestString * 3;
}

const AHEAD_BYTES = 1 << 18;

/**
 * The buffers of one journal. Events are written straight into {@link JournalWriter.events} by the recorder;
 * definitions go to a buffer of their own, which is flushed first, so that a reader meets them before their use.
 */
export interface JournalWriter {
  /** Events from {@link CHUNK_HEADER_BYTES} on; flush when fewer than {@link eventBytes} are left. */
  readonly events: Uint8Array;
  /** Writes pending definitions, then the events up to `end`. */
  flush(end: number): void;
  /** Defines the next string; returns its number. */
  defineString(text: string): number;
  /** Defines the next shape by string numbers; returns its number. */
  defineShape(className: number, keys: ArrayLike<number>, count: number): number;
  /** Appends a chunk of JSON at once. Events recorded before must have been flushed. */
  json(type: number, content: object): void;
  /** Appends a chunk of what the next events may be about, in front of these; its content in pieces. */
  ahead(type: number, pieces: readonly Uint8Array[]): void;
  /** Bytes written so far. */
  readonly written: number;
}

/** @param bufferBytes - of the event buffer; bounds what a hard kill can lose at most */
export function createJournalWriter(append: Append, bufferBytes = 1 << 20): JournalWriter {
  const events = new Uint8Array(bufferBytes);
  // The sizes beside: in code that is not optimised, `length` is a call of a getter, and the program may have replaced it.
  let definitionsSize = 1 << 14;
  let definitions = new Uint8Array(definitionsSize);
  let definitionsEnd = CHUNK_HEADER_BYTES;
  /** Whole chunks that wait for the next flush: a program of many files is not to wait for a write for each. */
  let aheadSize = 0;
  let ahead = new Uint8Array(aheadSize);
  let aheadEnd = 0;
  let strings = 0;
  let shapes = 0;
  let written = 0;

  function header(bytes: Uint8Array, at: number, type: number, payload: number): void {
    bytes[at] = type;
    bytes[at + 1] = payload & 0xff;
    bytes[at + 2] = (payload >>> 8) & 0xff;
    bytes[at + 3] = (payload >>> 16) & 0xff;
    bytes[at + 4] = payload >>> 24;
  }

  function write(bytes: Uint8Array, type: number, end: number): void {
    header(bytes, 0, type, end - CHUNK_HEADER_BYTES);
    append(bytes, end);
    written += end;
  }

  function room(bytes: number): void {
    if (definitionsEnd + bytes <= definitionsSize) return;
    const least = definitionsEnd + bytes;
    definitionsSize = definitionsSize * 2 > least ? definitionsSize * 2 : least;
    const grown = new Uint8Array(definitionsSize);
    typedArraySet(grown, definitions, 0);
    definitions = grown;
  }

  function varint(n: number): void {
    let rest = n;
    while (rest > 0x7f) {
      definitions[definitionsEnd++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    definitions[definitionsEnd++] = rest;
  }

  function text(type: number, content: string): void {
    const payload = encodeUtf8(content);
    const bytes = new Uint8Array(CHUNK_HEADER_BYTES + payload.length);
    typedArraySet(bytes, payload, CHUNK_HEADER_BYTES);
    write(bytes, type, bytes.length);
  }

  function writeAhead(): void {
    if (aheadEnd === 0) return;
    const length = aheadEnd;
    aheadEnd = 0;
    append(ahead, length);
    written += length;
    if (aheadSize <= AHEAD_BYTES) return;
    aheadSize = 0;
    ahead = new Uint8Array(aheadSize);
  }

  return {
    events,
    flush(end) {
      writeAhead();
      if (definitionsEnd > CHUNK_HEADER_BYTES) {
        const length = definitionsEnd;
        definitionsEnd = CHUNK_HEADER_BYTES;
        write(definitions, Chunk.definitions, length);
      }
      if (end > CHUNK_HEADER_BYTES) write(events, Chunk.events, end);
    },
    defineString(text) {
      const length = text.length;
      room(10 + length * 3);
      const start = definitionsEnd;
      definitions[definitionsEnd++] = Definition.string;
      varint(length);
      let i = 0;
      for (; i < length; i++) {
        const unit = charCodeAt(text, i);
        if (unit >= 0x80) break;
        definitions[definitionsEnd++] = unit;
      }
      if (i === length) return ++strings;
      definitionsEnd = start;
      if (isWellFormed(text)) {
        const bytes = encodeUtf8(text);
        definitions[definitionsEnd++] = Definition.string;
        varint(bytes.length);
        typedArraySet(definitions, bytes, definitionsEnd);
        definitionsEnd += bytes.length;
      } else {
        definitions[definitionsEnd++] = Definition.string16;
        varint(length);
        for (let i = 0; i < length; i++) {
          const unit = charCodeAt(text, i);
          definitions[definitionsEnd++] = unit & 0xff;
          definitions[definitionsEnd++] = unit >>> 8;
        }
      }
      return ++strings;
    },
    defineShape(className, keys, count) {
      room(20 + count * 5);
      definitions[definitionsEnd++] = Definition.shape;
      varint(className);
      varint(count);
      for (let i = 0; i < count; i++) varint(keys[i]!);
      return ++shapes;
    },
    json: (type, content) => text(type, plainJson(content)),
    ahead(type, pieces) {
      let payload = 0;
      for (let i = 0; i < pieces.length; i++) payload += typedArrayLength(pieces[i]!);
      const end = aheadEnd + CHUNK_HEADER_BYTES + payload;
      if (end > aheadSize) {
        aheadSize = end < AHEAD_BYTES ? AHEAD_BYTES : end;
        const grown = new Uint8Array(aheadSize);
        typedArraySet(grown, ahead, 0);
        ahead = grown;
      }
      header(ahead, aheadEnd, type, payload);
      aheadEnd += CHUNK_HEADER_BYTES;
      for (let i = 0; i < pieces.length; i++) {
        typedArraySet(ahead, pieces[i]!, aheadEnd);
        aheadEnd += typedArrayLength(pieces[i]!);
      }
      if (aheadEnd > AHEAD_BYTES / 2) writeAhead();
    },
    get written() {
      return written;
    },
  };
}
