import type { Value } from "../../trace/format.js";
import { preview } from "../../trace/preview.js";
import { el } from "./dom.js";
import { size, t } from "./i18n.js";

const NAMES: Readonly<Record<string, string>> = {
  rss_bytes: "RSS",
  heap_used_bytes: "heap used",
  heap_total_bytes: "heap",
  external_bytes: "external",
};

/** Readings before and after a call, with how much they grew. */
export function memoryList(before: Value | undefined, after: Value | undefined): HTMLElement {
  const first = fieldsOf(before);
  const last = fieldsOf(after);
  return el(
    "dl",
    { class: "facts memory" },
    ...[...new Set([...Object.keys(first), ...Object.keys(last)])].flatMap((name) => [
      el("dt", {}, NAMES[name] ?? name),
      el("dd", {}, `${reading(first[name])} → ${reading(last[name])}`, growth(first[name], last[name])),
    ]),
  );
}

function fieldsOf(value: Value | undefined): { [name: string]: Value } {
  if (value === undefined || value === null) return {};
  return typeof value === "object" && !Array.isArray(value) ? value : { [t("detail.memory")]: value };
}

function reading(value: Value | undefined): string {
  return typeof value === "number" ? size(value) : value === undefined ? "?" : preview(value, 60);
}

function growth(before: Value | undefined, after: Value | undefined): HTMLElement | null {
  if (typeof before !== "number" || typeof after !== "number" || before === after) return null;
  const grown = after - before;
  return el(
    "span",
    { class: grown > 0 ? "grown" : "shrunk" },
    ` ${grown > 0 ? "+" : "−"}${size(Math.abs(grown))}`,
  );
}
