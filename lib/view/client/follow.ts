import {
  busiestObjects,
  type FollowedWay,
  followable,
  followedFrom,
  followedText,
  followValue,
  type Sighting,
} from "../../trace/follow-value.js";
import type { Value } from "../../trace/format.js";
import { preview } from "../../trace/preview.js";
import { callLink, markSelected } from "./call-link.js";
import { el, fill } from "./dom.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import { moreList } from "./more-list.js";
import type { Store } from "./store.js";
import { differenceList, pathText } from "./value-tree.js";

/** Takes up a value that was clicked in the details of the selected call. */
export function startFollowing(event: Event, model: Model, store: Store): void {
  const { selected } = store.state;
  const thread = selected < 0 ? 0 : model.calls.thread[selected]!;
  const followed = followable((event as CustomEvent<Value>).detail, thread);
  if (followed !== undefined) store.set({ view: "follow", follow: followedText(followed) });
}

/** Where one value went: every call that got it, gave it back or changed it, in order of time. */
export function followView(model: Model, store: Store): { element: HTMLElement; show(): void } {
  const box = el("input", {
    type: "search",
    "aria-label": t("views.follow.box"),
    placeholder: t("views.follow.placeholder"),
    spellcheck: "false",
    autocomplete: "off",
    onchange: () => store.set({ follow: box.value.trim() }),
    onkeydown: (event: KeyboardEvent) => {
      if (event.key === "Enter") store.set({ follow: box.value.trim() });
    },
  });
  const way = el("div");
  const element = el(
    "div",
    { class: "report" },
    el("div", { class: "choices" }, el("label", {}, `${t("views.follow.label")} `, box)),
    way,
  );
  let shown: string | undefined;

  function show(): void {
    const { follow } = store.state;
    if (follow !== shown) {
      shown = follow;
      box.value = follow;
      tell(follow);
    }
    markSelected(element, store.state.selected);
  }

  function tell(text: string): void {
    const followed = followedFrom(text);
    if (followed === undefined) {
      fill(way, el("p", { class: "hint" }, t("views.follow.hint")), ...suggestions());
      return;
    }
    const { sightings, more }: FollowedWay = followValue(model.trace, followed);
    if (sightings.length === 0) {
      fill(way, el("p", { class: "hint" }, t("views.follow.none", { value: text })));
      return;
    }
    const calls = new Set(sightings.map(({ row }) => row)).size;
    const changed = sightings.filter(({ changes }) => changes.length > 0).length;
    fill(
      way,
      el(
        "p",
        { class: "lead" },
        t(followed.kind === "object" ? "views.follow.lead.object" : "views.follow.lead.scalar", {
          value: preview(sightings.find(({ value }) => value !== undefined)?.value, 80) || text,
          calls: number(calls),
          changed: number(changed),
        }),
      ),
      more > 0 ? el("p", { class: "hint" }, t("views.follow.limit", { count: number(more) })) : null,
      el(
        "p",
        { class: "hint" },
        t(followed.kind === "object" ? "views.follow.hint.object" : "views.follow.hint.scalar"),
      ),
      moreList(sightings, line, (told) => sightings.length - told, el("ol", { class: "plain way" })),
    );
  }

  /** Objects to begin with. */
  function suggestions(): HTMLElement[] {
    const objects = busiestObjects(model.trace);
    if (objects.length === 0) return [];
    return [
      el("h2", {}, t("views.follow.objects")),
      el(
        "div",
        { class: "choices" },
        ...objects.map(({ followed, className, calls }) =>
          el(
            "button",
            { type: "button", onclick: () => store.set({ follow: followedText(followed) }) },
            `${className} ${followedText(followed)} `,
            el("span", { class: "count" }, `×${number(calls)}`),
          ),
        ),
      ),
    ];
  }

  function line({ row, at, where, path, changes }: Sighting): HTMLElement {
    return el(
      "li",
      { class: changes.length > 0 ? `${where} changed` : where },
      el("span", { class: "figure" }, time(at)),
      el("span", { class: `what ${where}` }, t(`views.follow.where.${where}`)),
      el(
        "div",
        { class: "grow" },
        callLink(model, store, row, 60),
        path.length === 0 ? null : el("span", { class: "place" }, ` ${pathText(path)}`),
        changes.length === 0
          ? null
          : el(
              "div",
              {},
              el(
                "span",
                { class: "hint" },
                t(where === "in" ? "views.follow.changedBefore" : "views.follow.changedBy"),
              ),
              differenceList(changes),
            ),
      ),
    );
  }

  return { element, show };
}
