import type { RunOptions } from "../settings.js";
import type { Configuration } from "./config.js";
import { newTokenKey } from "./token-key.js";

/** What "no limit" comes to: there is room in memory for one more event, and on the stack for a value's levels. */
const MOST = { depth: 100, items: 1_000_000, string: 1_000_000 };

function limit(asked: number, most: number): number {
  return asked === 0 ? most : Math.min(asked, most);
}

/** What the options ask of a recording. */
export function settingsOf(config: Configuration): RunOptions {
  return {
    include: config.list("include"),
    exclude: config.list("exclude"),
    traceAny: config.flag("trace-any"),
    limits: {
      depth: limit(config.number("max-depth"), MOST.depth),
      items: limit(config.number("max-items"), MOST.items),
      string: limit(config.number("max-string"), MOST.string),
      values: limit(config.number("max-values"), MOST.items),
      bytes: 4 * 1024,
    },
    inputs: !config.flag("skip-inputs"),
    outputs: !config.flag("skip-outputs"),
    memory:
      !config.flag("with-memory") || config.flag("no-memory")
        ? "off"
        : config.flag("no-heap")
          ? "process"
          : "heap",
    flushIntervalMs: config.number("flush-interval") * 1000,
    flushCalls: config.flag("flush-every-call") ? 1 : config.number("flush-call-threshold"),
    logFlushes: config.flag("log-flushes"),
    maxCalls: config.number("max-calls"),
    maxBytes: config.number("max-size") * 1024 * 1024,
    maxCallDepth: config.number("max-call-depth"),
    foldAfter: config.number("fold-after"),
    maxOverhead: config.number("max-overhead"),
    redact: !config.flag("no-redact"),
    redactKeys: config.list("redact"),
    safeKeys: config.list("safe-key"),
    tokenKey: newTokenKey(),
    children: !config.flag("no-children"),
    builtins: config.flag("no-builtins") ? "off" : config.flag("builtins") ? "patched" : "on",
  };
}
