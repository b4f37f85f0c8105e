import { type ColumnBuilder, pickCalls } from "./column-builder.js";
import type { FunctionInfo, Trace } from "./columns.js";
import { errorFromText, UNSEEN_ERROR } from "./error-text.js";
import { type Facts, runEnd, runInfo } from "./file-facts.js";
import type { RunEnd, SourcePosition } from "./format.js";
import { adoptPyTraceFlow, type ForeignCalls, isPyTraceFlow } from "./pytraceflow.js";
import type { TextBlob } from "./text-blob.js";

/** Stands for the id of a call that has none. */
export const NO_ID = -1;

/** What a file said, in the order of the file. */
export interface ParsedFile {
  columns: ColumnBuilder;
  values: TextBlob;
  run: Facts | undefined;
  end: Facts | undefined;
  functions: FunctionInfo[];
  sites: SourcePosition[];
  /** By row; undefined when each is the row. */
  ids: Int32Array | undefined;
  /** Texts of errors by their number, where calls gave both. A call that gave a text alone has -2 minus it as error. */
  errorTexts: ReadonlyMap<number, number>;
  errorText: (text: number) => string;
  threadPids: ReadonlyMap<number, number>;
  /** Unknown fields by row: members of a JSON object. */
  extras: Map<number, string>;
  /** Set when the file does not say that FlowTrace wrote it. */
  foreign: ForeignCalls | undefined;
  /** How many calls the outermost list has. */
  roots: number;
  /** Why reading ended early, and how many calls were open there. */
  damage: { message: string; open: number } | undefined;
}

/** Makes a trace that keeps its promises of whatever a file said: order, references, and no field missing. */
export function completeTrace(file: ParsedFile): Trace {
  const { columns, values, damage } = file;
  const end = runEnd(file.end, columns.length - 1, damage === undefined);
  const { warnings, errors } = end;
  listErrors(end, file);
  const fromPython = file.foreign !== undefined && isPyTraceFlow(file.foreign);
  if (fromPython) adoptPyTraceFlow(file, file.foreign!);
  else if (file.run === undefined) {
    warnings.push({ code: "no-header", message: "The file does not say what wrote it, when and how." });
  }
  for (const [row, members] of file.extras) columns.extra.set(row, values.addText(`{${members}}`));
  if (file.roots > 1) {
    const message = "The file has several outermost calls: they are shown below the first.";
    warnings.push({ code: "several-roots", message, count: file.roots });
  }
  const laidOut = layOutMissingStarts(columns);
  if (laidOut > 0) {
    warnings.push({
      code: "no-start-times",
      message: "The file does not say when calls started: they are laid out one after the other.",
      count: laidOut,
    });
  }
  const { calls, rowOfId } = inOrder(columns, laidOut > 0 ? undefined : file.ids, file.ids);
  if (damage !== undefined) {
    warnings.push({
      code: "salvaged",
      message: `${damage.message} What was read up to there is kept.`,
      count: damage.open,
    });
  }
  listThreads(end, file, calls.length);
  moveReferences(end, rowOfId);
  const root = file.functions[columns.functionId[0]!]!;
  const unsaid = file.run === undefined ? { tool: fromPython ? "PyTraceFlow" : "", argv: [root.name] } : {};
  return {
    run: runInfo(file.run, unsaid),
    end,
    functions: file.functions,
    sites: file.sites,
    errors,
    calls,
    values,
  };
}

/** Adds the threads that only calls tell of. */
function listThreads(end: RunEnd, { columns, threadPids }: ParsedFile, calls: number): void {
  const { threads } = end;
  for (const [index, thread] of threads.entries()) thread.index = index;
  let highest = 0;
  for (let row = 0; row < calls; row++) highest = Math.max(highest, columns.thread[row]!);
  for (let index = threads.length; index <= highest; index++) {
    const role = index === 0 ? "main" : "child";
    threads.push({ index, pid: threadPids.get(index) ?? 0, thread_id: 0, role, title: "" });
  }
}

/** Adds the errors that only calls tell of. Every call's error is an index in the list afterwards. */
function listErrors({ errors }: RunEnd, { columns, errorTexts, errorText }: ParsedFile): void {
  const listed = errors.length;
  for (const [index, error] of errors.entries()) error.id = index;
  const byNumber = new Map<number, number>();
  const { error, length } = columns;
  for (let row = 0; row < length; row++) {
    const given = error[row]!;
    if (given === -1 || (given >= 0 && given < listed)) continue;
    let index = byNumber.get(given);
    if (index === undefined) {
      const textId = given < -1 ? -2 - given : errorTexts.get(given);
      const text = textId === undefined ? UNSEEN_ERROR : errorText(textId);
      index = text === UNSEEN_ERROR ? -1 : errors.push(errorFromText(errors.length, text)) - 1;
      byNumber.set(given, index);
    }
    error[row] = index;
  }
}

/**
 * Calls without a start come right after the sibling before them, or with their parent.
 *
 * @returns how many there were
 */
function layOutMissingStarts({ parent, start, duration, length }: ColumnBuilder): number {
  let missing = 0;
  for (let row = 0; row < length; row++) if (Number.isNaN(start[row]!)) missing++;
  if (missing === 0) return 0;
  // What a call covers: its duration, or what its callees cover where that is unknown or less.
  const extent = new Float64Array(length);
  for (let row = length - 1; row >= 0; row--) {
    if (duration[row]! > extent[row]!) extent[row] = duration[row]!;
    if (row > 0) extent[parent[row]!] = extent[parent[row]!]! + extent[row]!;
  }
  const next = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    const above = parent[row]!;
    if (Number.isNaN(start[row]!)) start[row] = above < 0 ? 0 : next[above]!;
    next[row] = start[row]!;
    if (above >= 0) next[above] = Math.max(next[above]!, start[row]! + extent[row]!);
  }
  return missing;
}

/**
 * Rows in order of id where the file gives each call one of its own, above its parent's; in order of start otherwise.
 *
 * @returns with `rowOfId`: the row of the call with this id, -1 when there is none
 */
function inOrder(
  columns: ColumnBuilder,
  ids: Int32Array | undefined,
  givenIds: Int32Array | undefined,
): { calls: Trace["calls"]; rowOfId: (id: number) => number } {
  const calls = columns.columns();
  const { length } = calls;
  if (givenIds === undefined) return { calls, rowOfId: (id) => (id >= 0 && id < length ? id : -1) };
  const order = (ids === undefined ? undefined : orderById(calls, ids)) ?? orderByStart(calls);
  const picked = pickCalls(calls, order);
  let known: Map<number, number> | undefined;
  const rowOfId = (id: number): number => {
    if (known === undefined) {
      known = new Map();
      for (let row = length - 1; row >= 0; row--) known.set(givenIds[row]!, picked.rowOf[row]!);
    }
    return known.get(id) ?? -1;
  };
  return { calls: picked.calls, rowOfId };
}

/** Undefined when ids are missing, double, or below their parent's. */
function orderById({ parent, length }: Trace["calls"], ids: Int32Array): Int32Array | undefined {
  let highest = 0;
  for (let row = 0; row < length; row++) {
    const id = ids[row]!;
    if (id === NO_ID || (row > 0 && id <= ids[parent[row]!]!)) return undefined;
    if (id > highest) highest = id;
  }
  const order = new Int32Array(length);
  if (highest > length * 4) {
    for (let row = 0; row < length; row++) order[row] = row;
    order.sort((a, b) => ids[a]! - ids[b]!);
    for (let i = 1; i < length; i++) if (ids[order[i]!] === ids[order[i - 1]!]) return undefined;
    return order;
  }
  const rows = new Int32Array(highest + 1).fill(-1);
  for (let row = 0; row < length; row++) {
    if (rows[ids[row]!]! >= 0) return undefined;
    rows[ids[row]!] = row;
  }
  let next = 0;
  for (const row of rows) if (row >= 0) order[next++] = row;
  return order;
}

/** A call counts as started with its parent at the earliest; equal starts keep the order of the file. */
function orderByStart({ parent, start, length }: Trace["calls"]): Int32Array {
  const from = start.slice();
  for (let row = 1; row < length; row++) from[row] = Math.max(from[row]!, from[parent[row]!]!);
  const order = new Int32Array(length);
  for (let row = 0; row < length; row++) order[row] = row;
  return order.sort((a, b) => from[a]! - from[b]! || a - b);
}

/** From ids to rows, wherever the run's end names a call. */
function moveReferences(end: RunEnd, rowOfId: (id: number) => number): void {
  for (const error of end.errors) {
    moveReference(error, "thrown_in", rowOfId);
    moveReference(error, "caught_in", rowOfId);
  }
  for (const thread of end.threads) moveReference(thread, "started_by", rowOfId);
  for (const link of end.links ?? []) {
    link.call = Math.max(0, rowOfId(link.call));
    moveReference(link, "goes_back_to", rowOfId);
  }
  for (const folded of end.folded) folded.parent = Math.max(0, rowOfId(folded.parent));
}

function moveReference<K extends string>(
  holder: { [key in K]?: number },
  key: K,
  rowOfId: (id: number) => number,
): void {
  const id = holder[key];
  if (id === undefined) return;
  const row = rowOfId(id);
  if (row >= 0) holder[key] = row;
  else delete holder[key];
}
