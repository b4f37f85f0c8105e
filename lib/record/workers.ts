import type { WorkerOptions } from "node:worker_threads";
import { nodeOptionsWith } from "../settings.js";
import { withStackRoom } from "../stack-room.js";
import { proxyFor } from "../stand-in.js";
import { threads } from "./threads.js";
import { countChdirs, hideChdirCount } from "./worker-chdir.js";

/** Of ours on the stack, below Node's constructor: a trap, and what it hands on. */
const FRAMES = 2;

/** A thread that is given an environment or options of its own does not get those of its process, and so not our script. */
export function hookWorkers(preload: string): void {
  // First, as it sees the module being loaded.
  hideChdirCount();
  const worker_threads = threads();
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
}

function withPreload(options: WorkerOptions | undefined, preload: string): WorkerOptions | undefined {
  const { env, execArgv } = options ?? {};
  if (typeof env === "object" && env !== null && env !== process.env)
    return { ...options, env: { ...env, NODE_OPTIONS: nodeOptionsWith(preload, env.NODE_OPTIONS) } };
  if (Array.isArray(execArgv) && env !== threads().SHARE_ENV)
    return { ...options, execArgv: [...execArgv, "--require", preload] };
  return options;
}
