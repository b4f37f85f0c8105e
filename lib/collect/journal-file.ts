import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { problemOfChunk } from "../journal/chunks.js";
import { type DefinedFile, readDefinedFile } from "../journal/defined-file.js";
import { CHUNK_HEADER_BYTES, Chunk, type JournalHeader, type NoteChunk } from "../journal/layout.js";
import { type Cursor, chunkHead, Definitions, EventReader, type EventSink } from "../journal/reader.js";

/** What a journal says besides its events. */
export interface JournalListener extends EventSink {
  header(header: JournalHeader): void;
  file(file: DefinedFile): void;
  note(note: NoteChunk): void;
}

const READ_BYTES = 4 << 20;
/** Values are read back in windows; they overlap by more than one event, so that none is ever cut. */
const WINDOW_BYTES = 1 << 20;
const LEAST_OVERLAP_BYTES = 128 << 10;
const WINDOWS_KEPT = 24;

/** Of all journals: a run may have thousands, and one is read at a time. */
let buffer = Buffer.alloc(64 << 10);
const windows = new Map<string, Buffer>();
/** The one that was asked for last: most questions are about the same. */
const last: { file: JournalFile | undefined; start: number; bytes: Buffer } = {
  file: undefined,
  start: 0,
  bytes: buffer,
};

/** Journals that are kept open between two looks: their folder may be removed meanwhile. */
const MOST_OPEN = 64;
const JSON_CHUNKS: ReadonlySet<number> = new Set([Chunk.header, Chunk.file, Chunk.note]);
let openFiles = 0;

/**
 * One journal: followed while it is written, and read back at any place afterwards. Values are not kept in memory;
 * the trace refers to them by position.
 */
export class JournalFile {
  readonly definitions = new Definitions();
  /** Open only while there is something to read: a run may have more journals than a process may have files. */
  private fd = -1;
  private readonly events: EventReader;
  /** Position after the last whole chunk that was read. */
  private at = 0;
  /** More than the longest event. */
  private overlap = LEAST_OVERLAP_BYTES;
  /** Bytes that could not be understood, when reading had to stop. */
  damaged: string | undefined;

  constructor(
    readonly path: string,
    private readonly listener: JournalListener,
  ) {
    this.events = new EventReader(this.definitions, listener);
  }

  /** Bytes read so far. */
  get bytesRead(): number {
    return this.at;
  }

  /** Bytes that wait to be read. */
  get bytesPending(): number {
    return Math.max(0, this.size() - this.at);
  }

  /** Times that the recorder has handed events over. */
  flushes = 0;

  /**
   * Reads what has been appended since.
   *
   * @param final - the writer is gone: a chunk that is not whole gives what it holds
   * @returns whether there was anything
   */
  poll(final = false): boolean {
    const size = this.size();
    const before = this.at;
    while (this.damaged === undefined && this.at < size) {
      const wanted = Math.min(READ_BYTES, size - this.at);
      if (buffer.length < wanted) buffer = Buffer.alloc(wanted);
      const got = this.readAt(buffer, this.at, wanted);
      const used = this.chunks(buffer, got);
      if (used > 0) this.at += used;
      else {
        const head = chunkHead(buffer, 0, got);
        if (head !== null && this.at + head.start + head.length <= size) {
          this.bigChunk(head.start + head.length);
          continue;
        }
        if (final) this.partChunk(got);
        break;
      }
    }
    if (this.at === before && openFiles > MOST_OPEN) this.release();
    return this.at > before;
  }

  /** Of what is open, whatever has become of its name. */
  private size(): number {
    if (this.fd >= 0) return fstatSync(this.fd).size;
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  private readAt(target: Buffer, position: number, length: number): number {
    if (this.fd < 0) {
      this.fd = openSync(this.path, "r");
      openFiles++;
    }
    let got = 0;
    while (got < length) {
      const n = readSync(this.fd, target, got, length - got, position + got);
      if (n === 0) break;
      got += n;
    }
    return got;
  }

  /** Takes the whole chunks at the start of `bytes`; returns where they end. */
  private chunks(bytes: Buffer, length: number): number {
    let at = 0;
    for (;;) {
      const head = chunkHead(bytes, at, length);
      if (head === null || head.start + head.length > length) return at;
      this.chunk(bytes, head.type, head.start, head.start + head.length, this.at);
      if (this.damaged !== undefined) return at;
      at = head.start + head.length;
    }
  }

  private bigChunk(length: number): void {
    const bytes = Buffer.alloc(length);
    this.readAt(bytes, this.at, length);
    this.chunk(bytes, bytes[0]!, CHUNK_HEADER_BYTES, length, this.at);
    this.at += length;
  }

  /** The writer died while it wrote this. */
  private partChunk(length: number): void {
    const head = chunkHead(buffer, 0, length);
    if (head?.type === Chunk.events || head?.type === Chunk.definitions) {
      this.chunk(buffer, head.type, head.start, length, this.at);
    } else if (head !== null && !JSON_CHUNKS.has(head.type)) {
      this.damaged = `${this.path}: byte ${this.at} is not the start of a chunk`;
    }
    this.at += length;
  }

  private chunk(bytes: Buffer, type: number, start: number, end: number, base: number): void {
    if (type === Chunk.events) {
      this.flushes++;
      this.events.read(bytes, start, end, base);
      return;
    }
    if (type === Chunk.definitions) {
      this.definitions.read(bytes, start, end);
      return;
    }
    const problem = type === Chunk.file ? this.file(bytes, start, end) : this.fact(type, bytes, start, end);
    if (problem !== undefined)
      this.damaged = `${this.path}: the chunk at byte ${base + start} cannot be read: ${problem}`;
  }

  /** @returns what is wrong with it */
  private file(bytes: Buffer, start: number, end: number): string | undefined {
    const file = attempt(() => readDefinedFile(bytes.toString("utf8", start, end)));
    if (file === undefined) return "it does not describe a file";
    this.listener.file(file);
    return undefined;
  }

  /** The same of a chunk of JSON. */
  private fact(type: number, bytes: Buffer, start: number, end: number): string | undefined {
    const content = attempt(() => JSON.parse(bytes.toString("utf8", start, end)) as unknown);
    const problem = content === undefined ? "it is no JSON" : problemOfChunk(type, content);
    if (problem !== undefined) return problem;
    if (type === Chunk.header) this.header(content as JournalHeader);
    else this.listener.note(content as NoteChunk);
    return undefined;
  }

  private header(header: JournalHeader): void {
    this.overlap = Math.max(LEAST_OVERLAP_BYTES, 2 * (header.eventBytes ?? 0));
    this.listener.header(header);
  }

  /** Puts a cursor at `position`, with bytes enough for any one event behind it; fewer only at the journal's end. */
  seek(cursor: Cursor, position: number): void {
    const index = Math.floor(position / WINDOW_BYTES);
    const start = index * WINDOW_BYTES;
    if (last.file !== this || last.start !== start || !this.isFull(last.bytes)) {
      last.file = this;
      last.start = start;
      last.bytes = this.window(index, start);
    }
    cursor.bytes = last.bytes;
    cursor.p = position - start;
    cursor.end = last.bytes.length;
  }

  private window(index: number, start: number): Buffer {
    const key = `${index} ${this.path}`;
    let bytes = windows.get(key);
    // A window of the journal's end goes stale as that grows.
    if (bytes === undefined || (!this.isFull(bytes) && start + bytes.length < this.at)) {
      bytes = Buffer.alloc(Math.max(0, Math.min(WINDOW_BYTES + this.overlap, this.at - start)));
      bytes = bytes.subarray(0, this.readAt(bytes, start, bytes.length));
      windows.delete(key);
      windows.set(key, bytes);
      if (windows.size > WINDOWS_KEPT) windows.delete(windows.keys().next().value!);
    }
    return bytes;
  }

  private isFull(window: Buffer): boolean {
    return window.length === WINDOW_BYTES + this.overlap;
  }

  private release(): void {
    if (this.fd < 0) return;
    closeSync(this.fd);
    this.fd = -1;
    openFiles--;
  }

  close(): void {
    this.release();
    if (last.file === this) last.file = undefined;
    for (const key of windows.keys()) if (key.endsWith(` ${this.path}`)) windows.delete(key);
  }
}

/** Undefined when what was to be read is no JSON. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
