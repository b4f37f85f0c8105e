import type { Value } from "../../trace/format.js";
import { preview } from "../../trace/preview.js";
import type { MessageKey } from "../messages/en.js";
import { el } from "./dom.js";
import { size, t } from "./i18n.js";

const NAMES: Readonly<Record<string, MessageKey>> = {
  rss_bytes: "detail.memory.rss",
  heap_used_bytes: "detail.memory.used",
  heap_total_bytes: "detail.memory.heap",
  external_bytes: "detail.memory.external",
};

/** Readings before and after a call, with how much they grew. */
export function memoryList(before: Value | undefined, after: Value | undefined): HTMLElement {
  const first = fieldsOf(before);
  const last = fieldsOf(after);
  return el(
    "dl",
    { class: "facts memory" },
    ...[...new Set([...Object.keys(first), ...Object.keys(last)])].flatMap((name) => [
      el("dt", {}, Object.hasOwn(NAMES, name) ? t(NAMES[name]!) : name),
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
