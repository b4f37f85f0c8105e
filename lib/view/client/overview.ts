import { qualifiedName } from "../../trace/call-name.js";
import { errorLife, errorStories } from "../../trace/error-life.js";
import { errorText as textOf } from "../../trace/error-text.js";
import { previewInputs } from "../../trace/preview.js";
import { withTerm } from "../../trace/query-edit.js";
import { isGuess } from "../../trace/statistics.js";
import { definedAt, placeText } from "./call-link.js";
import { el } from "./dom.js";
import { date, number, size, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import { statusTag } from "./status-tag.js";
import type { Store } from "./store.js";
import { warningLine } from "./warnings.js";

const MOST_REFUSED = 5;

/** What happened, on one screen; when something failed, that first. */
export function overview(model: Model, store: Store): HTMLElement {
  const { meta, calls } = model;
  const { end, run } = meta;
  const failed = model.failing.length > 0;
  return el(
    "div",
    { class: "overview" },
    el(
      "header",
      { class: `outcome ${failed || (end.exit_code ?? 0) !== 0 || end.signal !== null ? "failed" : "fine"}` },
      el("h2", { class: "title" }, outcome(model)),
      failed && !isGuess(model.trace, model.failing) ? fault(model) : null,
    ),
    failed ? failingSteps(model, store) : survived(model, store),
    refused(model, store),
    el(
      "dl",
      { class: "figures" },
      ...figure(t("overview.duration"), time(calls.duration[0]!)),
      ...figure(t("overview.calls"), number(calls.length - 1)),
      ...figure(t("overview.functions"), number(model.statistics().length)),
      ...figure(t("overview.errors"), number(meta.errors.length)),
      ...figure(t("overview.processes"), number(Math.max(1, end.threads.length))),
    ),
    slowest(model, store),
    memoryTimeline(model),
    el(
      "section",
      {},
      el("h2", {}, t("overview.run")),
      el(
        "dl",
        { class: "facts" },
        ...fact(t("overview.command"), run.argv.join(" ")),
        ...fact(t("overview.folder"), run.cwd),
        ...(run.started_unix_ms > 0 ? fact(t("overview.started"), date(run.started_unix_ms)) : []),
        ...fact(t("overview.node"), `${run.node} ${run.platform}`),
        ...(end.overhead_ms === undefined ? [] : fact(t("overview.cost"), time(end.overhead_ms))),
      ),
    ),
    end.warnings.length === 0
      ? null
      : el(
          "section",
          { class: "notes" },
          el("h2", {}, t("overview.notes")),
          el("ul", {}, ...end.warnings.map(warningLine)),
        ),
  );
}

function outcome({ meta: { end }, failing }: Model): string {
  if (!end.finished) return t("overview.outcome.running");
  if (end.signal !== null) return t("overview.outcome.killed", { signal: end.signal });
  if (end.exit_code !== null && end.exit_code !== 0)
    return t("overview.outcome.exit", { code: end.exit_code });
  return failing.length > 0 && end.exit_code === null
    ? t("overview.outcome.failed")
    : t("overview.outcome.ok");
}

export function errorText({ meta, calls }: Model, row: number): string {
  const error = meta.errors[calls.error[row]!];
  return error === undefined ? "" : textOf(error);
}

function fault(model: Model): HTMLElement {
  return el("p", { class: "fault" }, errorText(model, model.failing[model.failing.length - 1]!));
}

function failingSteps(model: Model, store: Store): HTMLElement {
  const guess = isGuess(model.trace, model.failing);
  const last = model.failing.length - 1;
  return el(
    "section",
    {},
    el("h2", {}, t(guess ? "overview.guess" : "overview.failing")),
    el("p", { class: "hint" }, t(guess ? "overview.guess.hint" : "overview.failing.hint")),
    guess ? fault(model) : null,
    el(
      "ol",
      { class: "path" },
      ...model.failing.map((row, i) =>
        el(
          "li",
          { class: i === last ? "thrower" : null },
          el(
            "button",
            { type: "button", onclick: () => store.set({ selected: row, view: "tree" }) },
            el("span", { class: "name" }, model.name(row)),
            row === 0 ? null : el("span", { class: "args" }, `(${previewInputs(model.inputs(row), 160)})`),
            definedAt(model, row),
          ),
        ),
      ),
    ),
  );
}

/** The errors of a run that went on: what a server answered with a 500 is the first thing looked for. */
function survived(model: Model, store: Store): HTMLElement | null {
  const stories = errorStories(model.trace).slice(0, 5);
  if (stories.length === 0) return null;
  return el(
    "section",
    {},
    el("h2", {}, t("overview.survived")),
    el("p", { class: "hint" }, t("overview.survived.hint")),
    el(
      "ul",
      { class: "path" },
      ...stories.map(({ errors: [first] }) => {
        const error = model.meta.errors[first!]!;
        const { row } = errorLife(model.trace, error.id)[0]!;
        return el(
          "li",
          {},
          el(
            "button",
            { type: "button", onclick: () => store.set({ view: "errors", part: "", selected: row }) },
            el("span", { class: "fault" }, textOf(error)),
            ...(row < 0
              ? []
              : [
                  el("span", { class: "name" }, model.name(row)),
                  el("span", { class: "args" }, `(${previewInputs(model.inputs(row), 160)})`),
                  definedAt(model, row),
                ]),
          ),
        );
      }),
    ),
  );
}

/** Requests, made or served, that came to nothing good: those that failed where they were answered first. */
function refused(model: Model, store: Store): HTMLElement | null {
  const rows = model.refused();
  if (rows.length === 0) return null;
  return el(
    "section",
    {},
    el("h2", {}, `${t("overview.refused")} · ${number(rows.length)}`),
    el(
      "ul",
      { class: "path" },
      ...rows
        .slice(0, MOST_REFUSED)
        .map((row) =>
          el(
            "li",
            {},
            el(
              "button",
              { type: "button", onclick: () => store.set({ selected: row, view: "tree" }) },
              statusTag(model.response(row)!),
              el("span", { class: "name" }, model.name(row)),
              el("span", { class: "args" }, `(${previewInputs(model.inputs(row), 160)})`),
            ),
          ),
        ),
    ),
  );
}

function figure(label: string, value: string): HTMLElement[] {
  return [el("div", {}, el("dt", {}, label), el("dd", {}, value))];
}

function fact(label: string, value: string): HTMLElement[] {
  return [el("dt", {}, label), el("dd", {}, value)];
}

function slowest(model: Model, store: Store): HTMLElement {
  const list = model.statistics().slice(0, 8);
  const most = list[0]?.self ?? 0;
  return el(
    "section",
    {},
    el("h2", {}, t("overview.slowest")),
    el("p", { class: "hint" }, t("overview.slowest.hint")),
    el(
      "ul",
      { class: "bars" },
      ...list.map(({ functionId, self, calls }) => {
        const fn = model.meta.functions[functionId]!;
        return el(
          "li",
          {},
          el(
            "button",
            {
              type: "button",
              onclick: () => store.set({ view: "functions", query: withTerm("", "fn", "=", fn.name) }),
            },
            el("span", { class: "name" }, qualifiedName(fn)),
            placeText(fn.module),
            el("meter", { min: 0, max: most || 1, value: self, "aria-hidden": "true" }),
            el("span", { class: "figure" }, `${time(self)} · ×${number(calls)}`),
          ),
        );
      }),
    ),
  );
}

/** Memory over time as a small chart. */
function memoryTimeline({ meta: { end } }: Model): HTMLElement | null {
  if (end.usage.length < 2) return null;
  const canvas = el("canvas", { width: 900, height: 120, role: "img", "aria-label": t("overview.memory") });
  const context = canvas.getContext("2d")!;
  const lastMs = Math.max(...end.usage.map(({ at_ms }) => at_ms));
  const most = Math.max(...end.usage.map(({ rss_bytes }) => rss_bytes));
  const style = getComputedStyle(document.documentElement);
  context.strokeStyle = style.getPropertyValue("--accent");
  context.lineWidth = 2;
  context.beginPath();
  for (const { at_ms, rss_bytes } of end.usage)
    context.lineTo((at_ms / lastMs) * 900, 118 - (rss_bytes / most) * 110);
  context.stroke();
  return el("section", {}, el("h2", {}, `${t("overview.memory")} · ${size(most)}`), canvas);
}
