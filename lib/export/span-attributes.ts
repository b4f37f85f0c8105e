import type { Attributes, AttributeValue } from "@opentelemetry/api";
import { Flag, type Trace } from "../trace/columns.js";
import type { MemoryReading, Value } from "../trace/format.js";
import { preview } from "../trace/preview.js";
import { statusOf } from "../trace/serialize.js";
import { selfTimes } from "../trace/statistics.js";
import { isTagged } from "../trace/values.js";
import { qualifiedName } from "./call-name.js";

/** Characters of a value that are sent as JSON; of a longer one, its beginning as code. */
const LONGEST_VALUE = 16_384;

/**
 * What is told of each call: `code.*`, `thread.*` and `process.*` by OpenTelemetry's semantic conventions
 * (https://opentelemetry.io/docs/specs/semconv/registry/attributes/code/), the rest as `flowtrace.*`. Inputs and outputs are
 * the JSON of the trace's file. The attributes that a call was recorded with, `http.request.method` for one, keep their names.
 */
export function createSpanAttributes(trace: Trace): (row: number) => Attributes {
  const { calls, functions, values, sites, end } = trace;
  const self = selfTimes(trace);
  const templates = functions.map((fn): Attributes => {
    const template: Attributes = {
      "code.function.name": qualifiedName(fn),
      "flowtrace.kind": fn.kind,
      "flowtrace.module": fn.module,
    };
    if (fn.file !== undefined) template["code.file.path"] = fn.file;
    if (fn.line !== undefined) template["code.line.number"] = fn.line;
    if (fn.column !== undefined) template["code.column.number"] = fn.column;
    return template;
  });
  return (row) => {
    const flags = calls.flags[row]!;
    const attributes: Attributes = { ...templates[calls.functionId[row]!] };
    attributes["flowtrace.call_id"] = row;
    attributes["flowtrace.status"] = statusOf(flags);
    const thread = end.threads[calls.thread[row]!];
    if (thread !== undefined) {
      attributes["process.pid"] = thread.pid;
      attributes["thread.id"] = thread.thread_id;
    }
    if (!Number.isNaN(self[row]!)) attributes["flowtrace.self_ms"] = rounded(self[row]!);
    if (!Number.isNaN(calls.active[row]!)) attributes["flowtrace.active_ms"] = calls.active[row]!;
    if (flags & Flag.async) attributes["flowtrace.async"] = true;
    if (calls.instance[row]! >= 0) attributes["flowtrace.instance_id"] = calls.instance[row]!;
    const inputs = valueText(trace, calls.inputs[row]!);
    if (inputs !== undefined && inputs !== "{}") attributes["flowtrace.inputs"] = inputs;
    const after = valueText(trace, calls.inputsAfter[row]!);
    if (after !== undefined) attributes["flowtrace.inputs_after"] = after;
    const output = valueText(trace, calls.output[row]!);
    if (output !== undefined) attributes["flowtrace.output"] = output;
    const site = sites[calls.site[row]!];
    if (site !== undefined) attributes["flowtrace.call_site"] = `${site.file}:${site.line}:${site.column}`;
    if (calls.memoryBefore.size > 0) {
      addMemory(attributes, "before", values.text(calls.memoryBefore.get(row) ?? -1));
      addMemory(attributes, "after", values.text(calls.memoryAfter.get(row) ?? -1));
    }
    if (calls.attributes.size > 0) addRecorded(attributes, values.text(calls.attributes.get(row) ?? -1));
    return attributes;
  };
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
