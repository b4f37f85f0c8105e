import { qualifiedName } from "../trace/call-name.js";
import { functionStatistics } from "../trace/statistics.js";
import type { TraceText } from "./trace-text.js";

/** The functions that took most time themselves. */
export function* slowestFunctions(text: TraceText, top: number): Generator<string> {
  const list = functionStatistics(text.trace).slice(0, top);
  if (list.length === 0) return;
  yield "";
  yield text.heading("slowest");
  for (const { functionId, self, calls } of list) {
    const fn = text.trace.functions[functionId]!;
    const label = `${qualifiedName(fn)}  ${fn.module}`;
    yield text.line("  ", label, `${text.time(self)}  ×${text.number(calls)}`);
  }
}
