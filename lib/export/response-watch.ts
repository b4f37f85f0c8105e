import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";

/** What a receiver said to one batch, in the last of its answers. */
export interface Answer {
  status?: number;
  /** ms that it asks to be left alone for. */
  retryAfterMs?: number;
  /** Of an answer that took the batch in part, or with a remark. */
  rejectedSpans: number;
  message?: string;
  /** Told at once when it asks to be left alone, as the exporter waits before it tells. */
  onAskedToWait?: (ms: number) => void;
}

const CHANNEL = "http.client.response.finish";
const LONGEST_BODY = 1 << 16;

/**
 * Sees the answers to requests made in {@link ResponseWatch.during}. The exporter keeps to itself how long a receiver wants
 * to be left alone, and of spans that were refused in an accepted request it only tells a global logger.
 */
export class ResponseWatch {
  private readonly current = new AsyncLocalStorage<Answer>();
  private readonly hear = (message: unknown): void => {
    const answer = this.current.getStore();
    if (answer !== undefined) note(answer, (message as { response: IncomingMessage }).response);
  };

  start(): void {
    subscribe(CHANNEL, this.hear);
  }

  stop(): void {
    unsubscribe(CHANNEL, this.hear);
  }

  /** Notes in `answer` what comes back to the requests that `send` makes. */
  during<T>(answer: Answer, send: () => T): T {
    return this.current.run(answer, send);
  }
}

function note(answer: Answer, response: IncomingMessage): void {
  const { statusCode = 0, headers } = response;
  answer.status = statusCode;
  delete answer.retryAfterMs;
  const wait = retryAfter(headers["retry-after"], Date.now());
  if (wait !== undefined) {
    answer.retryAfterMs = wait;
    answer.onAskedToWait?.(wait);
  }
  if (statusCode < 200 || statusCode > 299) return;
  const pieces: Buffer[] = [];
  let bytes = 0;
  response.on("data", (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= LONGEST_BODY) pieces.push(piece);
  });
  response.on("end", () => {
    if (bytes === 0 || bytes > LONGEST_BODY) return;
    const isJson = (headers["content-type"] ?? "").includes("json");
    try {
      const partial = (isJson ? JsonTraceSerializer : ProtobufTraceSerializer).deserializeResponse(
        Buffer.concat(pieces),
      ).partialSuccess;
      answer.rejectedSpans = Number(partial?.rejectedSpans ?? 0);
      if (partial?.errorMessage) answer.message = partial.errorMessage;
    } catch {
      // What is no answer of this protocol says nothing about spans.
    }
  });
}

/** Seconds, or a date (RFC 9110, 10.2.3), in ms from now. */
export function retryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined || text === "") return undefined;
  const wait = /^\s*\d+\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
