import { stackLines } from "../../trace/error-life.js";
import type { ErrorInfo } from "../../trace/format.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";
import type { Model } from "./model.js";
import type { Store } from "./store.js";

/** An error's stack. Frames whose calls were recorded select them. */
export function stackOf(error: ErrorInfo, model: Model, store: Store): HTMLElement {
  return el(
    "div",
    { class: "stack" },
    ...stackLines(model.trace, error).map(({ text, row }) =>
      row === undefined
        ? el("div", {}, text)
        : el(
            "button",
            {
              type: "button",
              class: "link",
              "data-row": row,
              title: t("views.errors.open", { name: model.name(row) }),
              onclick: () => store.set({ selected: row }),
            },
            text,
          ),
    ),
  );
}
