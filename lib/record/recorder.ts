import { CHUNK_HEADER_BYTES, Enter, Event, type FoldedRow, Leave, Tag, TICK_MS } from "../journal/layout.js";
import { eventBytes, type JournalWriter } from "../journal/writer.js";
import { floor, freeze, getInt32, imul, min, SafeMap } from "../primordials.js";
import { type Probe, withProperties } from "../probe.js";
import { createAllowances, LEVEL_BITS } from "./allowances.js";
import { createArgumentLists } from "./argument-lists.js";
import { CallCounts } from "./call-counts.js";
import { domExceptionMender } from "./dom-exceptions.js";
import { createErrorNumbers } from "./error-numbers.js";
import { createEventBytes } from "./event-bytes.js";
import { createFolding, FOLDED, type FoldGroup } from "./folding.js";
import type { MemoryFigures } from "./memory.js";
import { type FunctionText, mended, mendedText, noteDelegate, quoted } from "./messages.js";
import { numberCells, timeCells } from "./number-cells.js";
import { OverheadLimit } from "./overhead-limit.js";
import { dataProperty } from "./own-data.js";
import type { Token } from "./redact.js";
import { createSnapshot, Filtered, type SnapshotLimits } from "./snapshot.js";

export interface RecorderOptions {
  journal: JournalWriter;
  /** Monotonic milliseconds with fraction. */
  now: () => number;
  limits: SnapshotLimits;
  inputs: boolean;
  outputs: boolean;
  isSecret: (name: string) => boolean;
  /** Undefined when secrets are to be kept. */
  token: ((text: string) => Token) | undefined;
  /** For messages in which V8 quotes a function. */
  functionText: FunctionText;
  /** Undefined when memory is not recorded. */
  memory: ((nowMs: number) => MemoryFigures) | undefined;
  /** ms; 0 or less: only when the buffer is full and at the end. */
  flushInterval: number;
  /** Calls; 1 flushes every one. */
  flushCalls: number;
  /** Calls recorded at most; later ones are counted per function. */
  maxCalls: number;
  /** Bytes of journal at most. */
  maxBytes: number;
  /** Whether the disk has too little room for more than these bytes of journal. */
  hasNoRoom: (written: number) => boolean;
  /** Nested calls recorded at most; deeper ones are counted. */
  maxCallDepth: number;
  /** Children of one call that are recorded before the functions it goes on calling are folded; 0: all. */
  foldAfter: number;
  /** What recording may cost, as a share of the program's own time; 0: whatever it does. */
  maxOverhead: number;
  /** Folded calls, as they stand; told at most once a second, and at the end. */
  onFolded: (rows: FoldedRow[]) => void;
  /** Nothing is recorded until `proceed`. */
  isPaused: boolean;
  /** The journal cannot be written any more: told once. */
  onBroken: (error: unknown) => void;
  onFlush?: (calls: number, bytes: number, ms: number) => void;
}

export interface Recorder {
  readonly probe: Probe;
  /** Opens a call that only `close` ends; see `Calls` for these. */
  open(fn: number, inputs: readonly unknown[], parent: number | undefined): number;
  /** Makes an entered call one that only `close` ends, and takes it off the stack. */
  detach(call: number): void;
  suspend(call: number): void;
  resume(call: number): void;
  close(call: number, output: unknown, threw: boolean): void;
  attributes(call: number, attributes: object): void;
  /**
   * Ends an open call by what the promise comes to that the running call is about to wait for.
   * @param told - what is recorded of it
   */
  promised(call: number, told: (result: unknown) => unknown): void;
  /** From here on, calls that are made while none is running are asked for what has led to them. */
  askCause(ask: CauseOf): void;
  /** How many calls are running. */
  readonly depth: number;
  /** Hands everything recorded so far to the operating system. */
  flush(): void;
  /** An error reached the process. */
  uncaught(error: unknown, origin: number): void;
  /** The program was shown an error's stack. */
  stackSeen(error: unknown, stack: string): void;
  /** Gives an error's message back what it would be without us. */
  mend(error: unknown): void;
  /** Site number of the `throw` that `error` was last seen at; 0 when it was not thrown by traced code. */
  thrownSite(error: unknown): number;
  /** Whether the last `catch` of ours threw `error` again: V8 then takes that for the place it comes from. */
  wasRethrown(error: unknown): boolean;
  /** The call that is running; 0 for none. */
  readonly current: number;
  /** Has something written to the journal, unless that cannot be written any more; the program notices nothing of it. */
  write(toJournal: () => void): void;
  /** Calls recorded so far. */
  readonly calls: number;
  /** Tells of folded calls what has not been told. */
  tellFolded(): void;
  /** Function numbers with the calls that were only counted. */
  counted(): [fn: number, calls: number][];
  /** ns that recording a call takes, measured now and then; 0 when it was not. */
  readonly callCost: number;
  /** Calls that begin from here on are not recorded, as when a limit is reached; those that run are. */
  pause(): void;
  proceed(): void;
  /** Why recording stopped, when it did. */
  readonly limit: Limit;
}

/**
 * The call that one is to be a callee of, though it does not run.
 *
 * @param maker - the call that has made the function; as {@link Probe.l}
 */
export type CauseOf = (maker: number, argc: number, a: unknown, b: unknown, c: unknown) => number;

/** What is not recorded any more, and why. */
export type Limit = "calls" | "size" | "disk" | "depth" | "overhead" | "broken" | "";

/** As `l`: no call is the parent. */
const TOP = -0x80000000;
/**
 * V8 throws optimised code away when it first meets a call in it that was never made before, and takes 5 to 10 ms to make that of
 * `enter` or `leave` again. What is done now and then is done often at first, while they are still interpreted.
 */
const FIRST = 32;
/** Of so many calls, less 1, what recording one takes is measured: an average that costs a quarter of a nanosecond. */
const MEASURED_LATER = 255;
const MEASURED_FIRST = 3;
/** ms at most that such a measurement counts: the rest is another program's. */
const LONGEST_MEASURED = 0.2;
/**
 * Hashes of inputs end in the level at which those were written: they can be compared with what is written at the same one.
 * This bit keeps them from being 0, which says that inputs cannot change.
 */
const HASHED = LEVEL_BITS + 1;
/**
 * Nested calls that there is room for, in a process that has been given more stack than any has by itself: with the usual 2 MB,
 * some 30,000 fit. Memory that is not used takes none.
 */
const MOST_NESTED = 1 << 17;
/** Of an error, and of that one … */
const MOST_CAUSES = 8;
const FOLDED_EVERY_MS = 1000;
/** A flush may cost this share of the time since the last one: what a kill can lose shrinks to a millisecond. */
const FLUSH_SHARE = 1 / 50;
const FLUSH_SHARE_FIRST = 1 / 2;
const FIRST_FLUSHES = 16;

/**
 * Places in `state`: how many calls are running; where the next event is written; calls so far; where the next one is made, when
 * its caller has told; the number of calls from which on they are only counted; of how many calls, less 1, one is measured.
 */
const DEPTH = 0;
const POS = 1;
const CALLS = 2;
const SITE = 3;
const CALLS_LIMIT = 4;
const MEASURED = 5;

/** Places in `times`, in ms: the last event, the next flush. */
const LAST = 0;
const FLUSH_AT = 1;

/**
 * The hot path. Everything a traced call does happens in here, so it is written for the engine first:
 *
 * - one closure, whose state is a few numbers in typed arrays (see number-cells.ts); nothing is allocated per call (a record
 *   object costs 10 ns in the nursery and keeps the garbage collector busy);
 * - an event is written at `state[POS]` and counts only once that has moved: a stack overflow half-way leaves nothing behind;
 * - the clock (45 ns) is read once per event, last on the way in and first on the way out, so that what
 *   recording costs falls into the caller's time and not into the call's.
 */
export function createRecorder(options: RecorderOptions): Recorder {
  const { journal, now, inputs, outputs, memory, flushCalls } = options;
  const bytes = journal.events;
  const high = bytes.length - eventBytes(options.limits.string);
  const errors = createErrorNumbers();
  const numbers = createEventBytes(bytes);
  const { varint, double } = numbers;
  const snapshot = createSnapshot(journal, numbers, { ...options, errorNumber: errors.get });
  const { value, values, begin, taken, metObject, identity } = snapshot;
  const valuesOf = createArgumentLists(varint, value);
  const allowances = createAllowances(options.limits.values);
  const allowed = allowances.values;
  const { levelOf } = allowances;
  const alwaysAllowed = allowed[allowed.length - 1]!;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

  /**
   * Calls that are running, outermost first, and the hash of their inputs where those may change, with what it is of: see
   * {@link HASHED}.
   */
  const stack = numberCells(MOST_NESTED);
  const hashes = numberCells(MOST_NESTED);
  /** Their functions; 0 where that is not known any more. */
  const functions = numberCells(MOST_NESTED);
  /** Children that the call at this depth has had so far; 0 is the top level. */
  const children = numberCells(MOST_NESTED + 1);
  const state = numberCells(6);
  state[POS] = CHUNK_HEADER_BYTES;
  const times = timeCells(2);
  const started = now();
  times[LAST] = started;
  times[FLUSH_AT] = options.flushInterval > 0 ? started : Number.POSITIVE_INFINITY;
  /** Hashes of suspended calls. */
  const suspendedHashes = new SafeMap<number, number>();
  /** Calls that only their `close` ends. */
  const open = new SafeMap<number, true>();
  /** Those of them that stood above a call when it was suspended: they come back with it. */
  const parked = new SafeMap<number, Int32Array>();
  /** The call whose promise is about to be waited for. */
  let promised = 0;
  let outcome: (result: unknown) => unknown = (result) => result;
  /** Such calls by the one that waits. */
  const awaited = new SafeMap<number, number>();
  let lastError = 0;
  /** A result on its way from the end of an expression to its variable. */
  let stash: unknown;
  let lastThrown = 0;
  let lastThrownSite = 0;
  /** The folded call that this was thrown in; 0 when it was a recorded one. */
  let lastThrownFolded = 0;
  let lastRethrown = 0;
  const mostCalls = Math.min(options.maxCalls, FOLDED - 1);
  state[CALLS_LIMIT] = options.isPaused ? 0 : mostCalls;
  state[MEASURED] = MEASURED_FIRST;
  let limit: Limit = "";
  const counts = new CallCounts();
  let flushes = 0;
  let flushAtCall = flushCalls > 0 ? flushCalls : Number.POSITIVE_INFINITY;

  const maxCallDepth = min(options.maxCallDepth, MOST_NESTED);
  const foldAfter = options.foldAfter > 0 ? options.foldAfter : 0x7ffffffe;
  const folding = createFolding(foldAfter);
  let lastFolded = 0;
  /** By depth, of the folded calls on the stack: what they are counted in, when they started, whose method they are. */
  const groups = new SafeMap<number, FoldGroup>();
  let starts = timeCells(0);
  let selves = numberCells(0);
  const foldedWaiting = new SafeMap<number, { group: FoldGroup; start: number; self: number }>();
  let foldedAt = started;
  /** Of suspended calls, each in the place of the one before, the children so far: a loop that awaits folds too. */
  const waiting = new Int32Array(256);
  const waitingChildren = new Int32Array(256);
  const waitingFunctions = new Int32Array(256);

  let enters = 0;
  let entersMs = 0;
  let leaves = 0;
  let leavesMs = 0;
  const overhead = options.maxOverhead > 0 ? new OverheadLimit(options.maxOverhead, started) : null;

  /** Ticks since the last event, which moves by whole ticks, so that no time is lost to rounding. */
  function time(t: number, start: number): number {
    const ticks = ((t - times[LAST]!) * (1 / TICK_MS)) | 0;
    times[LAST]! += ticks * TICK_MS;
    return varint(ticks < 0 ? 0 : ticks, start);
  }

  /** A gap of 20 s would not fit the integer arithmetic of {@link time}: it is told by an event of its own. */
  function isGap(t: number): boolean {
    return t - times[LAST]! >= 10_000;
  }

  function tellGap(t: number, p: number): number {
    bytes[p] = Event.time;
    times[LAST] = t;
    return double(t - started, p + 1);
  }

  /** Where an event that is now is written. */
  function eventStart(t: number): number {
    return isGap(t) ? tellGap(t, state[POS]!) : state[POS]!;
  }

  function write(toJournal: () => void): void {
    if (limit === "broken") return;
    try {
      toJournal();
    } catch (error) {
      limit = "broken";
      state[CALLS_LIMIT] = 0;
      options.onBroken(error);
    }
  }

  function flush(): void {
    const before = now();
    const end = state[POS]!;
    state[POS] = CHUNK_HEADER_BYTES;
    write(() => journal.flush(end));
    if (limit === "" && journal.written > options.maxBytes) {
      limit = "size";
      state[CALLS_LIMIT] = 0;
    } else if (limit === "" && options.hasNoRoom(journal.written)) {
      limit = "disk";
      state[CALLS_LIMIT] = 0;
    }
    const after = now();
    if (flushCalls > 0) flushAtCall = state[CALLS]! + flushCalls;
    if (options.flushInterval > 0) {
      const pause = (after - before) / (++flushes > FIRST_FLUSHES ? FLUSH_SHARE : FLUSH_SHARE_FIRST);
      times[FLUSH_AT] = after + (pause < options.flushInterval ? pause : options.flushInterval);
    }
    options.onFlush?.(state[CALLS]!, journal.written, after - before);
    if (after >= foldedAt) tellFolded(after);
    if (overhead !== null) {
      overhead.look(after, state[CALLS]!, callCost());
      if (limit === "" && overhead.isReached) limit = "overhead";
    }
  }

  /** One function for all that ask: V8 would throw optimised code away at the first flush in each of them. */
  function flushWhenDue(t: number, p: number): void {
    if (t >= times[FLUSH_AT]! || p > high) flush();
  }

  function tellFolded(at: number): void {
    foldedAt = at + FOLDED_EVERY_MS;
    const rows = folding.rows();
    if (rows.length > 0) options.onFolded(rows);
  }

  function callCost(): number {
    return (enters === 0 ? 0 : entersMs / enters) + (leaves === 0 ? 0 : leavesMs / leaves);
  }

  /**
   * FNV-1a (Fowler, Noll, Vo) over an event's bytes, four at a time (1.1 ns a byte otherwise), with the high half folded
   * back as words carry no further by themselves.
   */
  function hash(from: number, to: number): number {
    let h = 0x811c9dc5 | 0;
    let i = from;
    for (; i + 4 <= to; i += 4) {
      h = imul(h ^ getInt32(view, i, true), 0x01000193);
      h ^= h >>> 15;
    }
    for (; i < to; i++) h = imul(h ^ bytes[i]!, 0x01000193);
    return h;
  }

  /** What was kept in an event of so many bytes is more than any function may always. */
  function spend(fn: number): void {
    const kept = taken();
    if (kept > alwaysAllowed) allowances.spend(fn, kept);
  }

  function output(result: unknown, fn: number, p: number): number {
    if (!outputs) {
      bytes[p] = Tag.skipped;
      return p + 1;
    }
    begin(p, allowed[levelOf(fn)]!);
    const after = value(result, p);
    if (after - p > alwaysAllowed) spend(fn);
    return after;
  }

  function push(call: number, h: number, fn: number): void {
    const depth = state[DEPTH]!;
    if (depth === MOST_NESTED) return;
    stack[depth] = call;
    hashes[depth] = h;
    functions[depth] = fn;
    state[DEPTH] = depth + 1;
    children[depth + 1] = 0;
  }

  /** Position on the stack, -1 when the call is suspended or has ended. */
  function indexOf(call: number): number {
    for (let i = state[DEPTH]! - 1; i >= 0; i--) if (stack[i] === call) return i;
    return -1;
  }

  function count(fn: number): number {
    state[SITE] = 0;
    probe.l = 0;
    counts.add(fn);
    return 0;
  }

  function writeMemory(p: number): number {
    const figures = memory!(times[LAST]!);
    p = varint(floor(figures.rss / 1024), p);
    p = varint(floor(figures.heapUsed / 1024), p);
    p = varint(floor(figures.heapTotal / 1024), p);
    return varint(floor(figures.external / 1024), p);
  }

  /** The event is already written but for its time: the gap is told before it. */
  function gapInEnter(t: number, end: number): number {
    for (let i = end - 1; i >= state[POS]!; i--) bytes[i + 9] = bytes[i]!;
    tellGap(t, state[POS]!);
    return end + 9;
  }

  /**
   * In one piece, as {@link leave} is: what is larger than 460 bytes of bytecode V8 inlines nowhere. Were it inlined into
   * every function of the program that runs hot, compiling those would take as long as a hundred thousand calls.
   */
  function enter(
    fn: number,
    self: unknown,
    argc: number,
    a: unknown,
    b: unknown,
    c: unknown,
    d: unknown,
  ): number {
    const calls = state[CALLS]!;
    const depth = state[DEPTH]!;
    if (calls >= state[CALLS_LIMIT]! || depth >= maxCallDepth) return count(fn);
    if (overhead !== null && !overhead.affords(fn)) return count(fn);
    if (++children[depth]! > foldAfter) {
      const folded = fold(fn, self, argc, a, b, c, d);
      if (folded !== 0) return folded;
    }
    const isMeasured = (calls & state[MEASURED]!) === 0;
    const before = isMeasured ? now() : 0;
    const start = state[POS]!;
    let kind = Enter.bit | (inputs ? argc : 0);
    let p = varint(fn, start + 1);
    const maker = depth === 0 && causeOf !== undefined ? causeOf(probe.l, argc, a, b, c) : probe.l;
    if (maker !== 0) {
      // Below 0: the consumer of an async generator, whatever is on the stack.
      if (depth === 0 || maker < 0) {
        kind |= Enter.parent;
        const parent = maker < 0 ? (maker === TOP ? 0 : -maker) : maker;
        p = varint(parent < FOLDED ? parent : 0, p);
      }
      probe.l = 0;
    }
    const site = state[SITE]!;
    if (site !== 0) {
      kind |= Enter.site;
      p = varint(site, p);
      state[SITE] = 0;
    }
    if (typeof self === "object" && self !== null) {
      kind |= Enter.self;
      p = varint(identity(self), p);
    }
    if (memory !== undefined) kind |= Enter.memory;
    bytes[start] = kind;
    let h = 0;
    if (inputs && argc > 0) {
      const from = p;
      const level = levelOf(fn);
      begin(p, allowed[level]!);
      p = argc === Enter.many ? valuesOf(a as ArrayLike<unknown>, p) : values(argc, a, b, c, d, p);
      if (metObject() || argc === Enter.many) {
        h = (hash(from, p) & ~LEVEL_BITS) | HASHED | level;
        if (p - from > alwaysAllowed) spend(fn);
      }
    }
    if (memory !== undefined) p = writeMemory(p);
    const t = now();
    if (isGap(t)) p = gapInEnter(t, p);
    p = time(t, p);
    const call = calls + 1;
    state[CALLS] = call;
    // As `push` does: called, it would cost 5 ns.
    stack[depth] = call;
    hashes[depth] = h;
    functions[depth] = fn;
    state[DEPTH] = depth + 1;
    children[depth + 1] = 0;
    state[POS] = p;
    if (isMeasured) {
      enters++;
      entersMs += shortened(t - before);
    }
    if (t >= times[FLUSH_AT]! || p > high || call >= flushAtCall) flush();
    return call;
  }

  function shortened(ms: number): number {
    return ms < LONGEST_MEASURED ? ms : LONGEST_MEASURED;
  }

  /** A `leave` that began at `t` is done. */
  function measureLeave(t: number): void {
    const ms = shortened(now() - t);
    leaves++;
    leavesMs += ms;
    if (state[MEASURED] === MEASURED_LATER || leaves < FIRST) return;
    // What interpreted code has cost says little of what is to come.
    state[MEASURED] = MEASURED_LATER;
    enters = leaves = 1;
    entersMs = leavesMs = ms;
  }

  /** A call of many under one parent: measured only, unless it is one that is to be told. @returns 0 then */
  function fold(
    fn: number,
    self: unknown,
    argc: number,
    a: unknown,
    b: unknown,
    c: unknown,
    d: unknown,
  ): number {
    children[state[DEPTH]!] = foldAfter;
    const top = state[DEPTH]! > 0 ? stack[state[DEPTH]! - 1]! : 0;
    const isInner = top >= FOLDED;
    const group = folding.group(isInner ? groups.get(state[DEPTH]! - 1)!.parent : top, fn);
    if (!isInner) {
      let kind = argc;
      if (argc > 0 && argc !== Enter.many) {
        kind = imul(kind, 31) + snapshot.kind(a);
        if (argc > 1) kind = imul(kind, 31) + snapshot.kind(b);
        if (argc > 2) kind = imul(kind, 31) + snapshot.kind(c);
        if (argc > 3) kind = imul(kind, 31) + snapshot.kind(d);
      }
      if (folding.wants(group, kind)) return 0;
    }
    state[SITE] = 0;
    probe.l = 0;
    lastFolded = (lastFolded + 1) % FOLDED;
    const isMethod = typeof self === "object" && self !== null;
    const t = now();
    pushFolded(FOLDED + lastFolded, group, t, isMethod ? identity(self) : 0);
    if (t >= times[FLUSH_AT]!) flush();
    return FOLDED + lastFolded;
  }

  function pushFolded(call: number, group: FoldGroup, start: number, self: number): void {
    push(call, 1, group.fn);
    children[state[DEPTH]!] = foldAfter;
    if (starts.length === 0) {
      starts = timeCells(MOST_NESTED);
      selves = numberCells(MOST_NESTED);
    }
    groups.set(state[DEPTH]! - 1, group);
    starts[state[DEPTH]! - 1] = start;
    selves[state[DEPTH]! - 1] = self;
  }

  function leaveFolded(
    t: number,
    call: number,
    result: unknown,
    argc: number,
    a: unknown,
    b: unknown,
    c: unknown,
    d: unknown,
  ): void {
    const at = indexOf(call);
    if (at < 0) {
      const waited = foldedWaiting.get(call);
      foldedWaiting.delete(call);
      if (waited !== undefined) folding.ended(waited.group, t - waited.start, result === probe, false);
      return;
    }
    const group = groups.get(at)!;
    const start = starts[at]!;
    state[DEPTH] = at;
    const mayRecord = state[CALLS]! < state[CALLS_LIMIT]! && (at === 0 || stack[at - 1]! < FOLDED);
    if (folding.ended(group, t - start, result === probe, mayRecord)) {
      recordWhole(group.fn, selves[at]!, start, t, result, argc, a, b, c, d);
      // Told before as thrown in the call above, as this one was not recorded then.
      if (result === probe && call === lastThrownFolded)
        tellError(Event.thrown, state[CALLS]!, lastThrownSite, lastThrown);
    }
  }

  /**
   * A call that has ended: its `enter` and `leave` in one go. Objects it was given may have changed meanwhile: they are told as
   * they are now, as its inputs afterwards.
   */
  function recordWhole(
    fn: number,
    self: number,
    start: number,
    end: number,
    result: unknown,
    argc: number,
    a: unknown,
    b: unknown,
    c: unknown,
    d: unknown,
  ): void {
    const told = inputs && argc !== Enter.many ? argc : 0;
    let p = eventStart(start);
    bytes[p] = Enter.bit | told | (self > 0 ? Enter.self : 0);
    p = varint(fn, p + 1);
    if (self > 0) p = varint(self, p);
    begin(p, 0);
    if (told > 0) p = primitive(a, p);
    if (told > 1) p = primitive(b, p);
    if (told > 2) p = primitive(c, p);
    if (told > 3) p = primitive(d, p);
    p = time(start, p);
    state[CALLS]!++;
    if (isGap(end)) p = tellGap(end, p);
    bytes[p] = Event.leaveFull;
    bytes[p + 1] = (result === probe ? Leave.threw : 0) | (told > 0 ? Leave.after : 0);
    p = time(end, p + 2);
    if (told > 0) {
      begin(p, allowed[levelOf(fn)]!);
      p = values(told, a, b, c, d, varint(told, p));
    }
    if (result !== probe) p = output(result, fn, p);
    state[POS] = p;
    flushWhenDue(times[LAST]!, p);
  }

  function primitive(v: unknown, p: number): number {
    if (typeof v !== "object" || v === null) return value(v, p);
    bytes[p] = Tag.skipped;
    return p + 1;
  }

  /** The nearest call on the stack that the journal knows. */
  function recorded(call: number): number {
    if (call < FOLDED) return call;
    for (let i = indexOf(call) - 1; i >= 0; i--) if (stack[i]! < FOLDED) return stack[i]!;
    return 0;
  }

  function leave(
    call: number,
    result: unknown,
    argc: number,
    a: unknown,
    b: unknown,
    c: unknown,
    d: unknown,
  ): void {
    if (call === 0) return; // it was only counted
    const t = now();
    if (call >= FOLDED) {
      leaveFolded(t, call, result, argc, a, b, c, d);
      return;
    }
    const start = eventStart(t);
    const threw = result === probe;
    const top = state[DEPTH]! - 1;
    let at = top;
    let p: number;
    // The common case: the call on top of the stack ends, and nothing it was given can have changed.
    if (top >= 0 && stack[top] === call && hashes[top] === 0 && memory === undefined) {
      bytes[start] = threw ? Event.threw : Event.leave;
      p = time(t, start + 1);
    } else {
      at = indexOf(call);
      let parts = threw ? Leave.threw : 0;
      let h: number;
      bytes[start] = Event.leaveFull;
      p = time(t, start + 2);
      if (at >= 0 && at === top) h = hashes[at]!;
      else {
        parts |= Leave.call;
        p = varint(call, p);
        if (at >= 0) h = hashes[at]!;
        else {
          h = suspendedHashes.get(call) ?? 0;
          if (h !== 0) suspendedHashes.delete(call);
        }
      }
      if (memory !== undefined) {
        parts |= Leave.memory;
        p = writeMemory(p);
      }
      if (h !== 0 && argc > 0) {
        const from = argc === Enter.many ? p : varint(argc, p);
        const level = h & LEVEL_BITS;
        begin(from, allowed[level]!);
        const after =
          argc === Enter.many ? valuesOf(a as ArrayLike<unknown>, from) : values(argc, a, b, c, d, from);
        if (((hash(from, after) & ~LEVEL_BITS) | HASHED | level) !== h) {
          parts |= Leave.after;
          p = after;
        }
      }
      bytes[start + 1] = parts;
    }
    if (!threw) p = output(result, at >= 0 ? functions[at]! : 0, p);
    if (at >= 0) state[DEPTH] = at;
    state[POS] = p;
    if ((call & state[MEASURED]!) === 0) measureLeave(t);
    flushWhenDue(t, p);
  }

  function close(call: number, result: unknown, threw: boolean): void {
    if (!open.delete(call)) return;
    const error = threw && result !== probe ? numberOf(result) : 0;
    const t = now();
    const start = eventStart(t);
    bytes[start] = Event.close;
    bytes[start + 1] = threw ? Leave.threw : 0;
    let p = varint(call, time(t, start + 2));
    const at = indexOf(call);
    p = threw ? varint(error, p) : output(result, at >= 0 ? functions[at]! : 0, p);
    if (at >= 0) {
      state[DEPTH]!--;
      for (let i = at; i < state[DEPTH]!; i++) {
        stack[i] = stack[i + 1]!;
        hashes[i] = hashes[i + 1]!;
        functions[i] = functions[i + 1]!;
      }
    }
    state[POS] = p;
    flushWhenDue(t, p);
  }

  function setApart(call: number): void {
    open.set(call, true);
    const p = state[POS]!;
    bytes[p] = Event.apart;
    state[POS] = varint(call, p + 1);
  }

  /** A call goes on: what it waited for is over. As an error, the probe is one that is not known. */
  function settle(call: number, result: unknown, threw: boolean): void {
    const ended = awaited.get(call);
    if (ended === undefined) return;
    awaited.delete(call);
    close(ended, threw ? result : outcome(result), threw);
  }

  function done<T>(call: number, result: T): T {
    leave(call, result, 0, undefined, undefined, undefined, undefined);
    return result;
  }

  /** In one piece, as {@link enter} is: each `await` of the program would be compiled with a copy of it otherwise. */
  function suspend<T>(result: T, call: number): T {
    if (promised !== 0) {
      awaited.set(call, promised);
      promised = 0;
    }
    if (call === 0) return result;
    let at = state[DEPTH]! - 1;
    while (at >= 0 && stack[at] !== call) at--;
    if (at < 0) return result;
    if (call >= FOLDED) {
      foldedWaiting.set(call, { group: groups.get(at)!, start: starts[at]!, self: selves[at]! });
      state[DEPTH] = at;
      return result;
    }
    const h = hashes[at]!;
    if (h !== 0) suspendedHashes.set(call, h);
    waiting[call & 255] = call;
    waitingChildren[call & 255] = children[at + 1]!;
    waitingFunctions[call & 255] = functions[at]!;
    if (open.size > 0) {
      let count = 0;
      for (let i = at + 1; i < state[DEPTH]!; i++) if (open.has(stack[i]!)) count++;
      if (count > 0) {
        const above = new Int32Array(count);
        for (let i = state[DEPTH]! - 1; i > at; i--) if (open.has(stack[i]!)) above[--count] = stack[i]!;
        parked.set(call, above);
      }
    }
    const t = now();
    let p = eventStart(t);
    bytes[p] = Event.suspend;
    p = varint(call, time(t, p + 1));
    state[DEPTH] = at;
    state[POS] = p;
    flushWhenDue(t, p);
    return result;
  }

  /**
   * Puts a suspended call back on the stack, with the calls that only their `close` ends and that stood above it. In one piece,
   * as {@link suspend} is.
   *
   * @param kind - of the event that tells it; 0 where another one does
   */
  function back(call: number, kind: number): void {
    if (kind === Event.resume) state[DEPTH] = 0;
    if (call >= FOLDED) {
      const waited = foldedWaiting.get(call);
      if (waited === undefined) return;
      foldedWaiting.delete(call);
      pushFolded(call, waited.group, waited.start, waited.self);
      return;
    }
    let h = 0;
    if (suspendedHashes.size > 0) {
      h = suspendedHashes.get(call) ?? 0;
      if (h !== 0) suspendedHashes.delete(call);
    }
    const isKnown = waiting[call & 255] === call;
    push(call, h, isKnown ? waitingFunctions[call & 255]! : 0);
    if (isKnown) children[state[DEPTH]!] = waitingChildren[call & 255]!;
    if (parked.size > 0) {
      const above = parked.get(call);
      if (above !== undefined) {
        parked.delete(call);
        for (let i = 0; i < above.length; i++) if (open.has(above[i]!)) push(above[i]!, 0, 0);
      }
    }
    if (kind === 0) return;
    const t = now();
    let p = eventStart(t);
    bytes[p] = kind;
    p = varint(call, time(t, p + 1));
    state[POS] = p;
    flushWhenDue(t, p);
  }

  const mendGetter = domExceptionMender((message) => mendedText(message, options.functionText));

  function mend(error: unknown): void {
    if (typeof error !== "object" || error === null) return;
    const message = dataProperty(error, "message");
    if (message === undefined) mendGetter(error);
    else mended(error, message, options.functionText);
  }

  /** An error's number, which is defined at its first sight. In one piece, as {@link enter} is. */
  function numberOf(error: unknown, level = 0): number {
    let object: object | null = null;
    let cause = 0;
    let name: unknown = "";
    let message: unknown = "";
    let code: unknown;
    if ((typeof error === "object" && error !== null) || typeof error === "function") {
      object = error;
      const known = errors.get(object);
      if (known !== 0 || level > MOST_CAUSES) return known;
      const described = snapshot.describe(object);
      const causedBy = described.cause;
      name = described.name;
      message = described.message;
      if (message === undefined) mendGetter(object);
      else message = mended(object, message, options.functionText);
      code = described.code;
      if (typeof causedBy === "object" && causedBy !== null) cause = numberOf(causedBy, level + 1);
    }
    const p = state[POS]!;
    bytes[p] = Event.error;
    begin(p, options.limits.values);
    const after = values(
      4,
      typeof name === "string" ? name : undefined,
      typeof message === "string" ? message : undefined,
      typeof code === "string" || typeof code === "number" ? code : undefined,
      object !== null && typeof message === "string" ? undefined : error,
      p + 1,
    );
    state[POS] = varint(cause, after);
    const number = ++lastError;
    if (object !== null) errors.set(object, number);
    flushWhenDue(times[LAST]!, state[POS]!);
    return number;
  }

  /** Top-level code may run below a call that has required it: its `catch` unwinds nothing. */
  function unwindTo(call: number): void {
    const at = indexOf(call);
    if (at >= 0) state[DEPTH] = at + 1;
    else if (call !== 0) back(call, 0);
  }

  function tellError(kind: number, call: number, at: number, error: number): void {
    let p = state[POS]!;
    bytes[p] = kind;
    p = varint(error, varint(at, varint(recorded(call), p + 1)));
    state[POS] = p;
    flushWhenDue(times[LAST]!, p);
  }

  function caught(kind: Event.caught | Event.swallowed, call: number, at: number, error: unknown): void {
    if (awaited.size > 0) settle(call, error, true);
    if (state[CALLS_LIMIT] === 0 && call === 0) {
      mend(error);
      return;
    }
    const number = numberOf(error);
    unwindTo(call);
    tellError(kind, call, at, number);
  }

  function throws<T>(at: number, error: T, call: number): T {
    if (state[CALLS_LIMIT] === 0 && call === 0) return error;
    const number = numberOf(error);
    lastThrown = number;
    lastThrownSite = at;
    lastThrownFolded = call >= FOLDED ? call : 0;
    tellError(Event.thrown, call, at, number);
    return error;
  }

  let causeOf: CauseOf | undefined;

  function resume<T>(result: T, call: number): T {
    if (call > 0) {
      if (awaited.size > 0) settle(call, result, false);
      back(call, Event.resume);
    } else if (call < 0) back(-call, Event.next);
    return result;
  }

  const methods: Pick<Probe, keyof Probe> = {
    l: 0,
    g: 0,
    at(number, result) {
      state[SITE] = number;
      return result;
    },
    within(call) {
      probe.l = call;
    },
    kept: freeze({
      __proto__: null,
      [Symbol.hasInstance](result: unknown) {
        stash = result;
        return true;
      },
    }),
    take() {
      const result = stash;
      stash = undefined;
      return result;
    },
    enter0: (fn, self) => enter(fn, self, 0, undefined, undefined, undefined, undefined),
    enter1: (fn, self, a) => enter(fn, self, 1, a, undefined, undefined, undefined),
    enter2: (fn, self, a, b) => enter(fn, self, 2, a, b, undefined, undefined),
    enter3: (fn, self, a, b, c) => enter(fn, self, 3, a, b, c, undefined),
    enter4: (fn, self, a, b, c, d) => enter(fn, self, 4, a, b, c, d),
    enterN: (fn, self, args) => enter(fn, self, Enter.many, args, undefined, undefined, undefined),
    leave0: (call, result) => leave(call, result, 0, undefined, undefined, undefined, undefined),
    leave1: (call, result, a) => leave(call, result, 1, a, undefined, undefined, undefined),
    leave2: (call, result, a, b) => leave(call, result, 2, a, b, undefined, undefined),
    leave3: (call, result, a, b, c) => leave(call, result, 3, a, b, c, undefined),
    leave4: (call, result, a, b, c, d) => leave(call, result, 4, a, b, c, d),
    leaveN: (call, result, args) => leave(call, result, Enter.many, args, undefined, undefined, undefined),
    done,
    fail(call, error) {
      if (call === 0 || call >= FOLDED) {
        mend(error);
        return error;
      }
      if (awaited.size > 0) settle(call, error, true);
      const number = numberOf(error);
      lastRethrown = number;
      const t = now();
      let p = eventStart(t);
      bytes[p] = Event.fail;
      p = varint(number, varint(call, time(t, p + 1)));
      state[POS] = p;
      return error;
    },
    thrown(at, call) {
      const error = stash;
      stash = undefined;
      return throws(at, error, call);
    },
    throws,
    caught(call, at, error) {
      caught(Event.caught, call, at, error);
    },
    swallowed(call, at, error) {
      caught(Event.swallowed, call, at, error);
    },
    suspend,
    delegate(iterable, call, isQuoted) {
      noteDelegate(iterable, isQuoted === 1);
      return suspend(iterable, call);
    },
    resumed(call) {
      probe.g = 0;
      if (awaited.size > 0) settle(call, probe, true);
      if (call !== 0 && indexOf(call) < 0) back(call, Event.next);
    },
    awaiting(call, iterable, text) {
      quoted.iterable = text;
      suspend(undefined, call);
      probe.g = call;
      return iterable;
    },
    suspended(call) {
      suspend(undefined, call);
      probe.g = call;
    },
    filtered: (v) => (options.token === undefined ? v : new Filtered(v)),
  };
  const probe: Probe = withProperties(resume, methods);

  return {
    probe,
    open(fn, inputValues, parent) {
      probe.l = parent === undefined ? 0 : parent === 0 ? TOP : -parent;
      children[state[DEPTH]!] = 0; // it is to be told by itself
      const call = enter(fn, undefined, Enter.many, inputValues, undefined, undefined, undefined);
      if (call === 0) return 0;
      hashes[state[DEPTH]! - 1] = 0; // nobody asks what became of its inputs
      setApart(call);
      return call;
    },
    detach(call) {
      setApart(call);
      suspend(undefined, call);
    },
    suspend(call) {
      suspend(undefined, call);
    },
    resume(call) {
      if (open.has(call) && indexOf(call) < 0) back(call, Event.next);
    },
    close,
    promised(call, told) {
      promised = call;
      outcome = told;
    },
    get depth() {
      return state[DEPTH]!;
    },
    askCause(ask) {
      const before = causeOf;
      causeOf =
        before === undefined
          ? ask
          : (maker, argc, a, b, c) => {
              const cause = before(maker, argc, a, b, c);
              return cause === maker ? ask(maker, argc, a, b, c) : cause;
            };
    },
    attributes(call, attributes) {
      if (call === 0 || call >= FOLDED) return;
      const start = state[POS]!;
      bytes[start] = Event.attributes;
      let p = varint(call, start + 1);
      begin(p, options.limits.values);
      p = value(attributes, p);
      state[POS] = p;
      flushWhenDue(times[LAST]!, p);
    },
    flush,
    uncaught(error, origin) {
      const number = numberOf(error);
      let p = state[POS]!;
      bytes[p] = Event.uncaught;
      p = varint(origin, varint(number, p + 1));
      state[POS] = p;
      flush();
    },
    mend,
    stackSeen(error, stackText) {
      if (typeof error !== "object" || error === null) return;
      const number = errors.get(error);
      if (number === 0) return;
      const p = state[POS]!;
      bytes[p] = Event.stack;
      state[POS] = snapshot.stack(stackText, varint(number, p + 1));
      flushWhenDue(times[LAST]!, state[POS]!);
    },
    wasRethrown(error) {
      return lastRethrown !== 0 && numberOf(error) === lastRethrown;
    },
    thrownSite(error) {
      const number = isObject(error) ? errors.get(error as object) : lastThrown;
      return number === lastThrown ? lastThrownSite : 0;
    },
    get current() {
      return state[DEPTH]! > 0 ? recorded(stack[state[DEPTH]! - 1]!) : 0;
    },
    write,
    get calls() {
      return state[CALLS]!;
    },
    tellFolded() {
      tellFolded(now());
    },
    pause() {
      state[CALLS_LIMIT] = 0;
    },
    proceed() {
      if (limit === "") state[CALLS_LIMIT] = mostCalls;
      counts.clear();
    },
    get callCost() {
      return callCost() * 1e6;
    },
    counted: () => counts.list(),
    get limit() {
      return limit === "" && state[CALLS]! >= state[CALLS_LIMIT]! ? "calls" : limit;
    },
  };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
