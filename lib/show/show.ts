import type { Trace } from "../trace/columns.js";
import { callDetails } from "./call.js";
import { type CallChoice, chosenWithCallers } from "./chosen-calls.js";
import { failingPathLines, notes, outcome, survivedErrors } from "./outcome.js";
import { slowestFunctions } from "./slowest.js";
import type { Terminal } from "./terminal.js";
import { TraceText } from "./trace-text.js";
import { callTree } from "./tree.js";

export interface ShowOptions extends CallChoice {
  terminal: Terminal;
  language: "en" | "es";
  /** Levels of the tree. */
  depth: number;
  /** One call with all its values. */
  call?: number;
  /** Functions in the list of the slowest. */
  top: number;
}

/**
 * The trace as text for a terminal, line by line.
 *
 * @throws QueryError before the first line
 */
export function* showTrace(trace: Trace, options: ShowOptions): Generator<string> {
  const text = new TraceText(trace, options.terminal, options.language);
  if (options.call !== undefined) {
    yield* callDetails(text, options.call);
    return;
  }
  const chosen = chosenWithCallers(trace, options);
  yield outcome(text);
  yield* failingPathLines(text);
  yield* survivedErrors(text);
  yield* callTree(text, options.depth, chosen);
  yield* slowestFunctions(text, options.top);
  yield* notes(text);
}
