import { qualifiedName } from "../trace/call-name.js";
import type { Trace } from "../trace/columns.js";
import { errorText } from "../trace/error-text.js";
import { type Lanes, laneName, layOut } from "./lanes.js";

/**
 * Trace Event Format, for https://ui.perfetto.dev and the DevTools' Performance panel: a complete event per call, on a
 * thread per lane, and a flow arrow from the caller to each call that lies on another lane
 * (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU). Times are µs with three decimals.
 */
export function* chrome(trace: Trace): Generator<string> {
  const { calls } = trace;
  const lanes = layOut(trace);
  const ends = apart(lanes);
  yield '{"displayTimeUnit":"ns","otherData":{"tool":"flowtrace"},"traceEvents":[\n';
  yield* metadata(trace, lanes);
  const place = placesOf(trace, lanes);
  const names = trace.functions.map((fn) => JSON.stringify(qualifiedName(fn)));
  const categories = trace.functions.map((fn) => JSON.stringify(fn.kind));
  for (let row = 0; row < calls.length; row++) {
    const start = lanes.start[row]!;
    const fn = calls.functionId[row]!;
    const where = place(row);
    yield `,\n{"name":${names[fn]},"cat":${categories[fn]},"ph":"X","ts":${us(start)},"dur":${us(
      ends[row]! - start,
    )},${where},"args":${argsOf(trace, row)}}`;
    const caller = calls.parent[row]!;
    if (caller < 0 || lanes.laneOf[caller] === lanes.laneOf[row]) continue;
    // An arrow begins inside the caller's bar, and ends where the call begins.
    const from = Math.max(lanes.start[caller]!, Math.min(start, lanes.end[caller]! - 1));
    const flow = `"name":"async","cat":"flow","id":${row}`;
    yield `,\n{${flow},"ph":"s","ts":${us(from)},${place(caller)}}`;
    yield `,\n{${flow},"ph":"f","bp":"e","ts":${us(start)},${where}}`;
  }
  yield "\n]}\n";
}

/** ns. Recorded times are in steps of ten. */
const GAP = 3;

/**
 * The ends of bars that touch neither the end of the bar they lie on nor the start of the next one. Viewers drop what seems to
 * overlap, by sums of start and duration in floating point (DevTools) or cut to ns each (Perfetto): of two that are equal
 * here, either may be the greater there.
 */
function apart({ laneOf, on, start, end, lanes }: Lanes): Float64Array {
  const ends = new Float64Array(end.length);
  // Starts of what comes next: on each call, and at the bottom of each lane.
  const nextOn = new Float64Array(end.length).fill(Number.POSITIVE_INFINITY);
  const nextAtBottom = new Float64Array(lanes.length).fill(Number.POSITIVE_INFINITY);
  for (let row = end.length - 1; row >= 0; row--) {
    const host = on[row]!;
    const [next, at] = host < 0 ? [nextAtBottom, laneOf[row]!] : [nextOn, host];
    ends[row] = Math.min(end[row]!, next[at]! - GAP);
    next[at] = start[row]!;
  }
  for (let row = 0; row < end.length; row++) {
    const host = on[row]!;
    const limit = host < 0 ? ends[row]! : Math.min(ends[row]!, ends[host]! - GAP);
    ends[row] = Math.max(start[row]!, limit);
  }
  return ends;
}

/** ns as µs, in decimal digits. */
function us(ns: number): string {
  const text = String(Math.max(0, ns)).padStart(4, "0");
  return `${text.slice(0, -3)}.${text.slice(-3)}`;
}

function placesOf({ calls, end }: Trace, { laneOf }: Lanes): (row: number) => string {
  const pids = end.threads.map(({ pid }) => pid);
  return (row) => `"pid":${pids[calls.thread[row]!] ?? 1},"tid":${laneOf[row]! + 1}`;
}

function* metadata(trace: Trace, { lanes }: Lanes): Generator<string> {
  const { threads } = trace.end;
  let separator = "";
  const event = (name: string, pid: number, tid: number, args: object): string => {
    const text = `${separator}${JSON.stringify({ name, ph: "M", pid, tid, args })}`;
    separator = ",\n";
    return text;
  };
  const named = new Set<number>();
  for (const [lane, info] of lanes.entries()) {
    const { pid = 1, title = "" } = threads[info.thread] ?? {};
    if (!named.has(pid)) {
      named.add(pid);
      const name = title === "" ? qualifiedName(trace.functions[trace.calls.functionId[0]!]!) : title;
      yield event("process_name", pid, 0, { name });
    }
    yield event("thread_name", pid, lane + 1, { name: laneName(trace, info) });
    yield event("thread_sort_index", pid, lane + 1, { sort_index: lane });
  }
}

function argsOf({ calls, functions, values, errors }: Trace, row: number): string {
  const { file, line, module } = functions[calls.functionId[row]!]!;
  let text = `{"id":${row}`;
  const add = (key: string, json: string | undefined): void => {
    if (json !== undefined) text += `,"${key}":${json}`;
  };
  add("inputs", values.text(calls.inputs[row]!));
  add("inputs_after", values.text(calls.inputsAfter[row]!));
  add("output", values.text(calls.output[row]!));
  const error = errors[calls.error[row]!];
  if (error !== undefined) add("error", JSON.stringify(errorText(error)));
  const place = file === undefined ? module : `${file}:${line ?? 1}`;
  if (place !== "") add("at", JSON.stringify(place));
  if (calls.instance[row]! >= 0) add("instance", String(calls.instance[row]!));
  if (calls.attributes.size > 0) add("attributes", values.text(calls.attributes.get(row) ?? -1));
  return `${text}}`;
}
