// Taken before the program can replace it.
const { getBuiltinModule } = process;

type Threads = typeof import("node:worker_threads");

/** Node's own module for threads. Small programs come by without it: it loads all streams, 8 M instructions with them. */
export const threads = (): Threads => getBuiltinModule("node:worker_threads");

/** `worker_threads.isMainThread`: a thread's folder is its process's, and it cannot leave it. */
export const isMainThread = (process.chdir as { disabled?: boolean }).disabled !== true;

/** `worker_threads.threadId` */
export const threadId = isMainThread ? 0 : threads().threadId;
