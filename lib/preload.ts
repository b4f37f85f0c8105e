import { openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { getEnvironmentData, isMainThread, threadId } from "node:worker_threads";
import { cacheFor } from "./instrument/cache.js";
import { hasSyncHooks, hookModules } from "./instrument/esm-hook.js";
import { functionSource } from "./instrument/function-source.js";
import { hookCommonJs } from "./instrument/hook.js";
import { createPositions } from "./instrument/positions.js";
import { createScope } from "./instrument/scope.js";
import { createTransform } from "./instrument/transform.js";
import {
  Chunk,
  type FileChunk,
  JOURNAL_VERSION,
  type JournalHeader,
  type NoteChunk,
  Origin,
} from "./journal/layout.js";
import { createJournalWriter } from "./journal/writer.js";
import { OWN_FOLDER } from "./own-folder.js";
import { PROBE } from "./probe.js";
import { hookChildren, WORKER_DATA, withoutInheritance } from "./record/children.js";
import { installFunctionText } from "./record/function-text.js";
import { createMemoryReader } from "./record/memory.js";
import { listenToProcess } from "./record/process-events.js";
import { createRecorder } from "./record/recorder.js";
import { createTokens, secretNames, shownArguments } from "./record/redact.js";
import { installStackTraces, type Position } from "./record/stack-traces.js";
import { installUncaughtReport } from "./record/uncaught.js";
import { nodeOptionsWithout, RUN_VARIABLE, type RunSettings, STACK_SIZE_OPTION } from "./settings.js";

/** Runs inside the traced process before anything of the program: wires hook and recorder, nothing else. */
function start(settings: RunSettings): void {
  const path = join(settings.runDir, `${process.pid}-${threadId}.ftj`);
  const fd = openSync(path, "ax", 0o600);
  const append = (bytes: Uint8Array, length: number): void => {
    for (let at = 0; at < length; ) at += writeSync(fd, bytes, at, length - at);
  };
  const clock = performance;
  const now = clock.now.bind(clock);
  const journal = createJournalWriter(append);
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
    startedUnixMs: clock.timeOrigin + now(),
    ...(settings.startedBy === undefined ? {} : { startedBy: settings.startedBy }),
    options: {},
  };
  journal.json(Chunk.header, header);

  const stderr = (message: string): void => {
    try {
      writeSync(2, `flowtrace: ${message}\n`);
    } catch {
      // nobody listens
    }
  };
  const files: FileChunk[] = [];
  const recorder = createRecorder({
    journal,
    now,
    limits: settings.limits,
    inputs: settings.inputs,
    outputs: settings.outputs,
    isSecret,
    token: settings.redact ? createTokens(Buffer.from(settings.tokenKey, "hex")) : undefined,
    memory: settings.memory === "off" ? undefined : createMemoryReader(settings.memory === "heap"),
    functionText: (number) => functionSource(files, number),
    flushInterval: settings.flushIntervalMs,
    flushCalls: settings.flushCalls,
    maxCalls: settings.maxCalls > 0 ? settings.maxCalls : Number.POSITIVE_INFINITY,
    maxBytes: settings.maxBytes > 0 ? settings.maxBytes : Number.POSITIVE_INFINITY,
    maxCallDepth: settings.maxCallDepth > 0 ? settings.maxCallDepth : Number.POSITIVE_INFINITY,
    onBroken: (error) => {
      const reason = error instanceof Error ? error.message : String(error);
      stderr(
        `recording stopped, the program goes on: ${path} cannot be written (${reason}). What was written before is kept.`,
      );
    },
    ...(settings.logFlushes
      ? {
          onFlush: (calls, bytes, ms) =>
            stderr(`flushed ${calls} calls, ${bytes} bytes so far, ${ms.toFixed(2)} ms`),
        }
      : {}),
  });
  const note = (content: NoteChunk): void => {
    if (recorder.limit !== "broken") journal.json(Chunk.note, content);
  };
  Object.defineProperty(globalThis, PROBE, { value: recorder.probe });

  installFunctionText();
  listenToProcess({
    uncaught(error, fromRejection) {
      recorder.uncaught(error, fromRejection ? Origin.unhandledRejection : Origin.uncaughtException);
    },
    exit(code) {
      recorder.flush();
      const counted = recorder.counted();
      if (counted.length > 0) note({ counted });
      if (recorder.limit !== "" && recorder.limit !== "broken") {
        note({ warning: { code: `limit-${recorder.limit}`, message: `limit reached: ${recorder.limit}` } });
      }
      note({ ended: { exitCode: typeof code === "number" ? code : null } });
    },
  });

  // A program that waits makes no events to flush at: what it did before is handed over meanwhile.
  if (settings.flushIntervalMs > 0) setInterval(recorder.flush, settings.flushIntervalMs).unref();
  const positions = createPositions((file) => (file.startsWith("file:") ? fileURLToPath(file) : file));
  const siteOf = (number: number): Position | undefined => {
    if (number === 0) return undefined;
    const found = files.find(
      ({ siteBase, table }) => number >= siteBase && number < siteBase + table.sites.length,
    );
    const entry = found?.table.sites[number - found.siteBase];
    return entry === undefined
      ? undefined
      : { file: found!.table.path, line: entry.line, column: entry.column };
  };
  const stacks = installStackTraces(positions, recorder.stackSeen);
  // A worker's errors are its parent's to report.
  if (isMainThread)
    installUncaughtReport({
      positionOf: (error, fromRejection) =>
        (fromRejection ? undefined : siteOf(recorder.thrownSite(error))) ??
        (typeof error === "object" && error !== null ? stacks.originOf(error) : undefined),
      isTouched: positions.isTouched,
      wasRethrown: recorder.wasRethrown,
      line: positions.line,
    });

  const isTraced = createScope(settings);
  const transform = createTransform({
    isTraced,
    isSecret: settings.redact ? isSecret : () => false,
    define: (table, functionBase, siteBase) => {
      const content: FileChunk = { table, functionBase, siteBase };
      files.push(content);
      if (recorder.limit !== "broken") journal.json(Chunk.file, content);
    },
    inserted: positions.add,
    cache: cacheFor(settings),
    leftPlain: (path, sourceType) => {
      // Node tries a .js file of an undecided package as CommonJS first, then as a module.
      if (sourceType === "commonjs") expectModule();
      else
        note({
          warning: { code: "left-plain", message: `${path} does not parse: its calls are not recorded` },
        });
    },
    firstNumber: 1,
  });
  if (settings.children) {
    const startedBy = (): RunSettings["startedBy"] => ({
      pid: process.pid,
      threadId,
      call: recorder.current,
    });
    hookChildren({
      preload: __filename,
      variables: () => ({ [RUN_VARIABLE]: JSON.stringify({ ...settings, startedBy: startedBy() }) }),
      // Cloned when a worker is made, and so read then.
      workerData: {
        get settings() {
          return { ...settings, startedBy: startedBy() };
        },
      },
    });
  }

  const loaderJournal = join(settings.runDir, `${process.pid}-${threadId}-loader.ftj`);
  const expectModule = hookModules(
    transform,
    isTraced,
    { settings, journal: loaderJournal, threadId },
    positions.add,
    (receive) => {
      positions.source = receive;
    },
    withoutInheritance,
  );
  if (!hasSyncHooks) {
    hookCommonJs((source, path, sourceType) => {
      if (isTraced(path) && source.includes("import(")) expectModule();
      return transform(source, path, sourceType);
    });
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
  // What was loaded for us is not the program's to find.
  for (const path of Object.keys(require.cache)) if (path.startsWith(OWN_FOLDER)) delete require.cache[path];
}

function carriedSettings(): RunSettings | undefined {
  const text = process.env[RUN_VARIABLE];
  if (text !== undefined) return JSON.parse(text) as RunSettings;
  if (isMainThread) return undefined;
  return (getEnvironmentData(WORKER_DATA) as { settings?: RunSettings } | undefined)?.settings;
}

try {
  const settings = carriedSettings();
  hideTraces();
  if (settings !== undefined) start(settings);
} catch (error) {
  // Whatever is wrong with us, the program runs.
  process.stderr.write(`flowtrace: not recording process ${process.pid}: ${(error as Error).message}\n`);
}
