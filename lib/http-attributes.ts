/** Attribute of a request's call, by OpenTelemetry's semantic conventions for HTTP spans. */
export const STATUS_ATTRIBUTE = "http.response.status_code";
