import { executionAsyncResource } from "node:async_hooks";
import { SafeWeakMap } from "../primordials.js";
import type { Recorder } from "./recorder.js";

/** Knows who has set the timer that calls a function now. */
export interface TimerMakers {
  /**
   * The running call has set a timer.
   *
   * @param callback - what it is to call
   */
  set(timer: unknown, callback: unknown): void;
}

/**
 * A function that is made in a call knows by itself whose callee it is when a timer calls it; of others, the timer tells. Node
 * keeps it at hand while it calls, without a hook.
 */
export function watchTimers(recorder: Recorder): TimerMakers {
  const makers = new SafeWeakMap<object, { maker: number; callback: unknown }>();
  /** The call that a timer has led to last, by what it was given. */
  const led = new SafeWeakMap<object, { maker: number; call: number }>();
  let isAsked = false;

  function causeOf(maker: number): number {
    if (maker !== 0) return maker;
    const timer = makers.get(executionAsyncResource());
    if (timer === undefined) return 0;
    led.set(timer.callback as object, { maker: timer.maker, call: recorder.calls + 1 });
    return timer.maker;
  }

  return {
    set(timer, callback) {
      const { current } = recorder;
      if (current === 0 || typeof timer !== "object" || timer === null || typeof callback !== "function")
        return;
      // One that sets a timer for itself goes on: its calls stand side by side, however many they become.
      const before = led.get(callback);
      makers.set(timer, { maker: before?.call === current ? before.maker : current, callback });
      if (!isAsked) recorder.askCause(causeOf);
      isAsked = true;
    },
  };
}
