import { getSystemErrorName } from "node:util";
import { nodeBinding } from "../node-binding.js";
import { standIn } from "../stand-in.js";
import { type Inheritance, withVariables } from "./inheritance.js";
import type { ProcessCalls } from "./processes.js";

/** What Node gives to start a process; from 24 on, `file`, `args`, `cwd` and `envPairs` in this order. */
interface SpawnOptions {
  file?: string;
  args?: string[];
  envPairs?: string[];
}
interface Handle {
  pid: number | undefined;
  onexit(exitCode: number, signal: string | null): void;
  spawn(...given: unknown[]): number;
}
interface SyncResult {
  pid: number;
  status: number | null;
  signal: string | null;
  /** Below 0, as the system gives it. */
  error?: number;
}

const { apply } = Reflect;

/**
 * Records what every function of `node:child_process` comes to, at last, and Node itself as well: of the module, the program
 * finds all as it is, and it is loaded by who asks for it only. It takes 11 M instructions, of the 90 M that Node starts with.
 *
 * @returns false where Node does not open it, as with its permission model
 */
export function hookBindings(processes: ProcessCalls, inheritance: Inheritance | undefined): boolean {
  const prototype = nodeBinding<{ Process?: { prototype: Handle } }>("process_wrap")?.Process?.prototype;
  const sync = nodeBinding<{ spawn?: (options: SpawnOptions) => SyncResult }>("spawn_sync");
  if (typeof prototype?.spawn !== "function" || typeof sync?.spawn !== "function") return false;
  const { spawn } = prototype;
  const { spawn: spawnSync } = sync;
  const ours = {
    spawn(this: Handle, ...given: unknown[]): number {
      if (isOwn) return apply(spawn, this, given) as number;
      const { file = "", args, envPairs } = optionsIn(given);
      const call = processes.start(file, withoutFirst(args));
      try {
        const failure = apply(spawn, this, inheriting(given, envPairs)) as number;
        if (failure !== 0) {
          processes.failed(call, notStarted("spawn", file, failure));
          return failure;
        }
        processes.started(call, this.pid);
        tellExit(this, call);
        return failure;
      } catch (error) {
        processes.failed(call, error);
        throw error;
      }
    },
    spawnSync(this: unknown, options: SpawnOptions): SyncResult {
      if (isOwn) return apply(spawnSync, this, [options]) as SyncResult;
      const { file = "", args, envPairs } = options;
      const call = processes.start(file, withoutFirst(args));
      try {
        const result = apply(spawnSync, this, inheriting([options], envPairs)) as SyncResult;
        if (result.pid === 0 && result.error !== undefined)
          processes.failed(call, notStarted("spawnSync", file, result.error));
        else processes.ended(call, result.status, result.signal);
        return result;
      } catch (error) {
        processes.failed(call, error);
        throw error;
      }
    },
  };
  prototype.spawn = standIn(spawn, ours.spawn);
  sync.spawn = standIn(spawnSync, ours.spawnSync);

  /** Those that Node is given, with our variables. */
  function inheriting(given: unknown[], envPairs: string[] | undefined): unknown[] {
    if (inheritance === undefined || !Array.isArray(envPairs)) return given;
    const pairs = withVariables(envPairs, inheritance);
    const [first, ...rest] = given;
    return isPositional(given)
      ? given.map((value, i) => (i === ENV_PAIRS ? pairs : value))
      : [{ __proto__: first, envPairs: pairs }, ...rest];
  }

  /** The program's `exit` listeners are to find the call ended. */
  function tellExit(handle: Handle, call: number): void {
    const { onexit } = handle;
    handle.onexit = (exitCode, signal) => {
      processes.ended(call, signal ? null : exitCode, signal || null);
      onexit(exitCode, signal);
    };
  }
  return true;
}

let isOwn = false;

/** For a process that is no part of the program. */
export function unrecorded<T>(start: () => T): T {
  isOwn = true;
  try {
    return start();
  } finally {
    isOwn = false;
  }
}

const ENV_PAIRS = 3;
const isPositional = (given: readonly unknown[]): boolean => typeof given[0] === "string";

function optionsIn(given: readonly unknown[]): SpawnOptions {
  if (!isPositional(given)) return (given[0] ?? {}) as SpawnOptions;
  const [file, args, , envPairs] = given as [string, string[]?, string?, string[]?];
  return { file, ...(args && { args }), ...(envPairs && { envPairs }) };
}

/** `args` as a child sees them begin with its own name. */
function withoutFirst(args: readonly string[] | undefined): string[] {
  return args === undefined ? [] : args.slice(1).map(String);
}

/** The error that Node is about to make of it. */
function notStarted(syscall: string, file: string, errno: number): Error {
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(`${syscall} ${file} ${code}`), { code });
}
