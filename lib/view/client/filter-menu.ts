import { valueInQuery, withTerm } from "../../trace/query-edit.js";
import type { Operator } from "../../trace/query-terms.js";
import type { MessageKey } from "../messages/en.js";
import { el } from "./dom.js";
import { number, t } from "./i18n.js";
import { menu } from "./menu.js";
import type { Model } from "./model.js";
import { classesOf, modulesOf, type Names } from "./names.js";
import type { Store } from "./store.js";

type Field = HTMLSelectElement | HTMLInputElement;

/** Filters by module, class and time, each of which is a term of the query: the search box shows what is set here. */
export function filterMenu(model: Model, store: Store): { element: HTMLElement; show(): void } {
  const fields: { field: Field; key: string; operator: Operator }[] = [];

  function apply(key: string, operator: Operator, value: string): void {
    const query = withTerm(store.state.query, key, operator, value);
    store.set({ query, only: query === "" ? "" : "1" });
  }

  function labelled<F extends Field>(
    label: MessageKey,
    key: string,
    operator: Operator,
    field: F,
  ): HTMLElement {
    field.addEventListener("change", () => apply(key, operator, field.value));
    // The label's own text would take in that of the choices.
    field.setAttribute("aria-label", t(label));
    fields.push({ field, key, operator });
    return el("label", { class: "field" }, el("span", {}, t(label)), field);
  }

  const choice = (label: MessageKey, key: string, names: Names): HTMLElement =>
    labelled(
      label,
      key,
      "=",
      el(
        "select",
        {},
        el("option", { value: "" }, t("filter.any")),
        ...[...names].map(([name, calls]) => el("option", { value: name }, `${name} (${number(calls)})`)),
      ),
    );
  const moment = (label: MessageKey, key: string, operator: Operator, example: string): HTMLElement =>
    labelled(
      label,
      key,
      operator,
      el("input", { type: "text", placeholder: example, autocomplete: "off", spellcheck: "false" }),
    );
  const classes = classesOf(model);
  const element = menu(
    t("filter.menu"),
    choice("filter.module", "module", modulesOf(model)),
    classes.size === 0 ? null : choice("filter.class", "class", classes),
    moment("filter.from", "end", ">=", "10ms"),
    moment("filter.to", "start", "<=", "1.5s"),
    el("p", { class: "hint" }, t("filter.hint")),
    el("button", { type: "button", onclick: () => store.set({ query: "", only: "" }) }, t("filter.clear")),
  );

  function show(): void {
    for (const { field, key, operator } of fields) {
      const value = valueInQuery(store.state.query, key, operator);
      if (field !== document.activeElement || field instanceof HTMLSelectElement) field.value = value;
      // A text that is none of the choices is no choice of this field.
      if (field.value !== value && field instanceof HTMLSelectElement) field.value = "";
    }
  }

  return { element, show };
}
