import { syncBuiltinESMExports } from "node:module";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import type { Inheritance } from "./inheritance.js";
import type { ProcessCalls } from "./processes.js";
import { hookBindings } from "./spawn-bindings.js";
import { hookModule } from "./spawn-module.js";
import { hookWorkers } from "./workers.js";

/** Under this name a worker thread finds what it inherits (`worker_threads.getEnvironmentData`). */
export const WORKER_DATA = "flowtrace";

/**
 * Records the processes that the program starts, and hands the recording down to them and to worker threads. The
 * program's own `process.env` is not touched: the variables are added to what a child is given at the moment it is started.
 *
 * @param inheritance - left out: they are not to record themselves
 */
export function hookChildren(processes: ProcessCalls, inheritance: Inheritance | undefined): void {
  if (!hookBindings(processes, inheritance)) hookModule(processes, inheritance);
  if (inheritance?.workerData === undefined) return;
  setEnvironmentData(WORKER_DATA, inheritance.workerData as never);
  if (inheritance.preload !== undefined) hookWorkers(inheritance.preload);
  syncBuiltinESMExports();
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
