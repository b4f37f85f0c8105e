import { grouped } from "../grouped.js";
import type { FoldedRow, NoteChunk } from "../journal/layout.js";
import type { FunctionInfo } from "../trace/columns.js";
import type { FoldedCalls, TraceWarning } from "../trace/format.js";

/** A thread's notes, and how its numbers are to be read. */
export interface FoldingThread {
  notes: readonly NoteChunk[];
  functionOf(fn: number): FunctionInfo | undefined;
  rowOf(call: number): number;
}

/** The calls that were counted instead of recorded, as the thread's notes tell them. */
export function foldedCalls({ notes, functionOf, rowOf }: FoldingThread): FoldedCalls[] {
  const latest = new Map<string, FoldedRow>();
  for (const { folded } of notes) for (const row of folded ?? []) latest.set(`${row[0]} ${row[1]}`, row);
  const list = [...latest.values()].map(([parent, fn, calls, totalMs, minMs, maxMs, errors]) => ({
    parent: rowOf(parent),
    ...named(functionOf(fn)),
    calls,
    total_ms: rounded(totalMs),
    min_ms: rounded(minMs),
    max_ms: rounded(maxMs),
    errors,
    reason: "fold-after",
  }));
  for (const { counted, countedWhy } of notes) {
    for (const [fn, calls] of counted ?? []) {
      const untimed = { calls, total_ms: 0, min_ms: 0, max_ms: 0, errors: 0 };
      list.push({ parent: 0, ...named(functionOf(fn)), ...untimed, reason: countedWhy ?? "limit" });
    }
  }
  return list;
}

function named(info: FunctionInfo | undefined): Pick<FoldedCalls, "function" | "file" | "line"> {
  const { name = "(unknown)", called = name, kind, file = "", line = 0 } = info ?? {};
  const isOwned = called !== name && kind !== "constructor";
  return { function: isOwned ? `${called}.${name}` : name, file, line };
}

function rounded(ms: number): number {
  return Math.round(ms * 1e5) / 1e5;
}

const LIMITS: { readonly [reason: string]: string } = {
  "max-calls": "limit-calls",
  "max-size": "limit-size",
  "max-call-depth": "limit-depth",
  "max-overhead": "limit-overhead",
  disk: "limit-disk",
};

/** What a reader must know of calls that are not in the trace: one warning per reason. */
export function foldedWarnings(folded: readonly FoldedCalls[]): TraceWarning[] {
  const byReason = new Map<string, FoldedCalls[]>();
  for (const calls of folded) byReason.set(calls.reason, [...(byReason.get(calls.reason) ?? []), calls]);
  return [...byReason].map(([reason, list]) => {
    const count = list.reduce((sum, { calls }) => sum + calls, 0);
    const functions = new Set(list.map(({ function: name, file, line }) => `${name} ${file}:${line}`)).size;
    const busiest = list.reduce((most, calls) => (calls.calls > most.calls ? calls : most));
    const what = `${grouped(count)} calls of ${
      functions === 1 ? busiest.function : `${functions} functions, most of them of ${busiest.function}`
    }`;
    return reason === "fold-after"
      ? {
          code: "folded",
          message: `${what} are told as counts and times only: --fold-after <n> records more of them, 0 all.`,
          count,
        }
      : {
          code: LIMITS[reason] ?? "limit",
          message: `${what} are told as counts only, as ${
            reason === "disk" ? "more of them would have filled the disk" : `--${reason} was reached`
          }.`,
          count,
        };
  });
}
