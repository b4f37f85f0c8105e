import {
  type Attributes,
  type HrTime,
  type Link,
  type SpanContext,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
} from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import type { ReadableSpan, TimedEvent } from "@opentelemetry/sdk-trace-base";
import { qualifiedName } from "../trace/call-name.js";
import { FAILED, type Trace } from "../trace/columns.js";
import { errorText } from "../trace/error-text.js";
import { type ChosenCalls, chooseCalls } from "./call-selection.js";
import { lastEnd } from "./run-end.js";
import { createSpanAttributes, runAttributes } from "./span-attributes.js";
import { createSpanIds } from "./span-ids.js";
import { linksOf } from "./span-links.js";

/**
 * The chosen calls of a trace as finished spans, in order of start, each made when it is asked for.
 *
 * @param resource - what the spans are of
 */
export function* spansOf(
  trace: Trace,
  resource: Resource,
  chosen: ChosenCalls = chooseCalls(trace),
): Generator<ReadableSpan> {
  const { calls, functions, run } = trace;
  const { traceId, spanId } = createSpanIds(trace);
  const attributesOf = createSpanAttributes(trace);
  const timeOf = createClock(run.started_unix_ms);
  const runEnd = lastEnd(trace);
  const endOf = (row: number): number =>
    Number.isNaN(calls.duration[row]!) ? runEnd : calls.start[row]! + calls.duration[row]!;
  const contextOf = (row: number): SpanContext => ({ traceId, spanId: spanId(row), traceFlags: SAMPLED });
  const names = functions.map((fn) => `${fn.module === "" ? "" : `${fn.module}::`}${qualifiedName(fn)}`);
  const scope = { name: "flowtrace", version: run.tool.replace(/^\D+/, "") };

  for (let row = 0; row < calls.length; row++) {
    if (!chosen.isChosen(row)) continue;
    const parent = chosen.parentOf(row);
    const instance = calls.instance[row]!;
    const endTime = timeOf(endOf(row));
    const attributes = attributesOf(row);
    if (row === 0) Object.assign(attributes, runAttributes(trace));
    const name = names[calls.functionId[row]!]!;
    yield new CallSpan(
      instance >= 0 ? `${name}#${instance}` : name,
      kindOf(attributes),
      contextOf(row),
      parent < 0 ? undefined : contextOf(parent),
      timeOf(calls.start[row]!),
      endTime,
      statusOf(trace, row),
      attributes,
      linksOf(trace, row, endOf, contextOf, chosen),
      eventsOf(trace, row, endTime),
      resource,
      scope,
    );
  }
}

const SAMPLED = 1;
const NOTHING: never[] = [];
const UNSET: SpanStatus = { code: SpanStatusCode.UNSET };

/** A class, and what is seldom needed computed on demand: millions of these are made and thrown away. */
class CallSpan implements ReadableSpan {
  constructor(
    readonly name: string,
    readonly kind: SpanKind,
    private readonly context: SpanContext,
    // biome-ignore lint/suspicious/noExplicitAny: optional in the interface, which exactOptionalPropertyTypes tells from undefined
    readonly parentSpanContext: any,
    readonly startTime: HrTime,
    readonly endTime: HrTime,
    readonly status: SpanStatus,
    readonly attributes: Attributes,
    readonly links: Link[],
    readonly events: TimedEvent[],
    readonly resource: Resource,
    readonly instrumentationScope: ReadableSpan["instrumentationScope"],
  ) {}

  spanContext(): SpanContext {
    return this.context;
  }

  get duration(): HrTime {
    const [seconds, ns] = this.startTime;
    const difference = this.endTime[1] - ns;
    return difference < 0
      ? [this.endTime[0] - seconds - 1, difference + 1e9]
      : [this.endTime[0] - seconds, difference];
  }

  get ended(): boolean {
    return true;
  }

  get droppedAttributesCount(): number {
    return 0;
  }

  get droppedEventsCount(): number {
    return 0;
  }

  get droppedLinksCount(): number {
    return 0;
  }
}

/** ms since the run's start → seconds and ns since 1970, exact to the ns. */
function createClock(startedUnixMs: number): (ms: number) => HrTime {
  const startSeconds = Math.floor(startedUnixMs / 1000);
  const startNs = Math.round((startedUnixMs - startSeconds * 1000) * 1e6);
  return (ms) => {
    const ns = startNs + Math.round(ms * 1e6);
    const seconds = Math.floor(ns / 1e9);
    return [startSeconds + seconds, ns - seconds * 1e9];
  };
}

const KINDS: Readonly<Record<string, SpanKind>> = {
  client: SpanKind.CLIENT,
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** As recorded in `span.kind`; requests otherwise tell by their attributes which side of them a call is. */
function kindOf(attributes: Attributes): SpanKind {
  const recorded = attributes["span.kind"];
  if (recorded !== undefined) return KINDS[String(recorded).toLowerCase()] ?? SpanKind.INTERNAL;
  if (attributes["http.request.method"] === undefined && attributes["db.system.name"] === undefined)
    return SpanKind.INTERNAL;
  return attributes["http.route"] === undefined && attributes["url.path"] === undefined
    ? SpanKind.CLIENT
    : SpanKind.SERVER;
}

function statusOf({ calls, errors }: Trace, row: number): SpanStatus {
  if ((calls.flags[row]! & FAILED) === 0) return UNSET;
  const error = errors[calls.error[row]!];
  return error === undefined
    ? { code: SpanStatusCode.ERROR }
    : { code: SpanStatusCode.ERROR, message: errorText(error) };
}

/** https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/ */
function eventsOf({ calls, errors }: Trace, row: number, time: HrTime): TimedEvent[] {
  const error = errors[calls.error[row]!];
  if (error === undefined || (calls.flags[row]! & FAILED) === 0) return NOTHING;
  const attributes: Attributes = {
    "exception.type": error.name === "" ? "(no Error)" : error.name,
    "exception.message": error.message,
  };
  if (error.stack !== undefined) attributes["exception.stacktrace"] = error.stack;
  if (error.code !== undefined) attributes["flowtrace.error.code"] = error.code;
  attributes["flowtrace.error.outcome"] = error.outcome;
  return [{ name: "exception", time, attributes }];
}
