import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { folderWith, ROOT } from "../support/run.js";

/** A call as a receiver gives it back. */
export interface StoredSpan {
  spanId: string;
  parentSpanId?: string;
  name: string;
  /** ms since 1970. */
  startTime: number;
  endTime: number;
  attributes: Record<string, unknown>;
  status?: { code: unknown; message?: string };
  events?: { name: string; attributes: Record<string, unknown> }[];
}

export interface Server {
  url: string;
  /** What it has stored of a trace, by its own API. */
  stored(traceId: string): Promise<StoredSpan[]>;
  close(): Promise<void>;
}

const HERE = join(ROOT, "test/receivers");

/** Autotel's devtools, as its command. */
export async function startAutotel(): Promise<Server> {
  const cli = join(HERE, "node_modules/autotel-devtools/dist/cli.js");
  const port = await freePort();
  const options = ["--port", `${port}`, "--grpc-port", `${await freePort()}`];
  const child = spawn(process.execPath, [cli, ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (text) => {
      if (String(text).includes("Listening")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`autotel-devtools ended with code ${code}`)));
  });
  const url = `http://127.0.0.1:${port}/v1/traces`;
  return {
    url,
    async stored(traceId) {
      const { traces } = (await (await fetch(url)).json()) as {
        traces: { traceId: string; spans: StoredSpan[] }[];
      };
      return traces.find((trace) => trace.traceId === traceId)?.spans ?? [];
    },
    close() {
      child.kill();
      return ended;
    },
  };
}

/** Genkit's telemetry server, which keeps traces in files. */
export async function startGenkit(): Promise<Server> {
  const { LocalFileLogStore, LocalFileTraceStore, startTelemetryServer, stopTelemetryApi } = createRequire(
    join(HERE, "package.json"),
  )("@genkit-ai/telemetry-server");
  const port = await freePort();
  const folder = folderWith();
  const places = { storeRoot: folder, indexRoot: folder };
  const traceStore = new LocalFileTraceStore(places);
  await startTelemetryServer({ port, traceStore, logStore: new LocalFileLogStore(places) });
  return {
    url: `http://127.0.0.1:${port}/api/otlp/v1/traces`,
    async stored(traceId) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/traces/${traceId}`);
      const trace = (await answer.json()) as { spans: Record<string, StoredSpan & { displayName: string }> };
      return Object.values(trace.spans).map((span) => ({ ...span, name: span.displayName }));
    },
    close: stopTelemetryApi,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
