import { el, fill } from "./dom.js";
import { number } from "./i18n.js";

/** One thing of several that a view can show. */
export interface Choice {
  value: string;
  label: string;
  count?: number;
}

/** Buttons of which one is pressed. */
export function choices(
  label: string,
  onChoice: (value: string) => void,
): { element: HTMLElement; show(list: readonly Choice[], chosen: string): void } {
  const element = el("div", { class: "choices", role: "group", "aria-label": label });
  let shown = "";

  function show(list: readonly Choice[], chosen: string): void {
    const key = JSON.stringify([list, chosen]);
    if (key === shown) return;
    shown = key;
    const focused = element.contains(document.activeElement);
    fill(
      element,
      ...list.map(({ value, label: text, count }) =>
        el(
          "button",
          { type: "button", "aria-pressed": value === chosen, onclick: () => onChoice(value) },
          count === undefined ? text : `${text} `,
          count === undefined ? null : el("span", { class: "count" }, number(count)),
        ),
      ),
    );
    if (focused) element.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
  }

  return { element, show };
}
