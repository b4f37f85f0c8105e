import type { Completion } from "./completion.js";
import { el, fill } from "./dom.js";
import { number, t } from "./i18n.js";
import type { Search } from "./search.js";
import type { Store } from "./store.js";

export interface SearchBar {
  element: HTMLElement;
  box: HTMLInputElement;
  /** Goes to the next match, or the one before. */
  step(by: 1 | -1): void;
  show(): void;
}

/** The search box, how many match, and the way through them. */
export function searchBar(
  store: Store,
  search: Search,
  completion: Completion,
  openMatch: (row: number) => void,
): SearchBar {
  const found = el("span", { class: "found", role: "status" });
  const offered = el("datalist", { id: "completions" });
  const offer = (): void =>
    fill(offered, ...completion.offers(box.value).map((value) => el("option", { value })));
  const box = el("input", {
    type: "search",
    id: "search",
    "aria-label": t("search.label"),
    placeholder: t("search.placeholder"),
    autocomplete: "off",
    spellcheck: "false",
    list: offered.id,
    onfocus: offer,
    oninput: () => {
      offer();
      store.set({ query: box.value });
    },
    onchange: () => completion.searched(box.value),
    onkeydown: (event: KeyboardEvent) => {
      if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
    },
  });
  const stepper = (by: 1 | -1, label: string, sign: string): HTMLElement =>
    el(
      "button",
      { type: "button", class: "icon", "aria-label": label, title: label, onclick: () => step(by) },
      sign,
    );

  function step(by: 1 | -1): void {
    const row = search.from(store.state.selected, by);
    if (row < 0) return;
    store.set({ selected: row, view: store.state.view === "overview" ? "tree" : store.state.view });
    openMatch(row);
  }

  function show(): void {
    const { rows, problem } = search;
    const { query, selected } = store.state;
    if (box.value !== query) box.value = query;
    box.setAttribute("aria-invalid", String(problem !== ""));
    found.classList.toggle("wrong", problem !== "");
    if (query.trim() === "") found.textContent = "";
    else if (problem !== "") found.textContent = t("search.wrong", { reason: problem });
    else if (rows.length === 0) found.textContent = t("search.none");
    else {
      const at = search.indexOf(selected);
      found.textContent = t("search.count", {
        at: at < 0 ? "–" : number(at + 1),
        total: number(rows.length),
      });
    }
  }

  const element = el(
    "div",
    { class: "search", role: "search" },
    box,
    offered,
    found,
    stepper(-1, t("search.previous"), "↑"),
    stepper(1, t("search.next"), "↓"),
  );
  return { element, box, step, show };
}
