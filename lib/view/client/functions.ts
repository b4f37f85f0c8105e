import type { FunctionStatistics } from "../../trace/statistics.js";
import type { MessageKey } from "../messages/en.js";
import { el, fill } from "./dom.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import type { Store } from "./store.js";

type Figure = Exclude<keyof FunctionStatistics, "functionId" | "running">;
const FIGURES: readonly Figure[] = ["calls", "total", "self", "min", "p50", "p95", "p99", "max", "errors"];
const MOST_LINES = 500;

/** Every function with its figures, sortable. */
export function functionsView(model: Model, store: Store): { element: HTMLElement; show(): void } {
  let by: Figure = "self";
  let descending = true;
  let wanted = "";
  const body = el("tbody");
  const head = el("tr");
  const element = el(
    "div",
    { class: "functions" },
    el(
      "div",
      { class: "toolbar" },
      el("input", {
        type: "search",
        "aria-label": t("functions.filter"),
        placeholder: t("functions.filter"),
        oninput: (event: InputEvent) => {
          wanted = (event.target as HTMLInputElement).value.toLowerCase();
          show();
        },
      }),
      el("button", { type: "button", onclick: save }, t("functions.export")),
    ),
    el(
      "div",
      { class: "scrolling", tabindex: 0, role: "region", "aria-label": t("tab.functions") },
      el("table", {}, el("thead", {}, head), body),
    ),
  );

  function listed(): FunctionStatistics[] {
    const { functions } = model.meta;
    return model
      .statistics()
      .filter(({ functionId }) => {
        const { name, called, module } = functions[functionId]!;
        return wanted === "" || `${called}.${name} ${module}`.toLowerCase().includes(wanted);
      })
      .sort((a, b) => (descending ? b[by] - a[by] : a[by] - b[by]));
  }

  function show(): void {
    fill(
      head,
      el("th", { scope: "col" }, t("functions.name")),
      el("th", { scope: "col" }, t("functions.module")),
      ...FIGURES.map((figure) =>
        el(
          "th",
          {
            scope: "col",
            class: "figure",
            "aria-sort": figure === by ? (descending ? "descending" : "ascending") : null,
          },
          el(
            "button",
            {
              type: "button",
              onclick: () => {
                descending = figure === by ? !descending : true;
                by = figure;
                show();
              },
            },
            `${t(`functions.${figure}` as MessageKey)}${figure === by ? (descending ? " ↓" : " ↑") : ""}`,
          ),
        ),
      ),
    );
    fill(body, ...listed().slice(0, MOST_LINES).map(line));
  }

  function line(statistics: FunctionStatistics): HTMLElement {
    const { name, called, module } = model.meta.functions[statistics.functionId]!;
    const first = (): void => {
      for (let row = 0; row < model.calls.length; row++) {
        if (model.calls.functionId[row] === statistics.functionId) {
          store.set({ selected: row });
          return;
        }
      }
    };
    return el(
      "tr",
      {},
      el(
        "td",
        {},
        el(
          "button",
          { type: "button", class: "link", onclick: first },
          called === name ? name : `${called}.${name}`,
        ),
      ),
      el("td", { class: "place" }, module),
      ...FIGURES.map((figure) => {
        const value = statistics[figure];
        return el(
          "td",
          { class: "figure" },
          figure === "calls" || figure === "errors" ? number(value) : time(value),
        );
      }),
    );
  }

  function save(): void {
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    const lines = listed().map((statistics) => {
      const { name, called, module } = model.meta.functions[statistics.functionId]!;
      return [
        quoted(called === name ? name : `${called}.${name}`),
        quoted(module),
        ...FIGURES.map((figure) => statistics[figure]),
      ].join(",");
    });
    const text = [["function", "module", ...FIGURES].join(","), ...lines].join("\n");
    const anchor = el("a", {
      href: `data:text/csv;charset=utf-8,${encodeURIComponent(text)}`,
      download: "functions.csv",
    });
    anchor.click();
  }

  return { element, show };
}
