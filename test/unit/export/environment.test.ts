import { describe, expect, it } from "vitest";
import { ENDPOINTS, endpointOf, shownUrl } from "../../../lib/export/endpoints.js";
import { otelEnvironment } from "../../../lib/export/environment.js";
import { pairsOf } from "../../../lib/export/pairs.js";
import { retryAfter } from "../../../lib/export/response-watch.js";

describe("an endpoint", () => {
  it("is a name, a URL, or that of OpenTelemetry's variables", () => {
    expect(endpointOf("jaeger", {})).toBe("http://localhost:4318/v1/traces");
    expect(endpointOf("https://x.example/otlp/v1/traces?a=1", {})).toBe(
      "https://x.example/otlp/v1/traces?a=1",
    );
    expect(endpointOf("http://localhost:4318", {})).toBe("http://localhost:4318/v1/traces");
    expect(endpointOf("http://localhost:4318/", {})).toBe("http://localhost:4318/v1/traces");
    const all = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://a:4318/base/" };
    expect(endpointOf(undefined, all)).toBe("http://a:4318/base/v1/traces");
    expect(endpointOf(undefined, { ...all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://b/" })).toBe(
      "http://b/",
    );
    expect(endpointOf(undefined, {})).toBe(undefined);
  });

  it("is refused when it is neither a name nor a URL of http", () => {
    for (const text of ["jaegr", "ftp://x", "http://", "localhost:4318"])
      expect(() => endpointOf(text, {})).toThrow(
        /is no endpoint: expected an http URL, or one of otel, jaeger/,
      );
  });

  it("by name is a URL of its own", () => {
    for (const url of Object.values(ENDPOINTS)) expect(new URL(url).pathname).toMatch(/\/v1\/traces$/);
  });
});

describe("an endpoint that is shown", () => {
  it("tells no password", () => {
    expect(shownUrl("https://me:hush@x.example/v1/traces")).toBe("https://x.example/v1/traces");
    expect(shownUrl("https://x.example/v1/traces?to=a@b")).toBe("https://x.example/v1/traces?to=a@b");
  });
});

describe("OpenTelemetry's variables", () => {
  it("are read, those for traces before those for all signals, percent signs or not", () => {
    expect(
      otelEnvironment({
        OTEL_SERVICE_NAME: "shop",
        OTEL_RESOURCE_ATTRIBUTES: "team=a%2Cb,broken,rate=100%",
        OTEL_EXPORTER_OTLP_HEADERS: "x-a=1,x-b=2",
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: "x-b=3=4",
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_EXPORTER_OTLP_COMPRESSION: "none",
        OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: "gzip",
      }),
    ).toEqual({
      service: "shop",
      resource: { team: "a,b", rate: "100%" },
      headers: { "x-a": "1", "x-b": "3=4" },
      protocol: "http/json",
      compression: "gzip",
    });
    expect(otelEnvironment({})).toEqual({ resource: {}, headers: {} });
  });

  it("hold pairs, of which later ones win", () => {
    expect(pairsOf(["Authorization=Basic YTpi==", " a = 1 ", "a=2", "=x", "y"])).toEqual({
      Authorization: "Basic YTpi==",
      a: "2",
    });
  });
});

describe("Retry-After", () => {
  it("is seconds or a date", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");
    expect(retryAfter("3", now)).toBe(3000);
    expect(retryAfter("Thu, 01 Jan 2026 00:00:05 GMT", now)).toBe(5000);
    expect(retryAfter("Wed, 31 Dec 2025 00:00:00 GMT", now)).toBe(0);
    expect(retryAfter("soon", now)).toBe(undefined);
    expect(retryAfter(undefined, now)).toBe(undefined);
  });
});
