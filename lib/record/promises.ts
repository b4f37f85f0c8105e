import type { PromiseHooks } from "node:v8";
import { SafeWeakMap } from "../primordials.js";
import { whenNeeded } from "./late-hooks.js";

/** Tells when promises are settled, without being one of their listeners: a rejection nobody else hears of stays unhandled. */
export interface PromiseWatch {
  /** Something is about to make a promise, which may be settled at once. */
  expect(): void;
  /** It has made this one; `settled` is called when it is about to be settled, or now, when it was. */
  made(promise: object, settled: (was: boolean) => void): void;
  /** It has made none. */
  none(): void;
}

// Taken before the program can replace it.
const { getBuiltinModule } = process;

/** V8 is asked to tell of promises only while one is waited for: that slows down all of them. */
export function watchPromises(): PromiseWatch {
  const waiting = new SafeWeakMap<object, (was: boolean) => void>();
  /** The last promise settled since one was expected. */
  let last: object | undefined;
  let count = 0;
  let stop: (() => void) | undefined;
  let hooks: Pick<PromiseHooks, "onSettled"> | undefined;
  const load = (): Pick<PromiseHooks, "onSettled"> => {
    hooks ??= { onSettled: getBuiltinModule("node:v8").promiseHooks.onSettled };
    return hooks;
  };
  whenNeeded(load);

  function onSettled(promise: object): void {
    last = promise;
    const settled = waiting.get(promise);
    if (settled === undefined) return;
    waiting.delete(promise);
    settled(false);
    release();
  }

  function release(): void {
    if (--count > 0) return;
    stop?.();
    stop = undefined;
    last = undefined;
  }

  return {
    expect() {
      if (count++ === 0)
        stop = load().onSettled(onSettled as (promise: Promise<unknown>) => void) as () => void;
      last = undefined;
    },
    made(promise, settled) {
      if (promise === last) {
        settled(true);
        release();
      } else waiting.set(promise, settled);
    },
    none: release,
  };
}
