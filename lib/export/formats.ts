import { Flag, type Trace } from "../trace/columns.js";
import { toPyTraceFlow } from "../trace/pytraceflow.js";
import { childLists, selfTimes } from "../trace/statistics.js";
import { spansOf } from "./span-data.js";

/** Other tools' files, by name; each yields text in pieces. */
export const FORMATS: Readonly<Record<string, (trace: Trace) => Iterable<string>>> = {
  chrome,
  speedscope,
  collapsed,
  csv,
  "otlp-json": otlpJson,
  pytraceflow: toPyTraceFlow,
};

function nameOf({ functions, calls }: Trace, row: number): string {
  const { name, called } = functions[calls.functionId[row]!]!;
  return called === name || called === "" ? name : `${called}.${name}`;
}

function endOf({ calls }: Trace, row: number): number {
  const duration = calls.duration[row]!;
  if (!Number.isNaN(duration)) return calls.start[row]! + duration;
  const whole = calls.duration[0]!;
  return Number.isNaN(whole) ? calls.start[row]! : Math.max(calls.start[row]!, calls.start[0]! + whole);
}

/**
 * A lane for each call such that those of one lane nest: a call that overlaps its sibling, as async ones do, gets a lane
 * of its own with all below it. Ends are clipped to the caller's within a lane.
 */
function lanesOf(trace: Trace): { lane: Int32Array; end: Float64Array } {
  const { calls } = trace;
  const lane = new Int32Array(calls.length);
  const end = new Float64Array(calls.length);
  const openUntil: number[][] = [];
  end[0] = endOf(trace, 0);
  openUntil[0] = [end[0]];
  for (let row = 1; row < calls.length; row++) {
    const start = calls.start[row]!;
    const own = endOf(trace, row);
    let at = lane[calls.parent[row]!]!;
    for (; ; at++) {
      openUntil[at] ??= [];
      const stack = openUntil[at]!;
      while (stack.length > 0 && stack[stack.length - 1]! <= start) stack.pop();
      if (stack.length === 0 || own <= stack[stack.length - 1]! + 1e-6) {
        end[row] = stack.length === 0 ? own : Math.min(own, stack[stack.length - 1]!);
        stack.push(end[row]!);
        break;
      }
    }
    lane[row] = at;
  }
  return { lane, end };
}

/** Trace Event Format: complete events (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU). Times in µs. */
function* chrome(trace: Trace): Generator<string> {
  const { calls, functions, end: runEnd, values } = trace;
  const { lane, end } = lanesOf(trace);
  const pid = runEnd.threads[0]?.pid ?? 1;
  yield '{"displayTimeUnit":"ms","traceEvents":[\n';
  for (let row = 0; row < calls.length; row++) {
    const { module, file, line } = functions[calls.functionId[row]!]!;
    const event = {
      name: nameOf(trace, row),
      cat: module === "" ? "call" : module,
      ph: "X",
      ts: calls.start[row]! * 1000,
      dur: Math.max(0, end[row]! - calls.start[row]!) * 1000,
      pid: runEnd.threads[calls.thread[row]!]?.pid ?? pid,
      tid: lane[row]! + 1,
    };
    const inputs = values.text(calls.inputs[row]!) ?? "{}";
    const output = values.text(calls.output[row]!) ?? "null";
    const place = file === undefined ? "" : `,"file":${JSON.stringify(`${file}:${line ?? 1}`)}`;
    yield `${row > 0 ? ",\n" : ""}${JSON.stringify(event).slice(0, -1)},"args":{"id":${row},"inputs":${inputs},"output":${output}${place}}}`;
  }
  yield "\n]}\n";
}

/** speedscope's own format, a profile per lane (https://www.speedscope.app/file-format-schema.json). */
function* speedscope(trace: Trace): Generator<string> {
  const { calls, functions } = trace;
  const { lane, end } = lanesOf(trace);
  const frames = functions.map(({ name, called, file, line, column }) => ({
    name: called === name || called === "" ? name : `${called}.${name}`,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line, col: column ?? 1 }),
  }));
  let lanes = 0;
  for (let row = 0; row < calls.length; row++) lanes = Math.max(lanes, lane[row]! + 1);
  yield `{"$schema":"https://www.speedscope.app/file-format-schema.json","exporter":"flowtrace","name":${JSON.stringify(nameOf(trace, 0))},"shared":{"frames":${JSON.stringify(frames)}},"profiles":[`;
  for (let at = 0; at < lanes; at++) {
    yield `${at > 0 ? "," : ""}{"type":"evented","name":"lane ${at + 1}","unit":"milliseconds","startValue":0,"endValue":${end[0]},"events":[`;
    const open: number[] = [];
    let first = true;
    const event = (type: "O" | "C", row: number, when: number): string => {
      const text = `${first ? "" : ","}{"type":"${type}","frame":${calls.functionId[row]},"at":${when}}`;
      first = false;
      return text;
    };
    for (let row = 0; row < calls.length; row++) {
      if (lane[row] !== at) continue;
      const start = calls.start[row]!;
      while (open.length > 0 && end[open[open.length - 1]!]! <= start) {
        const done = open.pop()!;
        yield event("C", done, end[done]!);
      }
      yield event("O", row, start);
      open.push(row);
    }
    while (open.length > 0) {
      const done = open.pop()!;
      yield event("C", done, end[done]!);
    }
    yield "]}";
  }
  yield "]}\n";
}

/** Folded stacks for flame graphs (https://github.com/brendangregg/FlameGraph): `a;b;c 12`, self time in µs. */
function* collapsed(trace: Trace): Generator<string> {
  const { calls } = trace;
  const self = selfTimes(trace);
  const { firstChild, nextSibling } = childLists(calls.parent, calls.length);
  const totals = new Map<string, number>();
  const stack = [{ row: 0, path: nameOf(trace, 0).replaceAll(";", ",") }];
  while (stack.length > 0) {
    const { row, path } = stack.pop()!;
    const us = Math.round((self[row]! || 0) * 1000);
    totals.set(path, (totals.get(path) ?? 0) + us);
    for (let child = firstChild[row]!; child >= 0; child = nextSibling[child]!) {
      stack.push({ row: child, path: `${path};${nameOf(trace, child).replaceAll(";", ",")}` });
    }
  }
  for (const [path, us] of totals) yield `${path} ${us}\n`;
}

/** One line a call. */
function* csv(trace: Trace): Generator<string> {
  const { calls, functions, errors, values } = trace;
  const self = selfTimes(trace);
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  yield "id,parent,function,class,module,line,start_ms,duration_ms,self_ms,status,error,inputs,output\n";
  for (let row = 0; row < calls.length; row++) {
    const { name, called, module, line } = functions[calls.functionId[row]!]!;
    const flags = calls.flags[row]!;
    const error = errors[calls.error[row]!];
    const status =
      flags & Flag.running
        ? "running"
        : flags & Flag.rejected
          ? "rejected"
          : flags & Flag.threw
            ? "threw"
            : "ok";
    const number = (n: number): string => (Number.isNaN(n) ? "" : String(n));
    yield `${[
      row,
      calls.parent[row]! < 0 ? "" : calls.parent[row],
      quoted(name),
      quoted(called),
      quoted(module),
      line ?? "",
      number(calls.start[row]!),
      number(calls.duration[row]!),
      number(self[row]!),
      status,
      quoted(error === undefined ? "" : `${error.name}: ${error.message}`),
      quoted(values.text(calls.inputs[row]!) ?? ""),
      quoted(values.text(calls.output[row]!) ?? ""),
    ].join(",")}\n`;
  }
}

/** OTLP's JSON in a file, as the Collector's file receiver reads it. */
function* otlpJson(trace: Trace): Generator<string> {
  const value = (v: string | number | boolean): object =>
    typeof v === "string"
      ? { stringValue: v }
      : typeof v === "boolean"
        ? { boolValue: v }
        : Number.isInteger(v)
          ? { intValue: String(v) }
          : { doubleValue: v };
  const attributes = (record: Record<string, string | number | boolean>): object[] =>
    Object.entries(record).map(([key, v]) => ({ key, value: value(v) }));
  yield `{"resourceSpans":[{"resource":{"attributes":${JSON.stringify(attributes({ "service.name": nameOf(trace, 0) }))}},"scopeSpans":[{"scope":{"name":"flowtrace"},"spans":[\n`;
  let first = true;
  for (const span of spansOf(trace)) {
    const text = JSON.stringify({
      traceId: span.traceId,
      spanId: span.spanId,
      parentSpanId: span.parentSpanId,
      name: span.name,
      kind: 1,
      startTimeUnixNano: String(span.startUnixNs),
      endTimeUnixNano: String(span.endUnixNs),
      attributes: attributes(span.attributes),
      status: span.failed ? { code: 2, message: span.message } : {},
      events:
        span.exception === undefined
          ? []
          : [
              {
                name: "exception",
                timeUnixNano: String(span.endUnixNs),
                attributes: attributes({
                  "exception.type": span.exception.type,
                  "exception.message": span.exception.message,
                }),
              },
            ],
    });
    yield `${first ? "" : ",\n"}${text}`;
    first = false;
  }
  yield "\n]}]}]}\n";
}
