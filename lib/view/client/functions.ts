import { qualifiedName } from "../../trace/call-name.js";
import type { FunctionStatistics } from "../../trace/statistics.js";
import type { MessageKey } from "../messages/en.js";
import { placeText } from "./call-link.js";
import { el, fill } from "./dom.js";
import { number, size, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import { neighboursPanel } from "./neighbours.js";
import { csvCell, download } from "./save.js";
import type { Store } from "./store.js";

type Line = FunctionStatistics & { name: string; module: string; growth: number };
type Figure = Exclude<keyof Line, "functionId" | "running" | "name" | "module">;
type Column = Figure | "name";
const FIGURES: readonly Figure[] = ["calls", "total", "self", "min", "p50", "p95", "p99", "max", "errors"];
const PAGE = 300;

/** Every function with its figures, sortable; for the selected call's function, who calls it and whom it calls. */
export function functionsView(model: Model, store: Store): { element: HTMLElement; show(): void } {
  let by: Column = "self";
  let descending = true;
  let wanted = "";
  let most = PAGE;
  let lines: Line[] | undefined;
  const growth = model.growth();
  const figures = growth === undefined ? FIGURES : [...FIGURES, "growth" as const];
  const body = el("tbody");
  const head = el("tr");
  const neighbours = neighboursPanel(model, store);
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
          most = PAGE;
          draw();
        },
      }),
      el("button", { type: "button", onclick: save }, t("functions.export")),
    ),
    el(
      "div",
      { class: "scrolling", tabindex: 0, role: "region", "aria-label": t("tab.functions") },
      el("table", {}, el("thead", {}, head), body),
    ),
    neighbours.element,
  );

  function allLines(): Line[] {
    if (lines === undefined) {
      const { functions } = model.meta;
      const grown = new Float64Array(functions.length);
      if (growth !== undefined)
        for (let row = 1; row < growth.length; row++) grown[model.calls.functionId[row]!]! += growth[row]!;
      lines = model.statistics().map((statistics) => {
        const info = functions[statistics.functionId]!;
        return {
          ...statistics,
          name: qualifiedName(info),
          module: info.module,
          growth: grown[statistics.functionId]!,
        };
      });
    }
    return lines;
  }

  function listed(): Line[] {
    const compare = (a: Line, b: Line): number =>
      by === "name" ? a.name.localeCompare(b.name) : a[by] - b[by];
    return allLines()
      .filter(({ name, module }) => wanted === "" || `${name} ${module}`.toLowerCase().includes(wanted))
      .sort((a, b) => (descending ? compare(b, a) : compare(a, b)));
  }

  function heading(column: Column): HTMLElement {
    const isBy = column === by;
    return el(
      "th",
      {
        scope: "col",
        class: column === "name" ? null : "figure",
        "aria-sort": isBy ? (descending ? "descending" : "ascending") : null,
      },
      el(
        "button",
        {
          type: "button",
          title: column === "growth" ? t("functions.growth.hint") : null,
          onclick: () => {
            descending = isBy ? !descending : column !== "name";
            by = column;
            draw();
            head.querySelector<HTMLElement>("[aria-sort] button")?.focus();
          },
        },
        `${t(`functions.${column}` as MessageKey)}${isBy ? (descending ? " ↓" : " ↑") : ""}`,
      ),
    );
  }

  function draw(): void {
    fill(head, heading("name"), ...figures.map(heading));
    const list = listed();
    fill(body, ...list.slice(0, most).map(lineOf));
    if (list.length > most) {
      const more = el(
        "button",
        {
          type: "button",
          onclick: () => {
            most += PAGE;
            draw();
          },
        },
        t("views.more", { count: number(list.length - most) }),
      );
      body.append(el("tr", {}, el("td", { colspan: figures.length + 1 }, more)));
    }
    mark();
  }

  /** Shows which function the selected call is of. */
  function mark(): void {
    const { selected } = store.state;
    const id = selected > 0 ? model.calls.functionId[selected] : undefined;
    for (const line of body.querySelectorAll("[aria-current]")) line.removeAttribute("aria-current");
    body.querySelector(`tr[data-function="${id}"]`)?.setAttribute("aria-current", "true");
    neighbours.show();
  }

  function lineOf(line: Line): HTMLElement {
    const { functionId } = line;
    const first = (): void => store.set({ selected: model.calls.functionId.indexOf(functionId, 1) });
    return el(
      "tr",
      { "data-function": functionId },
      el(
        "td",
        {},
        el("button", { type: "button", class: "link", onclick: first }, line.name),
        placeText(line.module),
      ),
      ...figures.map((figure) =>
        el(
          "td",
          { class: figure === "errors" && line.errors > 0 ? "figure failed" : "figure" },
          shownFigure(figure, line[figure]),
        ),
      ),
    );
  }

  function save(): void {
    const rows = listed().map((line) =>
      [csvCell(line.name), csvCell(line.module), ...figures.map((figure) => line[figure])].join(","),
    );
    const text = [["function", "module", ...figures].join(","), ...rows, ""].join("\n");
    download(new Blob([text], { type: "text/csv;charset=utf-8" }), "functions.csv");
  }

  draw();
  return { element, show: mark };
}

function shownFigure(figure: Figure, value: number): string {
  if (figure === "calls" || figure === "errors") return number(value);
  if (figure !== "growth") return time(value);
  return value < 0 ? `−${size(-value)}` : size(value);
}
