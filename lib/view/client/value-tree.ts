import type { Value } from "../../trace/format.js";
import { isTagged, preview } from "../../trace/preview.js";
import { el } from "./dom.js";

/** A value that can be opened level by level, with the types of what it holds. */
export function valueTree(label: string, value: Value, open = true): HTMLElement {
  const children = childrenOf(value);
  const line = [
    label === "" ? null : el("span", { class: "key" }, label),
    label === "" ? null : el("span", { class: "punct" }, ": "),
    el("span", { class: `value ${typeOf(value)}` }, preview(value, children === undefined ? 4000 : 140)),
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

/** One difference between two values. */
interface Difference {
  path: string;
  before: Value | undefined;
  after: Value | undefined;
}

/** What is not the same in two values, path by path; a list of the first hundred. */
export function differences(before: Value | undefined, after: Value | undefined): Difference[] {
  const found: Difference[] = [];
  const compare = (left: Value | undefined, right: Value | undefined, path: string): void => {
    if (found.length >= 100 || JSON.stringify(left) === JSON.stringify(right)) return;
    const l = left === undefined ? undefined : childrenOf(left);
    const r = right === undefined ? undefined : childrenOf(right);
    if (l === undefined || r === undefined) {
      found.push({ path, before: left, after: right });
      return;
    }
    const keys = new Set([...l, ...r].map(([key]) => key));
    const lefts = new Map(l);
    const rights = new Map(r);
    for (const key of keys) compare(lefts.get(key), rights.get(key), path === "" ? key : `${path}.${key}`);
  };
  compare(before, after, "");
  return found;
}

export function differenceList(list: readonly Difference[]): HTMLElement {
  return el(
    "ul",
    { class: "diff" },
    ...list.map(({ path, before, after }) =>
      el(
        "li",
        {},
        el("span", { class: "key" }, path),
        before === undefined ? null : el("del", {}, preview(before, 80)),
        after === undefined ? null : el("ins", {}, preview(after, 80)),
      ),
    ),
  );
}
