import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSpanIds } from "../../lib/export/span-ids.js";
import { readTraceFile } from "../../lib/files/trace-file.js";
import { writeTraceFile } from "../../lib/files/write-trace.js";
import { Flag, type Trace } from "../../lib/trace/columns.js";
import { errorText } from "../../lib/trace/error-text.js";
import { command, folderWith } from "../support/run.js";
import { sampleTrace } from "../unit/trace/sample-trace.js";
import { type Server, startAutotel, startGenkit } from "./servers.js";

const RECEIVERS: [name: string, start: () => Promise<Server>, ways: string[][]][] = [
  [
    "autotel-devtools",
    startAutotel,
    [
      ["--protocol", "http/protobuf"],
      ["--protocol", "http/json"],
    ],
  ],
  ["Genkit's telemetry server", startGenkit, [["--protocol", "http/json", "--compression", "gzip"]]],
];

const CALLS = 2500;

describe.each(RECEIVERS)("%s", (_, start, ways) => {
  let server: Server;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.close());

  it.each(
    ways.map((options) => [options.join(" "), options] as const),
  )("stores every call once, with its caller, times, error and values, by %s", async (way, options) => {
    const cwd = folderWith();
    const made = sampleTrace(CALLS, way.length);
    const path = join(cwd, "flowtrace.json");
    // Another run each time: the same one again would be the same spans.
    const run = { ...made.run, started_unix_ms: made.run.started_unix_ms + way.length };
    await writeTraceFile({ ...made, run }, path);
    const trace = await readTraceFile(path);
    const sent = await command("flowtrace-export", ["--endpoint", server.url, ...options], { cwd });
    expect(sent.stderr).toContain("2,500 spans accepted");
    expect(sent.code).toBe(0);
    await expectStored(server, trace);
  });
});

async function expectStored(server: Server, trace: Trace): Promise<void> {
  const { calls, errors, values, run } = trace;
  const { traceId, spanId } = createSpanIds(trace);
  const spans = await server.stored(traceId);
  expect(spans.length).toBe(CALLS);
  const found = new Map(spans.map((span) => [span.spanId, span]));
  for (let row = 0; row < CALLS; row++) {
    const span = found.get(spanId(row))!;
    expect(span.parentSpanId || undefined).toBe(row === 0 ? undefined : spanId(calls.parent[row]!));
    expect(Number(span.attributes["flowtrace.call_id"])).toBe(row);
    // These keep times as ms, some of them rounded.
    expect(Math.abs(span.startTime - run.started_unix_ms - calls.start[row]!)).toBeLessThanOrEqual(0.51);
    const output = values.text(calls.output[row]!);
    expect(span.attributes["flowtrace.output"]).toBe(output);
    const hasFailed = (calls.flags[row]! & (Flag.threw | Flag.rejected)) !== 0;
    expect(["ERROR", 2].includes(span.status?.code as string)).toBe(hasFailed);
    const error = hasFailed ? errors[calls.error[row]!] : undefined;
    if (error !== undefined) expect(span.status!.message).toBe(errorText(error));
  }
}
