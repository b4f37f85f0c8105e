import type { ErrorInfo } from "../../trace/format.js";
import type { MessageKey } from "../messages/en.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";
import type { Model } from "./model.js";
import type { Store } from "./store.js";

const MOST = 300;

/** Every error and its way: where it was thrown, which calls it crossed, where it ended. */
export function errorsView(model: Model, store: Store): HTMLElement {
  const { errors } = model.meta;
  if (errors.length === 0) return el("p", { class: "hint padded" }, t("errors.none"));
  const order = { unhandled: 0, swallowed: 1, outside: 2, wrapped: 3, caught: 4 } as const;
  const sorted = [...errors].sort((a, b) => order[a.outcome] - order[b.outcome]);
  return el(
    "div",
    { class: "errors" },
    ...sorted.slice(0, MOST).map((error) => errorCard(error, model, store)),
  );
}

function errorCard(error: ErrorInfo, model: Model, store: Store): HTMLElement {
  const link = (row: number | undefined): HTMLElement | null =>
    row === undefined || row < 0 || row >= model.calls.length
      ? null
      : el(
          "button",
          { type: "button", class: "link", onclick: () => store.set({ selected: row, view: "tree" }) },
          model.name(row),
        );
  const position = ({ file, line }: { file: string; line: number }): HTMLElement =>
    el("span", { class: "place" }, ` ${file}:${line}`);
  const crossed = crossedBy(error, model);
  const cause = error.cause === undefined ? undefined : model.meta.errors[error.cause];
  return el(
    "article",
    { class: `error ${error.outcome}` },
    el(
      "h2",
      {},
      el("span", { class: "fault" }, error.name === "" ? error.message : `${error.name}: ${error.message}`),
      el("span", { class: `badge ${error.outcome}` }, t(`errors.outcome.${error.outcome}` as MessageKey)),
    ),
    el(
      "ol",
      { class: "way" },
      el(
        "li",
        {},
        `${t("errors.thrown")} `,
        link(error.thrown_in),
        error.thrown_at === undefined ? null : position(error.thrown_at),
      ),
      ...crossed.map((row) => el("li", {}, `${t("errors.crossed")} `, link(row))),
      error.caught_in === undefined
        ? null
        : el(
            "li",
            {},
            `${t(`errors.outcome.${error.outcome}` as MessageKey)} `,
            link(error.caught_in),
            error.caught_at === undefined ? null : position(error.caught_at),
          ),
      cause === undefined
        ? null
        : el(
            "li",
            {},
            `${t("errors.cause")} `,
            el("span", { class: "fault" }, `${cause.name}: ${cause.message}`),
          ),
    ),
    error.stack === undefined
      ? null
      : el("details", {}, el("summary", {}, t("errors.stack")), el("pre", {}, error.stack)),
  );
}

/** Calls that ended by the error, from the one that threw it outwards. */
function crossedBy(error: ErrorInfo, { calls }: Model): number[] {
  const rows: number[] = [];
  let row = error.thrown_in ?? -1;
  if (row >= 0) row = calls.parent[row]!;
  while (row > 0 && calls.error[row] === error.id && rows.length < 100) {
    rows.push(row);
    row = calls.parent[row]!;
  }
  return rows;
}
