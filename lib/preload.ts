import fs from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { types } from "node:util";
import { monotonicMs } from "./clock.js";
import type { ownTrace } from "./collect/own-trace.js";
import { createRoomWatch } from "./disk-room.js";
import { installFunctionText } from "./function-text.js";
import { cacheFor } from "./instrument/cache.js";
import { createDefiningTransform } from "./instrument/defining-transform.js";
import { functionSource } from "./instrument/function-source.js";
import { installHooks } from "./instrument/hook.js";
import { followThreadHooks } from "./instrument/loader-thread.js";
import { moduleKind } from "./instrument/module-kind.js";
import { createPositions } from "./instrument/positions.js";
import { keepApart } from "./instrument/realm.js";
import { createScope } from "./instrument/scope.js";
import { createTransform, type Numbers } from "./instrument/transform.js";
import { definedFile } from "./journal/defined-file.js";
import { type FileDefinition, fileChunk, fileEntries } from "./journal/file-chunk.js";
import { createJournalFile } from "./journal/journal-file.js";
import {
  Chunk,
  callReference,
  JOURNAL_VERSION,
  type JournalHeader,
  type NoteChunk,
  Origin,
} from "./journal/layout.js";
import { createJournalWriter, eventBytes } from "./journal/writer.js";
import { OWN_FOLDER } from "./own-folder.js";
import { endsWith, startsWith } from "./primordials.js";
import {
  type BuiltinProbe,
  type InstalledProbe,
  installedProbe,
  type Parts,
  type RewriteCompiled,
  withProperties,
} from "./probe.js";
import { patchBuiltins } from "./record/builtin-patches.js";
import { recordBuiltins } from "./record/builtin-sites.js";
import { installCallSites } from "./record/call-sites.js";
import { createCalls } from "./record/calls.js";
import { hookChildren, WORKER_DATA } from "./record/children.js";
import { excerpt } from "./record/excerpt.js";
import { declareProbe } from "./record/global-names.js";
import { recordHttp } from "./record/http.js";
import type { Inheritance } from "./record/inheritance.js";
import { sawText, waitForText, whenNeeded } from "./record/late-hooks.js";
import { createMemoryReader } from "./record/memory.js";
import { noteQuoted } from "./record/messages.js";
import { withoutInsertions } from "./record/original-text.js";
import { flushBeforeMessages } from "./record/outgoing.js";
import { listenToProcess } from "./record/process-events.js";
import { recordProcesses } from "./record/processes.js";
import { createRecorder, type Limit } from "./record/recorder.js";
import { createTokens, secretNames, shownArguments } from "./record/redact.js";
import { watchRunners } from "./record/runners.js";
import { hideEmptyMaps, usesSourceMaps } from "./record/source-maps.js";
import { unrecorded } from "./record/spawn-bindings.js";
import { installStackTraces } from "./record/stack-traces.js";
import { recordTests } from "./record/tests.js";
import { isMainThread, threadId, threads } from "./record/threads.js";
import { prepareUncaughtReport } from "./record/uncaught.js";
import { nodeOptionsWithout, RUN_VARIABLE, type RunSettings, STACK_SIZE_OPTION } from "./settings.js";
import { hideModules, unseen } from "./unseen.js";

/** See boot.ts. */
declare const keepCode: (() => void) | undefined;

// Taken before the program can replace them.
const { realpathSync, rmSync, writeSync } = fs;

/** The options that limit what is recorded; the disk does by itself. */
const LIMITED_BY: { readonly [limit in Limit]?: string } = {
  calls: "max-calls",
  size: "max-size",
  disk: "disk",
  overhead: "max-overhead",
};

/** Of events that wait to be written, beside room for one more: what a hard kill can lose at most. */
const BUFFER_BYTES = 1 << 20;

/** Above those that a child's own loaders give out, see instrument/loader-thread.ts. */
const NUMBERS_FOR_CHILDREN = 4 << 20;

/** Whether the program is a file of CommonJS, which is read, as all that it loads, after us. */
function isPlainStart(): boolean {
  const program = process.argv[1];
  if (!isMainThread || program === undefined || !isCommonJs(program)) return false;
  if (process.execArgv.length > 0 || process.env.NODE_OPTIONS !== undefined) return false;
  if (process.env.NODE_V8_COVERAGE !== undefined) return false; // it has Node read source maps
  try {
    const path = realpathSync(program);
    return isCommonJs(path) && moduleKind(path) !== "module";
  } catch {
    return false; // Node will say what is wrong with it
  }
}

const isCommonJs = (path: string): boolean => endsWith(path, ".js") || endsWith(path, ".cjs");

/** Runs inside the traced process before anything of the program: wires hook and recorder, nothing else. */
function start(settings: RunSettings): void {
  const path = join(settings.runDir, `${process.pid}-${threadId}.ftj`);
  const leftOnDisk = createRoomWatch(path);
  const longestEvent = eventBytes(settings.limits.string);
  const journal = createJournalWriter(createJournalFile(path), BUFFER_BYTES + longestEvent);
  const isSecret = secretNames(settings.redactKeys, settings.safeKeys);
  const header: JournalHeader = {
    version: JOURNAL_VERSION,
    pid: process.pid,
    ppid: process.ppid,
    threadId,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    argv: settings.redact ? shownArguments(process.argv, isSecret) : process.argv,
    execPath: process.execPath,
    cwd: process.cwd(),
    root: settings.root,
    startedUnixMs: settings.clockOrigin + monotonicMs(),
    ...(settings.startedBy === undefined ? {} : { startedBy: settings.startedBy }),
    options: {},
    eventBytes: longestEvent,
  };
  journal.json(Chunk.header, header);

  const writeOwnTrace =
    settings.ownOutput !== undefined && isMainThread
      ? ownTraceWriter(settings.runDir, settings.ownOutput)
      : undefined;
  const files: FileDefinition[] = [];
  const recorder = createRecorder({
    journal,
    now: monotonicMs,
    limits: settings.limits,
    inputs: settings.inputs,
    outputs: settings.outputs,
    isSecret,
    token: settings.redact ? createTokens(Buffer.from(settings.tokenKey, "hex")) : undefined,
    memory: settings.memory === "off" ? undefined : createMemoryReader(settings.memory === "heap"),
    functionText: (...asked) => functionSource(files, ...asked),
    flushInterval: settings.flushIntervalMs,
    flushCalls: settings.flushCalls,
    maxCalls: settings.maxCalls > 0 ? settings.maxCalls : Number.POSITIVE_INFINITY,
    maxBytes: settings.maxBytes > 0 ? settings.maxBytes : Number.POSITIVE_INFINITY,
    hasNoRoom: (written) => leftOnDisk(written) !== undefined,
    maxCallDepth: settings.maxCallDepth > 0 ? settings.maxCallDepth : Number.POSITIVE_INFINITY,
    foldAfter: settings.foldAfter,
    isPaused: settings.standby === true,
    maxOverhead: settings.maxOverhead / 100,
    onFolded: (folded) => note({ folded }),
    onBroken: (error) => {
      const reason = error instanceof Error ? error.message : String(error);
      say(
        `recording stopped, the program goes on: ${path} cannot be written (${reason}). What was written before is kept.`,
      );
    },
    ...(settings.logFlushes
      ? {
          onFlush: (calls, bytes, ms) =>
            say(`flushed ${calls} calls, ${bytes} bytes so far, ${ms.toFixed(2)} ms`),
        }
      : {}),
  });
  const note = (content: NoteChunk): void => {
    recorder.write(() => journal.json(Chunk.note, content));
  };
  const writeFile = (file: FileDefinition): void => {
    recorder.write(() => journal.ahead(Chunk.file, fileChunk(file)));
  };
  const numbers: Numbers = { nextFunction: 1, nextSite: 1 };
  const calls = createCalls(recorder, {
    isSecret,
    reference: (call) => callReference(header, call),
    link: (call, reference) => note({ link: [call, reference] }),
    define: ({ path, sha256, ...entries }) => {
      const functionBase = numbers.nextFunction++;
      writeFile({
        functionBase,
        siteBase: 0,
        functions: 1,
        sites: 0,
        path,
        sha256,
        entries: fileEntries(entries),
      });
      return functionBase;
    },
  });
  /** What rewritten text asks for only when it is told to. */
  const builtinProbe = (): BuiltinProbe => {
    if (settings.builtins === "off") return undefined as never;
    const requests = recordHttp(calls, recorder.askCause);
    if (settings.builtins === "on") return recordBuiltins(calls, recorder, requests);
    patchBuiltins(calls, recorder.probe, requests);
    return undefined as never;
  };
  const tests = recordTests(calls, recorder.flush);
  const installed = withProperties(recorder.probe, {
    calls,
    tests,
    parts: parts(),
    withoutInsertions,
    ...builtinProbe(),
  });

  /** They are read back by what the commands read traces with, once one is asked for. */
  function parts(): Parts {
    let open = 0;
    let read: ReturnType<typeof ownTrace> | undefined;
    return {
      begin() {
        if (open++ === 0 && settings.standby === true) recorder.proceed();
        return recorder.calls + 1;
      },
      end(first, top) {
        const end = recorder.calls + 1;
        if (--open === 0 && settings.standby === true) recorder.pause();
        recorder.flush();
        read ??= unseen(
          () => require("./collect/own-trace.js") as typeof import("./collect/own-trace.js"),
        ).ownTrace(settings.runDir, `${process.pid}-${threadId}`);
        return read({ first, end, ...(top === undefined ? {} : { top }) });
      },
    };
  }

  flushBeforeMessages(recorder.flush);
  installFunctionText(withoutInsertions);
  listenToProcess({
    uncaught(error, fromRejection) {
      recorder.uncaught(error, fromRejection ? Origin.unhandledRejection : Origin.uncaughtException);
    },
    unhandled(reason) {
      if (typeof reason === "function") noteQuoted(reason as () => unknown);
    },
    warning: recorder.mend,
    exit(code) {
      recorder.flush();
      recorder.tellFolded();
      if (recorder.callCost > 0) note({ probeNs: recorder.callCost });
      const counted = recorder.counted();
      if (counted.length > 0) note({ counted, countedWhy: LIMITED_BY[recorder.limit] ?? "max-call-depth" });
      note({ ended: { exitCode: typeof code === "number" ? code : null } });
      writeOwnTrace?.();
      if (isMainThread) {
        keepCode?.();
        keepApart();
      }
      if (settings.standby === true) rmSync(settings.runDir, { recursive: true, force: true });
    },
    fatal(error) {
      // Formats the stack, as Node does next: the trace is to have it.
      const stack = types.isNativeError(error) ? error.stack : undefined;
      recorder.flush();
      // A worker's errors are its parent's to report.
      if (isMainThread) prepareUncaughtReport(positions, placeOf(recorder.thrownSite(error)), stack);
    },
  });

  // A program that waits makes no events to flush at: what it did before is handed over meanwhile.
  if (settings.flushIntervalMs > 0) setInterval(recorder.flush, settings.flushIntervalMs).unref();
  const positions = createPositions((file) => (startsWith(file, "file:") ? fileURLToPath(file) : file));
  installStackTraces(positions, recorder.mend, recorder.stackSeen, (error, file, line, column, stack) =>
    excerpt(positions, file, line, column, placeOf(recorder.thrownSite(error)), stack),
  );

  installCallSites(positions);
  whenNeeded(hideEmptyMaps);

  function placeOf(site: number): { file: string; line: number; column: number } | undefined {
    const definition = files.find(({ siteBase, sites }) => site >= siteBase && site < siteBase + sites);
    if (definition === undefined) return undefined;
    const { line, column } = definedFile(definition).site(site - definition.siteBase)!;
    return { file: definition.path, line, column };
  }

  const isTraced = createScope(settings);
  const watched = watchRunners(tests, positions.original);
  const transform = createTransform({
    isTraced,
    isSecret: settings.redact ? isSecret : () => false,
    builtins: settings.builtins === "on",
    define: (file) => {
      files[files.length] = file;
      writeFile(file);
    },
    watch: (source, path) => {
      sawText(source);
      return watched(source, path);
    },
    changed: positions.add,
    mapsStacks: usesSourceMaps,
    cache: cacheFor(settings),
    leftPlain: (path, reason) =>
      note({ warning: { code: "left-plain", message: `${path}: ${reason}, its calls are not recorded` } }),
    numbers,
  });
  // Vitest and jest compile the program's text, and run it, past Node's loaders.
  const runs: Pick<InstalledProbe, "rewriteHere" | "rewriteForChildren"> = {
    rewriteHere: transform.compiled,
    rewriteForChildren:
      settings.children && settings.ownOutput === undefined && settings.standby !== true
        ? rewriteForChildren(settings, join(settings.runDir, `${process.pid}-${threadId}-children.ftj`))
        : undefined,
  };
  const probe: InstalledProbe = withProperties(installed, runs);
  declareProbe(probe);

  const startedBy = (): RunSettings["startedBy"] => ({ pid: process.pid, threadId, call: recorder.current });
  // Cloned when a worker is made, and so read then.
  const workerData = {
    get settings() {
      return { ...settings, startedBy: startedBy() };
    },
  };
  const inheritance = (): Inheritance | undefined => {
    // Each process has a trace of its own, as long as it finds the hook.
    if (settings.standby === true)
      return { preload: undefined, variables: () => ({}), workerData: undefined };
    if (settings.ownOutput !== undefined) {
      const variables = (): Record<string, string> => (settings.children ? {} : { FLOWTRACE_AUTOTRACE: "0" });
      return { preload: undefined, variables, workerData: settings.children ? workerData : undefined };
    }
    if (!settings.children) return undefined;
    const variables = (): Record<string, string> => ({
      [RUN_VARIABLE]: JSON.stringify({ ...settings, startedBy: startedBy() }),
    });
    return { preload: __filename, variables, workerData };
  };
  hookChildren(recordProcesses(calls), inheritance());

  const loaderJournal = join(settings.runDir, `${process.pid}-${threadId}-loader.ftj`);
  installHooks(transform, isTraced, () =>
    followThreadHooks({ settings, journal: loaderJournal, threadId }, positions),
  );
}

/** Files are defined for them in a journal of its own, once there is one. */
function rewriteForChildren(settings: RunSettings, journal: string): RewriteCompiled {
  let compiled: RewriteCompiled | undefined;
  return (...args) => {
    compiled ??= createDefiningTransform({
      settings,
      journal,
      firstNumber: NUMBERS_FOR_CHILDREN,
      mapsStacks: usesSourceMaps,
      changed: () => {},
    }).compiled;
    return compiled(...args);
  };
}

function say(message: string): void {
  try {
    writeSync(2, `flowtrace: ${message}\n`);
  } catch {
    // nobody listens
  }
}

/** The program is to see its own environment and arguments, not what brought us here. */
function hideTraces(): void {
  delete process.env[RUN_VARIABLE];
  const nodeOptions = nodeOptionsWithout(__filename, process.env.NODE_OPTIONS);
  if (nodeOptions === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = nodeOptions;
  const { execArgv } = process;
  for (let i = execArgv.length - 1; i >= 0; i--) {
    if (execArgv[i] === __filename && execArgv[i - 1] === "--require") execArgv.splice(i - 1, 2);
    else if (execArgv[i] === STACK_SIZE_OPTION) execArgv.splice(i, 1);
  }
}

function carriedSettings(): RunSettings | undefined {
  // `node --test` hands the script on to its processes, which have it by NODE_OPTIONS already.
  if (installedProbe() !== undefined) return undefined;
  const text = process.env[RUN_VARIABLE];
  if (text !== undefined) return JSON.parse(text) as RunSettings;
  if (isMainThread) return autotraced();
  return (threads().getEnvironmentData(WORKER_DATA) as { settings?: RunSettings } | undefined)?.settings;
}

/** Only a process that loads the hook by itself loads what works out the options. */
function autotraced(): RunSettings | undefined {
  const { autotraceSettings } = require("./cli/autotrace.js") as typeof import("./cli/autotrace.js");
  return autotraceSettings(process.env, say);
}

/** In a process of its own: this one's built-ins are the program's by then. */
function ownTraceWriter(runDir: string, output: string): () => void {
  // Taken before the program can replace it.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  let isWritten = false;
  return () => {
    if (isWritten) return;
    isWritten = true;
    const { NODE_OPTIONS, FLOWTRACE_AUTOTRACE, ...env } = process.env;
    const recover = join(OWN_FOLDER, "..", "bin", "flowtrace-recover.js");
    unrecorded(() =>
      spawnSync(process.execPath, [recover, runDir, "-o", output], {
        env,
        stdio: ["ignore", "ignore", "inherit"],
      }),
    );
  };
}

try {
  const settings = carriedSettings();
  hideTraces();
  if (settings !== undefined) {
    if (isPlainStart()) waitForText();
    start(settings);
  }
} catch (error) {
  // Whatever is wrong with us, the program runs.
  process.stderr.write(`flowtrace: not recording process ${process.pid}: ${(error as Error).message}\n`);
} finally {
  // What was loaded for us is not the program's to find.
  hideModules(require.cache[__filename]);
}
