import { errorLife, errorStories } from "../trace/error-life.js";
import { errorText } from "../trace/error-text.js";
import { failingPath, isGuess } from "../trace/statistics.js";
import { fitted, fittedEnd, linesOf, oneLine } from "./terminal.js";
import type { TraceText } from "./trace-text.js";
import { warningLine } from "./warning.js";

/** `✗ app.js exit code 1 · 135 ms · 13 calls · 1 error` */
export function outcome(text: TraceText): string {
  const { end, calls, errors } = text.trace;
  const failed = failingPath(text.trace).length > 0 || end.signal !== null || (end.exit_code ?? 0) !== 0;
  const facts = [text.time(calls.duration[0]!), text.counted("call", "calls", calls.length - 1)];
  if (errors.length > 0) facts.push(text.counted("oneError", "errors", errors.length));
  const mark = failed
    ? text.styled("red", "✗")
    : end.finished
      ? text.styled("green", "✓")
      : text.styled("yellow", "?");
  return `${mark} ${text.styled("bold", text.name(0))} ${ending(text, failed)} · ${facts.join(" · ")}`;
}

function ending(text: TraceText, failed: boolean): string {
  const { finished, recovered, signal, exit_code: code } = text.trace.end;
  if (!finished) return text.message(recovered === true ? "lost" : "running");
  if (signal !== null) return text.message("killed", { signal });
  if ((code ?? 0) !== 0) return text.message("exit", { code: code! });
  return text.message(failed ? "failed" : "finished");
}

const DEEPEST_INDENT = 12;

/** What went wrong: the calls from the root to the one that threw, with what each was given. */
export function* failingPathLines(text: TraceText): Generator<string> {
  const path = failingPath(text.trace);
  if (path.length === 0) return;
  const { columns } = text.terminal;
  yield "";
  yield text.heading(isGuess(text.trace, path) ? "guess" : "failing");
  for (const line of text.errorLines(path[path.length - 1]!, columns - 2))
    yield `  ${text.styled("red", line)}`;
  for (const [depth, row] of path.entries()) {
    const isLast = depth === path.length - 1;
    const indent = `  ${"  ".repeat(Math.min(depth, DEEPEST_INDENT))}`;
    // The end of a place tells more than its beginning, and the values more than either.
    const place = fittedEnd(text.place(row), Math.floor(columns / 3));
    yield text.line(indent, text.code(row, columns), place, (code) =>
      text.styled(isLast ? "red" : "blue", code),
    );
  }
}

const MOST_SURVIVED = 5;

/** The errors of a run that went on, each with the call that threw it: what a server answered with a 500 is looked for first. */
export function* survivedErrors(text: TraceText): Generator<string> {
  const { trace } = text;
  if (failingPath(trace).length > 0) return;
  const stories = errorStories(trace).slice(0, MOST_SURVIVED);
  if (stories.length === 0) return;
  const { columns } = text.terminal;
  yield "";
  yield text.heading("survived");
  for (const { errors } of stories) {
    const error = trace.errors[errors[0]!]!;
    const { row } = errorLife(trace, error.id)[0]!;
    yield `  ${text.styled("red", fitted(oneLine(errorText(error)), columns - 2))}`;
    if (row >= 0)
      yield text.line(
        "    ",
        text.code(row, columns),
        fittedEnd(text.place(row), Math.floor(columns / 3)),
        (code) => text.styled("blue", code),
      );
  }
}

const MOST_NOTE_LINES = 6;

/** What the reader must know to trust the trace. */
export function* notes(text: TraceText): Generator<string> {
  const { warnings } = text.trace.end;
  if (warnings.length === 0) return;
  yield "";
  yield text.heading("notes");
  const { columns } = text.terminal;
  for (const warning of warnings) {
    let indent = "  ";
    for (const line of linesOf(warningLine(warning, text.language), columns - 4, MOST_NOTE_LINES)) {
      yield indent + text.styled("yellow", line);
      indent = "    ";
    }
  }
}
