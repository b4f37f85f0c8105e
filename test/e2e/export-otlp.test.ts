import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readTraceFile } from "../../lib/files/trace-file.js";
import { writeTraceFile } from "../../lib/files/write-trace.js";
import { qualifiedName } from "../../lib/trace/call-name.js";
import type { Trace } from "../../lib/trace/columns.js";
import { Flag } from "../../lib/trace/columns.js";
import { selfTimes } from "../../lib/trace/statistics.js";
import { type Fault, type ReceivedSpan, startProxy, startReceiver, startSilence } from "../support/otlp.js";
import { command, type Finished, folderWith, ROOT } from "../support/run.js";
import { sampleTrace } from "../unit/trace/sample-trace.js";

const CALLS = 3000;
let cwd: string;
let trace: Trace;
beforeAll(async () => {
  cwd = folderWith();
  const path = join(cwd, "flowtrace.json");
  await writeTraceFile(sampleTrace(CALLS), path);
  trace = await readTraceFile(path);
});

function send(url: string, ...options: string[]): Promise<Finished> {
  return command("flowtrace-export", ["--endpoint", url, ...options], { cwd });
}

/** Spans by the call they are of; the same span twice counts once, two different ones of a call are an error. */
function byCall(spans: readonly ReceivedSpan[]): Map<number, ReceivedSpan> {
  const found = new Map<number, ReceivedSpan>();
  for (const span of spans) {
    const call = Number(span.attributes["flowtrace.call_id"]);
    const known = found.get(call);
    if (known !== undefined) expect(span).toEqual(known);
    found.set(call, span);
  }
  return found;
}

function expectAllOf(spans: readonly ReceivedSpan[]): void {
  const found = byCall(spans);
  expect(found.size).toBe(CALLS);
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(CALLS);
}

describe.each(["http/protobuf", "http/json"])("flowtrace-export over %s", (protocol) => {
  it("brings every call to a receiver once, with its caller, times, error and values", async () => {
    const receiver = await startReceiver();
    const { code, stderr } = await send(receiver.url, "--protocol", protocol, "--service", "shop");
    await receiver.close();
    expect(stderr).toContain("3,000 spans accepted");
    expect(code).toBe(0);
    expect(new Set(receiver.types)).toEqual(
      new Set([protocol === "http/json" ? "application/json" : "application/x-protobuf"]),
    );
    expect(receiver.spans.length).toBe(CALLS);
    const { calls, functions, values, errors, run } = trace;
    const found = byCall(receiver.spans);
    const self = selfTimes(trace);
    const started = BigInt(Math.round(run.started_unix_ms * 1e3)) * 1000n;
    for (let row = 0; row < CALLS; row++) {
      const span = found.get(row)!;
      const fn = functions[calls.functionId[row]!]!;
      const text = (ref: number) => values.text(ref);
      expect(span.parentSpanId).toBe(row === 0 ? "" : found.get(calls.parent[row]!)!.spanId);
      const instance = calls.instance[row]!;
      expect(span.name).toBe(`${fn.module}::${qualifiedName(fn)}${instance < 0 ? "" : `#${instance}`}`);
      expect(span.start - started).toBe(BigInt(Math.round(calls.start[row]! * 1e6)));
      if (!Number.isNaN(calls.duration[row]!))
        expect(Number(span.end - span.start) - calls.duration[row]! * 1e6).toBeCloseTo(0, 0);
      const { attributes } = span;
      expect(attributes["code.function.name"]).toBe(qualifiedName(fn));
      expect(attributes["code.file.path"]).toBe(fn.file);
      expect(attributes["code.line.number"] && Number(attributes["code.line.number"])).toBe(fn.line);
      const inputs = text(calls.inputs[row]!);
      expect(attributes["flowtrace.inputs"]).toBe(inputs === "{}" ? undefined : inputs);
      expect(attributes["flowtrace.inputs_after"]).toBe(text(calls.inputsAfter[row]!));
      expect(attributes["flowtrace.output"]).toBe(text(calls.output[row]!));
      if (!Number.isNaN(self[row]!))
        expect(Number(attributes["flowtrace.self_ms"])).toBeCloseTo(self[row]!, 4);
      const failed = (calls.flags[row]! & (Flag.threw | Flag.rejected)) !== 0;
      expect(span.status.code).toBe(failed ? "STATUS_CODE_ERROR" : "STATUS_CODE_UNSET");
      const error = failed ? errors[calls.error[row]!] : undefined;
      expect(span.events.map((event) => event.attributes["exception.message"])).toEqual(
        error === undefined ? [] : [error.message],
      );
      if (error?.stack !== undefined)
        expect(span.events[0]!.attributes["exception.stacktrace"]).toBe(error.stack);
      expect(span.resource["service.name"]).toBe("shop");
    }
  });

  it.each<[string, Fault[]]>([
    [
      "429 with Retry-After",
      [
        { status: 429, retryAfter: "1" },
        { status: 429, retryAfter: "0" },
      ],
    ],
    ["503", [{ status: 503 }, { status: 503, retryAfter: "0" }]],
    ["reset connections", ["reset before", "reset before", "reset before"]],
    ["lost answers", ["reset after", "reset after"]],
    ["slowness", ["slow", "slow"]],
    [
      "all of it",
      [
        "slow",
        { status: 503, retryAfter: "0" },
        "reset after",
        "reset before",
        { status: 429, retryAfter: "0" },
      ],
    ],
  ])("loses and duplicates nothing by %s", async (_, faults) => {
    const receiver = await startReceiver();
    const proxy = await startProxy(receiver.url, faults);
    const { code, stderr } = await send(proxy.url, "--protocol", protocol);
    proxy.close();
    await receiver.close();
    expect(stderr).toContain("3,000 spans accepted");
    expect(code).toBe(0);
    expect(proxy.left).toEqual([]);
    expectAllOf(receiver.spans);
  });

  it("brings every call compressed, too", async () => {
    const receiver = await startReceiver();
    const proxy = await startProxy(receiver.url, []);
    const { code } = await send(proxy.url, "--protocol", protocol, "--compression", "gzip");
    proxy.close();
    await receiver.close();
    expect(code).toBe(0);
    expectAllOf(receiver.spans);
  });

  it("tells how many were refused in requests that were accepted, and ends with 1", async () => {
    const receiver = await startReceiver();
    const proxy = await startProxy(receiver.url, [
      { refused: 3, why: "too old" },
      { refused: 4, why: "too long" },
    ]);
    const { code, stderr } = await send(proxy.url, "--protocol", protocol);
    proxy.close();
    await receiver.close();
    expect(code).toBe(1);
    expect(stderr).toContain("2,993 spans accepted");
    expect(stderr).toMatch(/Not accepted: 7 refused: too (old|long)\./);
  });
});

describe("flowtrace-export", () => {
  it("makes no duplicates when it is run twice: the same calls have the same ids", async () => {
    const receiver = await startReceiver();
    await send(receiver.url);
    await send(receiver.url, "--protocol", "http/json", "--max-depth", "3");
    await receiver.close();
    expect(receiver.spans.length).toBeGreaterThan(CALLS);
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(receiver.spans.map(({ spanId }) => spanId)).size).toBe(CALLS);
  });

  it("writes the same spans to a file, a request a line", async () => {
    const receiver = await startReceiver();
    await send(receiver.url);
    const sent = receiver.spans.splice(0);
    await command("flowtrace-export", ["--format", "otlp-json", "-o", "spans.jsonl"], { cwd });
    const lines = readFileSync(join(cwd, "spans.jsonl"), "utf8").trimEnd().split("\n");
    for (const body of lines) {
      expect(body.length).toBeLessThan(1 << 20);
      await fetch(receiver.url, { method: "POST", headers: { "content-type": "application/json" }, body });
    }
    await receiver.close();
    expect(receiver.spans.map(({ spanId }) => spanId).sort()).toEqual(
      sent.map(({ spanId }) => spanId).sort(),
    );
    expect(new Set(receiver.spans.map(({ traceId }) => traceId))).toEqual(
      new Set(sent.map(({ traceId }) => traceId)),
    );
  });

  it("ends with 1 when the receiver refuses, and does not ask it for ever", async () => {
    const receiver = await startReceiver();
    const proxy = await startProxy(
      receiver.url,
      Array.from({ length: 5 }, () => ({ status: 401 })),
    );
    const { code, stderr } = await send(proxy.url);
    proxy.close();
    await receiver.close();
    expect(code).toBe(1);
    expect(stderr).toContain("0 spans accepted");
    expect(stderr).toContain("HTTP 401");
  });

  it("says that nobody listens at an endpoint, and ends with 1", async () => {
    const { code, stderr } = await send("http://127.0.0.1:9/v1/traces");
    expect(code).toBe(1);
    expect(stderr).toContain("http://127.0.0.1:9/v1/traces cannot be reached: connect ECONNREFUSED");
  });

  it("says that somebody takes connections but gives no answers, and ends with 1", async () => {
    const silence = await startSilence();
    const { code, stderr } = await send(silence.url);
    silence.close();
    expect(code).toBe(1);
    expect(stderr).toContain("cannot be reached: it took the connection, but gave no answer within 4 s.");
  });

  it("says that somebody takes connections but ends them, and ends with 1", async () => {
    const rude = await startSilence(true);
    const { code, stderr } = await send(rude.url);
    rude.close();
    expect(code).toBe(1);
    expect(stderr).toContain("cannot be reached: it ended connections, but gave no answer within 4 s.");
  });

  it("heeds OpenTelemetry's variables, options before them", async () => {
    const receiver = await startReceiver();
    const env = {
      ...process.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: new URL("/", receiver.url).href,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/json",
      OTEL_SERVICE_NAME: "from-the-variable",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test%20bed,service.name=unused",
    };
    await command("flowtrace-export", ["--max-spans", "1"], { cwd, env });
    await command("flowtrace-export", ["--max-spans", "1", "--service", "given"], { cwd, env });
    await receiver.close();
    expect(new Set(receiver.types)).toEqual(new Set(["application/json"]));
    expect(receiver.spans.map(({ resource }) => resource["service.name"])).toEqual([
      "from-the-variable",
      "given",
    ]);
    expect(receiver.spans[0]!.resource["deployment.environment.name"]).toBe("test bed");
  });
});

describe("flowtrace --export-otlp-endpoint", () => {
  const script = join(ROOT, "samples/error-internal/error-internal.js");

  it("sends the calls right after the run, and ends as the program did", async () => {
    const receiver = await startReceiver();
    const folder = folderWith();
    const { code, stderr } = await command(
      "flowtrace",
      [
        "--export-otlp-endpoint",
        new URL("/", receiver.url).href,
        "--export-otlp-service",
        "orders",
        "--export-otlp-header",
        "x-key=secret",
        "-s",
        script,
      ],
      { cwd: folder },
    );
    await receiver.close();
    expect(code).toBe(1);
    expect(stderr).toContain("14 spans accepted");
    expect(receiver.spans.length).toBe(14);
    expect(receiver.spans[0]!.resource["service.name"]).toBe("orders");
  });

  it("ends as the program did though nobody takes the spans", async () => {
    const folder = folderWith({ "app.js": "process.exitCode = 7" });
    const { code, stderr } = await command(
      "flowtrace",
      ["--export-otlp-endpoint", "http://127.0.0.1:9", "-s", "app.js"],
      { cwd: folder },
    );
    expect(code).toBe(7);
    expect(stderr).toContain("http://127.0.0.1:9/v1/traces cannot be reached");
  });

  it("is refused before the run when it is no endpoint", async () => {
    const folder = folderWith({ "app.js": "console.log('run')" });
    const { code, stdout, stderr } = await command(
      "flowtrace",
      ["--export-otlp-endpoint", "jaegr", "-s", "app.js"],
      { cwd: folder },
    );
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain('"jaegr" is no endpoint');
  });

  it("shows no keys in --print-config", async () => {
    const { stdout } = await command("flowtrace", ["--export-otlp-header", "x-key=hush", "--print-config"]);
    expect(stdout).toContain("x-key=[Filtered]");
    expect(stdout).not.toContain("hush");
  });
});
