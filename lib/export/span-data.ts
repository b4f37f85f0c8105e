import { createHash } from "node:crypto";
import { Flag, type Trace } from "../trace/columns.js";
import type { Value } from "../trace/format.js";
import { preview, previewInputs } from "../trace/preview.js";

/** A call as OpenTelemetry sees it, before any library's types. */
export interface SpanData {
  traceId: string;
  spanId: string;
  /** Empty for the root. */
  parentSpanId: string;
  name: string;
  /** ns since 1970. */
  startUnixNs: bigint;
  endUnixNs: bigint;
  failed: boolean;
  /** Description of the failure. */
  message: string;
  attributes: Record<string, string | number | boolean>;
  exception: { type: string; message: string; stack: string } | undefined;
}

export interface SpanSelection {
  /** ms. */
  minDuration?: number;
  maxDepth?: number;
  maxSpans?: number;
  matches?: (row: number) => boolean;
}

const LONGEST_VALUE = 4000;

/**
 * The calls of a trace as spans, in order of start. Ids follow from the run and the call, so that sending a trace
 * twice makes no duplicates. A call that is left out hands its children to the nearest one that is not.
 */
export function* spansOf(trace: Trace, selection: SpanSelection = {}): Generator<SpanData> {
  const { calls, run } = trace;
  const {
    minDuration = 0,
    maxDepth = Number.POSITIVE_INFINITY,
    maxSpans = Number.POSITIVE_INFINITY,
    matches,
  } = selection;
  const seed = JSON.stringify([run.started_unix_ms, run.argv, run.cwd, trace.end.threads[0]?.pid ?? 0]);
  const traceId = createHash("sha256").update(seed).digest("hex").slice(0, 32);
  const salt = Number.parseInt(traceId.slice(0, 8), 16);
  const idOf = (row: number): string =>
    salt.toString(16).padStart(8, "0") + (row + 1).toString(16).padStart(8, "0");
  const startedNs = BigInt(Math.round(run.started_unix_ms * 1000)) * 1000n;
  const at = (ms: number): bigint => startedNs + BigInt(Math.round(ms * 1e6));
  const lastMs = calls.start[0]! + (Number.isNaN(calls.duration[0]!) ? lastEnd(trace) : calls.duration[0]!);
  const depths = new Int32Array(calls.length);
  const shown = new Int32Array(calls.length);
  let sent = 0;
  for (let row = 0; row < calls.length && sent < maxSpans; row++) {
    const parent = calls.parent[row]!;
    depths[row] = parent < 0 ? 0 : depths[parent]! + 1;
    const duration = Number.isNaN(calls.duration[row]!) ? lastMs - calls.start[row]! : calls.duration[row]!;
    const isChosen =
      row === 0 ||
      (duration >= minDuration && depths[row]! <= maxDepth && (matches === undefined || matches(row)));
    shown[row] = isChosen ? row : shown[parent]!;
    if (!isChosen) continue;
    sent++;
    yield span(trace, row, duration, {
      traceId,
      spanId: idOf(row),
      parentSpanId: parent < 0 ? "" : idOf(shown[parent]!),
      startUnixNs: at(calls.start[row]!),
      endUnixNs: at(calls.start[row]! + duration),
    });
  }
}

function lastEnd({ calls }: Trace): number {
  let end = 0;
  for (let row = 0; row < calls.length; row++)
    end = Math.max(end, calls.start[row]! + (calls.duration[row]! || 0));
  return end;
}

function span(
  trace: Trace,
  row: number,
  duration: number,
  ids: Pick<SpanData, "traceId" | "spanId" | "parentSpanId" | "startUnixNs" | "endUnixNs">,
): SpanData {
  const { calls, functions, errors, values, end } = trace;
  const fn = functions[calls.functionId[row]!]!;
  const own = fn.called === fn.name || fn.called === "" ? fn.name : `${fn.called}.${fn.name}`;
  const instance = calls.instance[row]!;
  const thread = end.threads[calls.thread[row]!];
  const flags = calls.flags[row]!;
  const error = errors[calls.error[row]!];
  const attributes: SpanData["attributes"] = {
    "code.function.name": own,
    "flowtrace.call_id": row,
    "flowtrace.kind": fn.kind,
    "flowtrace.duration_ms": duration,
  };
  if (fn.file !== undefined) attributes["code.file.path"] = fn.file;
  if (fn.line !== undefined) attributes["code.line.number"] = fn.line;
  if (thread !== undefined) {
    attributes["process.pid"] = thread.pid;
    attributes["thread.id"] = thread.thread_id;
  }
  if (instance >= 0) attributes["flowtrace.instance_id"] = instance;
  if (flags & Flag.running) attributes["flowtrace.running"] = true;
  const read = (ref: number): Value | undefined => {
    const text = values.text(ref);
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  };
  const inputs = read(calls.inputs[row]!) as { [name: string]: Value } | undefined;
  if (inputs !== undefined && Object.keys(inputs).length > 0)
    attributes["flowtrace.inputs"] = previewInputs(inputs, LONGEST_VALUE);
  const after = read(calls.inputsAfter[row]!) as { [name: string]: Value } | undefined;
  if (after !== undefined) attributes["flowtrace.inputs_after"] = previewInputs(after, LONGEST_VALUE);
  const output = read(calls.output[row]!);
  if (output !== undefined) attributes["flowtrace.output"] = preview(output, LONGEST_VALUE);
  const failed = (flags & (Flag.threw | Flag.rejected)) !== 0;
  return {
    ...ids,
    name: `${fn.module === "" ? "" : `${fn.module}::`}${own}${instance >= 0 ? `#${instance}` : ""}`,
    failed,
    message: failed && error !== undefined ? `${error.name}: ${error.message}` : "",
    attributes,
    exception:
      failed && error !== undefined
        ? { type: error.name, message: error.message, stack: error.stack ?? "" }
        : undefined,
  };
}
