import type { MessageKey } from "../messages/en.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";
import { GROUPINGS } from "./rows.js";
import type { Store } from "./store.js";
import { switchesMenu } from "./switches.js";

/** What can be done with the tree as a whole. */
export function treeToolbar(
  store: Store,
  setAll: (open: boolean) => void,
): { element: HTMLElement; show(): void } {
  const button = (text: string, onclick: () => void): HTMLButtonElement =>
    el("button", { type: "button", onclick }, text);
  const only = button(t("tree.only"), () => store.set({ only: store.state.only === "" ? "1" : "" }));
  const group = el(
    "select",
    {
      "aria-label": t("tree.group"),
      onchange: () => store.set({ group: group.value }),
    },
    ...GROUPINGS.map((value) =>
      el("option", { value }, t(`tree.group.${value === "" ? "none" : value}` as MessageKey)),
    ),
  );
  const switches = switchesMenu(store);
  const element = el(
    "div",
    { class: "toolbar" },
    button(t("tree.expand"), () => setAll(true)),
    button(t("tree.collapse"), () => setAll(false)),
    group,
    switches.element,
    only,
  );

  function show(): void {
    only.setAttribute("aria-pressed", String(store.state.only !== ""));
    only.disabled = store.state.query.trim() === "" && store.state.only === "";
    group.value = store.state.group;
    switches.show();
  }

  return { element, show };
}
