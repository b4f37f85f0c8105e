import { qualifiedName } from "../trace/call-name.js";
import type { Trace } from "../trace/columns.js";
import { errorText } from "../trace/error-text.js";
import type { SourcePosition, Value } from "../trace/format.js";
import { statusOf } from "../trace/serialize.js";
import { failingPath, functionStatistics, selfTimes } from "../trace/statistics.js";
import { type CallChoice, choiceOf } from "./chosen-calls.js";

/** A call for scripts: values as in the trace's file. */
interface CallFacts {
  id: number;
  parent: number | null;
  function: string;
  file?: string;
  line?: number;
  call_site?: SourcePosition;
  start_ms: number;
  duration_ms: number | null;
  self_ms: number | null;
  status: string;
  inputs: Value;
  inputs_after?: Value;
  output?: Value;
  error?: string;
}

export interface DescribeOptions extends CallChoice {
  top: number;
  /** One call alone. */
  call?: number;
}

/**
 * The trace's facts for scripts: how the run ended, the failing path, errors and slowest functions; the calls that are asked
 * for, when any are; of `call`, that call alone, or null where there is none.
 *
 * @throws QueryError
 */
export function describeTrace(trace: Trace, { top, call, ...choice }: DescribeOptions): object | null {
  const factsOf = createFacts(trace);
  const { calls, errors, end, functions } = trace;
  if (call !== undefined) return Number.isInteger(call) && call < calls.length ? factsOf(call) : null;
  const isChosen = choiceOf(trace, choice);
  const matches: CallFacts[] = [];
  for (let row = 1; isChosen !== undefined && row < calls.length; row++)
    if (isChosen(row)) matches.push(factsOf(row));
  return {
    exit_code: end.exit_code,
    signal: end.signal,
    finished: end.finished,
    duration_ms: known(calls.duration[0]!),
    calls: calls.length - 1,
    failing_path: failingPath(trace).map(factsOf),
    errors,
    ...(isChosen === undefined ? {} : { matches }),
    slowest: functionStatistics(trace)
      .slice(0, top)
      .map(({ functionId, calls: count, errors: failed, running, ...times }) => ({
        function: qualifiedName(functions[functionId]!),
        module: functions[functionId]!.module,
        calls: count,
        errors: failed,
        running,
        ...Object.fromEntries(Object.entries(times).map(([name, ms]) => [`${name}_ms`, known(ms)])),
      })),
    warnings: end.warnings,
  };
}

function createFacts(trace: Trace): (row: number) => CallFacts {
  const { calls, functions, sites, errors, values } = trace;
  const self = selfTimes(trace);
  const parsed = (ref: number): Value | undefined => {
    const text = values.text(ref);
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  };
  return (row) => {
    const fn = functions[calls.functionId[row]!]!;
    const site = sites[calls.site[row]!];
    const after = parsed(calls.inputsAfter[row]!);
    const output = parsed(calls.output[row]!);
    const error = errors[calls.error[row]!];
    return {
      id: row,
      parent: row === 0 ? null : calls.parent[row]!,
      function: qualifiedName(fn),
      ...(fn.file === undefined ? {} : { file: fn.file }),
      ...(fn.line === undefined ? {} : { line: fn.line }),
      ...(site === undefined ? {} : { call_site: site }),
      start_ms: calls.start[row]!,
      duration_ms: known(calls.duration[row]!),
      self_ms: known(self[row]!),
      status: statusOf(calls.flags[row]!),
      inputs: parsed(calls.inputs[row]!) ?? {},
      ...(after === undefined ? {} : { inputs_after: after }),
      ...(output === undefined ? {} : { output }),
      ...(error === undefined ? {} : { error: errorText(error) }),
    };
  };
}

/** Recorded times are in steps of 10 ns: what is beyond comes from adding up. */
function known(ms: number): number | null {
  return Number.isNaN(ms) ? null : Math.round(ms * 1e5) / 1e5;
}
