/** Endpoints by name. Those of hosted services want a key: `--header`. */
export const ENDPOINTS: Readonly<Record<string, string>> = {
  otel: "http://localhost:4318/v1/traces",
  jaeger: "http://localhost:4318/v1/traces",
  tempo: "http://localhost:4318/v1/traces",
  signoz: "http://localhost:4318/v1/traces",
  honeycomb: "https://api.honeycomb.io/v1/traces",
  "grafana-cloud": "https://otlp-gateway-prod-us-central-0.grafana.net/otlp/v1/traces",
};

/**
 * Where to send, by the OpenTelemetry specification
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/): a URL or a name given, else
 * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` as it is, else `OTEL_EXPORTER_OTLP_ENDPOINT` with the path for traces.
 */
export function endpointOf(given: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  if (given !== undefined) return ENDPOINTS[given] ?? given;
  if (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return base ? `${base.replace(/\/$/, "")}/v1/traces` : undefined;
}

/** `key=value,key2=value2`, values percent-encoded, as the variables have it. */
export function headersOf(texts: readonly string[], env: NodeJS.ProcessEnv): Record<string, string> {
  const fromEnv = [env.OTEL_EXPORTER_OTLP_HEADERS, env.OTEL_EXPORTER_OTLP_TRACES_HEADERS]
    .flatMap((list) => (list ?? "").split(","))
    .filter((pair) => pair.includes("="))
    .map((pair) => pair.split("=").map(decodeURIComponent).join("="));
  const headers: Record<string, string> = {};
  for (const pair of [...fromEnv, ...texts]) {
    const at = pair.indexOf("=");
    if (at > 0) headers[pair.slice(0, at).trim()] = pair.slice(at + 1).trim();
  }
  return headers;
}
