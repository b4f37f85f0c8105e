import { Script } from "node:vm";
import { OWN_FOLDER } from "../own-folder.js";
import { OPEN } from "../probe.js";
import { whenAskedFor } from "./asked-for.js";

/** As `node:vm` writes it: name of the script and line; the text; blanks and a caret. */
const EXCERPT = /^([^\n]*):(\d+)\n([^\n]*)\n(?:([ \t]*)\^*\n)?\n$/;

/**
 * The line of source that V8 has.
 *
 * @param line - 0-based, as the column; that one is below 0 when it is not known
 * @returns what is to be written in its place; undefined to leave it
 */
export type MendedExcerpt = (
  error: object,
  file: string,
  line: number,
  column: number,
  stack: string,
) => string | undefined;

/**
 * `node:vm` takes the stack of an error that a script throws, writes the line that threw in front of it, and sets that as the
 * error's stack. The line is the one that V8 has. To be called when the stack is asked for by it: what is set next gets the
 * original line.
 */
export function mendDecoration(error: unknown, stack: string, excerpt: MendedExcerpt): void {
  if (typeof error !== "object" || error === null) return;
  // In later versions a getter and a setter of V8's, which is where the text then is.
  const native = Object.getOwnPropertyDescriptor(error, "stack");
  if (native?.configurable !== true) return;
  Object.defineProperty(error, "stack", {
    get: () => stack,
    set(this: object, decorated: unknown) {
      const text =
        typeof decorated === "string" ? withOriginalLine(error, decorated, stack, excerpt) : decorated;
      Object.defineProperty(error, "stack", native.set === undefined ? { ...native, value: text } : native);
      if (native.set !== undefined) (error as Error).stack = text as string;
    },
  });
}

function withOriginalLine(error: object, decorated: string, stack: string, excerpt: MendedExcerpt): string {
  if (!decorated.endsWith(stack)) return decorated;
  const [, file, line, text, blanks] = EXCERPT.exec(decorated.slice(0, -stack.length)) ?? [];
  if (file === undefined || !text!.includes(OPEN)) return decorated;
  const original = excerpt(error, file, Number(line) - 1, blanks === undefined ? -1 : blanks.length, stack);
  return original === undefined ? decorated : `${original}\n${stack}`;
}

let hasRun = false;

/** Most programs never run a script in `node:vm`: {@link isForVm} is only asked of those that do. */
export function watchForVm(): void {
  whenAskedFor(Object.getPrototypeOf(Script.prototype) as object, "runInContext", () => {
    hasRun = true;
  });
}

/** Ours, at most two of `node:internal/errors`, and who has asked for the stack. */
const FRAMES_TO_ASKER = 7;

/** Whether it is `node:vm` that has asked for the stack which is being formatted. Only what it has called may be. */
export function isForVm(callSites: NodeJS.CallSite[]): boolean {
  if (!hasRun) return false;
  const limit = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit");
  const isWhole = callSites.length < limit?.value;
  if (isWhole && !callSites.some((site) => site.getFileName() === "node:vm")) return false;
  if (limit?.writable === true) Error.stackTraceLimit = FRAMES_TO_ASKER;
  // V8 formats this one by itself.
  const frames = new Error().stack?.split("\n").slice(1);
  if (limit?.writable === true) Error.stackTraceLimit = limit.value;
  const asker = frames?.find(
    (frame) => !frame.includes(OWN_FOLDER) && !frame.includes("node:internal/errors"),
  );
  return asker?.includes("(node:vm:") === true;
}
