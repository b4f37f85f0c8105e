import type { Trace } from "./trace/columns.js";

/**
 * The contract between rewritten source and the recorder.
 *
 * The rewritten program reaches the recorder through global names: {@link PROBE}, {@link AT}, {@link THROWS}, {@link SUSPEND} and
 * {@link DELEGATE}. What the rewriter inserts looks like this (`$` stands for the first, `$at` … for the others; each inserted piece is
 * bracketed by {@link OPEN} and {@link CLOSE}, so that the original text can be recovered from what
 * `Function.prototype.toString` returns):
 *
 * ```js
 * function f(a, b) {const $c0=$.enter2(FN,void 0,a,b);let $r0=$;try{
 *   if (a) return $r0=(0,a + g($at(SITE,(b))));
 *   try { risky() } catch (e) {$.caught($c0,e); … }
 *   if (b) throw $throws(SITE,new Error("x"),$c0);
 *   throw (a.b())instanceof $.kept,$.thrown(SITE,$c0);
 * ;$r0=void 0}finally{$.leave2($c0,$r0,a,b)}}
 * ```
 *
 * - The digit in `$c0`, `$r0` is the nesting depth of traced functions, so that an inner function can name the call
 *   that created it: `$.l=$c0;const $c1=$.enter1(…)`. The recorder uses `l` only when nothing else is on the stack
 *   (a timer, an event): the call then belongs to the one that made the closure. `l` is always stored in a nested
 *   function, and read and cleared by `enter`.
 * - `$r` starts as the probe object itself, which no program can return: still there in `leave`, the call threw.
 *   Sync functions have no `catch` of ours: rethrowing would change the excerpt Node prints for an uncaught error.
 *   The error's value is learnt at `thrown`, at the first `caught`, or when the process learns of it.
 *   Async functions, and function expressions that are direct arguments of `.then`, `.catch`, `.finally` or
 *   `new Promise`, have one (their errors become rejections): `catch($e){$r0=$;throw $.fail($c0,$e)}`. Generators too:
 *   without it, one that is ended by `return()` could not be told from one that threw. There, `$r` starts as undefined.
 * - `FN` and `SITE` are numbers, unique in the process: the file's base plus a local index. Cached text holds
 *   placeholders for them (see instrument/rewrite.ts).
 * - Arity: `enter0` … `enter4` take the function's bound parameter names in order; more go as one array to `enterN`.
 *   `leave0` … `leave4`, `leaveN` take the same again, for what the call did to its inputs; a parameter that the body
 *   reassigns goes in as a copy taken at entry.
 * - Functions that cannot have a `try` (see transparency: block-scoped function declarations) call `done` at `return`
 *   and at the end; if they throw, the recorder closes them when their caller goes on.
 */
export interface Probe {
  /**
   * The call that lexically encloses the function being entered. Below 0, its negative is the call's parent even
   * when others are on the stack: `$.l=-$.g||$c0` at the start of async generators.
   */
  l: number;
  /** The call whose `for await` is asking for its next value: an async generator that starts now is its callee. */
  g: number;
  /** Around the last argument of a call: notes the call site. Returns `value`. */
  at<T>(site: number, value: T): T;
  /** `l`, where an assignment would have V8 name functions by it. */
  within(call: number): void;
  /**
   * `(x)instanceof $.kept,$r0=$.take()`: keeps a value where its expression ends. In front of it, a variable of ours would
   * give its name to functions in it. `kept[Symbol.hasInstance]` notes the value, `take` returns and forgets it.
   */
  readonly kept: object;
  take(): unknown;
  /** Each returns the call's handle: a number, positive and unique in the thread. */
  enter0(fn: number, self: unknown): number;
  enter1(fn: number, self: unknown, a: unknown): number;
  enter2(fn: number, self: unknown, a: unknown, b: unknown): number;
  enter3(fn: number, self: unknown, a: unknown, b: unknown, c: unknown): number;
  enter4(fn: number, self: unknown, a: unknown, b: unknown, c: unknown, d: unknown): number;
  /** `args`: an array made for this call, or the `arguments` object. */
  enterN(fn: number, self: unknown, args: ArrayLike<unknown>): number;
  /** In the outer `finally`; `result` is the probe object when the call threw. */
  leave0(call: number, result: unknown): void;
  leave1(call: number, result: unknown, a: unknown): void;
  leave2(call: number, result: unknown, a: unknown, b: unknown): void;
  leave3(call: number, result: unknown, a: unknown, b: unknown, c: unknown): void;
  leave4(call: number, result: unknown, a: unknown, b: unknown, c: unknown, d: unknown): void;
  leaveN(call: number, result: unknown, args: ArrayLike<unknown>): void;
  /** For functions without `try`: records the end and returns `result`. */
  done<T>(call: number, result: T): T;
  /** In the `catch` of async bodies: records the failure and returns the error to rethrow. */
  fail<T>(call: number, error: T): T;
  /** Returns what `kept` has noted: the operand of a `throw`. `call` is 0 at the top level of a file, here and below. */
  thrown(site: number, call: number): unknown;
  /** Around the operand of a `throw` in which each name is defined. Returns `error`. */
  throws<T>(site: number, error: T, call: number): T;
  /**
   * First thing in a `catch` clause; also brings `call` back on the stack in async bodies. One without a parameter is given
   * one; one with a pattern becomes that of a `try` in ours: `catch($e){$.caught(…,$e);try{throw $e}catch ({ message }) {…}}`.
   */
  caught(call: number, site: number, error: unknown): void;
  /** The same in a clause without a parameter. */
  swallowed(call: number, site: number, error: unknown): void;
  /** Around the operand of `await`/`yield`: `$(await $suspend(x,$c),$c)`. Returns `value` itself. */
  suspend<T>(value: T, call: number): T;
  /**
   * The same around the operand of `yield*`.
   *
   * @param isQuoted - V8 quotes it when it cannot be iterated
   */
  delegate<T>(value: T, call: number, isQuoted: 0 | 1): T;
  /**
   * After an `await`: what runs next belongs to `call`. With `-call`, after a `yield`: the same, but the consumer that
   * called `next()` stays below on the stack. Returns `value` itself.
   *
   * The probe itself, and not one of its methods, because V8 quotes source in some messages (`Cannot destructure property
   * 'a' of '…'`): what it quotes then can be told and mended, see record/messages.ts.
   */
  <T>(value: T, call: number): T;
  /** In async or generator bodies, first thing in a `finally` clause and in the body of a `for await`. */
  resumed(call: number): void;
  /**
   * Around the iterable of a `for await`: what follows is the first request for a value. Returns `value` itself.
   *
   * @param text - as V8 quotes it
   */
  awaiting<T>(call: number, value: T, text?: string): T;
  /** In the finally around the body of a `for await`: the loop is about to wait for its next value. */
  suspended(call: number): void;
  /** Around a parameter whose name says it is secret: what is recorded is a token. */
  filtered(value: unknown): unknown;
}

/**
 * Where the text calls what may be one of Node's own functions:
 * `$.ends(SITE,fs.writeFileSync($.given(SITE,0,path),$.builtin(SITE,fs,"fs:fs.writeFileSync",2,data,false)))`.
 */
export interface BuiltinProbe {
  /** Around an argument that is not the last; `i` is its index. */
  given<T>(site: number, i: number, value: T): T;
  /**
   * Around the last argument, of `argc`, in place of `at`. `root` is what the callee begins with, `text` the module and all of it.
   * Returns `value`, or a function that calls it.
   *
   * @param waits - the promise that is returned is awaited at once; of a timer, `ends` is told of it
   */
  builtin<T>(site: number, root: unknown, text: string, argc: number, value: T, waits: boolean): T;
  /** Around a call that is over when it returns. Returns `result` itself. */
  ends<T>(site: number, result: T): T;
}

/** What the global {@link PROBE} holds. */
export interface InstalledProbe extends Probe, BuiltinProbe {
  readonly calls: Calls;
  readonly tests: Tests;
  readonly parts: Parts;
  /** A text less the pieces that were inserted in it. */
  withoutInsertions(text: string): string;
  /** Rewrites what a runner has compiled, to be run in this process. */
  readonly rewriteHere: RewriteCompiled;
  /** The same for the processes and threads that this one starts; undefined when those do not record into this trace. */
  readonly rewriteForChildren: RewriteCompiled | undefined;
}

/**
 * Rewrites the text of a file as a runner has compiled it.
 *
 * @param original - the file's own text
 * @returns undefined when it is not to be traced
 */
export type RewriteCompiled = (
  compiled: CompiledText,
  path: string,
  kind: "commonjs" | "module",
  original: string,
) => RewrittenText | undefined;

export interface RewrittenText {
  code: string;
  /** From what was given. */
  map(): SourceMap;
  /** From the original. */
  wholeMap(): SourceMap;
}

export interface CompiledText {
  code: string;
  /** Left out when the text names its map itself, or is the original one. */
  map?: SourceMap | undefined;
}

/** https://tc39.es/ecma426/ */
export interface SourceMap {
  version: number;
  mappings: string;
  sources: (string | null)[];
  names: string[];
  sourcesContent?: (string | null)[];
  sourceRoot?: string;
}

/**
 * Calls of what is not rewritten: Node's own functions, spans, tests. A call is a handle as those of {@link Probe}; 0 is
 * one that is not recorded, which all of these take without a word.
 */
export interface Calls {
  /** The number of a function that is no rewritten one; the same for the same. */
  define(target: CallTarget): number;
  /** The call that is running; 0 for none. */
  readonly current: number;
  /** A call that ends as calls do, by `leave` or `threw`; until then it is the current one. */
  enter(fn: number, inputs: readonly unknown[]): number;
  leave(call: number, output: unknown): void;
  threw(call: number): void;
  /**
   * A call that `close` or `fail` end, from anywhere and at any time. It is the current one until then, or until
   * `suspend`, or until the call that it was opened in ends; when that one waits at an `await`, so does this one.
   *
   * @param parent - the call it is made by; 0 for none. Left out: the current one
   */
  open(fn: number, inputs: readonly unknown[], parent?: number): number;
  /** Takes it off the stack; `resume` makes it the current one again. */
  suspend(call: number): void;
  resume(call: number): void;
  close(call: number, output: unknown): void;
  fail(call: number, error: unknown): void;
  /** Adds to a call's attributes, whatever call it is. */
  attributes(call: number, attributes: object): void;
  /** What names a call to whoever a message of it goes to. */
  reference(call: number): string;
  /** A call goes back to the one that `reference` names. */
  link(call: number, reference: string): void;
}

/** Parts of what a thread does, as traces of their own. */
export interface Parts {
  /** Has calls recorded from here on; returns the number that the next one gets. */
  begin(): number;
  /**
   * Has them recorded no more, when that was only done for this part.
   *
   * @param first - what `begin` has returned
   * @param top - only this call, and what was called below it
   */
  end(first: number, top?: number): Trace;
}

/** What a test runner tells of the tests it runs, each known by an object of the runner's. */
export interface Tests {
  /**
   * A test begins; what is called from here on is its.
   *
   * @param within - the test that this one is a part of
   */
  begin(test: object, record: TestRecord, within?: object): void;
  /** What is called from here on is the test's, again; until `suspend`, or until another one's turn comes. */
  resume(test: object): void;
  suspend(test: object): void;
  isRunning(test: object): boolean;
  end(test: object, outcome: TestOutcome, error?: unknown): void;
  /** Hands all that was recorded to the operating system: a runner may end the process at any time. */
  flush(): void;
}

export interface TestRecord {
  /** Its own title behind those of the suites it stands in. */
  titles: readonly string[];
  /** Absolute path. */
  file?: string | undefined;
  /** 1-based. */
  line?: number | undefined;
  column?: number | undefined;
}

export type TestOutcome = "passed" | "failed" | "skipped" | "todo";

/** What can be called besides functions of the program. */
export interface CallTarget {
  kind: "builtin" | "span" | "test" | "process";
  name: string;
  /** Class or object that a method belongs to; the name again otherwise. */
  owner?: string;
  /** `node:fs`, the file of a test. */
  module: string;
  /** Names of the inputs, in order; an input whose name is secret is not recorded. */
  params?: readonly string[];
  /** It ends later than it returns: an error then is a rejection. */
  async?: boolean;
  /** In `module`, when that is a file; 1-based. */
  line?: number;
  column?: number;
}

/** The global's name: a nonce, so that no program meets it. */
export const PROBE = "$ft7x2e9q";

/**
 * The names of the globals for {@link Probe.at}, {@link Probe.throws}, {@link Probe.suspend} and {@link Probe.delegate}.
 * Properties of the probe would have places of their own, as a variable has: V8 reports the last of them for a function that is called and not defined.
 * Hence, too, the program's expression comes first in what they are given, but for numbers.
 */
export const AT = "$ft7x2e9s";
export const THROWS = "$ft7x2e9t";
export const SUSPEND = "$ft7x2e9u";
export const DELEGATE = "$ft7x2e9v";

/**
 * Adds properties to the probe. With more than twelve by `Object.assign`, V8 makes a dictionary of an object, in which it looks up each
 * method that rewritten code calls: 20 ns of a call's cost.
 */
export function withProperties<P extends object, T extends object>(probe: P, properties: T): P & T {
  return Object.defineProperties(probe, Object.getOwnPropertyDescriptors(properties)) as P & T;
}

/** Lets rewritten code of a realm find the recorder. See record/global-names.ts for the program's own. */
export function exposeProbe(realm: object, probe: Probe): void {
  Object.defineProperty(realm, PROBE, { value: probe, configurable: true });
  Object.defineProperty(realm, AT, { value: probe.at, configurable: true });
  Object.defineProperty(realm, THROWS, { value: probe.throws, configurable: true });
  Object.defineProperty(realm, SUSPEND, { value: probe.suspend, configurable: true });
  Object.defineProperty(realm, DELEGATE, { value: probe.delegate, configurable: true });
}

/** What {@link PROBE} names. */
declare const $ft7x2e9q: InstalledProbe;

/** What records in this realm; undefined when nothing does. */
export function installedProbe(): InstalledProbe | undefined {
  return typeof $ft7x2e9q === "undefined" ? undefined : $ft7x2e9q;
}

/** What the names of inserted local variables begin with. A file that contains this is left alone. */
export const LOCAL = "$ft7";

/**
 * Brackets of an inserted piece, as short as they can be: there are several in a line. A piece that follows a division
 * sign would make a line comment of it, and begins with {@link OPEN_APART} for that.
 */
export const OPEN = `/*${LOCAL}*/`;
export const OPEN_APART = ` /*${LOCAL} */`;
export const CLOSE = "/**/";

/**
 * Matches an inserted piece. The text of an arrow function with an expression body ends inside one, hence `|$`.
 */
export const INSERTED = `(?: \\/\\*\\${LOCAL} \\*\\/|\\/\\*\\${LOCAL}\\*\\/)[\\s\\S]*?(?:\\/\\*\\*\\/|$)`;

/**
 * A source map that says nothing. Rewritten files end with it (unless they have a map): Node shows the line of source that
 * threw an uncaught error as V8 has it, with what we inserted, but for scripts with a map it asks. See record/uncaught.ts.
 */
export const MAP_COMMENT =
  "//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbIiJdLCJtYXBwaW5ncyI6IiJ9";

/** What the rewriter tells of a file, with local indexes; the journal holds it with the bases that were given out. */
export interface FileTable {
  /** Absolute path, or URL when the module has none. */
  path: string;
  /** SHA-256 of the original text, hex; empty for what is not rewritten. */
  sha256: string;
  /** URL of the source map that the text names: the text was made by a compiler. */
  sourceMap?: string;
  functions: FunctionEntry[];
  sites: SiteEntry[];
  /** Calls without arguments outside of all functions. */
  bareCalls: BareCall[];
}

export interface FunctionEntry {
  name: string;
  /** Class or object that holds a method; the function's own name otherwise. */
  owner: string;
  kind:
    | "function"
    | "method"
    | "constructor"
    | "getter"
    | "setter"
    | "arrow"
    | "generator"
    | CallTarget["kind"];
  async: boolean;
  /** Recorded inputs in order. */
  params: string[];
  /** 1-based, in the original source; `end` closes the body. 0 where there is none. */
  line: number;
  column: number;
  endLine: number;
  /** Behind its last character. */
  endColumn: number;
  /** Local index of the function that lexically encloses it, or -1. */
  parent: number;
  /**
   * Calls without arguments in this function's own body, which have no site at run time: the reader resolves them
   * by the callee's name when it is unambiguous.
   */
  bareCalls: BareCall[];
}

export interface BareCall {
  callee: string;
  line: number;
  column: number;
}

/** A call, `throw` or `catch` that code can name at run time. */
export interface SiteEntry {
  line: number;
  column: number;
  /** Last name of the callee (`map` in `a.b.map(f)`), empty for `throw` and `catch`. */
  callee: string;
  /** Local index of the function whose body holds it; -1 at the top level. */
  function: number;
}
