import { encodedPairs } from "./pairs.js";

/** What OpenTelemetry's variables say, those for traces before those for all signals. */
export interface OtelEnvironment {
  service?: string;
  resource: Record<string, string>;
  headers: Record<string, string>;
  protocol?: string;
  compression?: string;
}

/** Timeouts and certificates are left to the exporter, which reads their variables itself. */
export function otelEnvironment(env: NodeJS.ProcessEnv): OtelEnvironment {
  const service = env.OTEL_SERVICE_NAME;
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  const compression = env.OTEL_EXPORTER_OTLP_TRACES_COMPRESSION || env.OTEL_EXPORTER_OTLP_COMPRESSION;
  return {
    ...(service ? { service } : {}),
    resource: encodedPairs(env.OTEL_RESOURCE_ATTRIBUTES),
    headers: {
      ...encodedPairs(env.OTEL_EXPORTER_OTLP_HEADERS),
      ...encodedPairs(env.OTEL_EXPORTER_OTLP_TRACES_HEADERS),
    },
    ...(protocol ? { protocol } : {}),
    ...(compression ? { compression } : {}),
  };
}
