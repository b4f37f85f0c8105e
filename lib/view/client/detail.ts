import type { Value } from "../../trace/format.js";
import { copyButtons } from "./detail-copy.js";
import { memoryList } from "./detail-memory.js";
import { siblingsOf } from "./detail-siblings.js";
import { el, fill } from "./dom.js";
import { t, time } from "./i18n.js";
import type { Model } from "./model.js";
import { errorText } from "./overview.js";
import { stackOf } from "./stack.js";
import type { Store } from "./store.js";
import { differenceList, differences, valueTree } from "./value-tree.js";

/** Everything that is known of the selected call. */
export function detailView(
  model: Model,
  store: Store,
  tag: "aside" | "div" = "aside",
): { element: HTMLElement; show(): void } {
  const element = el(tag, { class: "detail", "aria-label": t("detail.label"), tabindex: 0 });
  const { calls, meta } = model;

  function section(title: string, ...children: (Node | null)[]): HTMLElement {
    return el("section", {}, el("h3", {}, title), ...children);
  }

  function fact(label: string, value: string | Node | null | undefined): (Node | null)[] {
    return value === null || value === undefined || value === ""
      ? []
      : [el("dt", {}, label), el("dd", {}, value)];
  }

  function values(title: string, held: Value): HTMLElement | null {
    const entries = Object.entries(held ?? {});
    return entries.length === 0
      ? null
      : section(title, ...entries.map(([name, value]) => valueTree(name, value as Value)));
  }

  /** A place in the source, which opens when it is in the page. */
  function source(file: string, line: number | undefined, caller: number): string | HTMLElement {
    const text = line === undefined ? file : `${file}:${line}`;
    return meta.sources[file] === undefined
      ? text
      : el(
          "button",
          { type: "button", class: "link", onclick: () => store.set({ view: "source", selected: caller }) },
          text,
        );
  }

  function link(row: number): HTMLElement {
    return el(
      "button",
      { type: "button", class: "link", onclick: () => store.set({ selected: row }) },
      model.name(row),
    );
  }

  /** Calls that a reference leads to and from. */
  function links(row: number): (Node | null)[] {
    return (meta.end.links ?? []).flatMap(({ call, goes_back_to: from, reference }) => [
      ...(call === row ? fact(t("detail.goesBackTo"), from === undefined ? reference : link(from)) : []),
      ...(from === row ? fact(t("detail.ledTo"), link(call)) : []),
    ]);
  }

  function show(): void {
    const row = store.state.selected;
    if (row < 0 || row >= calls.length) {
      fill(element, el("p", { class: "hint" }, t("detail.none")));
      return;
    }
    const { file, line } = model.fn(row);
    const site = meta.sites[calls.site[row]!];
    const status = model.status(row);
    const error = meta.errors[calls.error[row]!];
    const inputs = model.inputs(row);
    const after = model.value(calls.inputsAfter[row]!) as typeof inputs | undefined;
    const output = model.value(calls.output[row]!);
    const attributes = model.value(calls.attributes.get(row) ?? -1);
    const isCheckpoint = model.fn(row).kind === "span" && model.fn(row).module === "checkpoint";
    const memory = model.memory(row);
    const active = calls.active[row]!;
    const hasActive = !Number.isNaN(active) && row > 0;
    const changedBefore =
      after === undefined
        ? undefined
        : Object.fromEntries(Object.keys(after).map((key) => [key, inputs[key] ?? null]));
    const changes = differences(changedBefore, after);
    fill(
      element,
      el("h2", {}, model.name(row), el("span", { class: `badge ${status}` }, t(`status.${status}`))),
      siblingsOf(model, store, row),
      status === "running" ? el("p", { class: "hint" }, t("detail.running")) : null,
      error === undefined && status !== "threw"
        ? null
        : section(
            t("detail.error"),
            el("p", { class: "fault" }, errorText(model, row)),
            error?.stack !== undefined
              ? stackOf(error, model, store)
              : error?.thrown_at === undefined
                ? null
                : el(
                    "p",
                    {},
                    `${t("detail.thrown")} `,
                    source(error.thrown_at.file, error.thrown_at.line, error.thrown_in ?? row),
                  ),
            error === undefined
              ? null
              : el(
                  "button",
                  { type: "button", class: "link", onclick: () => store.set({ view: "errors" }) },
                  t("errors.life"),
                ),
          ),
      attributes === undefined ? null : values(t("detail.attributes"), attributes),
      isCheckpoint ? values(t("detail.values"), inputs.values ?? {}) : values(t("detail.inputs"), inputs),
      after === undefined || Object.keys(after).length === 0
        ? null
        : section(
            t("detail.changed"),
            changes.length === 0
              ? el("p", { class: "hint" }, t("detail.unchanged"))
              : differenceList(changes),
            el(
              "details",
              { class: "after" },
              el("summary", {}, t("detail.after")),
              ...Object.entries(after).map(([name, value]) => valueTree(name, value)),
            ),
          ),
      output === undefined ? null : section(t("detail.output"), valueTree("", output)),
      el(
        "dl",
        { class: "facts" },
        ...fact(t("detail.duration"), time(calls.duration[row]!)),
        ...fact(t("detail.self"), Number.isNaN(model.self[row]!) ? null : time(model.self[row]!)),
        ...(hasActive ? fact(t("detail.active"), time(active)) : []),
        ...(hasActive ? fact(t("detail.waiting"), time(calls.duration[row]! - active)) : []),
        ...fact(t("detail.start"), time(calls.start[row]!)),
        ...fact(t("detail.caller"), row > 0 ? link(calls.parent[row]!) : null),
        ...links(row),
        ...fact(
          t("detail.site"),
          site === undefined ? null : source(site.file, site.line, calls.parent[row]!),
        ),
        ...fact(t("detail.defined"), file === undefined ? null : source(file, line, row)),
        ...fact(t("detail.instance"), calls.instance[row]! >= 0 ? `#${calls.instance[row]}` : null),
        ...fact(t("detail.thread"), calls.thread[row]! > 0 ? String(calls.thread[row]) : null),
      ),
      memory === undefined ? null : section(t("detail.memory"), memoryList(memory.before, memory.after)),
      el(
        "p",
        { class: "actions" },
        el("button", { type: "button", onclick: () => store.set({ view: "tree" }) }, t("detail.show")),
      ),
      copyButtons(model, row),
    );
    element.scrollTop = 0;
  }

  return { element, show };
}
