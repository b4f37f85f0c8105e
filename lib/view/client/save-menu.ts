import type { MessageKey } from "../messages/en.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";
import { menu } from "./menu.js";
import type { Model } from "./model.js";
import { download, matchesAsCsv, matchesAsTrace, matching } from "./save.js";
import { pageOf } from "./save-page.js";
import type { Search } from "./search.js";
import type { Store } from "./store.js";

/** Saves what the search lets through, as it is seen in any view. */
export function saveMenu(model: Model, store: Store, search: Search): HTMLElement {
  const item = (label: MessageKey, ending: string, content: () => Blob | Promise<Blob>): HTMLElement =>
    el(
      "button",
      {
        type: "button",
        onclick: async (event: Event) => {
          (event.currentTarget as HTMLElement).closest<HTMLElement>("[popover]")?.hidePopover();
          download(await content(), `flowtrace-matches.${ending}`);
        },
      },
      t(label),
    );
  return menu(
    t("tree.save"),
    el("p", { class: "hint" }, t("tree.save.hint")),
    item("tree.saveTrace", "json", () => matchesAsTrace(model, search, store.state.query)),
    item("tree.saveCsv", "csv", () => matchesAsCsv(model, search, store.state.query)),
    item("tree.savePage", "html", () => {
      const { query, language, theme } = store.state;
      return pageOf(matching(model, search, query), model.meta, language, theme);
    }),
  );
}
