import { nodeBinding } from "../node-binding.js";
import type { Ended, Target } from "./launch.js";

/** What `node:child_process` starts processes with: https://github.com/nodejs/node/blob/v20.x/src/process_wrap.cc */
interface ProcessHandle {
  /** Once it has been started. */
  pid: number;
  onexit: (exitCode: number, signal: string) => void;
  spawn(options: object): number;
  close(): void;
}

/**
 * Starts a process with our own standard streams, as `node:child_process` would. That module loads the network and all streams,
 * and takes 18 M of the 90 M instructions that Node itself starts with.
 *
 * @returns undefined where this is not to be had, or fails: `node:child_process` says why
 */
export function startBare(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  ended: (how: Ended) => void,
): Target | undefined {
  const Handle = handleClass();
  if (Handle === undefined) return undefined;
  const handle = new Handle();
  let hasEnded = false;
  handle.onexit = (exitCode, signal) => {
    hasEnded = true;
    handle.close();
    ended(signal === "" ? { exitCode, signal: null } : { exitCode: null, signal: signal as NodeJS.Signals });
  };
  const failure = handle.spawn({
    file: command,
    args: [command, ...args],
    envPairs: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    stdio: [0, 1, 2].map((fd) => ({ type: "inherit", fd })),
  });
  if (failure !== 0) {
    handle.close();
    return undefined;
  }
  return {
    kill(signal) {
      try {
        if (!hasEnded) process.kill(handle.pid, signal);
      } catch {
        // it is not ours any more to be told
      }
    },
  };
}

/** Node 20 has it, and changes no more. To look for it in Node's own text takes 1.5 M instructions. */
const isKnown = process.versions.node.startsWith("20.");

function isAsKnown(): boolean {
  const sources = nodeBinding<Record<string, string | undefined>>("natives");
  return sources?.["internal/child_process"]?.includes("this._handle.spawn(options)") === true;
}

/** Where its `spawn` takes what we give it: given anything else, it ends the process. */
function handleClass(): (new () => ProcessHandle) | undefined {
  // There, commands are looked for and arguments quoted before it.
  if (process.platform === "win32") return undefined;
  if (!isKnown && !isAsKnown()) return undefined;
  return nodeBinding<{ Process?: new () => ProcessHandle }>("process_wrap")?.Process;
}
