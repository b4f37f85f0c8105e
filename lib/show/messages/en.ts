/** Texts of `flowtrace-show`. */
export const en = {
  finished: "finished",
  failed: "failed",
  killed: "killed by {signal}",
  exit: "exit code {code}",
  running: "still running",
  calls: "{count} calls",
  errors: "{count} errors",
  failing: "What went wrong",
  tree: "Calls",
  slowest: "Slowest functions, by self time",
  notes: "Notes",
  folded: "… {count} more",
  repeated: "×{count}",
  inputs: "inputs",
  after: "inputs afterwards",
  output: "output",
  error: "error",
  caller: "caller",
  duration: "duration",
  self: "self",
  defined: "defined at",
  site: "called at",
  none: "No call matches.",
} as const;

export type ShowMessages = Record<keyof typeof en, string>;
