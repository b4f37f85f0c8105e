import { qualifiedName } from "../../trace/call-name.js";
import { preview } from "../../trace/preview.js";
import {
  findRepeatedWork,
  type RepeatedFunction,
  type RepeatedInputs,
  type RepeatedWork,
} from "../../trace/repeated-work.js";
import { callLink, markSelected, placeText } from "./call-link.js";
import { choices } from "./choices.js";
import { el, fill } from "./dom.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import { moreList } from "./more-list.js";
import type { Store } from "./store.js";

/** Functions that were called again with equal inputs: what a cache would save, and what cannot be kept. */
export function repeatsView(model: Model, store: Store): { element: HTMLElement; show(): void } {
  const element = el("div", { class: "report" });
  const sort = choices(t("views.repeats.label"), (part) => store.set({ part }));
  const list = el("div");
  let work: RepeatedWork | undefined;
  let shown: string | undefined;

  function show(): void {
    if (work === undefined) {
      work = findRepeatedWork(model.trace);
      if (work.functions.length === 0) {
        fill(element, el("p", { class: "hint" }, t("views.repeats.none")));
        return;
      }
      fill(
        element,
        el(
          "p",
          { class: "lead" },
          work.savedMs > 0
            ? t("views.repeats.lead", { time: time(work.savedMs) })
            : t("views.repeats.leadNone"),
        ),
        el("p", { class: "hint" }, t("views.repeats.hint")),
        sort.element,
        list,
      );
    }
    const saves = work.functions.filter(({ groups }) => groups.some(({ differsAt }) => differsAt < 0));
    const differ = work.functions
      .filter(({ differing }) => differing > 0)
      .sort((a, b) => b.differing - a.differing);
    const part =
      store.state.part === "differing" || (store.state.part !== "saving" && saves.length === 0)
        ? "differing"
        : "saving";
    sort.show(
      [
        { value: "saving", label: t("views.repeats.saving"), count: saves.length },
        { value: "differing", label: t("views.repeats.differing"), count: differ.length },
      ],
      part,
    );
    if (part !== shown) {
      shown = part;
      const wanted = part === "differing" ? differ : saves;
      fill(
        list,
        el(
          "p",
          { class: "hint" },
          t(part === "differing" ? "views.repeats.differing.hint" : "views.repeats.saving.hint"),
        ),
        moreList(
          wanted,
          (repeated) => card(repeated, part, wanted[0] === repeated),
          (told) => wanted.length - told,
          el("div"),
        ),
      );
    }
    markSelected(element, store.state.selected);
  }

  function card(repeated: RepeatedFunction, part: string, isOpen: boolean): HTMLElement {
    const fn = model.meta.functions[repeated.functionId]!;
    const groups = repeated.groups.filter(({ differsAt }) => differsAt >= 0 === (part === "differing"));
    const body = el("div");
    const details = el(
      "details",
      { class: "card" },
      el(
        "summary",
        {},
        el("span", { class: "name" }, qualifiedName(fn)),
        placeText(fn.module),
        el(
          "span",
          { class: "figure" },
          part === "differing"
            ? t("views.repeats.differ", {
                count: number(repeated.differing),
                total: number(repeated.distinct),
              })
            : t("views.repeats.save", { time: time(repeated.savedMs) }),
        ),
        el(
          "span",
          { class: "figure" },
          t("views.repeats.calls", { calls: number(repeated.calls), distinct: number(repeated.distinct) }),
        ),
      ),
      body,
    );
    const fillIn = (): void => {
      if (body.childElementCount > 0) return;
      body.append(
        moreList(
          groups,
          part === "differing" ? differing : saving,
          (told) => groups.length - told,
          el("ol", { class: "plain" }),
        ),
      );
    };
    details.addEventListener("toggle", () => {
      fillIn();
      markSelected(details, store.state.selected);
    });
    if (isOpen) {
      details.open = true;
      fillIn();
    }
    return details;
  }

  function saving({ row, calls, savedMs }: RepeatedInputs): HTMLElement {
    return el(
      "li",
      {},
      el("span", { class: "repeat" }, `×${number(calls)}`),
      el("span", { class: "grow" }, callLink(model, store, row), outcome(row)),
      el("span", { class: "figure" }, time(savedMs)),
    );
  }

  function differing({ row, calls, differsAt }: RepeatedInputs): HTMLElement {
    const line = (at: number): HTMLElement => el("div", {}, callLink(model, store, at), outcome(at));
    return el(
      "li",
      {},
      el("span", { class: "repeat" }, `×${number(calls)}`),
      el("div", { class: "grow" }, line(row), line(differsAt)),
    );
  }

  function outcome(row: number): HTMLElement {
    const output = model.value(model.calls.output[row]!);
    const error = model.meta.errors[model.calls.error[row]!];
    return error !== undefined && model.status(row) !== "ok"
      ? el("span", { class: "fault" }, ` ✗ ${error.name}: ${error.message}`)
      : el("span", { class: "output" }, ` → ${preview(output, 80)}`);
  }

  return { element, show };
}
