import child_process from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { getSystemErrorName } from "node:util";
import worker_threads, {
  getEnvironmentData,
  SHARE_ENV,
  setEnvironmentData,
  type WorkerOptions,
} from "node:worker_threads";
import { nodeOptionsWith } from "../settings.js";
import { withStackRoom } from "../stack-room.js";
import { proxyFor, standIn } from "../stand-in.js";
import type { ProcessCalls } from "./processes.js";
import { countChdirs, hideChdirCount } from "./worker-chdir.js";

/** What a process or thread that the program starts is told, so that it records too. */
export interface Inheritance {
  /** Variables for child processes, worked out when one starts. */
  variables(): Record<string, string>;
  /** Path of the preload script, for NODE_OPTIONS; undefined where those have it already. */
  preload: string | undefined;
  /** What a worker thread is given; read when one starts. Undefined when it is not to record. */
  workerData: object | undefined;
}

/** Under this name a worker thread finds what it inherits (`worker_threads.getEnvironmentData`). */
export const WORKER_DATA = "flowtrace";

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
 * Records the processes that the program starts, and hands the recording down to them and to worker threads. The
 * program's own `process.env` is not touched: the variables are added to what a child is given at the moment it is started.
 *
 * @param inheritance - left out: they are not to record themselves
 */
export function hookChildren(processes: ProcessCalls, inheritance: Inheritance | undefined): void {
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
  if (inheritance?.workerData !== undefined) {
    setEnvironmentData(WORKER_DATA, inheritance.workerData as never);
    if (inheritance.preload !== undefined) hookWorkers(inheritance.preload);
  }
  syncBuiltinESMExports();
}

/** A thread that is given an environment or options of its own does not get those of its process, and so not our script. */
function hookWorkers(preload: string): void {
  const { Worker } = worker_threads;
  const hooked = proxyFor(Worker, {
    construct: (target, [file, options, ...rest], newTarget) => {
      countChdirs();
      const given = [file, withPreload(options as WorkerOptions, preload), ...rest];
      return withStackRoom(FRAMES, () => Reflect.construct(target, given, newTarget));
    },
  });
  // Its prototype's `constructor` stays: were it a proxy, stacks would say `EventEmitter` where they say `Worker`.
  (worker_threads as { Worker: typeof Worker }).Worker = hooked;
  hideChdirCount();
}

function withPreload(options: WorkerOptions | undefined, preload: string): WorkerOptions | undefined {
  const { env, execArgv } = options ?? {};
  if (typeof env === "object" && env !== null && env !== process.env)
    return { ...options, env: { ...env, NODE_OPTIONS: nodeOptionsWith(preload, env.NODE_OPTIONS) } };
  if (Array.isArray(execArgv) && env !== SHARE_ENV)
    return { ...options, execArgv: [...execArgv, "--require", preload] };
  return options;
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

/** Starts a thread that is no part of the program: it inherits nothing. */
export function withoutInheritance<T>(start: () => T): T {
  const inherited = getEnvironmentData(WORKER_DATA);
  setEnvironmentData(WORKER_DATA, undefined);
  try {
    return start();
  } finally {
    setEnvironmentData(WORKER_DATA, inherited);
  }
}

function withVariables(pairs: readonly string[], inheritance: Inheritance): string[] {
  const nodeOptions = pairs.find((pair) => pair.startsWith("NODE_OPTIONS="))?.slice("NODE_OPTIONS=".length);
  if (inheritance.preload !== undefined && nodeOptions?.includes(inheritance.preload)) return [...pairs];
  const ours = inherited(inheritance, nodeOptions);
  const kept = pairs.filter((pair) => !Object.keys(ours).some((name) => pair.startsWith(`${name}=`)));
  return [...kept, ...Object.entries(ours).map(([name, value]) => `${name}=${value}`)];
}

function inherited(
  { variables, preload }: Inheritance,
  nodeOptions: string | undefined,
): Record<string, string> {
  return preload === undefined
    ? variables()
    : { ...variables(), NODE_OPTIONS: nodeOptionsWith(preload, nodeOptions) };
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
