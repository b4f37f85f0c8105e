import { isatty, WriteStream } from "node:tty";
import { inspect, types } from "node:util";
import { writeSync } from "../own-fs.js";
import type { Position } from "./stack-traces.js";

/** Where an uncaught error comes from, and what stands there. */
export interface UncaughtSource {
  /** Where the error was thrown or made; undefined when that is no file of ours to know about. */
  positionOf(error: unknown, fromRejection: boolean): Position | undefined;
  /** Whether V8's text of the line is not the author's. */
  isTouched(file: string, line: number): boolean;
  /** Whether V8 takes a `catch` of ours for the place the error comes from. */
  wasRethrown(error: unknown): boolean;
  line(file: string, line: number): string | undefined;
}

const { apply } = Reflect;

/**
 * Prints an error that ends the process as Node does, but for one thing: Node shows the line of source that threw as V8
 * has it, with what we inserted. Where that line is touched, or is one of ours, the report is written here, from the
 * original.
 *
 * The order stays Node's: `process._fatalException` asks the program's handlers and emits `exit`; only when nobody
 * has handled the error does Node print it.
 */
export function installUncaughtReport(source: UncaughtSource): void {
  const fatal = process as unknown as {
    _fatalException?: (error: unknown, fromRejection: boolean) => boolean;
  };
  const native = fatal._fatalException;
  if (native === undefined) return;
  const { reallyExit } = process as unknown as { reallyExit(code: number): never };
  const ours = {
    onGlobalUncaughtException(this: unknown, error: unknown, fromRejection: boolean): boolean {
      if (apply(native, this, [error, fromRejection])) return true;
      const report = reportOf(error, fromRejection, source);
      if (report === undefined) return false;
      try {
        writeSync(2, report);
      } catch {
        // nobody listens
      }
      apply(reallyExit, process, [typeof process.exitCode === "number" ? process.exitCode : 1]);
      return false;
    },
  };
  fatal._fatalException = ours.onGlobalUncaughtException;
}

function reportOf(error: unknown, fromRejection: boolean, source: UncaughtSource): string | undefined {
  try {
    // Formats the stack, which Node would do next, and so tells where the error was made.
    const isError = types.isNativeError(error);
    const text = isError ? printed(error) : undefined;
    const wasRethrown = !fromRejection && source.wasRethrown(error);
    const position = source.positionOf(error, fromRejection) ?? (wasRethrown ? firstFrame(text) : undefined);
    if (position === undefined) return undefined;
    if (!wasRethrown && !source.isTouched(position.file, position.line)) return undefined;
    const line = source.line(position.file, position.line);
    if (line === undefined) return undefined;
    // Where an error is made is where it is thrown, as a rule; V8 points at the `throw`, but for rejections.
    const upToError = line.slice(0, position.column - 1);
    const before = fromRejection ? upToError : upToError.replace(/\bthrow\s+$/, "");
    const indent = before.replace(/[^\t]/g, " ");
    const excerpt = `${position.file}:${position.line}\n${line}\n${indent}^\n`;
    const end = `\nNode.js ${process.version}\n`;
    if (text !== undefined) return `${excerpt}\n${text}\n${end}`;
    const isObject = (typeof error === "object" && error !== null) || typeof error === "function";
    const hint = isObject ? "" : "(Use `node --trace-uncaught ...` to show where the exception was thrown)\n";
    return `\n${excerpt}${inspect(error)}\n${hint}${end}`;
  } catch {
    return undefined;
  }
}

/** Where an error was made, by its stack. */
function firstFrame(stack: string | undefined): Position | undefined {
  const frame = /\n\s+at (?:[^\n]*\()?([^\n()]+):(\d+):(\d+)\)?/.exec(stack ?? "");
  return frame === null ? undefined : { file: frame[1]!, line: Number(frame[2]), column: Number(frame[3]) };
}

/** What Node prints of an error: with its properties and causes. */
function printed(error: Error): string {
  const { hasColors } = WriteStream.prototype as {
    hasColors(this: unknown, env: NodeJS.ProcessEnv): boolean;
  };
  const colors = isatty(2) && apply(hasColors, WriteStream.prototype, [process.env]);
  return inspect(error, {
    colors,
    customInspect: false,
    depth: Math.max(inspect.defaultOptions.depth ?? 0, 5),
  });
}
