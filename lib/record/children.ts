import { Module } from "../node-module.js";
import type { Inheritance } from "./inheritance.js";
import { whenNeeded } from "./late-hooks.js";
import type { ProcessCalls } from "./processes.js";
import { hookBindings } from "./spawn-bindings.js";
import { hookModule } from "./spawn-module.js";
import { threads } from "./threads.js";
import { hookWorkers } from "./workers.js";

/** Under this name a worker thread finds what it inherits (`worker_threads.getEnvironmentData`). */
export const WORKER_DATA = "flowtrace";

let isInherited = false;

/**
 * Records the processes that the program starts, and hands the recording down to them and to worker threads. The
 * program's own `process.env` is not touched: the variables are added to what a child is given at the moment it is started.
 *
 * @param inheritance - left out: they are not to record themselves
 */
export function hookChildren(processes: ProcessCalls, inheritance: Inheritance | undefined): void {
  if (!hookBindings(processes, inheritance)) hookModule(processes, inheritance);
  const { workerData, preload } = inheritance ?? {};
  if (workerData === undefined) return;
  whenNeeded(() => {
    if (preload !== undefined) hookWorkers(preload);
    threads().setEnvironmentData(WORKER_DATA, workerData as never);
    isInherited = true;
    Module.syncBuiltinESMExports();
  });
}

/** Starts a thread that is no part of the program: it inherits nothing. */
export function withoutInheritance<T>(start: () => T): T {
  if (!isInherited) return start();
  const { getEnvironmentData, setEnvironmentData } = threads();
  const inherited = getEnvironmentData(WORKER_DATA);
  setEnvironmentData(WORKER_DATA, undefined);
  try {
    return start();
  } finally {
    setEnvironmentData(WORKER_DATA, inherited);
  }
}
