import { preview } from "../../trace/preview.js";
import { type LineFigure, sourceFigures } from "../../trace/source-figures.js";
import type { MessageKey } from "../messages/en.js";
import { callLink } from "./call-link.js";
import { el, fill } from "./dom.js";
import { highlighted } from "./highlight.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import { errorText } from "./overview.js";
import type { Store } from "./store.js";

/** Calls named beside one line at most. */
const MOST_BESIDE = 3;
/** Calls of the selected one that are looked at for their lines. */
const MOST_CALLS = 5000;

/**
 * The file of the selected call: at its lines how often and how long calls ran that are defined or made there; beside them
 * what the selected call was given, what its own calls gave back, and where it threw.
 */
export function sourceView(model: Model, store: Store): { element: HTMLElement; show(): void } {
  const { calls, meta } = model;
  const text = el("div", { class: "text" });
  const files = el("select", {
    "aria-label": t("source.file"),
    onchange: () => store.set({ selected: firstOf(files.value) }),
  });
  const content = el(
    "div",
    { class: "content" },
    el("div", { class: "toolbar" }, el("label", {}, `${t("source.file")} `, files)),
    text,
  );
  const element = el("div", { class: "source", tabindex: 0, role: "region", "aria-label": t("tab.source") });
  let figures: ReturnType<typeof sourceFigures> | undefined;
  let lines: HTMLElement[] = [];
  let file: string | undefined;
  let shownRow = -1;

  function firstOf(name: string): number {
    for (let row = 1; row < calls.length; row++) if (model.fn(row).file === name) return row;
    return 0;
  }

  function show(): void {
    const row = store.state.selected >= 0 && store.state.selected < calls.length ? store.state.selected : 0;
    if (row === shownRow) return;
    shownRow = row;
    const wanted = fileOf(row);
    if (wanted === undefined) {
      file = undefined;
      fill(element, el("p", { class: "hint padded" }, t("source.none")));
      return;
    }
    if (wanted !== file) {
      file = wanted;
      showFile(wanted);
      fill(element, content);
    }
    showCall(row);
  }

  /** The file where a call is defined; of what has no source, as a span, where it was made. */
  function fileOf(row: number): string | undefined {
    const { file: own } = model.fn(row);
    const site = meta.sites[calls.site[row]!]?.file;
    return [own, site].find((name) => name !== undefined && meta.sources[name] !== undefined);
  }

  function showFile(name: string): void {
    figures ??= sourceFigures(model.trace);
    const { defined, made } = figures(name);
    const most = Math.max(...[...made.values()].map(({ total }) => total), 0);
    const mostOwn = Math.max(...[...defined.values()].map(({ total }) => total), 0);
    const names = new Set([...meta.functions.map((info) => info.file ?? ""), name]);
    fill(
      files,
      ...Object.keys(meta.sources)
        .filter((other) => names.has(other))
        .map((other) => el("option", { value: other }, other)),
    );
    files.value = name;
    lines = highlighted(meta.sources[name]!).map((code, i) =>
      el(
        "div",
        { class: "src" },
        figureOf("source.ran", defined.get(i + 1), mostOwn),
        figureOf("source.made", made.get(i + 1), most),
        el("span", { class: "no" }, String(i + 1)),
        code,
      ),
    );
    fill(
      text,
      el(
        "div",
        { class: "src head" },
        el("span", { class: "figure" }, t("source.ran")),
        el("span", { class: "figure" }, t("source.made")),
      ),
      ...lines,
    );
  }

  function figureOf(label: MessageKey, figure: LineFigure | undefined, most: number): HTMLElement {
    if (figure === undefined) return el("span", { class: "figure" });
    const button = el(
      "button",
      {
        type: "button",
        class: `figure heat${figure.errors > 0 ? " failed" : ""}`,
        title: `${t(label)}: ${t("source.select", { name: model.name(figure.row) })}`,
        onclick: () => store.set({ selected: figure.row }),
      },
      `×${number(figure.calls)} `,
      el("span", {}, time(figure.total)),
    );
    button.style.setProperty("--share", `${Math.round((figure.total / (most || 1)) * 100)}%`);
    return button;
  }

  function showCall(row: number): void {
    for (const line of lines) {
      line.classList.remove("here", "thrown");
      line.querySelector(".inline")?.remove();
    }
    const { file: own, line = 1 } = model.fn(row);
    const site = meta.sites[calls.site[row]!];
    const at = own === file ? line : (site?.line ?? 1);
    if (row > 0 && own === file) beside(line, el("span", { class: "in" }, ownValues(row)));
    const told = new Map<number, number>();
    for (
      let child = model.firstChild[row]!, seen = 0;
      child >= 0 && seen < MOST_CALLS;
      child = model.nextSibling[child]!, seen++
    ) {
      const made = meta.sites[calls.site[child]!];
      if (made === undefined || made.file !== file) continue;
      const count = (told.get(made.line) ?? 0) + 1;
      told.set(made.line, count);
      if (count <= MOST_BESIDE) beside(made.line, callLink(model, store, child, 0), outcome(child));
    }
    for (const [made, count] of told)
      if (count > MOST_BESIDE)
        beside(made, el("span", { class: "hint" }, t("source.more", { count: number(count - MOST_BESIDE) })));
    const { thrown_in: thrower, thrown_at: thrown } = meta.errors[calls.error[row]!] ?? {};
    if (thrown !== undefined && thrower === row && thrown.file === file) {
      beside(thrown.line, el("span", { class: "fault" }, `✗ ${errorText(model, row)}`));
      lines[thrown.line - 1]?.classList.add("thrown");
    }
    if (row > 0) {
      lines[at - 1]?.classList.add("here");
      lines[at - 1]?.scrollIntoView({ block: "center" });
    }
  }

  function ownValues(row: number): string {
    const inputs = Object.entries(model.inputs(row)).map(
      ([name, value]) => `${name} = ${preview(value, 60)}`,
    );
    const output = outcomeText(row);
    return [...inputs, ...(output === "" ? [] : [output])].join("   ");
  }

  function outcomeText(row: number): string {
    const output = model.value(calls.output[row]!);
    return output === undefined ? "" : `→ ${preview(output, 60)}`;
  }

  function outcome(row: number): HTMLElement {
    const status = model.status(row);
    return status === "threw" || status === "rejected"
      ? el("span", { class: "fault" }, `✗ ${errorText(model, row)}`)
      : el("span", { class: "out" }, outcomeText(row));
  }

  function beside(line: number, ...nodes: HTMLElement[]): void {
    const element = lines[line - 1];
    if (element === undefined) return;
    let inline = element.querySelector(".inline");
    if (inline === null) {
      inline = el("span", { class: "inline" });
      element.append(inline);
    }
    inline.append(...nodes);
  }

  return { element, show };
}
