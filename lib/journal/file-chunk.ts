import { bufferText, encodeUtf8, stringSlice, subarray } from "../primordials.js";
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
  /** JSON of the {@link FileEntries}, in UTF-8. */
  entries: Uint8Array;
}

const { parse } = JSON;

/** @returns the JSON of a {@link FileChunk}: what stands in front of the entries, these, and what stands behind them */
export function fileChunk({ functionBase, siteBase, file, entries }: FileDefinition): Uint8Array[] {
  const table = stringSlice(plainJson(file), 0, -1);
  const before = `{"functionBase":${functionBase},"siteBase":${siteBase},"table":${table},`;
  return [encodeUtf8(before), subarray(entries, 1), END];
}

const END = encodeUtf8("}");

/** The lists of a file, for the few who ask. */
export function entriesOf({ entries }: FileDefinition): FileEntries {
  return parse(bufferText(entries as Buffer, 0, entries.length)) as FileEntries;
}
