import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { MockOtlpServer, normalizeTrace } from "@elastic/mockotlpserver";

/** A span as a receiver has it. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  kind: string;
  /** ns since 1970. */
  start: bigint;
  end: bigint;
  status: { code: string; message?: string };
  attributes: Record<string, unknown>;
  events: { name: string; attributes: Record<string, unknown> }[];
  links: { spanId: string; attributes: Record<string, unknown> }[];
  resource: Record<string, unknown>;
}

export interface Receiver {
  url: string;
  /** In order of arrival; one that was sent twice is there twice. */
  spans: ReceivedSpan[];
  /** `content-type` of each request. */
  types: string[];
  close(): Promise<void>;
}

/** Elastic's receiver, which understands JSON and protobuf by OpenTelemetry's own definitions. */
export async function startReceiver(): Promise<Receiver> {
  const spans: ReceivedSpan[] = [];
  const types: string[] = [];
  // All of a process hear of every request, those that were closed, too.
  let isOpen = true;
  const server = new MockOtlpServer({
    logLevel: "fatal",
    services: ["http"],
    httpHostname: "127.0.0.1",
    httpPort: 0,
    onTrace: (trace) => {
      if (isOpen) spans.push(...spansIn(normalizeTrace(trace)));
    },
    onRequest: ({ headers }) => {
      if (isOpen) types.push(String(headers["content-type"]));
    },
  });
  await server.start();
  const close = (): Promise<void> => {
    isOpen = false;
    return server.close();
  };
  return { url: new URL("/v1/traces", server.httpUrl).href, spans, types, close };
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of another project's, taken apart here
function* spansIn(trace: any): Generator<ReceivedSpan> {
  for (const { resource, scopeSpans } of trace.resourceSpans)
    for (const scope of scopeSpans)
      for (const span of scope.spans)
        yield {
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: span.parentSpanId ?? "",
          name: span.name,
          kind: span.kind,
          start: BigInt(span.startTimeUnixNano),
          end: BigInt(span.endTimeUnixNano),
          status: span.status,
          attributes: span.attributes ?? {},
          events: (span.events ?? []).map(withAttributes),
          links: (span.links ?? []).map(withAttributes),
          resource: resource.attributes,
        };
}

function withAttributes<T extends { attributes?: Record<string, unknown> }>(part: T) {
  return { ...part, attributes: part.attributes ?? {} };
}

/** What a proxy does with one request instead of passing it on and answering as the receiver did. */
export type Fault =
  | { status: number; retryAfter?: string }
  /** The connection ends before the receiver has seen anything of it. */
  | "reset before"
  /** The receiver has it all, its answer is lost. */
  | "reset after"
  /** Its answer is held back until another request was answered. */
  | "slow"
  /** The answer claims that this many were refused. */
  | { refused: number; why: string };

export interface Proxy {
  url: string;
  /** Faults that nobody has met yet. */
  left: Fault[];
  close(): void;
}

/**
 * Stands between an exporter and a receiver, and does wrong with the first requests, one after the other. What is compressed
 * is passed on as it was before: the receiver cannot read it.
 */
export async function startProxy(to: string, faults: Fault[]): Promise<Proxy> {
  const left = [...faults];
  const held: (() => void)[] = [];
  const server = await listen(async (incoming, response) => {
    if (incoming.method !== "POST") {
      response.writeHead(405).end();
      return;
    }
    const fault = left.shift();
    const sent = Buffer.concat(await incoming.toArray());
    const body = incoming.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
    if (fault === "reset before") {
      incoming.socket.destroy();
      return;
    }
    if (typeof fault === "object" && "status" in fault) {
      const wait = fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
      response.writeHead(fault.status, wait).end();
      return;
    }
    const answer = await passOn(to, incoming, body);
    if (fault === "reset after") {
      incoming.socket.destroy();
      return;
    }
    const type = incoming.headers["content-type"]!;
    const end = (): void => {
      response.writeHead(answer.status, { "content-type": type });
      response.end(typeof fault === "object" ? partialSuccess(type, fault.refused, fault.why) : answer.body);
    };
    if (fault === "slow") {
      held.push(end);
      return;
    }
    end();
    for (const one of held.splice(0)) one();
  });
  return { url: urlOf(server), left, close: () => void server.close() };
}

/** Takes connections and never answers, or ends them. */
export async function startSilence(isRude = false): Promise<{ url: string; close(): void }> {
  const server = await listen(({ socket }) => {
    if (isRude) socket.destroy();
  });
  return {
    url: urlOf(server),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function listen(
  answer: (incoming: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
}

function passOn(
  to: string,
  { headers }: IncomingMessage,
  body: Buffer,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const type = headers["content-type"]!;
    const onward = request(to, { method: "POST", headers: { "content-type": type } }, async (answer) => {
      resolve({ status: answer.statusCode!, body: Buffer.concat(await answer.toArray()) });
    });
    onward.on("error", reject);
    onward.end(body);
  });
}

/** `ExportTraceServiceResponse { partial_success { rejected_spans, error_message } }` */
function partialSuccess(type: string, refused: number, why: string): Buffer {
  if (type.includes("json"))
    return Buffer.from(
      JSON.stringify({ partialSuccess: { rejectedSpans: String(refused), errorMessage: why } }),
    );
  const inner = Buffer.concat([Buffer.of(0x08, refused, 0x12, why.length), Buffer.from(why)]);
  return Buffer.concat([Buffer.of(0x0a, inner.length), inner]);
}
