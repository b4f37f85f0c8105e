import type { CallColumns, FunctionInfo, Trace } from "./columns.js";
import type { ErrorInfo, SourcePosition } from "./format.js";

/** One station on an error's way. */
export interface ErrorStep {
  kind: "thrown" | "crossed" | "wrapped" | "caught" | "swallowed" | "unhandled" | "outside";
  /** The call it happened in; -1 when that was not recorded. */
  row: number;
  /** The error from here on: where one is wrapped, the one that wraps it. */
  error: number;
  position?: SourcePosition;
  /** Of `crossed`: how many more calls it crossed than are told one by one. */
  more?: number;
}

/** Errors of the same make: thrown at the same place, ended the same way. */
export interface ErrorStory {
  /** The errors, by id, in order; each is the last of its chain of causes. */
  errors: number[];
  outcome: ErrorInfo["outcome"];
}

/** What needs a human first. */
const GRAVITY: Readonly<Record<ErrorInfo["outcome"], number>> = {
  unhandled: 0,
  swallowed: 1,
  outside: 2,
  wrapped: 3,
  caught: 4,
};

/**
 * The errors of a trace as stories, the gravest first. An error that became the cause of another is told in the
 * story of that one.
 */
export function errorStories({ errors }: Trace): ErrorStory[] {
  const isCause = new Uint8Array(errors.length);
  for (const { id, cause } of errors)
    if (cause !== undefined && cause < errors.length && cause !== id) isCause[cause] = 1;
  const stories = new Map<string, ErrorStory>();
  for (const error of errors) {
    // Of a ring of causes nobody is the last.
    if (isCause[error.id] === 1 && error.outcome === "wrapped") continue;
    const { name, message, outcome, thrown_at: thrown, caught_at: caught } = error;
    const key = JSON.stringify([name, outcome, thrown ?? message, caught]);
    const known = stories.get(key);
    if (known === undefined) stories.set(key, { errors: [error.id], outcome });
    else known.errors.push(error.id);
  }
  return [...stories.values()].sort(
    (a, b) => GRAVITY[a.outcome] - GRAVITY[b.outcome] || a.errors[0]! - b.errors[0]!,
  );
}

/**
 * An error's way: where it was thrown, which calls it ended, where it was taken. When it wraps another, the other's
 * way comes first.
 *
 * @param most - crossed calls told one by one, for each error
 */
export function errorLife(trace: Trace, id: number, most = 20): ErrorStep[] {
  const chain: ErrorInfo[] = [];
  for (
    let error = trace.errors[id];
    error !== undefined && !chain.includes(error);
    error = error.cause === undefined ? undefined : trace.errors[error.cause]
  )
    chain.unshift(error);
  const steps: ErrorStep[] = [];
  for (const error of chain) {
    const [thrown, ...rest] = stepsOf(trace, error, most);
    const wrap = steps[steps.length - 1];
    // The call that takes one error and throws it as another is told once.
    if (wrap?.kind === "wrapped" && wrap.row === thrown!.row) wrap.error = error.id;
    else steps.push(thrown!);
    steps.push(...rest);
  }
  return steps;
}

function stepsOf({ calls }: Trace, error: ErrorInfo, most: number): ErrorStep[] {
  const { id, outcome } = error;
  const thrown = error.thrown_in ?? innermostWith(calls, id);
  const steps: ErrorStep[] = [{ kind: "thrown", row: thrown, error: id, ...at(error.thrown_at) }];
  const taken = error.caught_in ?? -1;
  let crossed = 0;
  let last: ErrorStep | undefined;
  // Of the calls it ended, the thrower is told already.
  for (
    let row = thrown < 0 ? -1 : calls.parent[thrown]!;
    row >= 0 && row !== taken;
    row = calls.parent[row]!
  ) {
    if (calls.error[row] !== id) break;
    if (row === 0) break;
    crossed++;
    if (crossed <= most) {
      last = { kind: "crossed", row, error: id };
      steps.push(last);
    }
  }
  if (last !== undefined && crossed > most) last.more = crossed - most;
  steps.push({ kind: outcome, row: taken, error: id, ...at(error.caught_at) });
  return steps;
}

function at(position: SourcePosition | undefined): { position?: SourcePosition } {
  return position === undefined ? {} : { position };
}

/** Of the calls that an error ended, the last to start: the nearest to where it was thrown. */
function innermostWith({ error, length }: CallColumns, id: number): number {
  for (let row = length - 1; row >= 0; row--) if (error[row] === id) return row;
  return -1;
}

/** A line of a stack, and the call it stands for when that was recorded. */
export interface StackLine {
  text: string;
  row?: number;
}

/** The lines of an error's stack, with the calls that its frames are: looked for upwards from where it was thrown. */
export function stackLines({ calls, functions }: Trace, error: ErrorInfo): StackLine[] {
  let row = error.thrown_in ?? innermostWith(calls, error.id);
  return (error.stack ?? "").split("\n").map((text) => {
    const frame = /^\s+at (?:async )?(?:new )?(?:(.*?) \()?(.*?):(\d+):\d+\)?$/.exec(text);
    if (frame === null) return { text };
    for (let above = row; above > 0; above = calls.parent[above]!) {
      if (!isFrameOf(functions[calls.functionId[above]!]!, frame[1] ?? "", frame[2]!, Number(frame[3])))
        continue;
      row = calls.parent[above]!;
      return { text, row: above };
    }
    return { text };
  });
}

function isFrameOf(
  { name, called, file, line }: FunctionInfo,
  text: string,
  path: string,
  at: number,
): boolean {
  if (file === undefined || !(path === file || path.endsWith(`/${file}`) || path.endsWith(`\\${file}`)))
    return false;
  if (line !== undefined && at < line) return false;
  const last = text
    .replace(/ \[as .*\]$/, "")
    .split(".")
    .pop()!;
  return last === "" || last === "<anonymous>" || last === name || last === called;
}
