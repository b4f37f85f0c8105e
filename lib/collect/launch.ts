import { FlowTraceError } from "../errors.js";
import { startBare } from "./bare-process.js";

/** How a target ended: by code or by signal. */
export interface Ended {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** A target that runs. */
export interface Target {
  kill(signal: NodeJS.Signals): void;
}

/** Signals that are the target's to answer; its death by one of them is ours too. */
const FORWARDED: NodeJS.Signals[] =
  process.platform === "win32"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2", "SIGCONT"];

/**
 * Starts the target with our own standard streams and passes signals on.
 *
 * Ctrl-C in a terminal reaches the target by itself, as it is in the same process group: passing it on would
 * make two of one. A second one ends it at once.
 *
 * @throws FlowTraceError FT_TARGET_MISSING when the command cannot be started
 */
export function launch(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const end = (how: Ended): void => {
      stopForwarding();
      resolve(how);
    };
    const fail = (error: Error): void => {
      stopForwarding();
      reject(
        new FlowTraceError("FT_TARGET_MISSING", `${command} cannot be started: ${reasonOf(error)}.`, {
          cause: error,
          ...(isMissing(error) ? { spanish: `${command} no se puede ejecutar: no existe esa orden.` } : {}),
        }),
      );
    };
    const target = startBare(command, args, env, end) ?? startChild(command, args, env, end, fail);
    const stopForwarding = forwardSignals(target);
  });
}

/** Loaded only where it is needed, see {@link startBare}. */
function startChild(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  ended: (how: Ended) => void,
  failed: (error: Error) => void,
): Target {
  const { spawn } = process.getBuiltinModule("node:child_process");
  const child = spawn(command, args, { stdio: "inherit", env });
  child.once("error", failed);
  child.once("exit", (exitCode, signal) => ended({ exitCode, signal }));
  return { kill: (signal) => void child.kill(signal) };
}

const isMissing = ({ code }: NodeJS.ErrnoException): boolean => code === "ENOENT";

function reasonOf(error: Error): string {
  return isMissing(error) ? "there is no such command" : error.message;
}

function forwardSignals(target: Target): () => void {
  let interrupts = 0;
  const listeners = FORWARDED.map((signal) => {
    const listener = (): void => {
      if (signal === "SIGINT" && ++interrupts > 1) target.kill("SIGKILL");
      else if (signal !== "SIGINT" || !process.stdin.isTTY) target.kill(signal);
    };
    process.on(signal, listener);
    return { signal, listener };
  });
  return () => {
    for (const { signal, listener } of listeners) process.removeListener(signal, listener);
  };
}

/** Ends this process as the target ended. */
export function endAs({ exitCode, signal }: Ended): void {
  if (signal === null) {
    process.exitCode = exitCode ?? 1;
    return;
  }
  const { signals } = process.getBuiltinModule("node:os").constants;
  process.exitCode = 128 + (signals[signal] ?? 0);
  process.kill(process.pid, signal);
}
