import { getSystemErrorName } from "node:util";
import { Module } from "../node-module.js";
import { withStackRoom } from "../stack-room.js";
import { standIn } from "../stand-in.js";
import { type Inheritance, inherited, withVariables } from "./inheritance.js";
import type { ProcessCalls } from "./processes.js";

interface SpawnOptions {
  file?: string;
  args?: string[];
  envPairs?: string[];
}
interface Handle {
  onexit(exitCode: number, signal: string | null): void;
}
interface ChildProcessInternals {
  pid?: number;
  _handle: Handle | null;
}
interface ChildProcessClass {
  prototype: { spawn(this: ChildProcessInternals, options: SpawnOptions): number };
}
type Sync = (file: string, ...rest: unknown[]) => unknown;

const { apply } = Reflect;

/** Of ours on the stack, below one of Node's functions: a stand-in, and what it hands on. */
const FRAMES = 2;
/** The same where {@link waitedFor} stands between. */
const FRAMES_WAITING = 3;

/**
 * Records what the functions of `node:child_process` do, where Node does not open what these come to: see spawn-bindings.ts.
 *
 * @param inheritance - left out: the processes are not to record themselves
 */
export function hookModule(processes: ProcessCalls, inheritance: Inheritance | undefined): void {
  const child_process = process.getBuiltinModule("node:child_process");
  const { prototype } = child_process.ChildProcess as unknown as ChildProcessClass;
  const { spawn } = prototype;
  const asynchronous = {
    spawn(this: ChildProcessInternals, options: SpawnOptions): number {
      const call = processes.start(options?.file ?? "", withoutFirst(options?.args));
      if (inheritance !== undefined && Array.isArray(options?.envPairs))
        options.envPairs = withVariables(options.envPairs, inheritance);
      try {
        const code = withStackRoom(FRAMES, () => apply(spawn, this, [options])) as number;
        processes.started(call, this.pid);
        if (this._handle !== null) tellExit(this._handle, call, options.file ?? "");
        return code;
      } catch (error) {
        processes.failed(call, error);
        throw error;
      }
    },
  };
  prototype.spawn = standIn(spawn, asynchronous.spawn);

  /** The program's `exit` listeners are to find the call ended. */
  function tellExit(handle: Handle, call: number, file: string): void {
    const { onexit } = handle;
    handle.onexit = (exitCode, signal) => {
      if (exitCode < 0) processes.failed(call, notStarted(file, exitCode));
      else processes.ended(call, signal ? null : exitCode, signal || null);
      onexit(exitCode, signal);
    };
  }

  const module = child_process as unknown as Record<string, Sync>;
  const inheriting = (rest: unknown[]): unknown[] =>
    inheritance === undefined ? rest : withEnvironment(rest, inheritance);
  /** One that throws tells so itself; the others return how it ended. */
  function waitedFor(call: number, start: () => unknown): unknown {
    try {
      const result = withStackRoom(FRAMES_WAITING, start);
      const { status = 0, signal = null } = isSpawnResult(result) ? result : {};
      processes.ended(call, status, signal);
      return result;
    } catch (error) {
      processes.failed(call, error);
      throw error;
    }
  }
  /** @param told - what to record of the first two arguments: the file, and what it is given */
  function standForSync(name: string, told: (file: unknown, args: unknown[]) => [string, string[]]): void {
    const original = module[name]!;
    const ours = {
      run(this: unknown, file: unknown, ...rest: unknown[]): unknown {
        const call = processes.start(...told(file, rest));
        return waitedFor(call, () => apply(original, this, [file, ...inheriting(rest)]));
      },
    };
    module[name] = standIn(original, ours.run);
  }
  standForSync("spawnSync", (file, rest) => [textOf(file), argumentsIn(rest)]);
  standForSync("execFileSync", (file, rest) => [textOf(file), argumentsIn(rest)]);
  standForSync("execSync", (command) => ["sh", ["-c", textOf(command)]]);
  Module.syncBuiltinESMExports();
}

/** The error that Node is about to make of it. */
function notStarted(file: string, errno: number): Error {
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(`spawn ${file} ${code}`), { code });
}

function isSpawnResult(result: unknown): result is { status: number | null; signal: string | null } {
  return typeof result === "object" && result !== null && "status" in result && "signal" in result;
}

/** What is no text, Node refuses. */
const textOf = (file: unknown): string => (typeof file === "string" ? file : "");

function argumentsIn(rest: readonly unknown[]): string[] {
  return Array.isArray(rest[0]) ? rest[0].map(String) : [];
}

/** `args` as a child sees them begin with its own name. */
function withoutFirst(args: readonly string[] | undefined): string[] {
  return args === undefined ? [] : args.slice(1).map(String);
}

/** The arguments of a synchronous call, `[args][, options]`, with our variables in the options' environment. */
function withEnvironment(rest: unknown[], inheritance: Inheritance): unknown[] {
  const at = rest.findIndex(
    (argument) => typeof argument === "object" && argument !== null && !Array.isArray(argument),
  );
  const options = (at < 0 ? {} : rest[at]) as { env?: NodeJS.ProcessEnv };
  const env = options.env ?? process.env;
  const given = { ...options, env: { ...env, ...inherited(inheritance, env.NODE_OPTIONS) } };
  if (at >= 0) return rest.map((argument, i) => (i === at ? given : argument));
  return [...rest.filter((argument) => argument !== undefined && argument !== null), given];
}
