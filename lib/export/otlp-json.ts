import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { Trace } from "../trace/columns.js";
import { chooseCalls } from "./call-selection.js";
import type { FormatOptions } from "./formats.js";
import { batchesOf } from "./otlp.js";
import { resourceOf } from "./resource.js";
import { spansOf } from "./spans.js";

/** What the Collector's file receiver takes as a line unless it is told otherwise is 1 MiB. */
const LINE_SPANS = 500;
const LINE_CHARACTERS = 400_000;

/**
 * OTLP in a file: lines of JSON, each a request of its own, as the Collector writes and reads them
 * (https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/).
 */
export function* otlpJson(trace: Trace, options: FormatOptions = {}): Generator<string> {
  const resource = resourceOf(trace, options.service, options.resource);
  const decoder = new TextDecoder();
  const spans = spansOf(trace, resource, chooseCalls(trace, options));
  for (const batch of batchesOf(spans, LINE_SPANS, LINE_CHARACTERS))
    yield `${decoder.decode(JsonTraceSerializer.serializeRequest(batch))}\n`;
}
