import { preview } from "../../trace/preview.js";
import { el, fill } from "./dom.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import type { Store } from "./store.js";

/** The file of the selected call, with how often and how long its functions ran, and the call's values at its line. */
export function sourceView(model: Model, store: Store): { element: HTMLElement; show(): void } {
  const element = el("div", { class: "source", tabindex: 0, role: "region", "aria-label": t("tab.source") });

  function show(): void {
    const row = store.state.selected >= 0 ? store.state.selected : 0;
    const { file, line = 1 } = model.fn(row);
    const text = file === undefined ? undefined : model.meta.sources[file];
    if (text === undefined) {
      fill(element, el("p", { class: "hint padded" }, t("source.none")));
      return;
    }
    const figures = new Map<number, { calls: number; total: number }>();
    for (const { functionId, calls, total } of model.statistics()) {
      const info = model.meta.functions[functionId]!;
      if (info.file !== file || info.line === undefined) continue;
      const known = figures.get(info.line) ?? { calls: 0, total: 0 };
      figures.set(info.line, { calls: known.calls + calls, total: known.total + total });
    }
    const values = Object.entries(model.inputs(row))
      .map(([name, value]) => `${name} = ${preview(value, 60)}`)
      .join("   ");
    const lines = text.split("\n").map((code, i) => {
      const figure = figures.get(i + 1);
      return el(
        "div",
        { class: `src${i + 1 === line && row > 0 ? " here" : ""}` },
        el(
          "span",
          { class: "figure" },
          figure === undefined ? "" : `×${number(figure.calls)} ${time(figure.total)}`,
        ),
        el("span", { class: "no" }, String(i + 1)),
        el("code", {}, code === "" ? " " : code),
        i + 1 === line && row > 0 && values !== "" ? el("span", { class: "inline" }, values) : null,
      );
    });
    fill(element, el("h2", {}, file ?? ""), el("div", { class: "text" }, ...lines));
    element.querySelector(".here")?.scrollIntoView({ block: "center" });
  }

  return { element, show };
}
