import type { MessageKey } from "../messages/en.js";
import { el } from "./dom.js";
import { number, t } from "./i18n.js";
import type { Model } from "./model.js";
import type { Store } from "./store.js";
import { differenceList, differences } from "./value-tree.js";

/** Which comparisons are open stays so from call to call. */
const open = new Set<MessageKey>();

/** To the same function's other calls, and what was different there. */
export function siblingsOf(model: Model, store: Store, row: number): HTMLElement | null {
  const { rows, at } = model.siblingsOf(row);
  if (rows.length < 2) return null;
  const step = (to: number | undefined, label: string, sign: string): HTMLElement =>
    el(
      "button",
      {
        type: "button",
        "aria-label": label,
        title: label,
        disabled: to === undefined,
        onclick: () => to !== undefined && store.set({ selected: to }),
      },
      sign,
    );
  return el(
    "div",
    { class: "siblings" },
    el(
      "p",
      {},
      step(rows[at - 1], t("detail.previous"), "‹"),
      el("span", {}, t("detail.nth", { at: number(at + 1), total: number(rows.length) })),
      step(rows[at + 1], t("detail.next"), "›"),
    ),
    comparison(model, row, rows[at - 1], "detail.than.previous"),
    comparison(model, row, rows[at + 1], "detail.than.next"),
  );
}

/** What another call was given that this one was not; the other's is struck out. */
function comparison(
  model: Model,
  row: number,
  other: number | undefined,
  label: MessageKey,
): HTMLElement | null {
  if (other === undefined) return null;
  const list = differences(model.inputs(other), model.inputs(row));
  if (list.length === 0) {
    return el("p", {}, t(`${label}.same` as MessageKey));
  }
  const details = el(
    "details",
    { open: open.has(label) },
    el("summary", {}, t(label, { count: number(list.length) })),
    differenceList(list),
  );
  details.addEventListener("toggle", () => {
    if (details.open) open.add(label);
    else open.delete(label);
  });
  return details;
}
