import { followable } from "../../trace/follow-value.js";
import type { Value } from "../../trace/format.js";
import { isTagged, preview } from "../../trace/preview.js";
import { type Difference, diffValues } from "../../trace/value-diff.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";

/** Bubbles from a value that somebody wants to follow; its detail is the value. */
export const FOLLOW = "flowtrace-follow";

/** A value as text; when it can be found again, a button that follows it. */
function shownValue(value: Value, most: number): HTMLElement {
  const text = preview(value, most);
  if (followable(value, 0) === undefined) return el("span", { class: `value ${typeOf(value)}` }, text);
  return el(
    "button",
    {
      type: "button",
      class: `value follow ${typeOf(value)}`,
      title: t("views.follow.this"),
      onclick: (event: Event) => {
        event.preventDefault();
        event.currentTarget?.dispatchEvent(new CustomEvent(FOLLOW, { bubbles: true, detail: value }));
      },
    },
    text,
  );
}

/** A value that can be opened level by level, with the types of what it holds. */
export function valueTree(label: string, value: Value, open = true): HTMLElement {
  const children = childrenOf(value);
  const line = [
    label === "" ? null : el("span", { class: "key" }, label),
    label === "" ? null : el("span", { class: "punct" }, ": "),
    shownValue(value, children === undefined ? 4000 : 140),
  ];
  if (children === undefined) return el("div", { class: "leaf" }, ...line);
  const details = el("details", { class: "branch" }, el("summary", {}, ...line));
  const fillIn = (): void => {
    if (details.childElementCount > 1) return;
    details.append(
      el("div", { class: "children" }, ...children.map(([key, child]) => valueTree(key, child, false))),
    );
  };
  details.addEventListener("toggle", fillIn);
  if (open) {
    details.open = true;
    fillIn();
  }
  return details;
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
