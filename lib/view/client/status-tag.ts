import { CLIENT_ERROR, SERVER_ERROR } from "../../trace/responses.js";
import { el } from "./dom.js";
import { number, t } from "./i18n.js";

/** How a request was answered, or so many were. */
export function statusTag(status: number, count = 1): HTMLElement {
  const kind = status >= SERVER_ERROR ? " bad" : status >= CLIENT_ERROR ? " warn" : "";
  const text = count === 1 ? String(status) : `${status} ×${number(count)}`;
  return el("span", { class: `tag${kind}`, title: t("tree.response") }, text);
}
