import type { MessageKey } from "./messages/en.js";

/** What an option's text becomes. `list` may be given again and again. */
export type OptionKind = "flag" | "text" | "number" | "list" | "optionalText";

/** One option of a command. Those of `flowtrace` are read from `FLOWTRACE_*` variables and the configuration file too. */
export interface OptionSpec {
  /** Long name without dashes; the configuration file's key and, in capitals, the variable's. */
  name: string;
  short?: string;
  alias?: string;
  kind: OptionKind;
  /** How the value is called in the help. */
  value?: string;
  help: MessageKey;
  /** Stands above it, where others begin. */
  group?: MessageKey;
  fallback?: string | number;
  /** May be below 0. */
  isSigned?: boolean;
  /** Holds keys: `--print-config` shows their names only. */
  isSecret?: boolean;
}

/** Every option of `flowtrace`, in the order of the help. */
export const OPTIONS: readonly OptionSpec[] = [
  {
    name: "script",
    short: "s",
    kind: "text",
    value: "file",
    help: "option.script",
  },
  {
    name: "output",
    short: "o",
    kind: "text",
    value: "file",
    help: "option.output",
    fallback: "flowtrace.json",
  },
  {
    group: "group.files",
    name: "include",
    kind: "list",
    value: "glob",
    help: "option.include",
  },
  { name: "exclude", kind: "list", value: "glob", help: "option.exclude" },
  { name: "trace-any", kind: "flag", help: "option.trace-any" },
  { group: "group.values", name: "skip-inputs", kind: "flag", help: "option.skip-inputs" },
  { name: "skip-outputs", kind: "flag", help: "option.skip-outputs" },
  { name: "max-depth", kind: "number", value: "n", help: "option.max-depth", fallback: 3 },
  {
    name: "max-items",
    kind: "number",
    value: "n",
    help: "option.max-items",
    fallback: 50,
  },
  {
    name: "max-values",
    kind: "number",
    value: "n",
    help: "option.max-values",
    fallback: 1000,
  },
  { name: "max-string", kind: "number", value: "n", help: "option.max-string", fallback: 1000 },
  { group: "group.memory", name: "with-memory", kind: "flag", help: "option.with-memory" },
  { name: "no-memory", kind: "flag", help: "option.no-memory" },
  {
    name: "no-heap",
    alias: "no-tracemalloc",
    kind: "flag",
    help: "option.no-heap",
  },
  { group: "group.secrets", name: "redact", kind: "list", value: "key", help: "option.redact" },
  {
    name: "safe-key",
    kind: "list",
    value: "key",
    help: "option.safe-key",
  },
  { name: "no-redact", kind: "flag", help: "option.no-redact" },
  {
    group: "group.limits",
    name: "max-calls",
    kind: "number",
    value: "n",
    help: "option.max-calls",
    fallback: 10_000_000,
  },
  {
    name: "max-size",
    kind: "number",
    value: "MiB",
    help: "option.max-size",
    fallback: 2048,
  },
  {
    name: "max-call-depth",
    kind: "number",
    value: "n",
    help: "option.max-call-depth",
    fallback: 0,
  },
  {
    name: "fold-after",
    kind: "number",
    value: "n",
    help: "option.fold-after",
    fallback: 100_000,
  },
  {
    name: "max-overhead",
    kind: "number",
    value: "percent",
    help: "option.max-overhead",
    fallback: 0,
  },
  {
    group: "group.flushing",
    name: "flush-interval",
    kind: "number",
    value: "s",
    help: "option.flush-interval",
    isSigned: true,
    fallback: 1,
  },
  {
    name: "flush-call-threshold",
    kind: "number",
    value: "n",
    help: "option.flush-call-threshold",
    fallback: 0,
  },
  { name: "flush-every-call", kind: "flag", help: "option.flush-every-call" },
  { name: "log-flushes", kind: "flag", help: "option.log-flushes" },
  { group: "group.outside", name: "no-children", kind: "flag", help: "option.no-children" },
  {
    name: "builtins",
    kind: "flag",
    help: "option.builtins",
  },
  { name: "no-builtins", kind: "flag", help: "option.no-builtins" },
  {
    group: "group.afterwards",
    name: "html",
    kind: "optionalText",
    value: "file.html",
    help: "option.html",
  },
  { name: "open", kind: "flag", help: "option.open" },
  {
    name: "export-otlp-endpoint",
    kind: "text",
    value: "url|name",
    help: "option.export-otlp-endpoint",
  },
  { name: "export-otlp-service", kind: "text", value: "name", help: "option.export-otlp-service" },
  {
    name: "export-otlp-header",
    kind: "list",
    value: "key=value",
    help: "option.export-otlp-header",
    isSecret: true,
  },
  { name: "keep-journal", kind: "flag", help: "option.keep-journal" },
  {
    group: "group.telling",
    name: "verbose",
    kind: "flag",
    help: "option.verbose",
  },
  {
    name: "print-config",
    kind: "flag",
    help: "option.print-config",
  },
];

/** Of the variables' names. */
export const PREFIX = "FLOWTRACE_";

/** The variable that sets an option: `FLOWTRACE_MAX_DEPTH`. */
export function variableOf(spec: OptionSpec): string {
  return `${PREFIX}${spec.name.toUpperCase().replaceAll("-", "_")}`;
}
