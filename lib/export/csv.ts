import { Flag, type Trace } from "../trace/columns.js";
import { errorText } from "../trace/error-text.js";
import { statusOf } from "../trace/serialize.js";
import { selfTimes } from "../trace/statistics.js";
import { type CallSelection, chooseCalls } from "./call-selection.js";

const COLUMNS = [
  "id",
  "parent",
  "callable",
  "called",
  "module",
  "kind",
  "file",
  "line",
  "call_site",
  "thread",
  "instance_id",
  "start_ms",
  "duration_ms",
  "self_ms",
  "active_ms",
  "async",
  "status",
  "error",
  "inputs",
  "inputs_after",
  "output",
];

/** One line a call, ids and columns as in the trace's file; values as JSON (RFC 4180). */
export function* csv(trace: Trace, selection: CallSelection = {}): Generator<string> {
  const { calls, functions, errors, sites, values } = trace;
  const self = selfTimes(trace);
  yield `${COLUMNS.join(",")}\r\n`;
  const of = functions.map(({ name, called, module, kind, file, line }) =>
    [quoted(name), quoted(called), quoted(module), kind, quoted(file ?? ""), line ?? ""].join(","),
  );
  const { isChosen, parentOf } = chooseCalls(trace, selection);
  for (let row = 0; row < calls.length; row++) {
    if (!isChosen(row)) continue;
    const flags = calls.flags[row]!;
    const error = errors[calls.error[row]!];
    const site = sites[calls.site[row]!];
    yield `${[
      row,
      known(parentOf(row)),
      of[calls.functionId[row]!],
      site === undefined ? "" : quoted(`${site.file}:${site.line}:${site.column}`),
      calls.thread[row],
      known(calls.instance[row]!),
      time(calls.start[row]!),
      time(calls.duration[row]!),
      time(self[row]!),
      time(calls.active[row]!),
      (flags & Flag.async) !== 0,
      statusOf(flags),
      error === undefined ? "" : quoted(errorText(error)),
      quoted(values.text(calls.inputs[row]!) ?? ""),
      quoted(values.text(calls.inputsAfter[row]!) ?? ""),
      quoted(values.text(calls.output[row]!) ?? ""),
    ].join(",")}\r\n`;
  }
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function known(n: number): number | "" {
  return n < 0 ? "" : n;
}

function time(ms: number): number | "" {
  return Number.isNaN(ms) ? "" : Math.round(ms * 1e5) / 1e5;
}
