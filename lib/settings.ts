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
  redact: boolean;
  redactKeys: string[];
  safeKeys: string[];
  /** Folder for rewritten files; empty for none. */
  cacheDir: string;
  /** Hex; see record/redact.ts. */
  tokenKey: string;
  /** Other processes and threads started by the program are traced too. */
  children: boolean;
}

/** The environment variable that carries the settings, as JSON; the program does not get to see it. */
export const RUN_VARIABLE = "FLOWTRACE_RUN";
