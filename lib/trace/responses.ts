import { STATUS_ATTRIBUTE } from "../http-attributes.js";
import type { Trace } from "./columns.js";

/** From here on, a status code says that who answered failed; from {@link CLIENT_ERROR} on, that who asked did (RFC 9110, 15.5 and 15.6). */
export const SERVER_ERROR = 500;
export const CLIENT_ERROR = 400;

/** Status codes of the requests in a trace, made and served, by the row of their call. */
export function responseStatuses({ calls, values }: Pick<Trace, "calls" | "values">): Map<number, number> {
  const statuses = new Map<number, number>();
  for (const [row, reference] of calls.attributes) {
    const text = values.text(reference);
    if (text === undefined || !text.includes(STATUS_ATTRIBUTE)) continue;
    const status = (JSON.parse(text) as Record<string, unknown>)[STATUS_ATTRIBUTE];
    if (typeof status === "number") statuses.set(row, status);
  }
  return statuses;
}
