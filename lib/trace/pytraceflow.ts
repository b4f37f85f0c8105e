import type { ColumnBuilder } from "./column-builder.js";
import { type CallColumns, Flag, type Trace } from "./columns.js";
import type { ErrorInfo } from "./format.js";
import type { TextBlob } from "./text-blob.js";

/** The attribute that keeps what a PyTraceFlow call says and our format has no field for. */
export const PYTRACEFLOW_ATTRIBUTE = "pytraceflow";

/**
 * Completes a trace that was read from a file of PyTraceFlow, the Python tool: errors are texts there, calls have no start,
 * and ids are in no order. Starts are laid out one after the other in the order of the file, and the trace says so;
 * the ids and every unknown field stay in the attribute `pytraceflow`.
 */
export function adoptPyTraceFlow(
  trace: Trace,
  extras: ReadonlyMap<number, Record<string, unknown>>,
  values: TextBlob,
  added: ColumnBuilder,
): Trace {
  const { calls } = trace;
  const columns = calls as { -readonly [K in keyof CallColumns]: CallColumns[K] };
  const attributes = new Map(calls.attributes);
  const errors: ErrorInfo[] = [];
  for (let row = 0; row < calls.length; row++) {
    const { error, ...unknown } = extras.get(row) ?? {};
    if (typeof error === "string") {
      columns.error[row] = errors.length;
      errors.push(errorOf(errors.length, error, row));
    }
    const kept = { id: added.id[row], ...unknown };
    attributes.set(row, values.addText(JSON.stringify({ [PYTRACEFLOW_ATTRIBUTE]: kept })));
  }
  layOut(columns);
  return {
    ...trace,
    calls: { ...calls, attributes },
    errors,
    end: {
      ...trace.end,
      errors,
      warnings: [
        ...trace.end.warnings,
        {
          code: "no-start-times",
          message: "the file has no start times: calls are shown one after the other",
        },
      ],
    },
  };
}

/** `ValueError: wrong` */
function errorOf(id: number, text: string, row: number): ErrorInfo {
  const named = /^([\w.]+(?:Error|Exception|Exit|Interrupt|Warning)?): ([\s\S]*)$/.exec(text);
  return {
    id,
    name: named?.[1] ?? "Error",
    message: named?.[2] ?? text,
    thrown_in: row,
    outcome: "outside",
  };
}

function layOut(calls: CallColumns): void {
  const { parent, start, duration, flags, length } = calls;
  // Durations that are missing are what the children take; children come after their parents.
  const inner = new Float64Array(length);
  for (let row = length - 1; row > 0; row--) {
    if (Number.isNaN(duration[row]!)) {
      duration[row] = inner[row]!;
      flags[row] = flags[row]! & ~Flag.running;
    }
    inner[parent[row]!] = inner[parent[row]!]! + duration[row]!;
  }
  if (length > 0 && Number.isNaN(duration[0]!)) {
    duration[0] = inner[0]!;
    flags[0] = flags[0]! & ~Flag.running;
  }
  const next = new Float64Array(length);
  if (Number.isNaN(start[0]!)) start[0] = 0;
  next[0] = start[0]!;
  for (let row = 1; row < length; row++) {
    const above = parent[row]!;
    if (Number.isNaN(start[row]!)) start[row] = next[above]!;
    next[row] = start[row]!;
    next[above] = start[row]! + duration[row]!;
  }
}
