import {
  Chunk,
  type FileChunk,
  JOURNAL_VERSION,
  type JournalHeader,
  LOADER_THREAD,
  type NoteChunk,
} from "../journal/layout.js";
import { createJournalWriter } from "../journal/writer.js";
import { openSync, writeSync } from "../own-fs.js";
import { secretNames } from "../record/redact.js";
import { cacheFor } from "./cache.js";
import { type LoaderThreadData, type LoadResult, loadTypeScript, rewriteLoaded } from "./esm-hook.js";
import { createScope } from "./scope.js";
import { createTransform, type Transform } from "./transform.js";

/** Numbers given out here must not meet those of the main thread, which counts from 1. */
const FIRST_NUMBER = 1 << 20;

let transform: Transform = (source) => source;
let isTraced: (path: string) => boolean = () => false;

/** Runs in the loader's thread of Node 20, which knows nothing of the recorder: it defines its files in a journal. */
export function initialize({ settings, journal: path, pieces: port, threadId }: LoaderThreadData): void {
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
  isTraced = createScope(settings);
  transform = createTransform({
    isTraced,
    isSecret: settings.redact ? secretNames(settings.redactKeys, settings.safeKeys) : () => false,
    builtins: settings.builtins === "on",
    define: (table, functionBase, siteBase) => {
      const content: FileChunk = { table, functionBase, siteBase };
      journal.json(Chunk.file, content);
    },
    inserted: (file, pieces) => port.postMessage({ path: file, pieces }),
    cache: cacheFor(settings),
    leftPlain: (file) => {
      const note: NoteChunk = {
        warning: { code: "left-plain", message: `${file} does not parse: its calls are not recorded` },
      };
      journal.json(Chunk.note, note);
    },
    numbers: { nextFunction: FIRST_NUMBER, nextSite: FIRST_NUMBER },
  });
}

export async function load(
  url: string,
  context: object,
  nextLoad: (url: string, context: object) => Promise<LoadResult>,
): Promise<LoadResult> {
  return (
    loadTypeScript(url, isTraced, transform) ?? rewriteLoaded(url, await nextLoad(url, context), transform)
  );
}
