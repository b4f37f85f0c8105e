import child_process from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import { nodeOptionsWith } from "../settings.js";

/** What a process or thread that the program starts is told, so that it records too. */
export interface Inheritance {
  /** Variables for child processes, worked out when one starts. */
  variables(): Record<string, string>;
  /** Path of the preload script, for NODE_OPTIONS. */
  preload: string;
  /** What a worker thread is given; read when one starts. */
  workerData: object;
}

/** Under this name a worker thread finds what it inherits (`worker_threads.getEnvironmentData`). */
export const WORKER_DATA = "flowtrace";

interface SpawnOptions {
  envPairs?: string[];
}
interface ChildProcessInternals {
  prototype: { spawn(options: SpawnOptions): number };
}
type Sync = (file: string, ...rest: unknown[]) => unknown;

const { apply } = Reflect;

/**
 * Hands the recording down to child processes and worker threads. The program's own `process.env` is not touched: the
 * variables are added to what a child is given at the moment it is started.
 */
export function hookChildren(inheritance: Inheritance): void {
  const { prototype } = child_process.ChildProcess as unknown as ChildProcessInternals;
  const { spawn } = prototype;
  const asynchronous = {
    spawn(this: unknown, options: SpawnOptions): number {
      if (Array.isArray(options?.envPairs)) options.envPairs = withVariables(options.envPairs, inheritance);
      return apply(spawn, this, [options]) as number;
    },
  };
  prototype.spawn = asynchronous.spawn;

  const module = child_process as unknown as Record<string, Sync>;
  const synchronous = {
    spawnSync(file: string, ...rest: unknown[]): unknown {
      return apply(originals.spawnSync, this, [file, ...withEnvironment(rest, inheritance)]);
    },
    execFileSync(file: string, ...rest: unknown[]): unknown {
      return apply(originals.execFileSync, this, [file, ...withEnvironment(rest, inheritance)]);
    },
    execSync(command: string, ...rest: unknown[]): unknown {
      return apply(originals.execSync, this, [command, ...withEnvironment(rest, inheritance)]);
    },
  };
  const originals = {
    spawnSync: module.spawnSync!,
    execFileSync: module.execFileSync!,
    execSync: module.execSync!,
  };
  for (const name of ["spawnSync", "execFileSync", "execSync"] as const) {
    Object.defineProperty(synchronous[name], "length", { value: originals[name].length, configurable: true });
    module[name] = synchronous[name];
  }
  syncBuiltinESMExports();
  setEnvironmentData(WORKER_DATA, inheritance.workerData as never);
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

function withVariables(pairs: readonly string[], { variables, preload }: Inheritance): string[] {
  const nodeOptions = pairs.find((pair) => pair.startsWith("NODE_OPTIONS="))?.slice("NODE_OPTIONS=".length);
  if (nodeOptions?.includes(preload)) return [...pairs];
  const ours = { ...variables(), NODE_OPTIONS: nodeOptionsWith(preload, nodeOptions) };
  const kept = pairs.filter((pair) => !Object.keys(ours).some((name) => pair.startsWith(`${name}=`)));
  return [...kept, ...Object.entries(ours).map(([name, value]) => `${name}=${value}`)];
}

/** The arguments of a synchronous call, `[args][, options]`, with our variables in the options' environment. */
function withEnvironment(rest: unknown[], { variables, preload }: Inheritance): unknown[] {
  const at = rest.findIndex(
    (argument) => typeof argument === "object" && argument !== null && !Array.isArray(argument),
  );
  const options = (at < 0 ? {} : rest[at]) as { env?: NodeJS.ProcessEnv };
  const env = options.env ?? process.env;
  const given = {
    ...options,
    env: { ...env, ...variables(), NODE_OPTIONS: nodeOptionsWith(preload, env.NODE_OPTIONS) },
  };
  if (at >= 0) return rest.map((argument, i) => (i === at ? given : argument));
  return [...rest.filter((argument) => argument !== undefined && argument !== null), given];
}
