import { type ErrorStep, type ErrorStory, errorLife, errorStories } from "../../trace/error-life.js";
import { errorText } from "../../trace/error-text.js";
import type { ErrorInfo } from "../../trace/format.js";
import type { MessageKey } from "../messages/en.js";
import { callLink, definedAt, markSelected, placeLabel } from "./call-link.js";
import { type Choice, choices } from "./choices.js";
import { el, fill } from "./dom.js";
import { number, t } from "./i18n.js";
import type { Model } from "./model.js";
import { moreList } from "./more-list.js";
import { stackOf } from "./stack.js";
import type { Store } from "./store.js";

const OUTCOMES = ["unhandled", "swallowed", "outside", "wrapped", "caught"] as const;

/** The life of every error: where it was thrown, which calls it crossed, what became of it. */
export function errorsView(model: Model, store: Store): { element: HTMLElement; show(): void } {
  const stories = errorStories(model.trace);
  if (stories.length === 0)
    return { element: el("p", { class: "hint padded" }, t("errors.none")), show: () => {} };
  const list = el("div", { class: "stories" });
  const outcome = choices(t("views.errors.filter"), (part) => store.set({ part }));
  const element = el(
    "div",
    { class: "report errors" },
    el("p", { class: "hint" }, t("views.errors.hint")),
    outcome.element,
    list,
  );
  const offered: Choice[] = [
    { value: "", label: t("views.all"), count: countOf(stories) },
    ...OUTCOMES.map((name) => ({
      value: name,
      label: t(`views.errors.kind.${name}`),
      count: countOf(stories.filter((story) => story.outcome === name)),
    })).filter(({ count }) => count > 0),
  ];
  const reveal = new Map<ErrorStory, (error: number) => HTMLElement>();
  const storyOf = storiesByError(model, stories);
  let shown: string | undefined;
  let selected = -1;

  function show(): void {
    const part = offered.some(({ value }) => value === store.state.part) ? store.state.part : "";
    outcome.show(offered, part);
    if (part !== shown) {
      shown = part;
      const wanted = stories.filter((story) => part === "" || story.outcome === part);
      fill(
        list,
        part === "swallowed" ? el("p", { class: "hint" }, t("views.errors.swallowed")) : null,
        moreList(
          wanted,
          (story) => {
            const card = storyCard(story, model, store);
            reveal.set(story, card.reveal);
            return card.element;
          },
          (told) => wanted.length - told,
          el("div"),
        ),
      );
    }
    if (selected !== store.state.selected) {
      selected = store.state.selected;
      const told = storyOf.get(model.calls.error[selected] ?? -1);
      const card = told === undefined ? undefined : reveal.get(told.story)?.(told.error);
      // Who is at work in here knows where they are.
      if (card !== undefined && !element.contains(document.activeElement))
        requestAnimationFrame(() => card.scrollIntoView({ block: "nearest" }));
    }
    markSelected(element, store.state.selected);
  }

  return { element, show };
}

/** The story that tells of each error, and the error in it that came of that. */
function storiesByError(
  { meta }: Model,
  stories: readonly ErrorStory[],
): Map<number, { story: ErrorStory; error: number }> {
  const found = new Map<number, { story: ErrorStory; error: number }>();
  for (const story of stories) {
    for (const error of story.errors) {
      for (
        let id: number | undefined = error;
        id !== undefined && !found.has(id);
        id = meta.errors[id]?.cause
      )
        found.set(id, { story, error });
    }
  }
  return found;
}

function countOf(stories: readonly ErrorStory[]): number {
  return stories.reduce((sum, { errors }) => sum + errors.length, 0);
}

/** Errors of the same make, one shown at a time. */
function storyCard(
  { errors, outcome }: ErrorStory,
  model: Model,
  store: Store,
): { element: HTMLElement; reveal(error: number): HTMLElement } {
  let at = 0;
  const body = el("div");
  const title = el("h2");
  const card = el("article", { class: `error ${outcome}` }, title, body);

  function show(): void {
    const error = model.meta.errors[errors[at]!]!;
    const step = (by: number, label: string, sign: string): HTMLElement =>
      el(
        "button",
        {
          type: "button",
          "aria-label": label,
          title: label,
          disabled: errors[at + by] === undefined,
          onclick: () => {
            at += by;
            show();
            markSelected(card, store.state.selected);
          },
        },
        sign,
      );
    fill(
      title,
      el("span", { class: "fault" }, errorText(error)),
      el("span", { class: `badge ${outcome}` }, t(`errors.outcome.${outcome}` as MessageKey)),
    );
    fill(
      body,
      errors.length === 1
        ? null
        : el(
            "p",
            { class: "siblings" },
            step(-1, t("views.errors.previous"), "‹"),
            el("span", {}, t("views.errors.nth", { at: number(at + 1), total: number(errors.length) })),
            step(1, t("views.errors.next"), "›"),
          ),
      el(
        "ol",
        { class: "life" },
        ...errorLife(model.trace, error.id).map((stop) => lifeStep(stop, model, store)),
      ),
      ...chainOf(model, error).map((one) => stack(one, model, store)),
    );
  }

  function reveal(error: number): HTMLElement {
    const wanted = errors.indexOf(error);
    if (wanted >= 0 && wanted !== at) {
      at = wanted;
      show();
    }
    return card;
  }

  show();
  return { element: card, reveal };
}

/** The error and what it was made from. */
function chainOf({ meta }: Model, error: ErrorInfo): ErrorInfo[] {
  const chain: ErrorInfo[] = [];
  for (
    let next: ErrorInfo | undefined = error;
    next !== undefined && !chain.includes(next);
    next = meta.errors[next.cause ?? -1]
  )
    chain.push(next);
  return chain.filter(({ stack: text }) => text !== undefined);
}

function lifeStep({ kind, row, error, position, more }: ErrorStep, model: Model, store: Store): HTMLElement {
  const info = model.meta.errors[error]!;
  return el(
    "li",
    { class: kind },
    el("span", { class: "what" }, t(`views.errors.step.${kind}`)),
    row < 0 ? null : callLink(model, store, row, 120),
    position === undefined ? (row < 0 ? null : definedAt(model, row)) : placeLabel(position),
    kind === "thrown" || kind === "wrapped" ? el("span", { class: "fault" }, errorText(info)) : null,
    more === undefined
      ? null
      : el("span", { class: "place" }, t("views.errors.moreCrossed", { count: number(more) })),
  );
}

function stack(error: ErrorInfo, model: Model, store: Store): HTMLElement {
  return el(
    "details",
    {},
    el("summary", {}, `${t("errors.stack")}: ${error.name || t("detail.error")}`),
    stackOf(error, model, store),
  );
}
