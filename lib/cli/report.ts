import { writeSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import { FlowTraceError } from "../errors.js";
import { decimal, messageOf, t } from "./text.js";

/** How FlowTrace speaks: on stderr only, stdout belongs to the program. */
export function say(message: string): void {
  tell(`[FlowTrace] ${message}\n`);
}

/**
 * To the descriptor, as the stream that Node makes for a terminal or a pipe takes 5 ms to load. That one waits where the other
 * end is slow, and knows what to do where there is none.
 */
function tell(text: string): void {
  let rest = Buffer.from(text);
  try {
    while (process.platform !== "win32" && rest.length > 0) rest = rest.subarray(writeSync(2, rest));
  } catch {
    // left to it
  }
  if (rest.length > 0) process.stderr.write(rest);
}

/**
 * Runs a command's body; what it throws becomes a message and an exit code: 2 for wrong use or unusable
 * input, 1 with a stack for what is our own fault.
 */
export async function runCommand(body: () => Promise<void> | void): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (error instanceof FlowTraceError) {
      tell(`flowtrace: ${messageOf(error)}\n`);
      process.exitCode = 2;
    } else {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      tell(`flowtrace: ${t("fault")}\n${text}\n`);
      process.exitCode = 1;
    }
  }
}

/** `1.234s`, as the closing line has always shown it. */
export function seconds(ms: number): string {
  return `${decimal(ms / 1000, 3)}s`;
}

/** `12.3 MB` */
export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${decimal(bytes / 1e6, 1)} MB`;
}

/** A path as it can be typed: from the working directory when it lies below that. */
export function shownPath(path: string): string {
  const here = process.cwd() + sep;
  if (path.startsWith(here)) return path.slice(here.length);
  const below = relative(process.cwd(), path);
  return below === "" || isAbsolute(below) || below.split(sep)[0] === ".." ? path : below;
}

/** A path or an argument as a shell takes it. */
export function quoted(text: string): string {
  // First without the letters of all scripts: V8 takes a millisecond to make a pattern of those.
  if (/^[\w./:@%+,=\\-]+$/.test(text) || /^[\p{L}\p{N}_./:@%+,=\\-]+$/u.test(text)) return text;
  return process.platform === "win32" ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command as it is typed: where npx has found this one, the shell does not find that one. */
export function typed(command: string, ...args: string[]): string {
  const npx = process.env.npm_command === "exec" ? ["npx"] : [];
  return [...npx, command, ...args.map(quoted)].join(" ");
}

/** A line that is written over, on a terminal; nothing elsewhere. An empty text removes it. */
export function progressLine(): (text: string) => void {
  if (process.stderr.isTTY !== true) return () => {};
  let last = "";
  return (text) => {
    if (text === last) return;
    last = text;
    process.stderr.write(`\r\u001b[K${text === "" ? "" : `[FlowTrace] ${text}`}`);
  };
}

/** For the reading of a file: how far it is. */
export function readingProgress(progress: (text: string) => void): (read: number, total: number) => void {
  return (read, total) =>
    progress(t("progress.reading", { percent: Math.floor((read / Math.max(1, total)) * 100) }));
}
