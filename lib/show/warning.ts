import type { TraceWarning } from "../trace/format.js";
import { es } from "../view/messages/es.js";
import { count } from "../view/units.js";
import { warningText } from "../view/warning-text.js";

/** A trace's warning in one line; its message is in English. */
export function warningLine(warning: TraceWarning, language: "en" | "es"): string {
  if (language === "en") return warning.message;
  const { text, detail } = warningText(
    warning,
    (key, places) => es[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(places[name] ?? whole)),
    (n) => count(n, language),
  );
  return detail === undefined ? text : `${text} (${detail})`;
}
