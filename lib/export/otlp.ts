import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { FlowTraceError } from "../errors.js";
import type { Trace } from "../trace/columns.js";
import { type CallSelection, chooseCalls } from "./call-selection.js";
import { shownUrl } from "./endpoints.js";
import { type Delivery, OtlpSender, REQUESTS_AT_ONCE, type SenderOptions } from "./otlp-sender.js";
import { unreachable } from "./reachable.js";
import { resourceOf } from "./resource.js";
import { spansOf } from "./spans.js";

export interface OtlpOptions extends SenderOptions, CallSelection {
  /** `service.name`; default: the script's file name. */
  service?: string;
  /** Further attributes of the resource. */
  resource?: Record<string, string>;
  /** Told after each batch: spans that are settled, and how many there are in all. */
  onProgress?: (done: number, total: number) => void;
}

/** What became of the spans; the four counts below add up to `spans`. */
export interface OtlpReport {
  /** Calls that were chosen. */
  spans: number;
  /** Spans that the receiver took. */
  accepted: number;
  /** Spans that it refused, as whole requests or in part. */
  rejected: number;
  /** Spans that could not be delivered: the receiver was busy or gone for too long. */
  undelivered: number;
  /** Spans that were not tried any more, as nothing was accepted of those before. */
  unsent: number;
  /** The first thing that the receiver or the network had against it. */
  reason: string | undefined;
}

/** Receivers refuse bodies of some megabytes. */
const BATCH_SPANS = 1000;
const BATCH_CHARACTERS = 2 << 20;
const REACH_MS = 4000;

/**
 * Sends a trace's calls as spans to an OTLP receiver over HTTP, each with its recorded times, caller, error and values.
 * Ids follow from the run and the call, so that sending twice makes no duplicates.
 *
 * Batched here and not by the SDK's processor, which silently drops what exceeds its queue
 * (https://github.com/open-telemetry/opentelemetry-js/issues/3772). Memory is bounded: spans are made as they are sent.
 *
 * @param options.url - full URL of the endpoint for traces, such as `http://localhost:4318/v1/traces`
 * @returns what became of each span; nothing is thrown for those that were refused
 * @throws FlowTraceError FT_EXPORT_FAILED when nothing answers at the URL within 4 seconds
 */
export async function exportOtlp(trace: Trace, options: OtlpOptions): Promise<OtlpReport> {
  const why = await unreachable(options.url, REACH_MS);
  if (why !== undefined)
    throw new FlowTraceError("FT_EXPORT_FAILED", `${shownUrl(options.url)} cannot be reached: ${why}.`, {
      spanish: `No se llega a ${shownUrl(options.url)}: ${why}.`,
    });
  const chosen = chooseCalls(trace, options);
  const resource = resourceOf(trace, options.service, options.resource);
  const report: OtlpReport = {
    spans: chosen.count,
    accepted: 0,
    rejected: 0,
    undelivered: 0,
    unsent: 0,
    reason: undefined,
  };
  const sender = new OtlpSender(options);
  const inFlight = new Set<Promise<void>>();
  const launch = async (batch: ReadableSpan[]): Promise<void> => {
    const request = sender.send(batch).then((delivery) => {
      inFlight.delete(request);
      count(report, delivery);
      options.onProgress?.(settled(report), report.spans);
    });
    inFlight.add(request);
    if (inFlight.size >= REQUESTS_AT_ONCE) await Promise.race(inFlight);
  };
  try {
    for (const batch of batchesOf(spansOf(trace, resource, chosen))) {
      await launch(batch);
      // A receiver that takes nothing is not asked a thousand times.
      const isRefused = report.accepted === 0 && report.rejected >= REQUESTS_AT_ONCE * batch.length;
      if (sender.isHopeless || isRefused) break;
    }
    await Promise.all(inFlight);
  } finally {
    await sender.close();
  }
  report.unsent = report.spans - settled(report);
  return report;
}

/** Pieces of bounded number and size. */
export function* batchesOf(
  spans: Iterable<ReadableSpan>,
  mostSpans = BATCH_SPANS,
  mostCharacters = BATCH_CHARACTERS,
): Generator<ReadableSpan[]> {
  let batch: ReadableSpan[] = [];
  let characters = 0;
  for (const span of spans) {
    const size = sizeOf(span);
    if (batch.length > 0 && (batch.length >= mostSpans || characters + size > mostCharacters)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(span);
    characters += size;
  }
  if (batch.length > 0) yield batch;
}

const USUAL_CHARACTERS = 500;

/** What can be large in a span: its values and its stack. */
function sizeOf({ attributes, events }: ReadableSpan): number {
  let size = USUAL_CHARACTERS;
  for (const key of ["flowtrace.inputs", "flowtrace.inputs_after", "flowtrace.output"]) {
    const text = attributes[key];
    if (typeof text === "string") size += text.length;
  }
  const stack = events[0]?.attributes?.["exception.stacktrace"];
  return typeof stack === "string" ? size + stack.length : size;
}

function count(report: OtlpReport, { accepted, rejected, undelivered, reason }: Delivery): void {
  report.accepted += accepted;
  report.rejected += rejected;
  report.undelivered += undelivered;
  report.reason ??= reason;
}

function settled({ accepted, rejected, undelivered }: OtlpReport): number {
  return accepted + rejected + undelivered;
}
