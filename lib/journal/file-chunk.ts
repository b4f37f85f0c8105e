import type { FileTable } from "../probe.js";
import { plainJson } from "./json.js";
import type { FileChunk } from "./layout.js";

/** What a file's text says, whoever runs it: the part of a {@link FileTable} that may be cached. */
export type FileEntries = Pick<FileTable, "functions" | "sites" | "bareCalls">;

/**
 * A {@link FileChunk} whose lists are text already: a program of many files is not to wait until they are read from the
 * cache, only to be written to the journal.
 */
export interface FileDefinition extends Omit<FileChunk, "table"> {
  file: Omit<FileTable, keyof FileEntries>;
  /** How many numbers the file takes from {@link FileChunk.functionBase} on. */
  functions: number;
  /** The same from {@link FileChunk.siteBase} on. */
  sites: number;
  /** JSON of the {@link FileEntries}. */
  entries: string;
}

const { parse } = JSON;

/** @returns the JSON of a {@link FileChunk} */
export function fileChunk({ functionBase, siteBase, file, entries }: FileDefinition): string {
  const table = `${plainJson(file).slice(0, -1)},${entries.slice(1)}`;
  return `{"functionBase":${functionBase},"siteBase":${siteBase},"table":${table}}`;
}

/** The lists of a file, for the few who ask. */
export function entriesOf({ entries }: FileDefinition): FileEntries {
  return parse(entries) as FileEntries;
}
