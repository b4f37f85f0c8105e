import type { DefinedFile } from "../journal/defined-file.js";
import { type JournalHeader, type NoteChunk, Origin } from "../journal/layout.js";
import { Flag } from "../trace/columns.js";
import type { ErrorOutcome } from "../trace/format.js";
import type { JournalListener } from "./journal-file.js";

/** An error as its journal tells it; calls and sites by their numbers there. */
export interface LoggedError {
  nameAt: number;
  messageAt: number;
  codeAt: number;
  valueAt: number;
  stackAt: number;
  cause: number;
  thrownSite: number;
  thrownIn: number;
  caughtSite: number;
  caughtIn: number;
  outcome: ErrorOutcome;
}

/** Rows to begin with: most threads of a run with many are short-lived. */
const FEW = 64;

/**
 * The calls of one journal as columns, by call number; row 0 stands for what runs outside of any recorded call. Keeps
 * the same stack as the recorder did, which is what gives every call its parent.
 */
export class ThreadLog implements JournalListener {
  journal: JournalHeader | undefined;
  readonly files: DefinedFile[] = [];
  readonly notes: NoteChunk[] = [];
  /** By number - 1. */
  readonly errors: LoggedError[] = [];

  length = 1;
  parent = new Int32Array(FEW);
  fn = new Int32Array(FEW);
  site = new Int32Array(FEW);
  start = new Float64Array(FEW);
  duration = new Float64Array(FEW);
  inputs = new Float64Array(FEW);
  output = new Float64Array(FEW);
  /** Error number, 0 for none. */
  error = new Int32Array(FEW);
  self = new Int32Array(FEW);
  flags = new Uint8Array(FEW);
  /** Only of calls that were suspended: ms waiting. */
  readonly waiting = new Map<number, number>();
  readonly after = new Map<number, number>();
  readonly memoryBefore = new Map<number, number>();
  readonly memoryAfter = new Map<number, number>();
  /** Positions of the objects that were given to a call, in order. */
  readonly attributesAt = new Map<number, number[]>();
  /** Time of the last event, ms since the journal's start. */
  lastAt = 0;

  private stack = new Int32Array(FEW);
  private depth = 0;
  private readonly suspendedAt = new Map<number, number>();
  /** Calls that only their `close` ends. */
  private readonly open = new Set<number>();
  /** Those of them that come back on the stack with the call that was suspended below them. */
  private readonly parked = new Map<number, number[]>();
  /** Calls that threw an error nobody has named yet, innermost first. */
  private unnamed: number[] = [];
  /** The error on its way, and the call it is in. */
  private flightError = 0;
  private flightCall = 0;

  constructor() {
    this.duration[0] = Number.NaN;
    this.inputs[0] = -1;
    this.output[0] = -1;
    this.flags[0] = Flag.running;
  }

  header(header: JournalHeader): void {
    this.journal = header;
  }

  file(file: DefinedFile): void {
    this.files.push(file);
  }

  note(note: NoteChunk): void {
    this.notes.push(note);
  }

  private grow(): void {
    const size = Math.ceil(this.fn.length * 1.5);
    const int = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(size);
      grown.set(old);
      return grown;
    };
    const float = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(size);
      grown.set(old);
      return grown;
    };
    this.parent = int(this.parent);
    this.fn = int(this.fn);
    this.site = int(this.site);
    this.error = int(this.error);
    this.self = int(this.self);
    this.start = float(this.start);
    this.duration = float(this.duration);
    this.inputs = float(this.inputs);
    this.output = float(this.output);
    const flags = new Uint8Array(size);
    flags.set(this.flags);
    this.flags = flags;
  }

  /** Calls on the stack, and those that wait. */
  get inFlight(): number {
    return this.depth + this.suspendedAt.size;
  }

  private get top(): number {
    return this.depth > 0 ? this.stack[this.depth - 1]! : 0;
  }

  private push(call: number): void {
    if (this.depth === this.stack.length) {
      const grown = new Int32Array(this.depth * 2);
      grown.set(this.stack);
      this.stack = grown;
    }
    this.stack[this.depth++] = call;
  }

  private indexOf(call: number): number {
    for (let i = this.depth - 1; i >= 0; i--) if (this.stack[i] === call) return i;
    return -1;
  }

  /** Calls above `index` were left without a word: they threw through code that could not tell. */
  private unwind(index: number, at: number): void {
    while (this.depth > index) {
      const call = this.stack[--this.depth]!;
      if (this.flags[call]! & Flag.running && !this.open.has(call)) this.endByThrow(call, at);
    }
  }

  private endByThrow(call: number, at: number): void {
    this.duration[call] = at - this.start[call]!;
    this.flags[call] = (this.flags[call]! & ~Flag.running) | Flag.threw;
    this.waited(call, at);
    if (this.flightError !== 0 && this.flightCall === call) {
      this.error[call] = this.flightError;
      this.flightCall = this.parent[call]!;
    } else if (this.error[call] === 0) this.unnamed.push(call);
  }

  private waited(call: number, at: number): void {
    const since = this.suspendedAt.get(call);
    if (since === undefined) return;
    this.suspendedAt.delete(call);
    this.waiting.set(call, (this.waiting.get(call) ?? 0) + (at - since));
  }

  enter(
    fn: number,
    parent: number,
    site: number,
    self: number,
    inputsAt: number,
    memoryAt: number,
    at: number,
  ): void {
    const call = this.length;
    if (call === this.fn.length) this.grow();
    this.length++;
    this.lastAt = at;
    if (this.depth === 0) this.settle();
    this.parent[call] = parent >= 0 && parent < call ? parent : this.top;
    this.fn[call] = fn;
    this.site[call] = site;
    this.start[call] = at;
    this.duration[call] = Number.NaN;
    this.inputs[call] = inputsAt;
    this.output[call] = -1;
    this.self[call] = self;
    this.flags[call] = Flag.running;
    if (memoryAt >= 0) this.memoryBefore.set(call, memoryAt);
    this.push(call);
  }

  leave(
    number: number,
    threw: boolean,
    outputAt: number,
    afterAt: number,
    memoryAt: number,
    at: number,
  ): void {
    const call = number === 0 ? this.top : number;
    this.lastAt = at;
    if (call === 0 || call >= this.length) return;
    const index = this.indexOf(call);
    if (index >= 0) {
      this.unwind(index + 1, at);
      this.depth = index;
    }
    if (memoryAt >= 0) this.memoryAfter.set(call, memoryAt);
    if (afterAt >= 0) this.after.set(call, afterAt);
    if (threw) {
      this.endByThrow(call, at);
      return;
    }
    if (this.flightCall === call) this.land("swallowed");
    this.forget(call);
    this.duration[call] = at - this.start[call]!;
    this.flags[call] = this.flags[call]! & ~Flag.running;
    this.output[call] = outputAt;
    this.waited(call, at);
  }

  /** A call that returns although a callee threw, and no `catch` was seen: its `finally` took the error. */
  private forget(call: number): void {
    while (this.unnamed.length > 0 && this.unnamed[this.unnamed.length - 1]! > call) this.unnamed.pop();
  }

  suspend(call: number, at: number): void {
    this.lastAt = at;
    const index = this.indexOf(call);
    if (index < 0) return;
    if (this.open.size > 0) this.park(call, index);
    this.unwind(index + 1, at);
    this.depth = index;
    this.suspendedAt.set(call, at);
  }

  private park(call: number, index: number): void {
    const above = [...this.stack.subarray(index + 1, this.depth)].filter((other) => this.open.has(other));
    if (above.length > 0) this.parked.set(call, above);
  }

  private comeBack(call: number, at: number): void {
    this.waited(call, at);
    this.push(call);
    const above = this.parked.get(call);
    if (above === undefined) return;
    this.parked.delete(call);
    for (const other of above) if (this.open.has(other)) this.push(other);
  }

  resume(call: number, onTop: boolean, at: number): void {
    this.lastAt = at;
    if (!onTop) this.unwind(0, at);
    this.comeBack(call, at);
  }

  fail(call: number, error: number): void {
    if (call < this.length) this.error[call] = error;
    this.nameCallees(call, error, call);
    const logged = this.errors[error - 1];
    if (logged !== undefined && logged.thrownIn < 0) logged.thrownIn = call;
    this.flags[call] = this.flags[call]! | Flag.rejected;
    if (this.flightError === error) this.flightCall = 0;
    this.flightError = 0;
  }

  /** Gives the unnamed calls below `call` their error. */
  private nameCallees(call: number, error: number, catcher: number): void {
    let first = -1;
    while (this.unnamed.length > 0 && this.unnamed[this.unnamed.length - 1]! > call) {
      const callee = this.unnamed.pop()!;
      this.error[callee] = error;
      if (callee > first) first = callee;
    }
    const logged = this.errors[error - 1];
    if (logged !== undefined && logged.thrownIn < 0) logged.thrownIn = first >= 0 ? first : catcher;
  }

  thrown(call: number, site: number, error: number): void {
    const logged = this.errors[error - 1];
    if (logged === undefined) return;
    if (this.isOfEndedCallee(call, site, logged)) {
      logged.thrownIn = call;
      this.error[call] = error;
      return;
    }
    if (logged.thrownIn < 0) {
      logged.thrownIn = call;
      logged.thrownSite = site;
    }
    logged.outcome = "outside";
    this.flightError = error;
    this.flightCall = call;
  }

  /** Whether it is told again of a call that was recorded only when it had ended, as thrown in there and not in the call above. */
  private isOfEndedCallee(call: number, site: number, { thrownIn, thrownSite }: LoggedError): boolean {
    const isRunning = (this.flags[call]! & Flag.running) !== 0;
    return site === thrownSite && call !== thrownIn && !isRunning && this.parent[call] === thrownIn;
  }

  caught(call: number, site: number, error: number, isSwallowed: boolean): void {
    const index = this.indexOf(call);
    if (index >= 0) this.unwind(index + 1, this.lastAt);
    else if (call !== 0) this.comeBack(call, this.lastAt);
    const logged = this.errors[error - 1];
    if (logged !== undefined) {
      this.nameCallees(call, error, call);
      logged.outcome = isSwallowed ? "swallowed" : "caught";
      logged.caughtIn = call;
      logged.caughtSite = site;
    } else this.unnamed = this.unnamed.filter((callee) => callee <= call);
    this.flightError = 0;
    this.flightCall = 0;
  }

  private land(outcome: ErrorOutcome): void {
    const logged = this.errors[this.flightError - 1];
    if (logged !== undefined && logged.outcome === "outside") {
      logged.outcome = outcome;
      logged.caughtIn = this.flightCall;
    }
    this.flightError = 0;
    this.flightCall = 0;
  }

  /** Nothing is running: whatever was thrown has been taken by code that is not traced. */
  private settle(): void {
    if (this.unnamed.length > 0) this.unnamed = [];
    this.flightError = 0;
    this.flightCall = 0;
  }

  uncaught(error: number, origin: number): void {
    const logged = this.errors[error - 1];
    if (logged === undefined) return;
    logged.outcome = "unhandled";
    if (origin === Origin.uncaughtException) {
      this.unwind(0, this.lastAt);
      this.nameCallees(0, error, 0);
    }
    this.error[0] = error;
  }

  errorDefined(nameAt: number, messageAt: number, codeAt: number, valueAt: number, cause: number): void {
    this.errors.push({
      nameAt,
      messageAt,
      codeAt,
      valueAt,
      stackAt: -1,
      cause,
      thrownSite: 0,
      thrownIn: -1,
      caughtSite: 0,
      caughtIn: -1,
      outcome: "outside",
    });
    const causedBy = this.errors[cause - 1];
    if (causedBy !== undefined && causedBy.outcome !== "unhandled") causedBy.outcome = "wrapped";
  }

  apart(call: number): void {
    this.open.add(call);
  }

  close(call: number, threw: boolean, error: number, outputAt: number, at: number): void {
    this.lastAt = at;
    if (!this.open.delete(call)) return;
    const index = this.indexOf(call);
    if (index >= 0) {
      this.stack.copyWithin(index, index + 1, this.depth);
      this.depth--;
    }
    this.waited(call, at);
    this.duration[call] = at - this.start[call]!;
    this.flags[call] = this.flags[call]! & ~Flag.running;
    this.output[call] = outputAt;
    if (!threw) return;
    this.flags[call] = this.flags[call]! | Flag.threw | Flag.rejected;
    this.error[call] = error;
    if (error === 0) this.unnamed.push(call);
    const logged = this.errors[error - 1];
    if (logged !== undefined && logged.thrownIn < 0) logged.thrownIn = call;
  }

  /** Whether it is the call of a process that was started. */
  isProcess(call: number): boolean {
    const fn = this.fn[call];
    return this.files.some((file) => file.head.functionBase === fn && file.function(0)?.kind === "process");
  }

  attributes(call: number, valueAt: number): void {
    const known = this.attributesAt.get(call);
    if (known === undefined) this.attributesAt.set(call, [valueAt]);
    else known.push(valueAt);
  }

  stackSeen(error: number, textAt: number): void {
    const logged = this.errors[error - 1];
    if (logged !== undefined && logged.stackAt < 0) logged.stackAt = textAt;
  }
}
