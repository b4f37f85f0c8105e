/** `key=value` of each text, later ones winning. */
export function pairsOf(texts: readonly string[]): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    if (at > 0) pairs[text.slice(0, at).trim()] = text.slice(at + 1).trim();
  }
  return pairs;
}

/**
 * `key=value,key2=value2` with percent-encoded values, as OpenTelemetry's variables have headers and attributes
 * (https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable).
 */
export function encodedPairs(list: string | undefined): Record<string, string> {
  return pairsOf((list ?? "").split(",").map(decoded));
}

/** What is no good encoding is meant as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
