import { qualifiedName } from "../trace/call-name.js";
import type { Trace } from "../trace/columns.js";
import { type Lanes, laneName, layOut, rowsByLane } from "./lanes.js";

/**
 * A file for https://www.speedscope.app: a profile per lane, its calls opened and closed in order of time
 * (https://www.speedscope.app/file-format-schema.json).
 */
export function* speedscope(trace: Trace): Generator<string> {
  const { functions, calls } = trace;
  const frames = functions.map((fn) => ({
    name: qualifiedName(fn),
    ...(fn.file === undefined ? {} : { file: fn.file }),
    ...(fn.line === undefined ? {} : { line: fn.line }),
    ...(fn.column === undefined ? {} : { col: fn.column }),
  }));
  const name = qualifiedName(functions[calls.functionId[0]!]!);
  const lanes = layOut(trace);
  const header = {
    $schema: "https://www.speedscope.app/file-format-schema.json",
    exporter: "flowtrace",
    name,
    activeProfileIndex: 0,
    shared: { frames },
  };
  yield `${JSON.stringify(header).slice(0, -1)},"profiles":[`;
  for (const [lane, rows] of rowsByLane(lanes).entries()) {
    const first = lanes.start[rows[0]!]!;
    let last = first;
    for (const row of rows) last = Math.max(last, lanes.end[row]!);
    const profile = {
      type: "evented",
      name: laneName(trace, lanes.lanes[lane]!),
      unit: "nanoseconds",
      startValue: first,
      endValue: last,
    };
    yield `${lane > 0 ? ",\n" : "\n"}${JSON.stringify(profile).slice(0, -1)},"events":[`;
    yield* events(trace, lanes, rows);
    yield "]}";
  }
  yield "\n]}\n";
}

function* events({ calls }: Trace, { on, start, end }: Lanes, rows: Int32Array): Generator<string> {
  let top = -1;
  let separator = "";
  const event = (type: "O" | "C", row: number, at: number): string => {
    const text = `${separator}{"type":"${type}","frame":${calls.functionId[row]},"at":${at}}`;
    separator = ",";
    return text;
  };
  for (const row of rows) {
    for (; top !== on[row]; top = on[top]!) yield event("C", top, end[top]!);
    yield event("O", row, start[row]!);
    top = row;
  }
  for (; top >= 0; top = on[top]!) yield event("C", top, end[top]!);
}
