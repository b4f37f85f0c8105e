import {
  type DiagLogger,
  DiagLogLevel,
  diag,
  type HrTime,
  SpanKind,
  SpanStatusCode,
} from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import type { Trace } from "../trace/columns.js";
import { type SpanData, type SpanSelection, spansOf } from "./span-data.js";

export interface OtlpOptions {
  /** Full URL of the traces' endpoint. */
  url: string;
  service: string;
  headers: Record<string, string>;
  protocol: "http/json" | "http/protobuf";
  compression: "none" | "gzip";
  selection: SpanSelection;
  /** ms for one request, retries not counted. */
  timeout?: number;
  onProgress?: (sent: number) => void;
}

export interface OtlpReport {
  /** Spans that the receiver took. */
  accepted: number;
  /** Spans that it refused, in whole requests or in part. */
  rejected: number;
  /** The first reason given for it. */
  reason: string | undefined;
}

/** Spans per request: receivers refuse bodies of some megabytes. */
const BATCH_SPANS = 1000;
const REQUESTS_AT_ONCE = 4;

/**
 * Sends a trace's calls as OTLP spans over HTTP.
 *
 * Batched here and not by the SDK's processor, which silently drops what exceeds its queue
 * (https://github.com/open-telemetry/opentelemetry-js/issues/3772). The exporter itself retries on 429, 502, 503 and 504 with
 * back-off and `Retry-After`. Memory is bounded: spans are made as they are sent.
 */
export async function exportOtlp(trace: Trace, options: OtlpOptions): Promise<OtlpReport> {
  const report: OtlpReport = { accepted: 0, rejected: 0, reason: undefined };
  const partial = watchPartialSuccess(report);
  const Exporter = options.protocol === "http/json" ? JsonExporter : ProtobufExporter;
  const exporter = new Exporter({
    url: options.url,
    headers: options.headers,
    compression: options.compression as never,
    timeoutMillis: options.timeout ?? 10_000,
    concurrencyLimit: REQUESTS_AT_ONCE + 1,
  });
  const shared = sharedParts(trace, options.service);
  const send = (batch: ReadableSpan[]): Promise<void> =>
    new Promise((resolve) => {
      exporter.export(batch, ({ code, error }) => {
        if (code === 0) report.accepted += batch.length;
        else {
          report.rejected += batch.length;
          report.reason ??= error?.message ?? "no reason given";
        }
        options.onProgress?.(report.accepted + report.rejected);
        resolve();
      });
    });

  const inFlight = new Set<Promise<void>>();
  const launch = async (batch: ReadableSpan[]): Promise<void> => {
    const request = send(batch).finally(() => inFlight.delete(request));
    inFlight.add(request);
    if (inFlight.size >= REQUESTS_AT_ONCE) await Promise.race(inFlight);
  };
  let batch: ReadableSpan[] = [];
  for (const data of spansOf(trace, options.selection)) {
    batch.push(readable(data, shared));
    if (batch.length < BATCH_SPANS) continue;
    await launch(batch);
    batch = [];
    // A receiver that takes nothing is not asked a thousand times.
    if (report.accepted === 0 && report.rejected >= BATCH_SPANS * REQUESTS_AT_ONCE) break;
  }
  if (batch.length > 0) await launch(batch);
  await Promise.all(inFlight);
  await exporter.shutdown();
  report.accepted -= partial.rejected();
  report.rejected += partial.rejected();
  return report;
}

/** The exporter tells of a partial success only in its diagnostics. */
function watchPartialSuccess(report: OtlpReport): { rejected(): number } {
  let rejected = 0;
  const hear = (message: string, ...args: unknown[]): void => {
    const text = [message, ...args.map(String)].join(" ");
    const match = /"?rejectedSpans"?\s*:\s*"?(\d+)/.exec(text);
    if (match === null) return;
    rejected += Number(match[1]);
    report.reason ??= /"?errorMessage"?\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? "partial success";
  };
  const logger: DiagLogger = {
    error: () => {},
    warn: hear,
    info: () => {},
    debug: () => {},
    verbose: () => {},
  };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  return { rejected: () => rejected };
}

type Shared = Pick<ReadableSpan, "resource" | "instrumentationScope">;

function sharedParts({ run }: Trace, service: string): Shared {
  return {
    resource: resourceFromAttributes({
      "service.name": service,
      "telemetry.sdk.name": "flowtrace",
      "telemetry.sdk.language": "nodejs",
      "process.runtime.name": "nodejs",
      "process.runtime.version": run.node,
      "process.command_args": run.argv,
    }),
    instrumentationScope: { name: "flowtrace", version: run.tool },
  };
}

function hrTime(ns: bigint): HrTime {
  return [Number(ns / 1_000_000_000n), Number(ns % 1_000_000_000n)];
}

function readable(data: SpanData, shared: Shared): ReadableSpan {
  const context = (spanId: string) => ({ traceId: data.traceId, spanId, traceFlags: 1 });
  const endTime = hrTime(data.endUnixNs);
  const span = {
    ...shared,
    name: data.name,
    kind: SpanKind.INTERNAL,
    spanContext: () => context(data.spanId),
    startTime: hrTime(data.startUnixNs),
    endTime,
    duration: hrTime(data.endUnixNs - data.startUnixNs),
    ended: true,
    status: data.failed
      ? { code: SpanStatusCode.ERROR, message: data.message }
      : { code: SpanStatusCode.UNSET },
    attributes: data.attributes,
    links: [],
    events:
      data.exception === undefined
        ? []
        : [
            {
              name: "exception",
              time: endTime,
              attributes: {
                "exception.type": data.exception.type,
                "exception.message": data.exception.message,
                "exception.stacktrace": data.exception.stack,
              },
            },
          ],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
  return data.parentSpanId === "" ? span : { ...span, parentSpanContext: context(data.parentSpanId) };
}
