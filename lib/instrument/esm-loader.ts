import { openSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fileChunk } from "../journal/file-chunk.js";
import {
  Chunk,
  JOURNAL_VERSION,
  type JournalHeader,
  LOADER_THREAD,
  type NoteChunk,
} from "../journal/layout.js";
import { createJournalWriter } from "../journal/writer.js";
import { secretNames } from "../record/redact.js";
import { cacheFor } from "./cache.js";
import { type LoadResult, loadTypeScript, rewriteLoaded } from "./load-hook.js";
import type { ChangedFile, LoaderThreadData } from "./loader-thread.js";
import { createScope } from "./scope.js";
import { createTransform, type Transform } from "./transform.js";
import { isTypeScript } from "./typescript.js";
import { type NextResolve, type Resolved, typeScriptFile } from "./typescript-files.js";

let transform: Transform = { javaScript: (source) => source, typeScript: () => undefined };
/** Whether TypeScript is ours to run, and not left to hooks of the program's. */
let runsTypeScript = false;

/** Runs in the loader's thread, which knows nothing of the recorder: it defines its files in a journal of its own. */
export function initialize(data: LoaderThreadData): void {
  const { settings, journal: path, threadId, firstNumber, changes } = data;
  runsTypeScript = data.runsTypeScript;
  const fd = openSync(path, "ax", 0o600);
  const journal = createJournalWriter((bytes, length) => {
    for (let at = 0; at < length; ) at += writeSync(fd, bytes, at, length - at);
  });
  const header: JournalHeader = {
    version: JOURNAL_VERSION,
    pid: process.pid,
    ppid: process.ppid,
    threadId: LOADER_THREAD,
    loaderOf: threadId,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    argv: process.argv,
    execPath: process.execPath,
    cwd: process.cwd(),
    root: settings.root,
    startedUnixMs: performance.timeOrigin + performance.now(),
    options: {},
  };
  journal.json(Chunk.header, header);
  transform = createTransform({
    isTraced: createScope(settings),
    isSecret: settings.redact ? secretNames(settings.redactKeys, settings.safeKeys) : () => false,
    builtins: settings.builtins === "on",
    define: (file) => journal.text(Chunk.file, fileChunk(file)),
    changed: (name, made) => changes.postMessage({ name, ...made } satisfies ChangedFile),
    cache: cacheFor(settings),
    leftPlain: (file, reason) => {
      const note: NoteChunk = {
        warning: { code: "left-plain", message: `${file}: ${reason}, its calls are not recorded` },
      };
      journal.json(Chunk.note, note);
    },
    numbers: { nextFunction: firstNumber, nextSite: firstNumber },
  });
}

export async function resolve(
  specifier: string,
  context: { parentURL?: string },
  next: NextResolve<Promise<Resolved>>,
): Promise<Resolved> {
  try {
    return await next(specifier, context);
  } catch (error) {
    const url = runsTypeScript ? typeScriptFile(specifier, context.parentURL, error) : undefined;
    if (url === undefined) throw error;
    return next(url, context);
  }
}

export async function load(
  url: string,
  context: object,
  nextLoad: (url: string, context: object) => Promise<LoadResult>,
): Promise<LoadResult> {
  const path = runsTypeScript && url.startsWith("file:") ? fileURLToPath(url) : "";
  const made = isTypeScript(path) ? loadTypeScript(path, url, transform) : undefined;
  return made ?? rewriteLoaded(url, await nextLoad(url, context), transform);
}
