import { FlowTraceError } from "../errors.js";

/** Endpoints by name. Those of hosted services want a key: `--header`. */
export const ENDPOINTS: Readonly<Record<string, string>> = {
  otel: "http://localhost:4318/v1/traces",
  jaeger: "http://localhost:4318/v1/traces",
  tempo: "http://localhost:4318/v1/traces",
  signoz: "http://localhost:4318/v1/traces",
  honeycomb: "https://api.honeycomb.io/v1/traces",
  "grafana-cloud": "https://otlp-gateway-prod-us-central-0.grafana.net/otlp/v1/traces",
};

const TRACES_PATH = "/v1/traces";

/**
 * Where to send, by the OpenTelemetry specification
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/): a name or a URL given, else
 * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` as it is, else `OTEL_EXPORTER_OTLP_ENDPOINT` with the path for traces.
 *
 * @param given - as a URL of a host alone, such as `http://localhost:4318`, it gets the path for traces too
 * @throws FlowTraceError FT_USAGE for what is neither a name nor a URL of http or https
 */
export function endpointOf(given: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  if (given !== undefined) return ENDPOINTS[given] ?? withPath(checked(given));
  if (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return base ? base.replace(/\/$/, "") + TRACES_PATH : undefined;
}

/** A URL as it may be shown: without the name and password that it may hold. */
export function shownUrl(url: string): string {
  return url.replace(/^(https?:\/\/)[^/?#]*@/, "$1");
}

function checked(given: string): string {
  if (/^https?:\/\//.test(given) && URL.canParse(given)) return given;
  const names = Object.keys(ENDPOINTS).join(", ");
  throw new FlowTraceError(
    "FT_USAGE",
    `"${given}" is no endpoint: expected an http URL, or one of ${names}.`,
    { spanish: `"${given}" no es un destino: se esperaba una URL http, o uno de ${names}.` },
  );
}

function withPath(url: string): string {
  return /^https?:\/\/[^/?#]+\/?$/.test(url) ? url.replace(/\/$/, "") + TRACES_PATH : url;
}
