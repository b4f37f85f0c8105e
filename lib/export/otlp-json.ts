import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { Trace } from "../trace/columns.js";
import { batchesOf } from "./otlp.js";
import { resourceOf, serviceNameOf } from "./resource.js";
import { spansOf } from "./spans.js";

/** What the Collector's file receiver takes as a line unless it is told otherwise is 1 MiB. */
const LINE_SPANS = 500;
const LINE_CHARACTERS = 400_000;

/**
 * OTLP in a file: lines of JSON, each a request of its own, as the Collector writes and reads them
 * (https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/).
 */
export function* otlpJson(trace: Trace): Generator<string> {
  const resource = resourceOf(trace, serviceNameOf(trace));
  const decoder = new TextDecoder();
  for (const batch of batchesOf(spansOf(trace, resource), LINE_SPANS, LINE_CHARACTERS))
    yield `${decoder.decode(JsonTraceSerializer.serializeRequest(batch))}\n`;
}
