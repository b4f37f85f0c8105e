/**
 * The journal: what one thread of the traced process appends while it runs. Binary, because the text of a call costs
 * more to make than the call itself; append-only, because whatever is on disk survives the death of its writer.
 *
 * ```text
 * journal = chunk*
 * chunk   = type:u8 length:u32le payload[length]
 * ```
 *
 * A writer dies wherever it likes: a reader takes the whole chunks, and of the last one the whole events.
 * Numbers are LEB128 varints. Time is counted in ticks of {@link TICK_MS} since the previous event.
 *
 * Definitions (strings, shapes) always precede the events that use them, in a chunk of their own, and are numbered from
 * 1 in order of appearance. Calls are numbered from 1 in order of their `enter` events; no event spells a new call's
 * number out. Parents are implied by nesting: the reader keeps the same stack of calls as the recorder.
 */
export enum Chunk {
  /** JSON: {@link JournalHeader}. The first chunk of every journal. */
  header = 1,
  /** Lines of JSON: a `FileHead` (file-chunk.ts), and the file's entries. A traced file and the numbers given to its functions and sites. */
  file = 2,
  /** Strings and shapes. */
  definitions = 3,
  events = 4,
  /** JSON: {@link NoteChunk}. */
  note = 5,
}

export const CHUNK_HEADER_BYTES = 5;

/** 10 ns: about the clock's own grain, and a traced call then takes one byte of time. */
export const TICK_MS = 1e-5;

/**
 * Kinds of definitions.
 *
 * - `string`: length, UTF-8 bytes
 * - `shape`: class name (string number, 0 for none), number of keys, a string number per key
 * - `string16`: length in units, UTF-16LE units; for text that UTF-8 cannot hold (lone surrogates)
 */
export enum Definition {
  string = 1,
  shape = 2,
  string16 = 3,
}

/**
 * Kinds of events. An `enter` has {@link Enter.bit} set and carries its optional parts in the other bits:
 *
 * ```text
 * enter      kind function [parent] [site] [self] [argc when 5] value* [memory] dt
 * leave      dt value                      the call on top of the stack returned
 * threw      dt                            it threw; the error is told by another event
 * leaveFull  parts dt [call] [memory] [argc value*] [value, unless it threw]
 * suspend    dt call                       off the stack, at await or yield
 * resume     dt call                       after await: the stack becomes [call]
 * next       dt call                       after yield: on top of the stack
 * fail       dt call error                 an async body ended by an error; its leaveFull follows
 * thrown     call site error
 * caught     call site error               everything above call is unwound
 * swallowed  call site error               the same, by a `catch` that has no name for the error
 * uncaught   error origin
 * error      name message code value cause defines the next error number (values; cause: error number or 0)
 * time       f64                           ms since the journal's start; for gaps too long for a dt
 * apart      call                          it ends at its `close` alone: leaving the stack is no end of it
 * close      parts dt call [error] [value] an apart call ended, wherever it is; those above it on the stack stay
 * attributes call value                    an object; a later one adds to it
 * stack      error string                  the error's stack, as the program was shown it
 *
 * memory     rss heapUsed heapTotal external, in units of 1 KiB; 0 for a figure that was not taken
 * ```
 */
export enum Event {
  leave = 1,
  threw = 2,
  leaveFull = 3,
  suspend = 4,
  resume = 5,
  next = 6,
  fail = 7,
  thrown = 8,
  caught = 9,
  uncaught = 10,
  error = 11,
  time = 12,
  stack = 13,
  apart = 14,
  close = 15,
  attributes = 16,
  swallowed = 17,
}

/** Bits of an `enter` event's kind; the low three bits are the number of arguments, 5 when it follows. */
export enum Enter {
  bit = 0x80,
  parent = 0x40,
  site = 0x20,
  self = 0x10,
  memory = 0x08,
  argcMask = 0x07,
  many = 5,
}

/** Bits of the parts of a `leaveFull` or `close` event; a `close` that threw has an error (0: not seen) in place of a value. */
export enum Leave {
  call = 1,
  after = 2,
  memory = 4,
  threw = 8,
}

/**
 * An object that is not met while so many others are may get another number. Below that, a number is never given to an object
 * that had one.
 */
export const OBJECTS_REMEMBERED = 100_000;

/** First byte of a value. Below {@link Tag.smallEnd} the byte is the number itself. */
export enum Tag {
  smallEnd = 0x80,
  undefined = 0x80,
  null = 0x81,
  true = 0x82,
  false = 0x83,
  /** zigzag varint */
  int = 0x84,
  /** f64le */
  double = 0x85,
  nan = 0x86,
  infinity = 0x87,
  negativeInfinity = 0x88,
  negativeZero = 0x89,
  /** string number */
  stringRef = 0x8a,
  /** byte length, UTF-8 */
  string = 0x8b,
  /** units, UTF-16LE */
  string16 = 0x8c,
  /** full length in units, then a string value: its head */
  stringCut = 0x8d,
  /** a string value of decimal digits */
  bigint = 0x8e,
  /** a string value, or undefined for no description */
  symbol = 0x8f,
  /** a string value: its name; */
  function = 0x90,
  class = 0x91,
  /** shape number, a value per key */
  object = 0x92,
  /** class (string number), instance number, then an object value */
  instance = 0x93,
  /** length, items */
  array = 0x94,
  /** full length, number of items, items */
  arrayCut = 0x95,
  /** own keys, then an object value with the first of them */
  objectCut = 0x96,
  /** class (string number or 0): not opened, too deep */
  depth = 0x97,
  /** the budget of bytes for one event was spent */
  bytes = 0x98,
  /** levels up */
  cycle = 0x99,
  getter = 0x9a,
  /** how many in a row */
  hole = 0x9b,
  /** size, number of entries, (key value)* */
  map = 0x9c,
  /** size, number of values, value* */
  set = 0x9d,
  /** f64le, NaN for an invalid date */
  date = 0x9e,
  /** a string value */
  regexp = 0x9f,
  /** error number or 0, then string values: name, message */
  error = 0xa0,
  /** class (string number), full length, number of values, value* */
  typedArray = 0xa1,
  /** class (string number): never looked into */
  opaque = 0xa2,
  proxy = 0xa3,
  /** 8 bytes: a keyed hash */
  filtered = 0xa4,
  skipped = 0xa5,
  /** looking at it failed */
  unreadable = 0xa6,
  /** null prototype: an object value follows */
  nullPrototype = 0xa7,
  /** number of keys, (string value, value)*: an object with a shape too rare to define */
  dictionary = 0xa8,
}

/** Where an error reached the process. */
export enum Origin {
  uncaughtException = 1,
  unhandledRejection = 2,
}

export interface JournalHeader {
  /** Raised with each change of what journals hold: they are read by the release that has written them. */
  version: number;
  pid: number;
  ppid: number;
  threadId: number;
  node: string;
  platform: string;
  argv: string[];
  execPath: string;
  cwd: string;
  /** Project root: `module` and `file` of the trace are relative to it. */
  root: string;
  /** Unix time of tick 0, ms with fraction. */
  startedUnixMs: number;
  /** Of a journal that only defines files: the thread that it does so for; left out: for all that its process starts. */
  loaderOf?: number;
  /** The thread that started this one, and the call it did it in. */
  startedBy?: { pid: number; threadId: number; call: number };
  options: Record<string, unknown>;
  /** Bytes that an event takes at most, where texts of any length are kept. */
  eventBytes?: number;
}

export const JOURNAL_VERSION = 2;

/** Names a call to whoever is told of it, in this run or another one. */
export function callReference(
  { startedUnixMs, pid, threadId }: Pick<JournalHeader, "startedUnixMs" | "pid" | "threadId">,
  call: number,
): string {
  return `flowtrace-${Math.round(startedUnixMs * 1000).toString(36)}-${pid}-${threadId}-${call}`;
}

/** `threadId` of a journal that only defines files, for all threads of its process. */
export const LOADER_THREAD = -1;

/** Calls of one function under one parent that were counted and timed, but not recorded. */
export type FoldedRow = [
  parent: number,
  fn: number,
  calls: number,
  totalMs: number,
  minMs: number,
  maxMs: number,
  errors: number,
];

/** Rare facts, as they become known. */
export interface NoteChunk {
  warning?: { code: string; message: string; count?: number };
  /** What a limit left to be counted: calls per function number. */
  counted?: [fn: number, calls: number][];
  /** The option that left them to be counted. */
  countedWhy?: string;
  /** Folded calls, as they stand: a later row of the same parent and function replaces an earlier one. Times in ms. */
  folded?: FoldedRow[];
  /** A call that goes back to the one that the reference names. */
  link?: [call: number, reference: string];
  /** Measured price of one enter and leave, ns. */
  probeNs?: number;
  /** The thread ended by itself. */
  ended?: { exitCode: number | null };
}
