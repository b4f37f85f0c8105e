import { basename } from "node:path";
import type { Calls } from "../probe.js";

/** Records the processes that the program starts, each as one call: its command, how long it lived, how it ended. */
export interface ProcessCalls {
  /** Opens the call of a process and makes it the current one: what is started meanwhile is its. */
  start(file: string, args: readonly string[]): number;
  /** The process has started and runs beside the program. */
  started(call: number, pid: number | undefined): void;
  ended(call: number, exitCode: number | null, signal: string | null): void;
  failed(call: number, error: unknown): void;
}

export function recordProcesses(calls: Calls): ProcessCalls {
  return {
    start(file, args) {
      // What a shell is given tells more than that it is a shell.
      const inShell = args[0] === "-c" ? /^\s*([\w./-]+)/.exec(args[1] ?? "")?.[1] : undefined;
      const name = basename(inShell ?? file);
      const fn = calls.define({ kind: "process", name, module: "", params: ["command"] });
      return calls.open(fn, [[file, ...args]]);
    },
    started(call, pid) {
      if (pid !== undefined) calls.attributes(call, { "process.pid": pid });
      calls.suspend(call);
    },
    ended(call, exitCode, signal) {
      calls.close(call, { exit_code: exitCode, signal });
    },
    failed: calls.fail,
  };
}
