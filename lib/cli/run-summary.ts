import { basename } from "node:path";
import type { RecordedRun } from "../collect/follow.js";
import { fitted, oneLine } from "../show/terminal.js";
import { qualifiedName } from "../trace/call-name.js";
import { FAILED, type Trace } from "../trace/columns.js";
import { errorText } from "../trace/error-text.js";
import type { TraceWarning } from "../trace/format.js";
import { failingPath, isGuess } from "../trace/statistics.js";
import { megabytes, say, seconds, shownPath, typed } from "./report.js";
import { counted, languageOf, t } from "./text.js";

/** The closing lines: what happened, where the trace is, and how to open it. */
export function tellRun(
  recorded: RecordedRun,
  { script, isScript }: { script: string; isScript: boolean },
  hasPage: boolean,
): void {
  const { trace, output, elapsedMs, bytes, failure } = recorded;
  const { end } = trace;
  say(t("run.finished", { time: seconds(elapsedMs), script: basename(script) }));
  const ending = endingOf(trace);
  if (ending !== undefined) say(ending);
  const cost = end.overhead_ms === undefined ? "" : t("run.cost", { time: briefly(end.overhead_ms) });
  say(countsOf(trace).join(", ") + cost);
  const hasStarted = !trace.errors.some(({ outcome }) => outcome === "unhandled");
  if (end.files.length === 0 && hasStarted) {
    const message = t(isScript ? "run.no-function" : "run.nothing", { root: trace.run.root });
    say(t("run.note", { message }));
  }
  for (const warning of end.warnings) tellWarning(warning);
  if (failure !== undefined) {
    say(failure);
    return;
  }
  const path = shownPath(output);
  say(t("run.trace", { path, size: megabytes(bytes) }));
  if (hasPage) return;
  const visual = typed("flowtrace-visual", "-i", path, "--open");
  say(t("run.open", { visual, show: typed("flowtrace-show", path) }));
}

/** The page's messages, in which Spanish ones are found, are loaded for a warning only. */
export function tellWarning(warning: TraceWarning): void {
  const { warningLine } = require("../show/warning.js") as typeof import("../show/warning.js");
  say(t("run.note", { message: warningLine(warning, languageOf(process.env)) }));
}

/** Undefined for a run that ended well. */
function endingOf(trace: Trace): string | undefined {
  const { signal, exit_code: code } = trace.end;
  const end =
    signal !== null ? t("run.signal", { signal }) : (code ?? 0) !== 0 ? t("run.exit", { code: code! }) : "";
  const path = failingPath(trace);
  const row = path.at(-1);
  const error = row === undefined ? undefined : trace.errors[trace.calls.error[row]!];
  if (row === undefined || error === undefined) return end === "" ? undefined : end;
  // The place follows.
  const text = oneLine(errorText(error)).replace(/\.$/, "");
  const places = { end, error: fitted(text, ERROR_COLUMNS), place: placeOf(trace, row) };
  if (end === "") return t("run.failed-in", places);
  if (places.place === "") return t("run.error", places);
  return t(isGuess(trace, path) ? "run.handled-in" : "run.error-in", places);
}

const ERROR_COLUMNS = 160;

/** `Cart.total (cart.js:12)`: the call that threw, and where. */
function placeOf({ calls, functions, errors }: Trace, row: number): string {
  const fn = functions[calls.functionId[row]!]!;
  const at = errors[calls.error[row]!]?.thrown_at ?? fn;
  const where = at.file === undefined || at.line === undefined ? "" : `${at.file}:${at.line}`;
  if (row === 0) return where;
  const name = qualifiedName(fn);
  return where === "" ? name : `${name} (${where})`;
}

function countsOf(trace: Trace): string[] {
  const { end, errors } = trace;
  const counts = [
    counted("run.call", "run.calls", end.calls),
    counted("run.file", "run.files", end.files.length),
  ];
  const tests = testsOf(trace);
  if (tests.all > 0) counts.push(counted("run.test", "run.tests", tests.all));
  if (tests.failed > 0) counts.push(t("run.failed", { count: tests.failed }));
  if (end.threads.length > 1) counts.push(t("run.threads", { count: end.threads.length }));
  const unhandled = errors.filter(({ outcome }) => outcome === "unhandled").length;
  const handled = errors.length - unhandled;
  if (unhandled > 0) counts.push(counted("run.one-unhandled", "run.unhandled", unhandled));
  if (handled > 0) counts.push(counted("run.one-handled", "run.handled", handled));
  return counts;
}

function testsOf({ calls, functions }: Trace): { all: number; failed: number } {
  const tests = { all: 0, failed: 0 };
  if (!functions.some(({ kind }) => kind === "test")) return tests;
  for (let row = 1; row < calls.length; row++) {
    if (functions[calls.functionId[row]!]!.kind !== "test") continue;
    tests.all++;
    if (calls.flags[row]! & FAILED) tests.failed++;
  }
  return tests;
}

function briefly(ms: number): string {
  return ms < 1000 ? `${Math.ceil(ms)} ms` : seconds(ms);
}
