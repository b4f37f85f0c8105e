import { FlowTraceError } from "../errors.js";

/** How FlowTrace speaks: on stderr only, stdout belongs to the program. */
export function say(message: string): void {
  process.stderr.write(`[FlowTrace] ${message}\n`);
}

/** Whether stderr shows colours: a terminal, and nobody asked for none (https://no-color.org). */
export function hasColors(): boolean {
  return process.stderr.isTTY === true && (process.env.NO_COLOR ?? "") === "" && process.env.TERM !== "dumb";
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
      process.stderr.write(`flowtrace: ${error.message}\n`);
      process.exitCode = 2;
    } else {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`flowtrace: this is a fault of FlowTrace's own, please report it:\n${text}\n`);
      process.exitCode = 1;
    }
  }
}

/** `1.234s`, as the closing line has always shown it. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)}s`;
}

/** `12.3 MB` */
export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
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
  return (read, total) => progress(`reading ${Math.floor((read / Math.max(1, total)) * 100)} %`);
}
