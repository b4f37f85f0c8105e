import { el } from "./dom.js";
import { number, t } from "./i18n.js";

const PAGE = 50;

/**
 * A list that shows as many lines as a person reads, and more when asked. Lines are taken from the source one by one, so that
 * what is not shown is not worked out either.
 */
export function moreList<T>(
  source: Iterable<T>,
  line: (item: T) => HTMLElement,
  left: (shown: number) => number,
  list: HTMLElement = el("ol", { class: "plain" }),
): HTMLElement {
  const items = source[Symbol.iterator]();
  let shown = 0;
  const button = el("button", { type: "button", class: "more", onclick: () => add(true) });
  const element = el("div", {}, list, button);

  function add(isAsked: boolean): void {
    let first: HTMLElement | undefined;
    let ended = false;
    for (let i = 0; i < PAGE; i++) {
      const next = items.next();
      if (next.done === true) {
        ended = true;
        break;
      }
      const added = line(next.value);
      first ??= added;
      list.append(added);
      shown++;
    }
    const rest = left(shown);
    button.hidden = ended || rest <= 0;
    if (!button.hidden) button.textContent = t("views.more", { count: number(rest) });
    if (isAsked) first?.querySelector<HTMLElement>("button")?.focus();
  }

  add(false);
  return element;
}
