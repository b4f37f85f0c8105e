/** What an option's text becomes. `list` may be given again and again. */
export type OptionKind = "flag" | "text" | "number" | "list" | "optionalText";

/** One option of `flowtrace`: read from the command line, `FLOWTRACE_*` variables and the configuration file. */
export interface OptionSpec {
  /** Long name without dashes; the configuration file's key and, in capitals, the variable's. */
  name: string;
  short?: string;
  alias?: string;
  kind: OptionKind;
  /** How the value is called in the help. */
  value?: string;
  help: string;
  fallback?: string | number;
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
    help: "the program to trace; what FlowTrace does not know is passed on to it",
  },
  {
    name: "output",
    short: "o",
    kind: "text",
    value: "file",
    help: "where the trace goes; .gz compresses",
    fallback: "flowtrace.json",
  },
  {
    name: "include",
    kind: "list",
    value: "glob",
    help: "trace these files too, node_modules included (repeatable)",
  },
  { name: "exclude", kind: "list", value: "glob", help: "leave these files out (repeatable)" },
  { name: "trace-any", kind: "flag", help: "trace every file but Node's own" },
  { name: "skip-inputs", kind: "flag", help: "do not record what calls are given" },
  { name: "skip-outputs", kind: "flag", help: "do not record what calls return" },
  { name: "max-depth", kind: "number", value: "n", help: "levels of a value that are opened", fallback: 3 },
  {
    name: "max-items",
    kind: "number",
    value: "n",
    help: "elements, entries or keys kept of a container",
    fallback: 50,
  },
  {
    name: "max-values",
    kind: "number",
    value: "n",
    help: "values kept of one call's inputs, or of its output, in all, at first",
    fallback: 1000,
  },
  { name: "max-string", kind: "number", value: "n", help: "characters kept of a string", fallback: 1000 },
  { name: "with-memory", kind: "flag", help: "memory before and after each call, and a CPU/RSS timeline" },
  { name: "no-memory", kind: "flag", help: "no memory figures (the default); wins over --with-memory" },
  {
    name: "no-heap",
    alias: "no-tracemalloc",
    kind: "flag",
    help: "with --with-memory: the process's figures only, not the heap's",
  },
  { name: "redact", kind: "list", value: "key", help: "one more key whose value is secret (repeatable)" },
  {
    name: "safe-key",
    kind: "list",
    value: "key",
    help: "a key that is not secret, whatever its name (repeatable)",
  },
  { name: "no-redact", kind: "flag", help: "keep secrets as they are" },
  {
    name: "max-calls",
    kind: "number",
    value: "n",
    help: "record at most so many calls of a thread, count the rest; 0 sets no limit",
    fallback: 10_000_000,
  },
  {
    name: "max-size",
    kind: "number",
    value: "MiB",
    help: "journal at most so much, count the rest",
    fallback: 2048,
  },
  {
    name: "max-call-depth",
    kind: "number",
    value: "n",
    help: "record calls nested up to so deep",
    fallback: 0,
  },
  {
    name: "fold-after",
    kind: "number",
    value: "n",
    help: "of more calls under one parent, record those that stand out, and count and time the rest",
    fallback: 100_000,
  },
  {
    name: "max-overhead",
    kind: "number",
    value: "percent",
    help: "when recording takes more of the program's own time, only count the busiest functions",
    fallback: 0,
  },
  {
    name: "flush-interval",
    kind: "number",
    value: "s",
    help: "a kill loses at most so much; 0 is off",
    fallback: 1,
  },
  {
    name: "flush-call-threshold",
    kind: "number",
    value: "n",
    help: "flush after so many calls",
    fallback: 0,
  },
  { name: "flush-every-call", kind: "flag", help: "flush after each call: slow, loses nothing" },
  { name: "log-flushes", kind: "flag", help: "a line on stderr for every flush" },
  { name: "no-children", kind: "flag", help: "do not trace processes and threads that the program starts" },
  {
    name: "builtins",
    kind: "flag",
    help: "record calls into Node's own API from packages too, by patching it",
  },
  { name: "no-builtins", kind: "flag", help: "do not record calls into Node's own API (files, HTTP, …)" },
  {
    name: "html",
    kind: "optionalText",
    value: "file.html",
    help: "make the page of the trace too (default: beside the trace)",
  },
  { name: "open", kind: "flag", help: "with --html: open the page" },
  {
    name: "export-otlp-endpoint",
    kind: "text",
    value: "url|name",
    help: "send the calls as OpenTelemetry spans after the run, to where flowtrace-export --endpoint would",
  },
  { name: "export-otlp-service", kind: "text", value: "name", help: "the spans' service.name" },
  {
    name: "export-otlp-header",
    kind: "list",
    value: "key=value",
    help: "a header of the requests that send them (repeatable)",
    isSecret: true,
  },
  { name: "keep-journal", kind: "flag", help: "keep the folder <output>.run with the raw journals" },
  {
    name: "verbose",
    kind: "flag",
    help: "a line a second on stderr: calls, bytes, time since the last flush",
  },
  {
    name: "print-config",
    kind: "flag",
    help: "print the options in force and where each comes from, and stop",
  },
];

/** The variable that sets an option: `FLOWTRACE_MAX_DEPTH`. */
export function variableOf(spec: OptionSpec): string {
  return `FLOWTRACE_${spec.name.toUpperCase().replaceAll("-", "_")}`;
}
