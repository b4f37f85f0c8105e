import { monotonicMs } from "../clock.js";
import { fileChunk } from "../journal/file-chunk.js";
import { createJournalFile } from "../journal/journal-file.js";
import {
  CHUNK_HEADER_BYTES,
  Chunk,
  JOURNAL_VERSION,
  type JournalHeader,
  LOADER_THREAD,
  type NoteChunk,
} from "../journal/layout.js";
import { createJournalWriter } from "../journal/writer.js";
import { secretNames } from "../record/redact.js";
import type { RunSettings } from "../settings.js";
import { cacheFor } from "./cache.js";
import { createScope } from "./scope.js";
import { createTransform, type Transform, type TransformOptions } from "./transform.js";

export interface DefiningTransformOptions extends Pick<TransformOptions, "changed" | "mapsStacks"> {
  settings: RunSettings;
  /** Path of the journal that it makes. */
  journal: string;
  /** The thread of this process that runs what is rewritten; left out: those of all processes that this one starts. */
  loaderOf?: number;
  /** Functions and sites are numbered from here: those of who runs them must not meet. */
  firstNumber: number;
}

/** Rewrites what others run: it defines the files in a journal of its own, as it knows nothing of their recorder. */
export function createDefiningTransform(options: DefiningTransformOptions): Transform {
  const { settings, loaderOf, firstNumber, changed, mapsStacks } = options;
  const journal = createJournalWriter(createJournalFile(options.journal));
  const header: JournalHeader = {
    version: JOURNAL_VERSION,
    pid: process.pid,
    ppid: process.ppid,
    threadId: LOADER_THREAD,
    ...(loaderOf === undefined ? {} : { loaderOf }),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    argv: process.argv,
    execPath: process.execPath,
    cwd: process.cwd(),
    root: settings.root,
    startedUnixMs: settings.clockOrigin + monotonicMs(),
    options: {},
  };
  journal.json(Chunk.header, header);
  return createTransform({
    isTraced: createScope(settings),
    isSecret: settings.redact ? secretNames(settings.redactKeys, settings.safeKeys) : () => false,
    builtins: settings.builtins === "on",
    define(file) {
      journal.ahead(Chunk.file, fileChunk(file));
      journal.flush(CHUNK_HEADER_BYTES);
    },
    watch: (source) => source,
    changed,
    mapsStacks,
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
