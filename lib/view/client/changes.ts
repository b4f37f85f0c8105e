import { qualifiedName } from "../../trace/call-name.js";
import type { Value } from "../../trace/format.js";
import { changesOf, findMutations, type Mutations, onlyPassesOn } from "../../trace/mutations.js";
import { describe } from "../../trace/values.js";
import { callLink, definedAt, markSelected } from "./call-link.js";
import { el, fill } from "./dom.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import { moreList } from "./more-list.js";
import type { Store } from "./store.js";
import { differenceList, FOLLOW } from "./value-tree.js";

/** Functions offered to choose from. */
const MOST_FUNCTIONS = 300;

/** Every call that changed what it was given, and how. */
export function changesView(model: Model, store: Store): { element: HTMLElement; show(): void } {
  const element = el("div", { class: "report" });
  const list = el("div");
  let found: Mutations | undefined;
  let withCallers = false;
  let shown: string | undefined;
  const select = el("select", {
    "aria-label": t("views.changes.function"),
    onchange: () => store.set({ part: select.value }),
  });
  const callers = el("input", {
    type: "checkbox",
    onchange: () => {
      withCallers = callers.checked;
      show();
    },
  });

  function show(): void {
    if (found === undefined) {
      found = findMutations(model.trace);
      if (found.rows.length === 0) {
        fill(element, el("p", { class: "hint" }, t("views.changes.none")));
        return;
      }
      fill(
        select,
        el("option", { value: "" }, t("views.changes.every", { count: number(found.rows.length) })),
        ...found.functions.slice(0, MOST_FUNCTIONS).map(({ functionId, calls, changing }) => {
          return el(
            "option",
            { value: functionId },
            t("views.changes.share", {
              name: qualifiedName(model.meta.functions[functionId]!),
              changing: number(changing),
              calls: number(calls),
            }),
          );
        }),
      );
      fill(
        element,
        el(
          "p",
          { class: "lead" },
          t("views.changes.lead", {
            calls: number(found.rows.length),
            functions: number(found.functions.length),
          }),
        ),
        el("p", { class: "hint" }, t("views.changes.hint")),
        el("div", { class: "choices" }, select, el("label", {}, callers, ` ${t("views.changes.callers")}`)),
        list,
      );
    }
    const { rows, functions } = found;
    const part = functions.some(({ functionId }) => String(functionId) === store.state.part)
      ? store.state.part
      : "";
    select.value = part;
    if (`${part} ${withCallers}` !== shown) {
      shown = `${part} ${withCallers}`;
      const wanted = part === "" ? rows : rows.filter((row) => String(model.calls.functionId[row]) === part);
      let passed = 0;
      fill(
        list,
        moreList(
          (function* () {
            for (const row of wanted) {
              if (!withCallers && part === "" && onlyPassesOn(model.trace, row, model)) passed++;
              else yield row;
            }
          })(),
          line,
          (told) => wanted.length - told - passed,
          el("ol", { class: "plain changes" }),
        ),
      );
    }
    markSelected(element, store.state.selected);
  }

  function line(row: number): HTMLElement {
    return el(
      "li",
      { class: "card" },
      el(
        "div",
        { class: "heading" },
        callLink(model, store, row, 60),
        definedAt(model, row),
        el("span", { class: "figure" }, `@ ${time(model.calls.start[row]!)}`),
      ),
      differenceList(changesOf(model.trace, row, 30)),
      ...objects(row),
    );
  }

  /** Buttons for the history of the objects that were changed. */
  function objects(row: number): HTMLElement[] {
    const after = (model.value(model.calls.inputsAfter[row]!) ?? {}) as { [name: string]: Value };
    return Object.values(after).flatMap((value) => {
      const { id, className } = describe(value);
      if (id === undefined) return [];
      return [
        el(
          "button",
          {
            type: "button",
            class: "history",
            onclick: (event: Event) => {
              store.set({ selected: row });
              event.currentTarget?.dispatchEvent(new CustomEvent(FOLLOW, { bubbles: true, detail: value }));
            },
          },
          t("views.changes.history", { name: `${className} #${id}` }),
        ),
      ];
    });
  }

  return { element, show };
}
