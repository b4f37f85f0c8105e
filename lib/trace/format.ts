/**
 * The trace file, `flowtrace.json`: the centre of the project.
 *
 * The file is a JSON array whose first and only element is the root call; every call nests its children in
 * `calls`. The layout of the text is part of the format, so that a file can be grepped and read line by line:
 *
 * ```text
 * [
 * {"id":0,"callable":"app.js",…,"inputs":{},"flowtrace":{…},"calls":[
 * {"id":1,"callable":"main",…,"inputs":{"n":3},"calls":[
 * ],"output":3,"error":null,"duration_ms":1.25,…},
 * {"id":2,…,"calls":[
 * ],…}
 * ],"output":null,…,"flowtrace_end":{…}}
 * ]
 * ```
 *
 * A call's opening line holds what is known when it starts, its closing line what is known when it ends. Times
 * are milliseconds in steps of 10 ns, lines and columns are 1-based. Readers accept any JSON of this shape, however it is laid out.
 */

/** Raised when a reader of the previous version would misread a file. */
export const FORMAT_VERSION = 1;

/** A captured value: JSON as it is; what JSON lacks is a {@link TaggedValue}. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/**
 * What JSON cannot say, as an object whose `$type` names it. A program's own object that has a key `$type` is
 * written as `{"$type":"object","entries":[[key, value], …]}`, so nothing is ambiguous.
 *
 * | `$type` | further keys |
 * |---|---|
 * | `undefined`, `NaN`, `Infinity`, `-Infinity`, `-0` | |
 * | `bigint` | `value`: decimal digits |
 * | `symbol` | `value`: description |
 * | `function` | `name`; `class`: true for a class |
 * | `Date` | `value`: ISO text, or null when invalid |
 * | `RegExp` | `value`: `/source/flags` |
 * | `Error` | `name`, `message`, `code?`, `error`: id in `errors`, when it was thrown |
 * | `Map` | `size`, `entries`: `[key, value]` pairs |
 * | `Set` | `size`, `values` |
 * | `ArrayBuffer`, `Buffer`, `Uint8Array`, … | `length`, `values`: first elements |
 * | `Promise`, `WeakMap`, `WeakSet`, `WeakRef`, `Proxy`, `Generator`, … | opaque: never looked into |
 * | `opaque` | the same, where `class` is a name that stands for something else in this table |
 * | `instance` | `class`, `id?`: identity, `value`: its own properties as an object |
 * | `object` | `entries`: `[key, value]` pairs (escape for awkward keys), `null_prototype?` |
 * | `cycle` | `up`: 1 for the value that directly contains it, and so on outwards |
 * | `getter` | an accessor that was not called |
 * | `hole` | a hole of a sparse array; `count`: how many in a row |
 * | `cut` | `what`: `string` (`value`: head, `length`: full length in UTF-16 units), `array` (`values`, `length`), `object` (`value`, `keys`: how many own keys), `depth` (`class`, not opened), `bytes` (the call's budget was spent) |
 * | `filtered` | `token`: equal within a run for equal secrets; printed as `[Filtered]` |
 * | `skipped` | not captured by request |
 */
export interface TaggedValue {
  $type: string;
  [key: string]: Value;
}

/** What a call is a call of. */
export type CallKind =
  | "root"
  | "function"
  | "method"
  | "constructor"
  | "getter"
  | "setter"
  | "arrow"
  | "generator"
  | "builtin"
  | "span"
  | "test"
  | "process"
  | "folded";

/** How a call ended. `running`: it had not ended when the record stops. */
export type CallStatus = "ok" | "threw" | "rejected" | "running";

/** Where an error's way ended. */
export type ErrorOutcome = "caught" | "swallowed" | "wrapped" | "unhandled" | "outside";

/** One error object's life; calls refer to it by `id`. */
export interface ErrorInfo {
  /** Index in the trace's list of errors, in order of first sight. */
  id: number;
  name: string;
  message: string;
  code?: string | number;
  /** Present when something other than an Error was thrown. */
  value?: Value;
  /** Mapped to the original source; frames are `at name (file:line:column)`, as V8 prints them. */
  stack?: string;
  /** Id of the error this one was created from (`cause`), when that was seen too. */
  cause?: number;
  /** The `throw`, or where the program was when V8 or Node made the error. */
  thrown_at?: SourcePosition;
  /** Id of the call that threw it first. */
  thrown_in?: number;
  caught_at?: SourcePosition;
  /** Id of the call whose `catch` took it. */
  caught_in?: number;
  outcome: ErrorOutcome;
}

export interface SourcePosition {
  /** Relative to the project root when inside it, absolute otherwise. */
  file: string;
  line: number;
  column: number;
}

/** Bytes, as Node reports them. */
export interface MemoryReading {
  rss_bytes?: number;
  heap_used_bytes?: number;
  heap_total_bytes?: number;
  external_bytes?: number;
  [key: string]: number | undefined;
}

/** One process or thread that recorded. */
export interface ThreadInfo {
  /** Index in `threads`; a call's `thread` refers to it. */
  index: number;
  pid: number;
  /** 0 for the main thread. */
  thread_id: number;
  /** `main`, `worker` or `child`. */
  role: string;
  title: string;
  /** Id of the call that started it, when known. */
  started_by?: number;
  exit_code?: number | null;
  signal?: string | null;
}

/** One reading of a process's cost from outside, for the timeline. */
export interface UsageSample {
  at_ms: number;
  pid: number;
  /** Percent of one core. */
  cpu_percent: number;
  rss_bytes: number;
}

export interface TracedFile {
  /** As in the calls' `file`. */
  file: string;
  /** Absolute path at the time of the run. */
  path: string;
  /** SHA-256 of its text, hex; a viewer embeds the source only when it still matches. */
  sha256: string;
}

/** What stands in the root's `flowtrace`: known when the run starts. */
export interface RunInfo {
  version: number;
  tool: string;
  node: string;
  platform: string;
  argv: string[];
  cwd: string;
  /** Absolute directory that `file` and `module` are relative to. */
  root: string;
  /** Unix time of the run's start, ms with fraction; every `start_ms` is relative to it. */
  started_unix_ms: number;
  options: { [name: string]: Value };
}

/** What stands in the root's `flowtrace_end`: known when the trace is written. */
export interface RunEnd {
  /** False for a snapshot of a run still going on. */
  finished: boolean;
  /** `recovered`: rebuilt from journals after FlowTrace itself died. */
  recovered?: boolean;
  exit_code: number | null;
  signal: string | null;
  calls: number;
  threads: ThreadInfo[];
  errors: ErrorInfo[];
  files: TracedFile[];
  usage: UsageSample[];
  /** Calls per function that were counted but not recorded, and why. */
  folded: FoldedCalls[];
  /** Calls that go back to others which did not make them; left out when there are none. */
  links?: CallLink[];
  /** Limits that were hit, files left plain, anything the reader must know to trust the trace. */
  warnings: TraceWarning[];
  /** What tracing cost: calls times the calibrated price of one probe pair. */
  overhead_ms?: number;
}

/** A call that goes back to another one, by a reference that a message or a header has carried from there. */
export interface CallLink {
  /** Id of the call that was given the reference. */
  call: number;
  /** Id of the call that the reference names; left out when that is in another trace. */
  goes_back_to?: number;
  /** As it was carried. */
  reference: string;
}

/** Calls that were counted exactly but recorded only as a sample. */
export interface FoldedCalls {
  /** The call under which they ran. */
  parent: number;
  function: string;
  file: string;
  line: number;
  calls: number;
  total_ms: number;
  min_ms: number;
  max_ms: number;
  errors: number;
  reason: string;
}

export interface TraceWarning {
  /** Stable code: `limit-calls`, `limit-size`, `limit-disk`, `left-plain`, `probe-failed`, `lost-events`, … */
  code: string;
  message: string;
  count?: number;
}

/** A call as it stands in the file. Fields after `calls` are written when it ends. */
export interface CallJson {
  /** Unique in the trace, in order of start; the root is 0. */
  id: number;
  callable: string;
  called: string;
  module: string;
  caller: string | null;
  instance_id: number | null;
  kind: CallKind;
  async?: boolean;
  file?: string;
  line?: number;
  column?: number;
  call_site?: SourcePosition;
  /** Since the run's start. */
  start_ms: number;
  /** Index in the root's `flowtrace_end.threads`; left out for the first. */
  thread?: number;
  pid?: number;
  inputs: { [parameter: string]: Value };
  memory_before?: MemoryReading;
  /** Only on the root. */
  flowtrace?: RunInfo;
  /** Attributes of a span, an HTTP request, a builtin call. */
  attributes?: { [name: string]: Value };
  calls: CallJson[];
  inputs_after?: { [parameter: string]: Value };
  output?: Value;
  /** `Name: message`, or null. */
  error: string | null;
  /** Index in `flowtrace_end.errors`. */
  error_id?: number;
  /** From start to end, waiting included; null while running. */
  duration_ms: number | null;
  /** Duration minus the time that its children cover. */
  self_ms?: number;
  /** Duration minus the time it was suspended at `await` or `yield`. */
  active_ms?: number;
  status: CallStatus;
  memory_after?: MemoryReading;
  flowtrace_end?: RunEnd;
}
