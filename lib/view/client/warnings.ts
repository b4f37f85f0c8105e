import type { TraceWarning } from "../../trace/format.js";
import { warningText as textOf } from "../warning-text.js";
import { el } from "./dom.js";
import { number, t } from "./i18n.js";

/** A warning in the page's language. */
export function warningText(warning: TraceWarning): string {
  return textOf(warning, t, number).text;
}

/** The same with what only the message tells, which is in English. */
export function warningLine(warning: TraceWarning): HTMLElement {
  const { text, detail } = textOf(warning, t, number);
  return el(
    "li",
    {},
    text,
    detail === undefined ? null : el("span", { class: "hint", lang: "en" }, ` (${detail})`),
  );
}
