import { Chunk, JOURNAL_VERSION, type JournalHeader, type NoteChunk } from "./layout.js";

/** A journal may come from a disk that has lost some of it, or from elsewhere: its JSON is looked at before it is believed. */
type Fields<T> = { readonly [K in keyof T]?: unknown };

/** @returns what is wrong with the content of a chunk; undefined when it is as it should be */
export function problemOfChunk(type: number, content: unknown): string | undefined {
  if (typeof content !== "object" || content === null) return "it is no object";
  switch (type) {
    case Chunk.header:
      return problemOfHeader(content);
    case Chunk.note:
      return isNote(content) ? undefined : "it is no note";
    default:
      return "there are no chunks of this type";
  }
}

function problemOfHeader(content: Fields<JournalHeader>): string | undefined {
  const { version, pid, ppid, threadId, startedUnixMs, node, platform, execPath, argv, startedBy } = content;
  if (typeof version === "number" && version !== JOURNAL_VERSION)
    return `it has version ${version}, and this FlowTrace reads version ${JOURNAL_VERSION}`;
  const isHeader =
    areNumbers([version, pid, ppid, threadId, startedUnixMs]) &&
    areTexts([node, platform, execPath]) &&
    isListOf(argv, isText) &&
    (startedBy === undefined || isStarter(startedBy));
  return isHeader ? undefined : "it lacks the process's facts";
}

function isStarter(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { pid, threadId, call } = value as Fields<NonNullable<JournalHeader["startedBy"]>>;
  return areNumbers([pid, threadId, call]);
}

function isNote(content: Fields<NoteChunk>): boolean {
  const { ended, warning, counted, countedWhy, folded, probeNs } = content;
  return (
    (ended === undefined || (typeof ended === "object" && ended !== null)) &&
    (warning === undefined || isWarning(warning)) &&
    (counted === undefined || isListOf(counted, (pair) => isListOf(pair, isNumber))) &&
    (countedWhy === undefined || isText(countedWhy)) &&
    (folded === undefined || isListOf(folded, (row) => isListOf(row, isNumber))) &&
    (probeNs === undefined || isNumber(probeNs))
  );
}

function isWarning(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { code, message } = value as Record<string, unknown>;
  return areTexts([code, message]);
}

const isText = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const areTexts = (values: readonly unknown[]): boolean => values.every(isText);
const areNumbers = (values: readonly unknown[]): boolean => values.every(isNumber);

function isListOf(value: unknown, is: (element: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is);
}
