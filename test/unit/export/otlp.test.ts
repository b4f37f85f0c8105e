import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { exportOtlp, type OtlpOptions, type OtlpReport } from "../../../lib/export/otlp.js";
import { sampleTrace } from "../trace/sample-trace.js";

const CALLS = 12_000;
const trace = sampleTrace(CALLS);
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** Seconds that it asks to be left alone for; the second is more than the exporter waits itself. */
const WAITS: Record<number, string> = { 429: "1", 503: "30" };

/** A receiver of JSON that answers with a status of the test's choice. */
async function receiver(
  statusOf: (request: number, bytes: number, body: Buffer) => number,
): Promise<{ url: string; requests: number }> {
  const got = { url: "", requests: 0 };
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    if (request.method !== "POST") {
      response.writeHead(404).end();
      return;
    }
    const status = statusOf(++got.requests, body.length, body);
    const wait = status in WAITS ? { "retry-after": WAITS[status] } : {};
    response.writeHead(status, { "content-type": "application/json", ...wait }).end("{}");
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  got.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  return got;
}

function send(url: string, options: Partial<OtlpOptions> = {}): Promise<OtlpReport> {
  return exportOtlp(trace, { url, protocol: "http/json", ...options });
}

describe("spans that are sent", () => {
  it("are halved for a receiver that finds them too large, until each half fits", async () => {
    const got = await receiver((_, bytes) => (bytes > 300_000 ? 413 : 200));
    const report = await send(got.url);
    expect(report).toMatchObject({ spans: CALLS, accepted: CALLS, rejected: 0, undelivered: 0, unsent: 0 });
    expect(got.requests).toBeGreaterThan(24);
  });

  it("are all kept back while the receiver asks for it", async () => {
    let refused: Buffer | undefined;
    let before = 0;
    const got = await receiver((_request, _bytes, body) => {
      if (refused === undefined) {
        refused = body;
        return 429;
      }
      if (before === 0 && body.equals(refused)) before = got.requests - 2;
      return 200;
    });
    expect((await send(got.url)).accepted).toBe(CALLS);
    // Those on their way, and some that begin when the time is over: not the eleven others that there are.
    expect(before).toBeLessThan(10);
  });

  it("are given up when the receiver is busy for longer than patience; all are accounted for", async () => {
    const got = await receiver((request) => (request <= 3 ? 200 : 503));
    const report = await send(got.url, { patience: 0 });
    expect(report.accepted).toBe(3000);
    expect(report.undelivered).toBeGreaterThan(0);
    expect(report.unsent).toBeGreaterThan(0);
    expect(report.accepted + report.rejected + report.undelivered + report.unsent).toBe(CALLS);
    expect(report.reason).toBe("HTTP 503, asks to be left alone for 30 s");
  });

  it("are not tried for ever where nothing is accepted", async () => {
    const got = await receiver(() => 401);
    const report = await send(got.url);
    expect(report.accepted).toBe(0);
    expect(report.reason).toContain("HTTP 401");
    expect(got.requests).toBeLessThan(10);
    expect(report.rejected + report.unsent).toBe(CALLS);
  });

  it("tell how far they are", async () => {
    const got = await receiver(() => 200);
    const told: number[] = [];
    await send(got.url, { onProgress: (done, total) => told.push(done / total) });
    expect(told.length).toBeGreaterThan(5);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
  });
});
