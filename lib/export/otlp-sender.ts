import { setTimeout as sleep } from "node:timers/promises";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { type Answer, ResponseWatch } from "./response-watch.js";

export interface SenderOptions {
  /** Full URL of the endpoint for traces. */
  url: string;
  /** Default `http/protobuf`. */
  protocol?: "http/protobuf" | "http/json";
  /** Default: `OTEL_EXPORTER_OTLP_COMPRESSION`, else none. */
  compression?: "none" | "gzip";
  /** In addition to those of `OTEL_EXPORTER_OTLP_HEADERS`. */
  headers?: Record<string, string>;
  /** ms for one request; default: `OTEL_EXPORTER_OTLP_TIMEOUT`, else 10 s. */
  timeout?: number;
  /** Without a success for so long, ms, a receiver that is busy or gone is given up; default 60 s. */
  patience?: number;
}

/** What became of a batch. */
export interface Delivery {
  accepted: number;
  /** Refused for good, by the receiver's own account. */
  rejected: number;
  /** Not delivered: the receiver was busy or gone until patience ended. */
  undelivered: number;
  reason?: string;
}

export const REQUESTS_AT_ONCE = 4;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const PATIENCE_MS = 60_000;

/** By the protocol: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const BUSY = new Set([429, 502, 503, 504]);
const TOO_LARGE = 413;
const GONE = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
]);

/**
 * Delivers batches, each as often as it takes. The exporter repeats a request some times within its timeout; this goes on where
 * it gives up, keeps all requests back while the receiver asks for it, and halves what is too large for it.
 */
export class OtlpSender {
  private readonly exporter: JsonExporter | ProtobufExporter;
  private readonly watch = new ResponseWatch();
  private readonly patience: number;
  private lastSuccess = Date.now();
  private notBefore = 0;
  private gaveUp = false;

  constructor({ url, protocol, compression, headers, timeout, patience }: SenderOptions) {
    const Exporter = protocol === "http/json" ? JsonExporter : ProtobufExporter;
    this.exporter = new Exporter({
      url,
      headers: headers ?? {},
      // Its type is an enum of another package, whose values are these texts.
      ...(compression === undefined ? {} : { compression: compression as never }),
      ...(timeout === undefined ? {} : { timeoutMillis: timeout }),
      concurrencyLimit: REQUESTS_AT_ONCE * 2,
    });
    this.patience = patience ?? PATIENCE_MS;
    this.watch.start();
  }

  /** No batch is delivered any more. */
  get isHopeless(): boolean {
    return this.gaveUp;
  }

  async send(batch: ReadableSpan[]): Promise<Delivery> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const wait = this.notBefore - Date.now();
      if (wait > 0) await sleep(wait);
      if (this.gaveUp) return undelivered(batch, undefined);
      const answer: Answer = {
        rejectedSpans: 0,
        onAskedToWait: (ms) => {
          this.notBefore = Math.max(this.notBefore, Date.now() + ms);
        },
      };
      const error = await this.watch.during(answer, () => this.request(batch));
      if (error === undefined) {
        this.lastSuccess = Date.now();
        return delivered(batch, answer);
      }
      if (answer.status === TOO_LARGE && batch.length > 1) return this.halves(batch);
      const reason = reasonOf(error, answer);
      if (!isTemporary(error, answer)) return { accepted: 0, rejected: batch.length, undelivered: 0, reason };
      const retryAt = Date.now() + (answer.retryAfterMs ?? pause);
      if (retryAt - this.lastSuccess > this.patience) {
        this.gaveUp = true;
        return undelivered(batch, reason);
      }
      this.notBefore = Math.max(this.notBefore, retryAt);
    }
  }

  async close(): Promise<void> {
    this.watch.stop();
    await this.exporter.shutdown();
  }

  private request(batch: ReadableSpan[]): Promise<Error | undefined> {
    return new Promise((resolve) => {
      this.exporter.export(batch, ({ code, error }) =>
        resolve(code === 0 ? undefined : (error ?? new Error("no reason given"))),
      );
    });
  }

  private async halves(batch: ReadableSpan[]): Promise<Delivery> {
    const middle = batch.length >> 1;
    const first = await this.send(batch.slice(0, middle));
    const second = await this.send(batch.slice(middle));
    const reason = first.reason ?? second.reason;
    return {
      accepted: first.accepted + second.accepted,
      rejected: first.rejected + second.rejected,
      undelivered: first.undelivered + second.undelivered,
      ...(reason === undefined ? {} : { reason }),
    };
  }
}

function delivered({ length }: ReadableSpan[], { rejectedSpans, message }: Answer): Delivery {
  const rejected = Math.min(length, rejectedSpans);
  const reason = message ?? (rejected > 0 ? "partial success" : undefined);
  return {
    accepted: length - rejected,
    rejected,
    undelivered: 0,
    ...(reason === undefined ? {} : { reason }),
  };
}

function undelivered({ length }: ReadableSpan[], reason: string | undefined): Delivery {
  return { accepted: 0, rejected: 0, undelivered: length, ...(reason === undefined ? {} : { reason }) };
}

function isTemporary(error: Error, { status }: Answer): boolean {
  if (status !== undefined) return BUSY.has(status);
  const { code } = error as NodeJS.ErrnoException;
  return error.message === "Request timed out" || GONE.has(code ?? "");
}

/** `HTTP 401 Unauthorized: {"message":"missing key"}` */
function reasonOf(error: Error, { status, retryAfterMs }: Answer): string {
  if (status === undefined) return error.message || String((error as NodeJS.ErrnoException).code);
  const { data } = error as { data?: string };
  const said = (data ?? "").replace(/\s+/g, " ").trim().slice(0, 200);
  const text = BUSY.has(status) ? "" : error.message;
  const wait =
    retryAfterMs === undefined ? "" : `, asks to be left alone for ${Math.ceil(retryAfterMs / 1000)} s`;
  return `HTTP ${status}${text === "" ? "" : ` ${text}`}${said === "" ? "" : `: ${said}`}${wait}`;
}
