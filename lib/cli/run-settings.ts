import type { RunOptions } from "../settings.js";
import type { Configuration } from "./config.js";
import { newTokenKey } from "./token-key.js";

/** What the options ask of a recording. */
export function settingsOf(config: Configuration): RunOptions {
  return {
    include: config.list("include"),
    exclude: config.list("exclude"),
    traceAny: config.flag("trace-any"),
    limits: {
      depth: Math.max(0, config.number("max-depth")),
      items: Math.max(0, config.number("max-items")),
      string: Math.max(1, config.number("max-string")),
      values: Math.max(1, config.number("max-values")),
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
