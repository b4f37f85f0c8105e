import { followable } from "../../trace/follow-value.js";
import type { Value } from "../../trace/format.js";
import { isTagged, preview } from "../../trace/preview.js";
import { type Difference, diffValues } from "../../trace/value-diff.js";
import { describe } from "../../trace/values.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";

/** Bubbles from a value that somebody wants to follow; its detail is the value. */
export const FOLLOW = "flowtrace-follow";

/** A value that can be opened level by level, with the types of what it holds. One that can be found again offers to be followed. */
export function valueTree(label: string, value: Value, open = true): HTMLElement {
  const children = childrenOf(value);
  const name = [
    label === "" ? null : el("span", { class: "key" }, label),
    label === "" ? null : el("span", { class: "punct" }, ": "),
  ];
  if (children === undefined) {
    const text = preview(value, 4000);
    const isFollowable = followable(value, 0) !== undefined;
    return el(
      "div",
      { class: "leaf" },
      ...name,
      isFollowable
        ? followButton(value, `value ${typeOf(value)}`, text)
        : el("span", { class: `value ${typeOf(value)}` }, text),
    );
  }
  const details = el(
    "details",
    { class: "branch" },
    el("summary", {}, ...name, el("span", { class: `value ${typeOf(value)}` }, preview(value, 140))),
  );
  const fillIn = (): void => {
    if (details.childElementCount > 1) return;
    // Not in the summary: a button in what is a button itself cannot be reached by every reader.
    const { id, className } = describe(value);
    details.append(
      el(
        "div",
        { class: "children" },
        id === undefined
          ? null
          : followButton(value, "object", t("views.follow.object", { name: `${className} #${id}` })),
        ...children.map(([key, child]) => valueTree(key, child, false)),
      ),
    );
  };
  details.addEventListener("toggle", fillIn);
  if (open) {
    details.open = true;
    fillIn();
  }
  return details;
}

function followButton(value: Value, kind: string, text: string): HTMLElement {
  return el(
    "button",
    {
      type: "button",
      class: `follow ${kind}`,
      title: t("views.follow.this"),
      onclick: (event: Event) =>
        event.currentTarget?.dispatchEvent(new CustomEvent(FOLLOW, { bubbles: true, detail: value })),
    },
    text,
  );
}

function typeOf(value: Value): string {
  if (value === null) return "null";
  if (isTagged(value))
    return value.$type === "filtered" ? "filtered" : value.$type === "cut" ? "cut" : "tagged";
  return Array.isArray(value) ? "array" : typeof value;
}

/** What can be opened of a value; undefined when it is shown whole. */
function childrenOf(value: Value): [string, Value][] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item, i) => [String(i), item]);
  if (!isTagged(value)) {
    const entries = Object.entries(value);
    return entries.length === 0 ? undefined : entries;
  }
  const { value: inner, entries, values } = value;
  if (Array.isArray(entries)) {
    return entries.map((entry) => {
      const [key = null, held = null] = Array.isArray(entry) ? entry : [];
      return [typeof key === "string" ? key : preview(key, 40), held];
    });
  }
  if (Array.isArray(values))
    return values.length === 0 ? undefined : values.map((item, i) => [String(i), item]);
  return typeof inner === "object" && inner !== null ? childrenOf(inner) : undefined;
}

/** What is not the same in two values, path by path; a list of the first hundred. */
export function differences(before: Value | undefined, after: Value | undefined): Difference[] {
  return diffValues(before, after);
}

/** Differences as a coloured list. */
export function differenceList(list: readonly Difference[]): HTMLElement {
  return el(
    "ul",
    { class: "diff" },
    ...list.map(({ path, before, after }) =>
      el(
        "li",
        {},
        path.length === 0 ? null : el("span", { class: "key" }, pathText(path)),
        before === undefined ? null : el("del", {}, preview(before, 80)),
        after === undefined ? null : el("ins", {}, preview(after, 80)),
      ),
    ),
  );
}

/** A path as code: `order.lines[0].price`. */
export function pathText(path: readonly string[]): string {
  return path.map((key, i) => (/^\d+$/.test(key) ? `[${key}]` : i === 0 ? key : `.${key}`)).join("");
}
