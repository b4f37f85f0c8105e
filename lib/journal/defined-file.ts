import { bufferText, isArray, split } from "../primordials.js";
import type { BareCall, FunctionEntry, SiteEntry } from "../probe.js";
import type { FileDefinition, FileHead } from "./file-chunk.js";

const { parse } = JSON;

/**
 * A traced file as its chunk in the journal defines it. The entries of its functions and sites are read when they are asked for,
 * one by one.
 */
export class DefinedFile {
  /** Something that was asked for could not be read. */
  isDamaged = false;
  private lines: string[] | undefined;

  /** @param entries - text of what `fileEntries` makes */
  constructor(
    readonly head: FileHead,
    private readonly entries: string,
  ) {}

  /** By index in the file; undefined where there is none, or it cannot be read. */
  function(index: number): FunctionEntry | undefined {
    const { functions } = this.head;
    return index >= 0 && index < functions ? this.read(1 + index, functionEntry) : undefined;
  }

  site(index: number): SiteEntry | undefined {
    const { functions, sites } = this.head;
    return index >= 0 && index < sites ? this.read(1 + functions + index, siteEntry) : undefined;
  }

  /** Calls without arguments outside of all functions. */
  get bareCalls(): readonly BareCall[] {
    return this.read(0, bareCallList) ?? [];
  }

  private read<T>(line: number, entry: (row: unknown) => T | undefined): T | undefined {
    this.lines ??= split(this.entries, "\n");
    try {
      const found = entry(parse(this.lines[line]!));
      if (found !== undefined) return found;
    } catch {
      // no JSON
    }
    this.isDamaged = true;
    return undefined;
  }
}

/** The same of a file that this process has defined. */
export function definedFile(definition: FileDefinition): DefinedFile {
  const { entries } = definition;
  return new DefinedFile(definition, bufferText(entries as Buffer, 0, entries.length));
}

/**
 * @returns undefined when the text of a chunk does not define a file
 * @throws SyntaxError when it does not begin with JSON
 */
export function readDefinedFile(chunk: string): DefinedFile | undefined {
  const end = chunk.indexOf("\n");
  const head: unknown = parse(chunk.slice(0, end));
  return isHead(head) ? new DefinedFile(head, chunk.slice(end + 1)) : undefined;
}

/*
 * A journal may come from a disk that has lost some of it, or from elsewhere: what is read of it is looked at before it is
 * believed.
 */

function isHead(value: unknown): value is FileHead {
  if (typeof value !== "object" || value === null) return false;
  const { functionBase, siteBase, functions, sites, path, sha256, sourceMap } = value as {
    readonly [K in keyof FileHead]?: unknown;
  };
  return (
    typeof functionBase === "number" &&
    typeof siteBase === "number" &&
    typeof functions === "number" &&
    typeof sites === "number" &&
    typeof path === "string" &&
    typeof sha256 === "string" &&
    (sourceMap === undefined || typeof sourceMap === "string")
  );
}

function functionEntry(row: unknown): FunctionEntry | undefined {
  if (!isArray(row)) return undefined;
  const { 0: name, 1: owner, 2: kind, 3: async, 4: params, 10: bareCalls } = row as readonly unknown[];
  const { 5: line, 6: column, 7: endLine, 8: endColumn, 9: parent } = row as readonly unknown[];
  const calls = bareCallList(bareCalls);
  const isEntry =
    typeof name === "string" &&
    typeof owner === "string" &&
    typeof kind === "string" &&
    typeof async === "boolean" &&
    isTexts(params) &&
    typeof line === "number" &&
    typeof column === "number" &&
    typeof endLine === "number" &&
    typeof endColumn === "number" &&
    typeof parent === "number" &&
    calls !== undefined;
  if (!isEntry) return undefined;
  const own = kind as FunctionEntry["kind"];
  const places = { line, column, endLine, endColumn, parent };
  return { name, owner, kind: own, async, params, ...places, bareCalls: calls };
}

function siteEntry(row: unknown): SiteEntry | undefined {
  if (!isArray(row)) return undefined;
  const { 0: line, 1: column, 2: callee, 3: fn } = row as readonly unknown[];
  const isEntry =
    typeof line === "number" &&
    typeof column === "number" &&
    typeof callee === "string" &&
    typeof fn === "number";
  return isEntry ? { line, column, callee, function: fn } : undefined;
}

/** @returns undefined when one of them is none */
function bareCallList(rows: unknown): BareCall[] | undefined {
  if (!isArray(rows)) return undefined;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as unknown;
    if (!isArray(row)) return undefined;
    const { 0: callee, 1: line, 2: column } = row as readonly unknown[];
    if (typeof callee !== "string" || typeof line !== "number" || typeof column !== "number")
      return undefined;
    rows[i] = { callee, line, column };
  }
  return rows as BareCall[];
}

function isTexts(value: unknown): value is string[] {
  if (!isArray(value)) return false;
  for (let i = 0; i < value.length; i++) if (typeof value[i] !== "string") return false;
  return true;
}
