import { basename, isAbsolute, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { DefinedFile } from "../journal/defined-file.js";
import type { FileHead } from "../journal/file-chunk.js";
import { callReference, type JournalHeader, LOADER_THREAD } from "../journal/layout.js";
import type { FunctionEntry } from "../probe.js";
import { type CallColumns, Flag, type FunctionInfo, type Trace } from "../trace/columns.js";
import type {
  CallLink,
  ErrorInfo,
  FoldedCalls,
  RunEnd,
  RunInfo,
  SourcePosition,
  ThreadInfo,
  TracedFile,
  TraceWarning,
  UsageSample,
} from "../trace/format.js";
import { foldedCalls, foldedWarnings } from "./folded.js";
import { type AddedFunction, type FoundSite, FunctionNumbers } from "./function-numbers.js";
import type { JournalFile } from "./journal-file.js";
import { Form, JournalValues, reference } from "./journal-values.js";
import { originalFunction, originalPosition } from "./original-sources.js";
import { SiteResolver } from "./site-resolver.js";
import type { LoggedError, ThreadLog } from "./thread-log.js";

/** A journal and what has been read of it. */
export interface LoggedThread {
  file: JournalFile;
  log: ThreadLog;
}

/** What the collector knows of the run from outside. */
export interface RunFacts {
  tool: string;
  /** Absolute path of the script, or the command's name. */
  script: string;
  argv: string[];
  cwd: string;
  root: string;
  options: RunInfo["options"];
  startedUnixMs: number;
  endedUnixMs: number;
  finished: boolean;
  recovered?: boolean;
  exitCode: number | null;
  signal: string | null;
  usage: UsageSample[];
  warnings: TraceWarning[];
}

/**
 * Puts what the journals say together as one trace. Nothing is copied when one thread recorded: the columns are the
 * log's own. Threads are merged by start time, each below a call of its own that stands for the thread.
 */
export function assemble(facts: RunFacts, threads: readonly LoggedThread[]): Trace {
  return new Assembly(facts, threads).trace();
}

/** A thread's place in the trace. */
interface Placed extends LoggedThread {
  index: number;
  /** ms from the run's start to the journal's. */
  offset: number;
  functions: FunctionNumbers;
  errorBase: number;
  /** Row of a call by its number; undefined when they are the same. */
  rows: Int32Array | undefined;
  /** The call that started it, in the log of its thread. */
  starter?: { thread: Placed; call: number };
  /** That call is of the process that this is the main thread of: it needs no row of its own. */
  isStartersCall: boolean;
}

/** `file:line:column` behind `(` or `at `. */
const FRAME_PLACE = /(\(|\bat )((?:file:\/\/)?\/[^\n()]*?|[A-Za-z]:[^\n()]*?):(\d+):(\d+)(?=\)|$)/gm;
/** Segments `.` and `..`, empty ones, and those that only look like them. */
const NOT_PLAIN = /[\\/](?:[.\\/]|$)/;
/** Behind the message, which may have several lines. */
const FIRST_FRAME = /\n {4}at /;

/** A message may hold what only looks like a URL. */
function pathOf(file: string): string {
  try {
    return file.startsWith("file:") ? fileURLToPath(file) : file;
  } catch {
    return file;
  }
}

class Assembly {
  private readonly functions: FunctionInfo[] = [];
  private readonly sites: SourcePosition[] = [];
  private readonly siteIndex = new Map<string, number>();
  private readonly shownPaths = new Map<string, string>();
  private readonly files = new Map<string, TracedFile>();
  /** Files that a compiler made, by their paths. */
  private readonly compiled = new Map<string, FileHead>();
  private readonly placed: Placed[];
  private readonly values: JournalValues;

  constructor(
    private readonly facts: RunFacts,
    private readonly threads: readonly LoggedThread[],
  ) {
    const started = threads.filter(
      ({ log }) => log.journal !== undefined && log.journal.threadId !== LOADER_THREAD,
    );
    const loaders = threads.filter(({ log }) => log.journal?.threadId === LOADER_THREAD);
    const filesOf = (thread: LoggedThread): DefinedFile[] => [
      ...thread.log.files,
      ...loaders
        .filter((loader) => definesFor(loader, thread, started))
        .flatMap((loader) => loader.log.files),
    ];
    for (const { log } of threads)
      for (const { head } of log.files) if (head.sourceMap !== undefined) this.compiled.set(head.path, head);
    started.sort((a, b) => a.log.journal!.startedUnixMs - b.log.journal!.startedUnixMs);
    let errorBase = 0;
    this.placed = started.map((thread, index) => {
      const files = filesOf(thread);
      const placed: Placed = {
        ...thread,
        index,
        offset: Math.max(0, thread.log.journal!.startedUnixMs - facts.startedUnixMs),
        functions: new FunctionNumbers(files, (entry, { head }) => this.addFunction(entry, head)),
        errorBase,
        rows: undefined,
        isStartersCall: false,
      };
      errorBase += thread.log.errors.length;
      for (const { head } of files) this.addSources(head, placed.functions);
      return placed;
    });
    this.linkStarters();
    this.values = new JournalValues(
      this.placed.map(({ file, functions, errorBase: base }) => ({
        file,
        parameters: (fn) => functions.parameters(fn),
        errorId: (number) => base + number - 1,
      })),
    );
  }

  private linkStarters(): void {
    const byThread = new Map(
      this.placed.map((thread) => [`${thread.log.journal!.pid}-${thread.log.journal!.threadId}`, thread]),
    );
    const startedIn = new Map<string, Placed[]>();
    for (const thread of this.placed) {
      const { startedBy, threadId } = thread.log.journal!;
      const by = startedBy === undefined ? "" : `${startedBy.pid}-${startedBy.threadId}`;
      const starter = byThread.get(by);
      if (startedBy === undefined || starter === undefined || starter === thread) continue;
      thread.starter = { thread: starter, call: startedBy.call < starter.log.length ? startedBy.call : 0 };
      // Clocks of two processes may differ a little: nothing starts before the call that starts it.
      thread.offset = Math.max(thread.offset, starter.offset + starter.log.start[thread.starter.call]!);
      if (threadId !== 0 || !starter.log.isProcess(startedBy.call)) continue;
      const key = `${by}-${startedBy.call}`;
      startedIn.set(key, [...(startedIn.get(key) ?? []), thread]);
    }
    // Where a shell has started several, each has its own row below the shell's.
    for (const [only, ...others] of startedIn.values())
      if (only !== undefined && others.length === 0) only.isStartersCall = true;
  }

  trace(): Trace {
    const { facts } = this;
    const rootFunction = this.functions.push({
      name: basename(facts.script),
      called: basename(facts.script),
      module: this.relative(facts.script),
      kind: "root",
      file: this.relative(facts.script),
    });
    const calls = this.placed.length === 1 ? this.single(this.placed[0]!) : this.merged();
    calls.functionId[0] = rootFunction - 1;
    const total = facts.endedUnixMs - facts.startedUnixMs;
    calls.start[0] = 0;
    calls.duration[0] = facts.finished ? total : Number.NaN;
    calls.parent[0] = -1;
    calls.inputs[0] = this.values.add("{}");
    calls.inputsAfter[0] = -1;
    calls.output[0] = -1;
    calls.site[0] = -1;
    calls.instance[0] = -1;
    calls.thread[0] = 0;
    calls.error[0] = this.rootError();
    calls.flags[0] = facts.finished ? (calls.error[0]! >= 0 ? Flag.threw : 0) : Flag.running;
    return {
      run: this.run(),
      end: this.end(calls.length),
      functions: this.functions,
      sites: this.sites,
      errors: this.errors(),
      calls,
      values: this.values,
    };
  }

  private rootError(): number {
    const main = this.placed[0];
    const error = main?.log.error[0] ?? 0;
    return main !== undefined && error > 0 ? main.errorBase + error - 1 : -1;
  }

  private relative(path: string): string {
    if (!isAbsolute(path)) return path;
    let shown = this.shownPaths.get(path);
    if (shown === undefined) {
      const inside = this.inside(path);
      const isOutside = inside === "" || inside.startsWith("..") || isAbsolute(inside);
      shown = isOutside ? path : inside.split(sep).join("/");
      this.shownPaths.set(path, shown);
    }
    return shown;
  }

  /** From the root. `relative` takes both paths apart, where most of a run's have nothing to be taken apart for. */
  private inside(path: string): string {
    const { root } = this.facts;
    const isPlain = path.startsWith(root) && path[root.length] === sep && !NOT_PLAIN.test(path);
    return isPlain ? path.slice(root.length + 1) : relative(root, path);
  }

  /** The files that the functions of a traced one are of: itself, or those that a compiler has made it of. */
  private addSources(head: FileHead, numbers: FunctionNumbers): void {
    const { functionBase, functions, sourceMap } = head;
    if (sourceMap !== undefined) for (let i = 0; i < functions; i++) numbers.index(functionBase + i);
    else if (functions > 0) this.addFile(this.relative(head.path), head);
  }

  private addFile(file: string, { path, sha256 }: Pick<FileHead, "path" | "sha256">): void {
    if (sha256 !== "" && !this.files.has(file)) this.files.set(file, { file, path, sha256 });
  }

  private addFunction(compiled: FunctionEntry, head: FileHead): AddedFunction {
    const original = originalFunction(head, compiled, this.facts.root);
    const { entry, source } = original ?? { entry: compiled, source: head };
    const name = this.relative(source.path);
    this.addFile(name, source);
    const { name: own, owner, kind, line, column } = entry;
    // Not spread: that takes ten times as long, and is done for each function.
    const count = this.functions.push(
      line > 0
        ? { name: own, called: owner, module: name, kind, file: name, line, column }
        : { name: own, called: owner, module: name, kind },
    );
    return { index: count - 1, params: entry.params };
  }

  private addSite(file: string, line: number, column: number): number {
    const key = `${file}:${line}:${column}`;
    let index = this.siteIndex.get(key);
    if (index === undefined) {
      index = this.sites.push(this.place(file, line, column)) - 1;
      this.siteIndex.set(key, index);
    }
    return index;
  }

  /** One thread: calls are numbered from 1, and the root is 0, as in its log, which goes on only while the run does. */
  private single(thread: Placed): CallColumns {
    const { log } = thread;
    const calls = this.columns(log.length, this.facts.finished ? log : undefined);
    this.fill(thread, calls);
    return calls;
  }

  /** @param ended - its columns serve again where they are as the trace's */
  private columns(length: number, ended?: ThreadLog): WritableColumns {
    const floats = (): Float64Array<ArrayBuffer> => new Float64Array(length);
    const ints = (): Int32Array<ArrayBuffer> => new Int32Array(length);
    return {
      length,
      parent: ended?.parent.subarray(0, length) ?? ints(),
      functionId: ints(),
      start: floats(),
      duration: ended?.duration.subarray(0, length) ?? floats(),
      active: floats(),
      inputs: floats(),
      inputsAfter: floats(),
      output: floats(),
      error: ints(),
      site: ints(),
      instance: floats(),
      thread: new Uint16Array(length),
      flags: new Uint8Array(length),
      memoryBefore: new Map(),
      memoryAfter: new Map(),
      attributes: new Map(),
    };
  }

  /** Several threads: a row for each besides the root, then every call in order of start. */
  private merged(): CallColumns {
    const { placed } = this;
    const hasOwnRow = (thread: Placed): boolean => thread.index > 0 && !thread.isStartersCall;
    let length = 1; // the first thread's own row is the root
    for (const thread of placed) length += thread.log.length - 1 + (hasOwnRow(thread) ? 1 : 0);
    const calls = this.columns(length);
    const next = placed.map(() => 1);
    let row = 1;
    for (const thread of placed) {
      thread.rows = new Int32Array(thread.log.length);
      if (hasOwnRow(thread)) thread.rows[0] = -1;
    }
    // A merge of sorted lists; threads are few and their calls many, so the head of each is compared.
    const startOf = (thread: Placed): number => {
      if (thread.rows![0]! < 0) return thread.offset;
      const call = next[thread.index]!;
      return call < thread.log.length ? thread.log.start[call]! + thread.offset : Number.POSITIVE_INFINITY;
    };
    const heads = placed.map(startOf);
    while (row < calls.length) {
      let first = 0;
      for (let i = 1; i < heads.length; i++) if (heads[i]! < heads[first]!) first = i;
      const thread = placed[first]!;
      if (thread.rows![0]! < 0) this.threadRow(thread, calls, row);
      else thread.rows![next[first]!++] = row;
      heads[first] = startOf(thread);
      row++;
    }
    for (const thread of placed) if (thread.isStartersCall) thread.rows![0] = starterRow(thread);
    for (const thread of placed) this.fill(thread, calls);
    for (const thread of placed) if (thread.isStartersCall) this.asProcess(thread, calls);
    return calls;
  }

  /** Makes the call that started a process the process's own row. */
  private asProcess(thread: Placed, calls: WritableColumns): void {
    const row = thread.rows![0]!;
    calls.functionId[row] = this.threadFunction(thread);
    calls.thread[row] = thread.index;
    this.rowError(thread, calls, row);
  }

  private rowError(thread: Placed, calls: WritableColumns, row: number): void {
    const error = thread.log.error[0]!;
    if (error === 0) return;
    calls.error[row] = thread.errorBase + error - 1;
    calls.flags[row] = (calls.flags[row]! & ~Flag.rejected) | Flag.threw;
  }

  /** A thread does not outlive its process, though it may not have told its end: pools end theirs with `terminate`. */
  private wasTerminated({ log }: Placed): boolean {
    const { pid, threadId } = log.journal!;
    const isMain = ({ log: { journal } }: Placed): boolean => journal!.pid === pid && journal!.threadId === 0;
    const main = threadId === 0 ? undefined : this.placed.find(isMain);
    return main !== undefined && (hasEnded(main) || (main.index === 0 && this.facts.finished));
  }

  private threadRow(thread: Placed, calls: WritableColumns, row: number): void {
    thread.rows![0] = row;
    const header = thread.log.journal!;
    calls.functionId[row] = this.threadFunction(thread);
    const starter = starterRow(thread);
    calls.parent[row] = starter >= 0 && starter < row ? starter : 0;
    calls.start[row] = thread.offset;
    const ended = hasEnded(thread) || this.wasTerminated(thread);
    calls.duration[row] = ended ? thread.log.lastAt : Number.NaN;
    calls.error[row] = -1;
    calls.flags[row] = ended ? 0 : Flag.running;
    if (ended) this.rowError(thread, calls, row);
    calls.inputs[row] = this.values.add(JSON.stringify({ argv: header.argv.slice(1) }));
    calls.inputsAfter[row] = -1;
    calls.output[row] = -1;
    calls.active[row] = Number.NaN;
    calls.site[row] = -1;
    calls.instance[row] = -1;
    calls.thread[row] = thread.index;
  }

  private threadFunction({ log }: Placed): number {
    const header = log.journal!;
    const name =
      header.threadId === 0 ? `process ${header.pid}` : `thread ${header.threadId} of process ${header.pid}`;
    return (
      this.functions.push({
        name,
        // A thread does not say what it runs.
        called: header.argv[1] === undefined ? name : basename(header.argv[1]),
        module: "",
        kind: "process",
      }) - 1
    );
  }

  /** Copies a thread's calls to their rows. */
  private fill(thread: Placed, calls: WritableColumns): void {
    const { log, index, offset, functions, errorBase, rows } = thread;
    const resolve = new SiteResolver(functions, (file, line, column) => this.addSite(file, line, column));
    for (let call = 1; call < log.length; call++) {
      const row = rows === undefined ? call : rows[call]!;
      const parent = log.parent[call]!;
      const fn = log.fn[call]!;
      calls.parent[row] = rows === undefined ? parent : rows[parent]!;
      const functionId = functions.index(fn);
      calls.functionId[row] = functionId >= 0 ? functionId : this.unknownFunction();
      calls.start[row] = log.start[call]! + offset;
      calls.duration[row] = log.duration[call]!;
      calls.active[row] = Number.NaN;
      const inputs = log.inputs[call]!;
      calls.inputs[row] = inputs < 0 ? -1 : reference(index, inputs, Form.inputs);
      calls.inputsAfter[row] = -1;
      const output = log.output[call]!;
      calls.output[row] = output < 0 ? -1 : reference(index, output, Form.value);
      const error = log.error[call]!;
      calls.error[row] = error > 0 ? errorBase + error - 1 : -1;
      calls.site[row] = resolve.site(parent === 0 ? 0 : log.fn[parent]!, fn, log.site[call]!);
      calls.instance[row] = log.self[call]! > 0 ? log.self[call]! : -1;
      calls.thread[row] = index;
      // Generators and promise callbacks tell their errors as async functions do, but theirs are thrown.
      const flags = log.flags[call]!;
      calls.flags[row] = functions.isAsync(fn) ? flags | Flag.async : flags & ~Flag.rejected;
    }
    const at = (call: number): number => (rows === undefined ? call : rows[call]!);
    for (const [call, waited] of log.waiting) calls.active[at(call)] = log.duration[call]! - waited;
    for (const [call, after] of log.after) {
      const row = at(call);
      if (calls.inputs[row]! < 0) continue; // only a damaged journal tells of inputs afterwards and of none at first
      const ref = reference(index, after, Form.after);
      this.values.compare(ref, calls.inputs[row]!);
      if (!this.values.isUnchanged(ref)) calls.inputsAfter[row] = ref;
    }
    for (const [call, position] of log.memoryBefore) {
      calls.memoryBefore.set(at(call), reference(index, position, Form.memory));
    }
    for (const [call, position] of log.memoryAfter) {
      calls.memoryAfter.set(at(call), reference(index, position, Form.memory));
    }
    for (const [call, positions] of log.attributesAt) {
      const refs = positions.map((position) => reference(index, position, Form.value));
      if (call < log.length)
        calls.attributes.set(at(call), refs.length === 1 ? refs[0]! : this.together(refs));
    }
  }

  /** Several objects as one; of equal keys the last counts. */
  private together(refs: readonly number[]): number {
    const objects = refs.map((ref) => JSON.parse(this.values.text(ref)!) as object);
    return this.values.add(JSON.stringify(Object.assign({}, ...objects)));
  }

  private unknown = -1;
  private unknownFunction(): number {
    if (this.unknown < 0) {
      this.unknown =
        this.functions.push({ name: "(unknown)", called: "(unknown)", module: "", kind: "function" }) - 1;
    }
    return this.unknown;
  }

  private errors(): ErrorInfo[] {
    const list: ErrorInfo[] = [];
    for (const thread of this.placed)
      for (const logged of thread.log.errors) list.push(this.error(logged, thread, list.length));
    return list;
  }

  private error(logged: LoggedError, thread: Placed, id: number): ErrorInfo {
    const read = (position: number): unknown => {
      const text = position < 0 ? undefined : this.values.text(reference(thread.index, position, Form.value));
      return text === undefined ? undefined : JSON.parse(text);
    };
    const name = read(logged.nameAt);
    const message = read(logged.messageAt);
    const code = read(logged.codeAt);
    const value = read(logged.valueAt);
    const isError = isUndefined(value);
    const row = (call: number): number => (thread.rows === undefined ? call : (thread.rows[call] ?? 0));
    const info: ErrorInfo = {
      id,
      name: typeof name === "string" ? name : isError ? "Error" : "",
      message: textOf(isError ? message : value),
      outcome: logged.outcome,
    };
    if (typeof code === "string" || typeof code === "number") info.code = code;
    if (!isError) info.value = value as NonNullable<ErrorInfo["value"]>;
    const stack = keptText(read(logged.stackAt));
    if (stack !== undefined) info.stack = this.originalStack(stack);
    if (logged.cause > 0) info.cause = thread.errorBase + logged.cause - 1;
    if (logged.thrownIn >= 0) info.thrown_in = row(logged.thrownIn);
    if (logged.caughtIn >= 0) info.caught_in = row(logged.caughtIn);
    const thrownAt = thread.functions.site(logged.thrownSite);
    const place = thrownAt === undefined ? this.topmostPlace(info.stack ?? "") : this.position(thrownAt);
    if (place !== undefined) info.thrown_at = place;
    const caughtAt = thread.functions.site(logged.caughtSite);
    if (caughtAt !== undefined) info.caught_at = this.position(caughtAt);
    return info;
  }

  private position({ file, entry }: FoundSite): SourcePosition {
    return this.place(file.head.path, entry.line, entry.column);
  }

  /** A place as the program's author knows it. */
  private place(file: string, line: number, column: number): SourcePosition {
    const head = this.compiled.get(file);
    const original = head === undefined ? undefined : originalPosition(head, line, column, this.facts.root);
    return original === undefined
      ? { file: this.relative(file), line, column }
      : { file: this.relative(original.source.path), line: original.line, column: original.column };
  }

  /** A stack with the frames of compiled files as they are in the original; a runner that compiles in memory has done so. */
  private originalStack(stack: string): string {
    if (this.compiled.size === 0) return stack;
    return stack.replace(FRAME_PLACE, (whole, open: string, file: string, line: string, column: string) => {
      const path = pathOf(file);
      const head = this.compiled.get(path);
      if (head === undefined) return whole;
      const original = originalPosition(head, Number(line), Number(column), this.facts.root);
      if (original === undefined || original.source.path === path) return whole;
      return `${open}${original.source.path}:${original.line}:${original.column}`;
    });
  }

  /** Where the program was when V8, or a function of Node's, made an error: no `throw` of the program's tells. */
  private topmostPlace(stack: string): SourcePosition | undefined {
    const frames = stack.search(FIRST_FRAME);
    if (frames < 0) return undefined;
    for (const [, , file, line, column] of stack.slice(frames).matchAll(FRAME_PLACE)) {
      const path = pathOf(file!);
      if (isAbsolute(path)) return { file: this.relative(path), line: Number(line), column: Number(column) };
    }
    return undefined;
  }

  private run(): RunInfo {
    const { facts } = this;
    const header = this.placed[0]?.log.journal;
    return {
      version: 1,
      tool: facts.tool,
      node: header?.node ?? process.version,
      platform: header?.platform ?? process.platform,
      argv: facts.argv,
      cwd: facts.cwd,
      root: facts.root,
      started_unix_ms: facts.startedUnixMs,
      options: facts.options,
    };
  }

  /** Each thread has measured what a call takes to record. One that was killed has not told: with it, it took what it took others. */
  private overheadMs(): number {
    const threads = this.placed.map(({ log }) => ({
      calls: log.length - 1,
      ns: log.notes.find((note) => note.probeNs !== undefined)?.probeNs,
    }));
    const told = threads.flatMap(({ ns }) => ns ?? []);
    const usual = told.length === 0 ? 0 : told.reduce((sum, ns) => sum + ns) / told.length;
    return threads.reduce((ms, { calls, ns = usual }) => ms + (calls * ns) / 1e6, 0);
  }

  private folded(): FoldedCalls[] {
    return this.placed.flatMap(({ log, functions, rows }) =>
      foldedCalls({
        notes: log.notes,
        functionOf: (fn) => this.functions[functions.index(fn)],
        rowOf: (call) => (call >= log.length ? 0 : rows === undefined ? call : rows[call]!),
      }),
    );
  }

  private links(): CallLink[] {
    const byReference = new Map<string, Placed>();
    for (const thread of this.placed) byReference.set(callReference(thread.log.journal!, 0), thread);
    const rowOf = ({ log, rows }: Placed, call: number): number =>
      call >= log.length ? 0 : rows === undefined ? call : Math.max(0, rows[call]!);
    return this.placed.flatMap((thread) =>
      thread.log.notes.flatMap(({ link }) => {
        if (link === undefined) return [];
        const [call, reference] = link;
        const [, name = "", number = ""] = /^(.*-)(\d+)$/.exec(reference) ?? [];
        const from = byReference.get(`${name}0`);
        const goesBackTo = from === undefined ? {} : { goes_back_to: rowOf(from, Number(number)) };
        return [{ call: rowOf(thread, call), ...goesBackTo, reference }];
      }),
    );
  }

  private end(calls: number): RunEnd {
    const { facts } = this;
    const threads: ThreadInfo[] = this.placed.map(({ log, index, starter }) => ({
      index,
      pid: log.journal!.pid,
      thread_id: log.journal!.threadId,
      role: index === 0 ? "main" : log.journal!.threadId === 0 ? "child" : "worker",
      title: log.journal!.argv[1] ?? log.journal!.execPath,
      ...(starter === undefined ? {} : { started_by: starter.thread.rows?.[starter.call] ?? 0 }),
      ...exitOf(log),
    }));
    const warnings = [...facts.warnings];
    for (const { log } of this.placed)
      for (const note of log.notes) if (note.warning !== undefined) warnings.push(note.warning);
    for (const { file, log } of this.threads) {
      if (file.damaged !== undefined) warnings.push({ code: "journal-damaged", message: file.damaged });
      for (const { isDamaged, head } of log.files)
        if (isDamaged)
          warnings.push({
            code: "journal-damaged",
            message: `${file.path}: not all of ${head.path} can be read`,
          });
    }
    const main = this.placed[0];
    // Its recorder says that it has come to the end, unless it could not write any more or was not let to.
    if (
      main !== undefined &&
      facts.exitCode !== null &&
      !main.log.notes.some(({ ended }) => ended !== undefined)
    )
      warnings.push({
        code: "journal-cut",
        message: `what process ${main.log.journal!.pid} did in the end is missing, after ${main.log.length - 1} calls`,
      });
    const folded = this.folded();
    warnings.push(...foldedWarnings(folded));
    const overhead = this.overheadMs();
    const links = this.links();
    return {
      finished: facts.finished,
      ...(facts.recovered ? { recovered: true } : {}),
      exit_code: facts.exitCode,
      signal: facts.signal,
      calls: calls - 1,
      threads,
      errors: [],
      files: [...this.files.values()],
      usage: facts.usage,
      folded,
      ...(links.length > 0 ? { links } : {}),
      warnings,
      ...(overhead > 0 ? { overhead_ms: Math.round(overhead * 1e3) / 1e3 } : {}),
    };
  }
}

/** Whether a loader's journal defines the files that a thread runs: its own, or of a process that it was started by. */
function definesFor(loader: LoggedThread, thread: LoggedThread, all: readonly LoggedThread[]): boolean {
  const { pid, loaderOf } = loader.log.journal!;
  const { journal } = thread.log;
  if (loaderOf !== undefined) return pid === journal!.pid && loaderOf === journal!.threadId;
  const above = new Set<LoggedThread>();
  for (let at: LoggedThread | undefined = thread; at !== undefined && !above.has(at); ) {
    const { pid: own, startedBy }: JournalHeader = at.log.journal!;
    // Of the one that it was started by, there may be nothing else to read.
    if (own === pid || startedBy?.pid === pid) return true;
    above.add(at);
    at = all.find(
      ({ log }) => log.journal!.pid === startedBy?.pid && log.journal!.threadId === startedBy.threadId,
    );
  }
  return false;
}

type WritableColumns = {
  -readonly [K in keyof CallColumns]: CallColumns[K] extends ReadonlyMap<number, number>
    ? Map<number, number>
    : CallColumns[K];
};

function isUndefined(value: unknown): boolean {
  return value === undefined || isTagged(value, "undefined");
}

function isTagged(value: unknown, tag: string): value is { $type: string; value?: unknown } {
  return typeof value === "object" && value !== null && (value as { $type?: unknown }).$type === tag;
}

/** What was thrown, or its message, as text. */
function textOf(value: unknown): string {
  if (isUndefined(value)) return "";
  return keptText(value) ?? (isTagged(value, "filtered") ? "[Filtered]" : JSON.stringify(value));
}

/** A string, with an ellipsis where it was cut; undefined for anything else. */
function keptText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!isTagged(value, "cut") || typeof value.value !== "string") return undefined;
  return `${value.value}…`;
}

function exitOf({ notes }: ThreadLog): Pick<ThreadInfo, "exit_code"> {
  const ended = notes.find((note) => note.ended !== undefined)?.ended;
  return ended === undefined ? {} : { exit_code: ended.exitCode };
}

/** Row of the call that started a thread: 0 when it is not known, below 0 when it has none yet. */
function starterRow({ starter }: Placed): number {
  if (starter === undefined) return 0;
  const { thread, call } = starter;
  // The row of a process is that of the call that started it.
  return call === 0 && thread.isStartersCall ? starterRow(thread) : (thread.rows?.[call] ?? 0);
}

function hasEnded({ log }: LoggedThread): boolean {
  return log.notes.some((note) => note.ended !== undefined);
}
