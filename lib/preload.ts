import { openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { threadId } from "node:worker_threads";
import { cacheFor } from "./instrument/cache.js";
import { hasSyncHooks, hookModules } from "./instrument/esm-hook.js";
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
import { PROBE } from "./probe.js";
import { installFunctionText } from "./record/function-text.js";
import { createMemoryReader } from "./record/memory.js";
import { listenToProcess } from "./record/process-events.js";
import { createRecorder } from "./record/recorder.js";
import { createTokens, secretNames } from "./record/redact.js";
import { installStackTraces, type Position } from "./record/stack-traces.js";
import { installUncaughtReport } from "./record/uncaught.js";
import { RUN_VARIABLE, type RunSettings } from "./settings.js";

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
  const header: JournalHeader = {
    version: JOURNAL_VERSION,
    pid: process.pid,
    ppid: process.ppid,
    threadId,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    argv: process.argv,
    execPath: process.execPath,
    cwd: process.cwd(),
    root: settings.root,
    startedUnixMs: clock.timeOrigin + now(),
    options: {},
  };
  journal.json(Chunk.header, header);

  const isSecret = secretNames(settings.redactKeys, settings.safeKeys);
  const stderr = (message: string): void => {
    try {
      writeSync(2, `flowtrace: ${message}\n`);
    } catch {
      // nobody listens
    }
  };
  const recorder = createRecorder({
    journal,
    now,
    limits: settings.limits,
    inputs: settings.inputs,
    outputs: settings.outputs,
    isSecret,
    token: settings.redact ? createTokens(Buffer.from(settings.tokenKey, "hex")) : undefined,
    memory: settings.memory === "off" ? undefined : createMemoryReader(settings.memory === "heap"),
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
  const files: FileChunk[] = [];
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
  installUncaughtReport({
    positionOf: (error, fromRejection) =>
      (fromRejection ? undefined : siteOf(recorder.thrownSite(error))) ??
      (typeof error === "object" && error !== null ? stacks.originOf(error) : undefined),
    isTouched: positions.isTouched,
    line: positions.line,
  });

  const transform = createTransform({
    isTraced: createScope(settings),
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
  const loaderJournal = join(settings.runDir, `${process.pid}-loader.ftj`);
  const expectModule = hookModules(
    transform,
    { settings, journal: loaderJournal },
    positions.add,
    (receive) => {
      positions.source = receive;
    },
  );
  if (!hasSyncHooks) {
    hookCommonJs((source, path, sourceType) => {
      if (source.includes("import(")) expectModule();
      return transform(source, path, sourceType);
    });
  }
}

const carried = process.env[RUN_VARIABLE];
if (carried !== undefined) {
  delete process.env[RUN_VARIABLE];
  start(JSON.parse(carried) as RunSettings);
}
