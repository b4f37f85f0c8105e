import { type Neighbour, neighboursOf } from "../../trace/neighbours.js";
import type { MessageKey } from "../messages/en.js";
import { placeText } from "./call-link.js";
import { el, fill } from "./dom.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import { moreList } from "./more-list.js";
import type { Store } from "./store.js";

/** Who calls the function of the selected call, and whom it calls. */
export function neighboursPanel(model: Model, store: Store): { element: HTMLElement; show(): void } {
  const element = el("section", { class: "neighbours", "aria-label": t("functions.neighbours") });
  let shown = -1;

  function show(): void {
    const { selected } = store.state;
    element.hidden = selected < 1 || selected >= model.calls.length;
    const functionId = element.hidden ? -1 : model.calls.functionId[selected]!;
    if (functionId === shown) return;
    shown = functionId;
    if (functionId < 0) return fill(element);
    const { callers, callees } = neighboursOf(model.trace, functionId);
    fill(
      element,
      side("functions.callers", callers, (row) => model.calls.parent[row]!),
      el(
        "p",
        { class: "middle" },
        el("strong", {}, model.name(selected)),
        placeText(model.fn(selected).module),
      ),
      side("functions.callees", callees, (row) => row),
    );
  }

  /** @param call - of the calls between the two, which one a click selects */
  function side(label: MessageKey, list: Neighbour[], call: (row: number) => number): HTMLElement {
    const most = list[0]?.total || 1;
    return el(
      "div",
      { class: "side" },
      el("h2", {}, t(label)),
      list.length === 0
        ? el("p", { class: "hint" }, t("functions.none"))
        : moreList(
            list,
            ({ row, calls, total, errors }) => {
              const shownRow = call(row);
              return el(
                "li",
                { class: errors > 0 ? "failed" : null },
                el(
                  "button",
                  { type: "button", class: "link", onclick: () => store.set({ selected: shownRow }) },
                  model.name(shownRow),
                ),
                el("meter", { min: 0, max: most, value: total, "aria-hidden": "true" }),
                el("span", { class: "figure" }, `×${number(calls)} · ${time(total)}`),
              );
            },
            (told) => list.length - told,
          ),
    );
  }

  return { element, show };
}
