import { emptyRun } from "./builder.js";
import type {
  CallLink,
  ErrorInfo,
  ErrorOutcome,
  FoldedCalls,
  RunEnd,
  RunInfo,
  SourcePosition,
  ThreadInfo,
  TracedFile,
  TraceWarning,
  UsageSample,
} from "./format.js";

/** What a file says of the run as a whole may be anything: here it becomes what the types promise, field by field. */
export type Facts = { readonly [field: string]: unknown };

/** What a field is taken as; undefined leaves it out. */
type Take = (given: unknown) => unknown;

const text: Take = (given) => (typeof given === "string" ? given : "");
const number: Take = (given) => (typeof given === "number" ? given : 0);
const count: Take = (given) => (isCount(given) ? given : 0);
const optionalText: Take = (given) => (typeof given === "string" ? given : undefined);
const optionalNumber: Take = (given) => (typeof given === "number" ? given : undefined);
const optionalCount: Take = (given) => (isCount(given) ? given : undefined);
const textOrNull: Take = (given) => (typeof given === "string" ? given : null);
const numberOrNull: Take = (given) => (typeof given === "number" ? given : null);
const optionalTrue: Take = (given) => (given === true ? true : undefined);

function isCount(given: unknown): given is number {
  return Number.isSafeInteger(given) && (given as number) >= 0;
}

function isFacts(given: unknown): given is Facts {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

/** `given` with the known fields as they must be; what nobody knows stays as it is. */
function taken<T>(fields: { [field in keyof T]-?: Take }, given: Facts): T {
  const result: Record<string, unknown> = { ...given };
  for (const [field, take] of Object.entries<Take>(fields)) {
    const value = take(given[field]);
    if (value === undefined) delete result[field];
    else result[field] = value;
  }
  return result as T;
}

function listOf<T>(fields: { [field in keyof T]-?: Take }): (given: unknown) => T[] {
  return (given) => (Array.isArray(given) ? given.filter(isFacts).map((item) => taken<T>(fields, item)) : []);
}

const position: Take = (given) =>
  isFacts(given) && typeof given.file === "string"
    ? taken<SourcePosition>({ file: text, line: count, column: count }, given)
    : undefined;

const OUTCOMES: ReadonlySet<unknown> = new Set<ErrorOutcome>(["caught", "swallowed", "wrapped", "unhandled"]);

const errors = listOf<ErrorInfo>({
  id: count,
  name: text,
  message: text,
  code: (given) => optionalText(given) ?? optionalNumber(given),
  value: (given) => given,
  stack: optionalText,
  cause: optionalCount,
  thrown_at: position,
  thrown_in: optionalCount,
  caught_at: position,
  caught_in: optionalCount,
  outcome: (given) => (OUTCOMES.has(given) ? given : "outside"),
});

const threads = listOf<ThreadInfo>({
  index: count,
  pid: count,
  thread_id: count,
  role: text,
  title: text,
  started_by: optionalCount,
  exit_code: (given) => (given === null ? null : optionalNumber(given)),
  signal: (given) => (given === null ? null : optionalText(given)),
});

const folded = listOf<FoldedCalls>({
  parent: count,
  function: text,
  file: text,
  line: count,
  calls: count,
  total_ms: number,
  min_ms: number,
  max_ms: number,
  errors: count,
  reason: text,
});

const links = listOf<CallLink>({ call: count, goes_back_to: optionalCount, reference: text });
const files = listOf<TracedFile>({ file: text, path: text, sha256: text });
const usage = listOf<UsageSample>({ at_ms: number, pid: count, cpu_percent: number, rss_bytes: number });
const warnings = listOf<TraceWarning>({ code: text, message: text, count: optionalNumber });

/** The start of a run as a file tells it; `unsaid` stands for what it does not. */
export function runInfo(given: Facts | undefined, unsaid: Partial<RunInfo>): RunInfo {
  const known = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  const facts: Facts = { ...emptyRun(), ...unsaid, ...Object.fromEntries(known) };
  return taken<RunInfo>(
    {
      version: number,
      tool: text,
      node: text,
      platform: text,
      argv: (list) => (Array.isArray(list) ? list.filter((item) => typeof item === "string") : []),
      cwd: text,
      root: text,
      started_unix_ms: number,
      options: (options) => (isFacts(options) ? options : {}),
    },
    facts,
  );
}

/** The end of a run as a file tells it. */
export function runEnd(given: Facts | undefined, calls: number, finished: boolean): RunEnd {
  return taken<RunEnd>(
    {
      finished: (said) => (typeof said === "boolean" ? said : finished),
      recovered: optionalTrue,
      exit_code: numberOrNull,
      signal: textOrNull,
      calls: (said) => (isCount(said) ? said : calls),
      threads,
      errors,
      files,
      usage,
      folded,
      links: (list) => (list === undefined ? undefined : links(list)),
      warnings,
      overhead_ms: optionalNumber,
    },
    given ?? {},
  );
}
