import type { TraceWarning } from "../../trace/format.js";
import { en, type MessageKey } from "../messages/en.js";
import { el } from "./dom.js";
import { number, t } from "./i18n.js";

/** Codes whose message tells more than their text in the page's language: of files, functions or bytes. */
const DETAILED = /^(?:salvaged|subset|left-plain|journal-|limit)/;

/** A warning in the page's language. One of a code that the page does not know stays as it was written. */
export function warningText({ code, message, count = 0 }: TraceWarning): string {
  const key = `warning.${code}`;
  if (key in en) return t(key as MessageKey, { count: number(count) });
  const option = /--[a-z-]+/.exec(message)?.[0];
  return code.startsWith("limit") && option !== undefined ? t("views.omissions.limit", { option }) : message;
}

/** The same with what only the message tells, which is in English. */
export function warningLine(warning: TraceWarning): HTMLElement {
  const text = warningText(warning);
  const { code, message } = warning;
  const isDetailed = DETAILED.test(code) && text !== message;
  return el("li", {}, text, isDetailed ? el("span", { class: "hint", lang: "en" }, ` (${message})`) : null);
}
