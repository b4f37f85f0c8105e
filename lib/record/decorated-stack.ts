import { Script } from "node:vm";
import { getOwnPropertyDescriptor, includes } from "../primordials.js";
import { OPEN } from "../probe.js";
import { isLoadingOwn } from "../unseen.js";
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
 * error's stack. The line is the one that V8 has. To be called when the stack is asked for by it, or by what it runs: the
 * decorated stack that is set later gets the original line.
 */
export function mendDecoration(error: unknown, stack: string, excerpt: MendedExcerpt): void {
  if (typeof error !== "object" || error === null) return;
  // In later versions a getter and a setter of V8's, which is where the text then is.
  const native = Object.getOwnPropertyDescriptor(error, "stack");
  if (native?.configurable !== true) return;
  let own: unknown = stack;
  Object.defineProperty(error, "stack", {
    configurable: true,
    get: () => own,
    set(this: object, value: unknown) {
      // V8's own setter knows no other object.
      if (this !== error && native.set === undefined) {
        Object.defineProperty(this, "stack", { value, configurable: true, enumerable: true, writable: true });
        return;
      }
      const decorated = withOriginalLine(error, value, own, excerpt);
      const isFrozen = Object.getOwnPropertyDescriptor(error, "stack")?.configurable !== true;
      if (!isFrozen || native.set !== undefined) own = decorated ?? value;
      if (decorated === undefined || isFrozen) return;
      Object.defineProperty(error, "stack", native.set === undefined ? { ...native, value: own } : native);
      if (native.set !== undefined) (error as Error).stack = decorated;
    },
  });
}

/** @returns undefined when it is not what `node:vm` sets */
function withOriginalLine(
  error: object,
  decorated: unknown,
  stack: unknown,
  excerpt: MendedExcerpt,
): string | undefined {
  if (typeof decorated !== "string" || typeof stack !== "string" || !decorated.endsWith(stack))
    return undefined;
  const found = EXCERPT.exec(decorated.slice(0, decorated.length - stack.length));
  if (found === null) return undefined;
  const [, file, line, text, blanks] = found;
  if (!text!.includes(OPEN)) return decorated;
  const original = excerpt(error, file!, Number(line) - 1, blanks === undefined ? -1 : blanks.length, stack);
  return original === undefined ? decorated : `${original}\n${stack}`;
}

let hasRun = false;

/** Most programs never run a script in `node:vm`: {@link isForVm} is only asked of those that do. */
export function watchForVm(): void {
  whenAskedFor(Object.getPrototypeOf(Script.prototype) as object, "runInContext", () => {
    hasRun ||= !isLoadingOwn();
  });
}

/** Ours, at most two of `node:internal/errors`, and who has asked for the stack. */
const FRAMES_TO_ASKER = 7;
/** A script that has called more than these before it fails is not recognised. */
const MOST_FRAMES = 200;

/** Whether the stack that is being formatted may be that of an error which `node:vm` is about to decorate. */
export function isForVm(callSites: NodeJS.CallSite[]): boolean {
  if (!hasRun) return false;
  const limit = getOwnPropertyDescriptor(Error, "stackTraceLimit");
  let isCalled = !(callSites.length < limit?.value);
  for (let i = 0; i < callSites.length && !isCalled; i++)
    isCalled = callSites[i]!.getFileName() === "node:vm";
  if (limit?.writable === true) Error.stackTraceLimit = isCalled ? MOST_FRAMES : FRAMES_TO_ASKER;
  // V8 formats this one by itself.
  const frames = new Error().stack;
  if (limit?.writable === true) Error.stackTraceLimit = limit.value;
  return includes(frames ?? "", "(node:vm:");
}
