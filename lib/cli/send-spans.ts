import { FlowTraceError } from "../errors.js";
import type { CallSelection } from "../export/call-selection.js";
import { shownUrl } from "../export/endpoints.js";
import { otelEnvironment } from "../export/environment.js";
import { pairsOf } from "../export/pairs.js";
import type { Trace } from "../trace/columns.js";
import { choiceOf } from "./option-values.js";
import { progressLine, say, seconds } from "./report.js";
import { grouped, messageOf, t } from "./text.js";

/** What a command was told about sending; OpenTelemetry's variables say the rest. */
export interface SendOptions extends CallSelection {
  service?: string | undefined;
  /** `key=value` each. */
  headers?: readonly string[] | undefined;
  protocol?: string | undefined;
  compression?: string | undefined;
}

const BAR_CELLS = 20;

/**
 * Sends a trace's calls as spans and tells what became of them.
 *
 * @returns whether all of them were accepted
 */
export async function sendSpans(trace: Trace, url: string, options: SendOptions): Promise<boolean> {
  const { exportOtlp } = await import("../export/otlp.js");
  const { service, headers, protocol, compression, ...selection } = options;
  const env = otelEnvironment(process.env);
  const named = service ?? env.service;
  const before = performance.now();
  const progress = progressLine();
  const sending = exportOtlp(trace, {
    url,
    ...(named === undefined ? {} : { service: named }),
    resource: env.resource,
    headers: { ...env.headers, ...pairsOf(headers ?? []) },
    protocol: choiceOf(
      protocol ?? env.protocol ?? "http/protobuf",
      ["http/protobuf", "http/json"],
      protocol === undefined ? "OTEL_EXPORTER_OTLP_PROTOCOL" : "--protocol",
    ),
    compression: choiceOf(
      compression ?? env.compression ?? "none",
      ["none", "gzip"],
      compression === undefined ? "OTEL_EXPORTER_OTLP_COMPRESSION" : "--compression",
    ),
    ...selection,
    onProgress: (done, total) =>
      progress(t("spans.progress", { bar: bar(done / total), done: grouped(done), total: grouped(total) })),
  });
  const report = await sending.catch((error: unknown) => {
    // Not wrong use: the command was right, the receiver is not there.
    if (!(error instanceof FlowTraceError) || error.code !== "FT_EXPORT_FAILED") throw error;
    say(t("spans.unreachable", { reason: messageOf(error) }));
  });
  progress("");
  if (report === undefined) return false;
  const refused = report.spans - report.accepted;
  say(
    t(report.accepted === 1 ? "spans.one-accepted" : "spans.accepted", {
      accepted: grouped(report.accepted),
      refused: grouped(refused),
      url: shownUrl(url),
      time: seconds(performance.now() - before),
    }),
  );
  if (refused === 0) {
    if (report.reason !== undefined) say(t("spans.remark", { reason: report.reason }));
    return true;
  }
  const fates = [
    [report.rejected, "spans.refused"],
    [report.undelivered, "spans.undelivered"],
    [report.unsent, "spans.unsent"],
  ] as const;
  const told = fates
    .filter(([spans]) => spans > 0)
    .map(([spans, fate]) => t(fate, { count: grouped(spans) }));
  say(t("spans.not-accepted", { fates: told.join(", "), reason: report.reason ?? t("spans.no-reason") }));
  return false;
}

function bar(share: number): string {
  const full = Math.floor(share * BAR_CELLS);
  return `${"█".repeat(full)}${"░".repeat(BAR_CELLS - full)}`;
}
