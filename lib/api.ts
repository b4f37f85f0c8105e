import { FlowTraceError } from "./errors.js";
import { type Calls, type InstalledProbe, installedProbe } from "./probe.js";
import type { Trace } from "./trace/columns.js";

/*
 * What a program may say of itself: parts of its work that are no function, values at a moment, facts about a call.
 * Without a recording all of it is nothing, at next to no cost; it never throws.
 */

/** Facts as names and values; captured as any value is, secrets filtered. */
export interface Attributes {
  [name: string]: unknown;
}

export interface SpanOptions {
  attributes?: Attributes;
  /** How much it matters; shown as the attribute `level`. */
  level?: "debug" | "info" | "warning" | "error";
}

/** A part of the work that is being recorded as a call of kind `span`. */
export interface Span {
  /** Adds to its attributes. */
  annotate(attributes: Attributes): void;
  /** Tells of an error that was dealt with: the span does not fail. */
  handled(error: unknown): void;
  /** Names it to whoever a message of it goes to; see {@link reference}. */
  reference(): string;
  /** It goes back to the call that a reference names; see {@link link}. */
  link(reference: string): void;
  /** It has ended, with a result if there is any. A second end is none. */
  end(output?: unknown): void;
  /** It has ended by an error. */
  fail(error: unknown): void;
  /** For `using`: ends it. */
  [Symbol.dispose](): void;
}

const installed = installedProbe();
const recorder = installed?.calls;

// Node 20 has `Symbol.dispose`; older type libraries and realms may not.
const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("nodejs.dispose");

const NOTHING: Span = {
  annotate() {},
  handled() {},
  reference: () => "",
  link() {},
  end() {},
  fail() {},
  [dispose]() {},
} as Span;

/** Whether the program is being recorded. */
export const isRecording = recorder !== undefined;

class RecordedSpan implements Span {
  // Of these, nothing is recorded where a span is an input.
  readonly #calls: Calls;
  readonly #call: number;
  #isOpen = true;
  #errors = 0;

  constructor(calls: Calls, call: number) {
    this.#calls = calls;
    this.#call = call;
  }

  annotate(attributes: Attributes): void {
    this.#calls.attributes(this.#call, attributes);
  }

  handled(error: unknown): void {
    this.#errors++;
    this.annotate({ [this.#errors === 1 ? "handled" : `handled ${this.#errors}`]: error });
  }

  reference(): string {
    return this.#calls.reference(this.#call);
  }

  link(reference: string): void {
    if (isReference(reference)) this.#calls.link(this.#call, reference);
  }

  end(output?: unknown): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#calls.close(this.#call, output);
  }

  fail(error: unknown): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#calls.fail(this.#call, error);
  }

  [dispose](): void {
    this.end();
  }
}

function open(calls: Calls, name: string, async: boolean, options: SpanOptions | undefined): Span {
  const call = calls.open(calls.define({ kind: "span", name, module: "span", async }), []);
  if (options?.attributes !== undefined) calls.attributes(call, options.attributes);
  if (options?.level !== undefined) calls.attributes(call, { level: options.level });
  return new RecordedSpan(calls, call);
}

/**
 * Records a part of the work as a call: traced calls made in it are its children, and it is a child of the one it is made in.
 *
 * ```js
 * const total = span("price the order", () => price(order));
 * const rows = await span("load", async (span) => { span.annotate({ table }); return load(table) });
 * using upload = span("upload");
 * ```
 *
 * @param work - is called with the span, at once; what it returns is returned. A promise is passed on by one that settles
 *   after it, with a recording or without, so that both take the same turns
 * @returns without `work`, the span, which ends by `end`, `fail` or `using`
 */
export function span<T>(name: string, work: (span: Span) => T, options?: SpanOptions): T;
export function span(name: string, options?: SpanOptions): Span;
export function span<T>(
  name: string,
  work?: ((span: Span) => T) | SpanOptions,
  options?: SpanOptions,
): T | Span {
  if (typeof work !== "function") return recorder === undefined ? NOTHING : open(recorder, name, false, work);
  if (recorder === undefined) {
    const result = work(NOTHING);
    return result instanceof Promise ? (result.then(passedOn) as T) : result;
  }
  const opened = open(recorder, name, false, options);
  let result: T;
  try {
    result = work(opened);
  } catch (error) {
    opened.fail(error);
    throw error;
  }
  if (!(result instanceof Promise)) {
    opened.end(result);
    return result;
  }
  return result.then(
    (output) => {
      opened.end(output);
      return output;
    },
    (error) => {
      opened.fail(error);
      throw error;
    },
  ) as T;
}

function passedOn<T>(result: T): T {
  return result;
}

/** Records values at a moment, as a call of kind `span` that takes no time. */
export function checkpoint(name: string, values: Attributes = {}): void {
  if (recorder === undefined) return;
  const call = recorder.enter(
    recorder.define({ kind: "span", name, module: "checkpoint", params: ["values"] }),
    [values],
  );
  recorder.leave(call, undefined);
}

/** Adds facts to the call that is running. */
export function annotate(attributes: Attributes): void {
  recorder?.attributes(recorder.current, attributes);
}

/**
 * Names the call that is running, for a message or a header to carry: who gets it goes back to this call by {@link link}, in
 * this process or another one.
 *
 * ```js
 * queue.add("mail", { to, trace: reference() }); // where it is sent
 * link(job.data.trace); // where it is dealt with
 * ```
 *
 * @returns empty where nothing records
 */
export function reference(): string {
  return recorder === undefined ? "" : recorder.reference(recorder.current);
}

/**
 * The call that is running goes back to the one that a reference names.
 *
 * @param reference - what {@link reference} has returned there; anything else is ignored
 */
export function link(reference: string): void {
  if (recorder !== undefined && isReference(reference)) recorder.link(recorder.current, reference);
}

function isReference(reference: unknown): reference is string {
  return typeof reference === "string" && reference.length > 0 && reference.length <= 200;
}

/**
 * Starts to record a part of what the program does; {@link stopTrace} ends it. In a process that has only loaded the hook
 * (`node --import flowtrace-cli/register app.js`), nothing is recorded but such parts.
 *
 * @throws FlowTraceError FT_USAGE when the hook is not loaded, or a part is being recorded already
 */
export function startTrace(): void {
  const { parts } = loaded("startTrace");
  if (first !== 0)
    throw new FlowTraceError("FT_USAGE", "startTrace: it has been called already; stopTrace ends that.");
  first = parts.begin();
}
let first = 0;

/**
 * Ends what {@link startTrace} began.
 *
 * @returns its calls, with those they were made by, as a trace: as `readTrace` returns one
 * @throws FlowTraceError FT_USAGE when nothing was started
 */
export async function stopTrace(): Promise<Trace> {
  const { parts } = loaded("stopTrace");
  if (first === 0)
    throw new FlowTraceError("FT_USAGE", "stopTrace: there is nothing to stop, call startTrace first.");
  const from = first;
  first = 0;
  return parts.end(from);
}

/**
 * Records one piece of work, for a test to look at what was called and with what.
 *
 * ```js
 * const trace = await recordTrace(() => checkout(cart));
 * const taxed = trace.functions.findIndex(({ name }) => name === "applyTax");
 * assert.equal(trace.calls.functionId.filter((fn) => fn === taxed).length, 3);
 * ```
 *
 * @param work - may return a promise, which is waited for. When it fails, so does this
 * @returns a span named `recordTrace`, with what was called below it, as a trace: as `readTrace` returns one
 * @throws FlowTraceError FT_USAGE when the hook is not loaded
 */
export async function recordTrace(work: () => unknown): Promise<Trace> {
  const { parts, calls } = loaded("recordTrace");
  const begun = parts.begin();
  const call = calls.open(
    calls.define({ kind: "span", name: "recordTrace", module: "span", async: true }),
    [],
    0,
  );
  let trace: Trace | undefined;
  try {
    const result = work();
    calls.suspend(call);
    calls.close(call, await result);
  } catch (error) {
    calls.fail(call, error);
    throw error;
  } finally {
    trace = parts.end(begun, call);
  }
  return trace;
}

function loaded(name: string): InstalledProbe {
  if (installed !== undefined) return installed;
  throw new FlowTraceError(
    "FT_USAGE",
    `${name}: nothing can be recorded, as FlowTrace's hook is not loaded. Run the program by flowtrace, or by node --import flowtrace-cli/register.`,
  );
}
