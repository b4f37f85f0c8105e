import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { describe, expect, it } from "vitest";
import { chooseCalls } from "../../../lib/export/call-selection.js";
import { resourceOf } from "../../../lib/export/resource.js";
import { spansOf } from "../../../lib/export/spans.js";
import { TraceBuilder } from "../../../lib/trace/builder.js";
import type { Trace } from "../../../lib/trace/columns.js";
import type { Value } from "../../../lib/trace/format.js";
import { smallTrace } from "../trace/small-trace.js";

function spans(trace: Trace): ReadableSpan[] {
  return [...spansOf(trace, resourceOf(trace, "shop"))];
}

/** A trace with one call that was recorded with attributes. */
function withAttributes(attributes: { [name: string]: Value }): Trace {
  const builder = new TraceBuilder();
  const root = builder.fn({ name: "app.js", called: "app.js", module: "app.js", kind: "root" });
  builder.columns.add(-1, root, 0);
  const fn = builder.fn({ name: "request", called: "request", module: "node:http", kind: "builtin" });
  const row = builder.addCall(0, fn, 1);
  builder.columns.duration[row] = 2;
  builder.columns.attributes.set(row, builder.value(attributes));
  return builder.trace({}, {});
}

describe("a call as a span", () => {
  it("is named by module, class, method and instance, so that nested calls are told apart", () => {
    const trace = smallTrace([
      { fn: "total", of: "Cart", module: "shop/cart.js", instance: 7 },
      { fn: "addTax", module: "shop/tax.js" },
    ]);
    expect(spans(trace).map(({ name }) => name)).toEqual([
      "app.js::app.js",
      "shop/cart.js::Cart.total#7",
      "shop/tax.js::addTax",
    ]);
  });

  it("is told by the semantic conventions, values as the file has them", () => {
    const trace = smallTrace([
      {
        fn: "total",
        of: "Cart",
        line: 12,
        in: { rate: 0.21 },
        after: { rate: 1 },
        out: [1, 2],
        instance: 7,
        async: true,
        active: 0.5,
      },
    ]);
    expect(spans(trace)[1]!.attributes).toEqual({
      "code.function.name": "Cart.total",
      "code.file.path": "app.js",
      "code.line.number": 12,
      "code.column.number": 1,
      "flowtrace.kind": "method",
      "flowtrace.module": "app.js",
      "flowtrace.call_id": 1,
      "flowtrace.status": "ok",
      "flowtrace.self_ms": 1,
      "flowtrace.active_ms": 0.5,
      "flowtrace.async": true,
      "flowtrace.instance_id": 7,
      "flowtrace.inputs": '{"rate":0.21}',
      "flowtrace.inputs_after": '{"rate":1}',
      "flowtrace.output": "[1,2]",
    });
  });

  it("has its error as status and as an exception event with the stack", () => {
    const trace = smallTrace(
      [{ fn: "pay", error: 0 }],
      [
        {
          name: "TypeError",
          message: "no card",
          code: "E_CARD",
          stack: "TypeError: no card\n    at pay",
          outcome: "caught",
        },
      ],
    );
    const [, span] = spans(trace);
    expect(span!.status).toEqual({ code: SpanStatusCode.ERROR, message: "TypeError: no card" });
    expect(span!.events).toEqual([
      {
        name: "exception",
        time: span!.endTime,
        attributes: {
          "exception.type": "TypeError",
          "exception.message": "no card",
          "exception.stacktrace": "TypeError: no card\n    at pay",
          "flowtrace.error.code": "E_CARD",
          "flowtrace.error.outcome": "caught",
        },
      },
    ]);
  });

  it("is linked to where its error came from, and to its caller where that had ended before", () => {
    const trace = smallTrace(
      [
        {
          fn: "outer",
          start: 0,
          duration: 2,
          error: 0,
          calls: [{ fn: "inner", start: 1, duration: 1, error: 0 }],
        },
        { fn: "main", start: 3, duration: 1, calls: [{ fn: "later", start: 9, duration: 1, async: true }] },
      ],
      [{ name: "Error", message: "x", outcome: "caught", thrown_in: 2 }],
    );
    const all = spans(trace);
    const links = all.map(({ links: own }) =>
      own.map(({ context, attributes }) => [
        all.findIndex((other) => other.spanContext().spanId === context.spanId),
        attributes!["flowtrace.link"],
      ]),
    );
    expect(links).toEqual([[], [[2, "error thrown in"]], [], [], [[3, "caller ended before"]]]);
  });

  it("is a client or a server by the http.* attributes it was recorded with", () => {
    const client = spans(
      withAttributes({
        "http.request.method": "GET",
        "url.full": "http://localhost/x",
        "http.response.status_code": 200,
      }),
    )[1]!;
    expect(client.kind).toBe(SpanKind.CLIENT);
    expect(client.attributes["http.response.status_code"]).toBe(200);
    const server = spans(withAttributes({ "http.request.method": "GET", "url.path": "/x" }))[1]!;
    expect(server.kind).toBe(SpanKind.SERVER);
    expect(spans(withAttributes({ level: "info" }))[1]!.kind).toBe(SpanKind.INTERNAL);
  });

  it("takes over attributes that are scalars or lists of texts or numbers, and others as text", () => {
    const { attributes } = spans(
      withAttributes({
        names: ["a", "b"],
        sizes: [1, 2],
        mixed: [1, "a"],
        nothing: null,
        when: { $type: "Date", value: "2026-01-01T00:00:00.000Z" },
        deep: { a: 1 },
      }),
    )[1]!;
    expect(attributes).toMatchObject({ names: ["a", "b"], sizes: [1, 2], mixed: '[1,"a"]', deep: '{"a":1}' });
    expect(attributes).not.toHaveProperty("nothing");
    expect(String(attributes.when)).toContain("2026-01-01T00:00:00.000Z");
  });

  it("sends of a long value its beginning", () => {
    const [, span] = spans(smallTrace([{ fn: "f", out: "x".repeat(100_000) }]));
    const text = String(span!.attributes["flowtrace.output"]);
    expect(text.length).toBeLessThanOrEqual(16_384);
    expect(text.startsWith('"xxx')).toBe(true);
  });

  it("lies under the nearest call above that is sent", () => {
    const trace = smallTrace([{ fn: "a", calls: [{ fn: "b", calls: [{ fn: "c" }] }] }]);
    const chosen = chooseCalls(trace, { matches: (row) => row === 3 });
    const [root, only] = [...spansOf(trace, resourceOf(trace, "shop"), chosen)];
    expect(only!.name).toBe("app.js::c");
    expect(only!.parentSpanContext!.spanId).toBe(root!.spanContext().spanId);
  });
});

describe("the resource", () => {
  it("names service, process and runtime; a service given wins over the variables', which wins over the script", () => {
    const plain = smallTrace([]);
    const trace = { ...plain, run: { ...plain.run, platform: "win32 x64" } };
    expect(resourceOf(trace, undefined).attributes["service.name"]).toBe("app.js");
    expect(resourceOf(trace, undefined, { "service.name": "b" }).attributes["service.name"]).toBe("b");
    const { attributes } = resourceOf(trace, "c", { "service.name": "b", team: "x" });
    expect(attributes).toMatchObject({
      "service.name": "c",
      team: "x",
      "os.type": "windows",
      "host.arch": "amd64",
      "telemetry.sdk.name": "flowtrace",
      "process.runtime.name": "nodejs",
    });
  });
});
