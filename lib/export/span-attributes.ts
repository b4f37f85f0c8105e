import type { Attributes, AttributeValue } from "@opentelemetry/api";
import { qualifiedName } from "../trace/call-name.js";
import { Flag, type Trace } from "../trace/columns.js";
import type { MemoryReading, Value } from "../trace/format.js";
import { preview } from "../trace/preview.js";
import { statusOf } from "../trace/serialize.js";
import { selfTimes } from "../trace/statistics.js";
import { isTagged } from "../trace/values.js";

/** Characters of a value that are sent as JSON; of a longer one, its beginning as code. */
const LONGEST_VALUE = 16_384;

/**
 * What is told of each call: `code.*`, `thread.*` and `process.*` by OpenTelemetry's semantic conventions
 * (https://opentelemetry.io/docs/specs/semconv/registry/attributes/code/), the rest as `flowtrace.*`. Inputs and outputs are
 * the JSON of the trace's file. The attributes that a call was recorded with, `http.request.method` for one, keep their names.
 */
export function createSpanAttributes(trace: Trace): (row: number) => Attributes {
  const { calls, functions, values } = trace;
  const self = selfTimes(trace);
  const names = functions.map(qualifiedName);
  return (row) => {
    const attributes: Attributes = new CallAttributes(trace, row, names[calls.functionId[row]!]!, self[row]!);
    if (calls.memoryBefore.size > 0) {
      addMemory(attributes, "before", values.text(calls.memoryBefore.get(row) ?? -1));
      addMemory(attributes, "after", values.text(calls.memoryAfter.get(row) ?? -1));
    }
    if (calls.attributes.size > 0) addRecorded(attributes, values.text(calls.attributes.get(row) ?? -1));
    return attributes;
  };
}

/**
 * A class for its speed alone: V8 keeps room in its objects for what the constructor may set. Names added to an object literal
 * instead, in ever other orders, took half the time of an export.
 */
class CallAttributes implements Attributes {
  [name: string]: AttributeValue | undefined;

  constructor(trace: Trace, row: number, name: string, self: number) {
    const { calls, functions, sites, end } = trace;
    const { kind, module, file, line, column } = functions[calls.functionId[row]!]!;
    const flags = calls.flags[row]!;
    this["code.function.name"] = name;
    this["flowtrace.kind"] = kind;
    this["flowtrace.module"] = module;
    if (file !== undefined) this["code.file.path"] = file;
    if (line !== undefined) this["code.line.number"] = line;
    if (column !== undefined) this["code.column.number"] = column;
    this["flowtrace.call_id"] = row;
    this["flowtrace.status"] = statusOf(flags);
    const thread = end.threads[calls.thread[row]!];
    if (thread !== undefined) {
      this["process.pid"] = thread.pid;
      this["thread.id"] = thread.thread_id;
    }
    if (!Number.isNaN(self)) this["flowtrace.self_ms"] = rounded(self);
    if (!Number.isNaN(calls.active[row]!)) this["flowtrace.active_ms"] = calls.active[row]!;
    if (flags & Flag.async) this["flowtrace.async"] = true;
    if (calls.instance[row]! >= 0) this["flowtrace.instance_id"] = calls.instance[row]!;
    const inputs = valueText(trace, calls.inputs[row]!);
    if (inputs !== undefined && inputs !== "{}") this["flowtrace.inputs"] = inputs;
    const after = valueText(trace, calls.inputsAfter[row]!);
    if (after !== undefined) this["flowtrace.inputs_after"] = after;
    const output = valueText(trace, calls.output[row]!);
    if (output !== undefined) this["flowtrace.output"] = output;
    const site = sites[calls.site[row]!];
    if (site !== undefined) this["flowtrace.call_site"] = `${site.file}:${site.line}:${site.column}`;
  }
}

/** Of the root only: how the run ended, and what the reader must know to trust the trace. */
export function runAttributes({ end }: Trace): Attributes {
  const attributes: Attributes = { "flowtrace.finished": end.finished, "flowtrace.calls": end.calls };
  if (end.exit_code !== null) attributes["process.exit.code"] = end.exit_code;
  if (end.signal !== null) attributes["flowtrace.signal"] = end.signal;
  if (end.warnings.length > 0) attributes["flowtrace.warnings"] = end.warnings.map(({ message }) => message);
  return attributes;
}

function valueText({ values }: Trace, ref: number): string | undefined {
  const text = values.text(ref);
  if (text === undefined || text.length <= LONGEST_VALUE) return text;
  return preview(JSON.parse(text) as Value, LONGEST_VALUE);
}

/** Times are in steps of 10 ns: what is beyond comes from subtracting. */
function rounded(ms: number): number {
  return Math.round(ms * 1e5) / 1e5;
}

function addMemory(attributes: Attributes, when: "before" | "after", text: string | undefined): void {
  if (text === undefined) return;
  for (const [name, bytes] of Object.entries(JSON.parse(text) as MemoryReading))
    if (bytes !== undefined) attributes[`flowtrace.memory_${when}.${name}`] = bytes;
}

function addRecorded(attributes: Attributes, text: string | undefined): void {
  if (text === undefined) return;
  const recorded = JSON.parse(text) as { [name: string]: Value };
  for (const [name, value] of Object.entries(recorded)) {
    const simple = attributeValue(value);
    if (simple !== undefined) attributes[name] = simple;
  }
}

/** OpenTelemetry's attributes are scalars and lists of one kind of them: the rest goes as text. */
function attributeValue(value: Value): AttributeValue | undefined {
  if (value === null) return undefined;
  if (typeof value !== "object") return value;
  if (isTagged(value)) return preview(value, LONGEST_VALUE);
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  if (Array.isArray(value) && value.every((item) => typeof item === "number")) return value;
  return JSON.stringify(value);
}
