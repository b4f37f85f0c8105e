import { TraceBuilder } from "../../../lib/trace/builder.js";
import { Flag, type Trace } from "../../../lib/trace/columns.js";
import type { CallKind, ErrorInfo, RunEnd, Value } from "../../../lib/trace/format.js";

/** A call as a test writes it down. Calls that say no time take 1 ms each, one after the other. */
export interface Written {
  fn: string;
  /** The class of a method. */
  of?: string;
  module?: string;
  kind?: CallKind;
  line?: number;
  start?: number;
  /** NaN for one that never ended. */
  duration?: number;
  active?: number;
  async?: boolean;
  in?: { [name: string]: Value };
  after?: { [name: string]: Value };
  out?: Value;
  error?: number;
  instance?: number;
  calls?: Written[];
}

/** A trace of these calls under a root `app.js`; rows count from 1 in the order they are written. */
export function smallTrace(
  calls: Written[],
  errors: Omit<ErrorInfo, "id">[] = [],
  end: Partial<RunEnd> = {},
): Trace {
  const builder = new TraceBuilder();
  const { columns } = builder;
  const root = builder.fn({
    name: "app.js",
    called: "app.js",
    module: "app.js",
    kind: "root",
    file: "app.js",
  });
  for (const error of errors) builder.error(error);
  columns.add(-1, root, 0);
  let now = 0;
  const add = (call: Written, parent: number): void => {
    const { fn, of, module = "app.js", line = 1, start = now, async: isAsync = false } = call;
    const kind = call.kind ?? (of === undefined ? "function" : "method");
    const row = builder.addCall(
      parent,
      builder.fn({ name: fn, called: of ?? fn, module, kind, file: module, line, column: 1 }),
      start,
    );
    now = Math.max(now, start);
    columns.inputs[row] = builder.value(call.in ?? {});
    if (call.after !== undefined) columns.inputsAfter[row] = builder.value(call.after);
    if (call.out !== undefined) columns.output[row] = builder.value(call.out);
    if (call.instance !== undefined) columns.instance[row] = call.instance;
    if (call.active !== undefined) columns.active[row] = call.active;
    if (isAsync) columns.flags[row] = columns.flags[row]! | Flag.async;
    if (call.error !== undefined) {
      columns.error[row] = call.error;
      columns.flags[row] = columns.flags[row]! | (isAsync ? Flag.rejected : Flag.threw);
    }
    for (const child of call.calls ?? []) add(child, row);
    now = Math.max(now, call.start === undefined ? now + 1 : now);
    columns.duration[row] = call.duration ?? now - start;
    if (Number.isNaN(columns.duration[row]!)) columns.flags[row] = columns.flags[row]! | Flag.running;
  };
  for (const call of calls) add(call, 0);
  columns.duration[0] = now;
  return builder.trace({}, end);
}
