import type { MessageKey } from "../messages/en.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";
import { menu } from "./menu.js";
import type { Model } from "./model.js";
import { GROUPINGS } from "./rows.js";
import { download, matchesAsCsv, matchesAsTrace } from "./save.js";
import type { Search } from "./search.js";
import type { Store } from "./store.js";
import { switchesMenu } from "./switches.js";

/** What can be done with the tree as a whole. */
export function treeToolbar(
  model: Model,
  store: Store,
  search: Search,
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
    menu(
      t("tree.save"),
      el("p", { class: "hint" }, t("tree.save.hint")),
      button(t("tree.saveTrace"), () =>
        download(matchesAsTrace(model, search, store.state.query), "flowtrace-matches.json"),
      ),
      button(t("tree.saveCsv"), () =>
        download(matchesAsCsv(model, search, store.state.query), "flowtrace-matches.csv"),
      ),
    ),
  );

  function show(): void {
    only.setAttribute("aria-pressed", String(store.state.only !== ""));
    only.disabled = store.state.query.trim() === "" && store.state.only === "";
    group.value = store.state.group;
    switches.show();
  }

  return { element, show };
}
