import type { SnapshotLimits } from "./record/snapshot.js";

/**
 * What a run was asked to do: worked out once by the command, then handed to every traced process of the run in
 * {@link RUN_VARIABLE}.
 */
export interface RunSettings {
  /** Folder for the journals of the run. */
  runDir: string;
  /** Project root: what is traced by default, and what paths are shown relative to. */
  root: string;
  include: string[];
  exclude: string[];
  traceAny: boolean;
  limits: SnapshotLimits;
  inputs: boolean;
  outputs: boolean;
  /** `process` reads the RSS only. */
  memory: "off" | "process" | "heap";
  /** ms; 0 or less is off. */
  flushIntervalMs: number;
  /** Calls between flushes at most; 0 is off. */
  flushCalls: number;
  logFlushes: boolean;
  /** 0 is no limit, here and below. */
  maxCalls: number;
  maxBytes: number;
  maxCallDepth: number;
  /** Children of one call that are recorded before the functions it goes on calling are folded. */
  foldAfter: number;
  /** Percent of the program's own time that recording may take. */
  maxOverhead: number;
  redact: boolean;
  redactKeys: string[];
  safeKeys: string[];
  /** Folder for rewritten files; empty for none. */
  cacheDir: string;
  /** See clock.ts. */
  clockOrigin: number;
  /** Hex; see record/redact.ts. */
  tokenKey: string;
  /** The thread that started this process or thread, and the call it did it in; unset for the first. */
  startedBy?: { pid: number; threadId: number; call: number };
  /** Other processes and threads started by the program are traced too. */
  children: boolean;
  /** The process was not started by `flowtrace`, and writes its trace itself: here. */
  ownOutput?: string;
  /** Nothing is recorded until the program asks for it, and no trace is written. */
  standby?: boolean;
  /** Calls into Node's own API: where traced code makes them, or, patched, wherever they are made. */
  builtins: "off" | "on" | "patched";
}

/** What the user has a say in. */
export type RunOptions = Omit<RunSettings, "runDir" | "root" | "cacheDir" | "clockOrigin">;

/** Plain Node's default is 984 kB; a rewritten function's frame is about twice as large, and the usual limit 8 MB. */
export const STACK_SIZE_OPTION = "--stack-size=2000";
export const DEFAULT_STACK_SIZE_OPTION = "--stack-size=984";

/** The environment variable that carries the settings, as JSON; the program does not get to see it. */
export const RUN_VARIABLE = "FLOWTRACE_RUN";

/** `NODE_OPTIONS` with the preload script in front. */
export function nodeOptionsWith(preload: string, options: string | undefined): string {
  const required = `--require ${JSON.stringify(preload)}`;
  return options === undefined || options === "" ? required : `${required} ${options}`;
}

/** {@link nodeOptionsWith} undone; undefined when nothing else is left. */
export function nodeOptionsWithout(preload: string, options: string | undefined): string | undefined {
  const required = `--require ${JSON.stringify(preload)}`;
  if (options === undefined || !options.startsWith(required)) return options;
  return options.slice(required.length).trimStart() || undefined;
}
