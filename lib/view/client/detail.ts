import { el, fill } from "./dom.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import { errorText } from "./overview.js";
import type { Store } from "./store.js";
import { differenceList, differences, valueTree } from "./value-tree.js";

/** Everything that is known of the selected call. */
export function detailView(model: Model, store: Store): { element: HTMLElement; show(): void } {
  const element = el("aside", { class: "detail", "aria-label": t("detail.label"), tabindex: 0 });
  const { calls, meta } = model;

  function section(title: string, ...children: (Node | null)[]): HTMLElement {
    return el("section", {}, el("h3", {}, title), ...children);
  }

  function fact(label: string, value: string | Node | null | undefined): (Node | null)[] {
    return value === null || value === undefined || value === ""
      ? []
      : [el("dt", {}, label), el("dd", {}, value)];
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
    const memory = model.memory.get(row);
    const attributes = model.attributes.get(row);
    const active = calls.active[row]!;
    const hasActive = !Number.isNaN(active) && row > 0;
    const changedBefore =
      after === undefined
        ? undefined
        : Object.fromEntries(Object.keys(after).map((key) => [key, inputs[key] ?? null]));
    fill(
      element,
      el("h2", {}, model.name(row), el("span", { class: `badge ${status}` }, t(`status.${status}`))),
      siblings(row),
      status === "running" ? el("p", { class: "hint" }, t("detail.running")) : null,
      error === undefined && status !== "threw"
        ? null
        : section(
            t("detail.error"),
            el("p", { class: "fault" }, errorText(model, row)),
            error?.stack === undefined ? null : el("pre", {}, error.stack),
            error === undefined
              ? null
              : el(
                  "button",
                  { type: "button", class: "link", onclick: () => store.set({ view: "errors" }) },
                  t("errors.life"),
                ),
          ),
      section(t("detail.inputs"), ...Object.entries(inputs).map(([name, value]) => valueTree(name, value))),
      after === undefined || Object.keys(after).length === 0
        ? null
        : section(t("detail.changed"), differenceList(differences(changedBefore, after))),
      output === undefined ? null : section(t("detail.output"), valueTree("", output)),
      attributes === undefined
        ? null
        : section(
            t("detail.attributes"),
            ...Object.entries(attributes).map(([name, value]) => valueTree(name, value)),
          ),
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
        ...fact(t("detail.site"), site === undefined ? null : `${site.file}:${site.line}:${site.column}`),
        ...fact(
          t("detail.defined"),
          file === undefined ? null : `${file}${line === undefined ? "" : `:${line}`}`,
        ),
        ...fact(t("detail.instance"), calls.instance[row]! >= 0 ? `#${calls.instance[row]}` : null),
        ...fact(t("detail.thread"), calls.thread[row]! > 0 ? String(calls.thread[row]) : null),
      ),
      memory === undefined
        ? null
        : section(t("detail.memory"), differenceList(differences(memory.before, memory.after))),
      el(
        "p",
        { class: "actions" },
        el("button", { type: "button", onclick: () => store.set({ view: "tree" }) }, t("detail.show")),
        el(
          "button",
          { type: "button", onclick: (event: MouseEvent) => void copy(row, event) },
          t("detail.copy"),
        ),
      ),
    );
    element.scrollTop = 0;
  }

  /** To the same function's other calls, and what was different there. */
  function siblings(row: number): HTMLElement | null {
    const { rows, at } = model.siblingsOf(row);
    if (rows.length < 2) return null;
    const step = (by: number, label: string, sign: string): HTMLElement => {
      const to = rows[at + by];
      return el(
        "button",
        {
          type: "button",
          "aria-label": label,
          title: label,
          disabled: to === undefined,
          onclick: () => to !== undefined && store.set({ selected: to }),
        },
        sign,
      );
    };
    return el(
      "p",
      { class: "siblings" },
      step(-1, t("detail.previous"), "‹"),
      el("span", {}, t("detail.nth", { at: number(at + 1), total: number(rows.length) })),
      step(1, t("detail.next"), "›"),
    );
  }

  async function copy(row: number, event: MouseEvent): Promise<void> {
    const text = JSON.stringify(
      {
        id: row,
        callable: model.fn(row).name,
        called: model.fn(row).called,
        module: model.fn(row).module,
        inputs: model.inputs(row),
        output: model.value(calls.output[row]!) ?? null,
        error: errorText(model, row) || null,
        duration_ms: Number.isNaN(calls.duration[row]!) ? null : calls.duration[row],
      },
      null,
      2,
    );
    const button = event.target as HTMLButtonElement;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = el("textarea", { "aria-hidden": "true" });
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.textContent = t("detail.copied");
  }

  return { element, show };
}
