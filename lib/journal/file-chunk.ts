import { encodeUtf8, quote } from "../primordials.js";
import type { BareCall, FileTable, FunctionEntry, SiteEntry } from "../probe.js";
import { plainJson } from "./json.js";

/** What a file's text says, whoever runs it: the part of a {@link FileTable} that may be cached. */
export type FileEntries = Pick<FileTable, "functions" | "sites" | "bareCalls">;

/** First line of a file's chunk: how many functions and sites there are, and from where on they are numbered. */
export interface FileHead extends Omit<FileTable, keyof FileEntries> {
  functionBase: number;
  siteBase: number;
  functions: number;
  sites: number;
}

/**
 * A file whose entries are text already: a program of many files is not to wait until they are read from the cache, only to
 * be written to the journal.
 */
export interface FileDefinition extends FileHead {
  /** See {@link fileEntries}. */
  entries: Uint8Array;
}

/**
 * A file's entries as its chunk holds them: a line of JSON for the calls outside of all functions, one for each function, and
 * one for each site. A line each, because of a program's functions few are called: to read all takes longer than to read the
 * calls. Lists, because the names of members would be two thirds of the text. See defined-file.ts.
 */
export function fileEntries({ functions, sites, bareCalls }: FileEntries): Uint8Array {
  let text = bareCallsText(bareCalls);
  for (let i = 0; i < functions.length; i++) text += `\n${functionText(functions[i]!)}`;
  for (let i = 0; i < sites.length; i++) text += `\n${siteText(sites[i]!)}`;
  return encodeUtf8(text);
}

/** @returns what a file's chunk holds, in pieces */
export function fileChunk(definition: FileDefinition): Uint8Array[] {
  const { functionBase, siteBase, functions, sites, path, sha256, sourceMap, entries } = definition;
  const numbers = `"functionBase":${functionBase},"siteBase":${siteBase},"functions":${functions},"sites":${sites}`;
  const map = sourceMap === undefined ? "" : `,"sourceMap":${quote(sourceMap)}`;
  const head = `{${numbers},"path":${quote(path)},"sha256":${quote(sha256)}${map}}`;
  return [encodeUtf8(`${head}\n`), entries];
}

function functionText(entry: FunctionEntry): string {
  const { name, owner, kind, async, params, line, column, endLine, endColumn, parent, bareCalls } = entry;
  const places = `${line},${column},${endLine},${endColumn},${parent}`;
  return `[${quote(name)},${quote(owner)},${quote(kind)},${async},${plainJson(params)},${places},${bareCallsText(bareCalls)}]`;
}

function siteText({ line, column, callee, function: fn }: SiteEntry): string {
  return `[${line},${column},${quote(callee)},${fn}]`;
}

function bareCallsText(bareCalls: readonly BareCall[]): string {
  let text = "";
  for (let i = 0; i < bareCalls.length; i++) {
    const { callee, line, column } = bareCalls[i]!;
    text += `${i === 0 ? "" : ","}[${quote(callee)},${line},${column}]`;
  }
  return `[${text}]`;
}
