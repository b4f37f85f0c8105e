import { CALL_FIELDS, Field, fieldBit } from "./call-fields.js";
import type { FunctionInfo, Trace } from "./columns.js";
import { errorText } from "./error-text.js";
import type { ParsedFile } from "./parsed-trace.js";
import { walk } from "./walk.js";

/** Calls of a file that does not say that FlowTrace wrote it, by row. */
export interface ForeignCalls {
  /** Undefined where it is missing or null. */
  caller(row: number): string | undefined;
  /** Bits of the fields that were there, see {@link fieldBit}. */
  fields: ArrayLike<number>;
}

/** What a PyTraceFlow call says and our format has no field for; kept as the unknown field `pytraceflow`. */
interface Kept {
  /** Theirs are in no order and have gaps. */
  id?: number;
  /** Theirs is not always the call above: methods hang below their instance. */
  caller?: string | null;
  /** Fields that the call did not have. */
  absent?: string[];
  /** Inputs that were one text, a Python representation, and not an object by parameter. */
  wrapped?: string[];
}

const ROOT_ABSENT = ["caller", "instance_id"];
const ALWAYS_WRITTEN = [
  Field.id,
  Field.module,
  Field.called,
  Field.caller,
  Field.instance_id,
  Field.inputs,
  Field.output,
  Field.error,
  Field.duration_ms,
  Field.calls,
];

/** Whether the fields of a file's calls are PyTraceFlow's: it knows neither kinds nor start times. */
export function isPyTraceFlow({ fields }: ForeignCalls): boolean {
  const ours = fieldBit(Field.kind) | fieldBit(Field.start_ms);
  for (let row = 0; row < fields.length; row++) if ((fields[row]! & ours) !== 0) return false;
  return true;
}

/** Makes the calls of a PyTraceFlow file keep our promises; {@link toPyTraceFlow} undoes it. */
export function adoptPyTraceFlow(file: ParsedFile, foreign: ForeignCalls): void {
  const { columns, functions, ids, extras } = file;
  for (let row = 0; row < columns.length; row++) {
    const fields = foreign.fields[row] ?? 0;
    const kept: Kept = {};
    const id = ids === undefined ? row : ids[row]!;
    if (id !== row && id >= 0) kept.id = id;
    if ((fields & fieldBit(Field.caller)) !== 0) {
      const caller = foreign.caller(row) ?? null;
      if (caller !== callerOf(functions[columns.functionId[columns.parent[row]!]!])) kept.caller = caller;
    }
    const absent = ALWAYS_WRITTEN.filter((field) => (fields & fieldBit(field)) === 0).map(
      (field) => CALL_FIELDS[field]!,
    );
    if (absent.join() !== (row === 0 ? ROOT_ABSENT.join() : "")) kept.absent = absent;
    for (const [name, column] of [
      ["inputs", columns.inputs],
      ["inputs_after", columns.inputsAfter],
    ] as const) {
      const ref = column[row]!;
      if (ref < 0 || file.values.bytes(ref)![0] !== 0x22) continue;
      column[row] = file.values.addText(`{"inputs":${file.values.text(ref)}}`);
      kept.wrapped = [...(kept.wrapped ?? []), name];
    }
    if (Object.keys(kept).length === 0) continue;
    const members = extras.get(row);
    extras.set(row, `${members === undefined ? "" : `${members},`}"pytraceflow":${JSON.stringify(kept)}`);
  }
}

/**
 * A trace as PyTraceFlow writes it: its fields, without what it does not know. Of a trace that was read from such a file, the
 * same JSON value.
 *
 * @returns the text in pieces, one call's opening or closing each
 */
export function* toPyTraceFlow(trace: Trace): Generator<string> {
  yield "[";
  const kept = new Map<number, Kept>();
  for (const step of walk(trace.calls)) {
    if (step.enters) {
      const { known, unknown } = extraOf(trace, step.row);
      kept.set(step.row, known);
      yield `${step.isFirst ? "\n" : ",\n"}${opening(trace, step.row, known, unknown)}`;
    } else {
      yield closing(trace, step.row, kept.get(step.row)!);
      kept.delete(step.row);
    }
  }
  yield "\n]\n";
}

function extraOf({ calls, values }: Trace, row: number): { known: Kept; unknown: Record<string, unknown> } {
  const text = values.text(calls.extra?.get(row) ?? -1);
  if (text === undefined) return { known: {}, unknown: {} };
  const { pytraceflow, ...unknown } = JSON.parse(text) as Record<string, unknown> & { pytraceflow?: Kept };
  return { known: pytraceflow ?? {}, unknown };
}

function opening(trace: Trace, row: number, kept: Kept, unknown: Record<string, unknown>): string {
  const { calls, functions, values } = trace;
  const { name, module, called } = functions[calls.functionId[row]!]!;
  const absent = kept.absent ?? (row === 0 ? ROOT_ABSENT : []);
  const instance = calls.instance[row]!;
  const caller = row === 0 ? null : callerOf(functions[calls.functionId[calls.parent[row]!]!]);
  const fields: [string, string][] = [
    ["id", String(kept.id ?? row)],
    ["callable", JSON.stringify(name)],
    ["module", JSON.stringify(module)],
    ["called", JSON.stringify(called)],
    ["caller", JSON.stringify(kept.caller === undefined ? caller : kept.caller)],
    ["instance_id", instance < 0 ? "null" : String(instance)],
    ["inputs", inputsText(trace, calls.inputs[row]!, kept, "inputs")],
  ];
  const memory = values.text(calls.memoryBefore.get(row) ?? -1);
  if (memory !== undefined) fields.push(["memory_before", memory]);
  for (const [key, value] of Object.entries(unknown)) fields.push([key, JSON.stringify(value)]);
  const text = joined(fields.filter(([key]) => !absent.includes(key)));
  return absent.includes("calls") ? `{${text}` : `{${text},"calls":[`;
}

function closing(trace: Trace, row: number, kept: Kept): string {
  const { calls, values, errors } = trace;
  const absent = kept.absent ?? [];
  const fields: [string, string][] = [];
  if (calls.inputsAfter[row]! >= 0) {
    fields.push(["inputs_after", inputsText(trace, calls.inputsAfter[row]!, kept, "inputs_after")]);
  }
  fields.push(["output", values.text(calls.output[row]!) ?? "null"]);
  const error = errors[calls.error[row]!];
  fields.push(["error", error === undefined ? "null" : JSON.stringify(errorText(error))]);
  const duration = calls.duration[row]!;
  fields.push(["duration_ms", Number.isNaN(duration) ? "null" : String(duration)]);
  const memory = values.text(calls.memoryAfter.get(row) ?? -1);
  if (memory !== undefined) fields.push(["memory_after", memory]);
  const text = joined(fields.filter(([key]) => !absent.includes(key)));
  return `${absent.includes("calls") ? "" : "]"}${text === "" ? "" : `,${text}`}}`;
}

function inputsText(trace: Trace, ref: number, kept: Kept, field: string): string {
  const text = trace.values.text(ref) ?? "{}";
  if (kept.wrapped?.includes(field) !== true) return text;
  return JSON.stringify((JSON.parse(text) as { inputs: string }).inputs);
}

function joined(fields: [string, string][]): string {
  return fields.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",");
}

function callerOf(fn: FunctionInfo | undefined): string | null {
  return fn === undefined ? null : `${fn.called}::${fn.name}`;
}

/** Python's `json` writes `NaN` and infinities as if JSON had them; here they are tagged. */
export function rewritePythonLiterals(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (found) =>
    found.startsWith('"') ? found : `{"$type":"${found}"}`,
  );
}
