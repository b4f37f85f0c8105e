import { preview, previewInputs } from "../../trace/preview.js";
import { CLIENT_ERROR } from "../../trace/responses.js";
import { el } from "./dom.js";
import { number, size, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import { errorText } from "./overview.js";
import type { Group, TreeLine } from "./rows.js";
import { statusTag } from "./status-tag.js";
import type { Store } from "./store.js";
import { isOn } from "./switches.js";

/** The call of a line as code, or how many calls it stands for. */
export function codeOf(model: Model, store: Store, { row, group }: TreeLine): (Node | string)[] {
  if (group !== undefined) return codeOfGroup(model, store, group);
  const name = el("span", { class: "name" }, model.name(row));
  if (row === 0) return [name];
  const inputs = model.inputs(row);
  const isBare = Object.keys(inputs).length === 0 && !isOn(store, "inputs");
  const args = isBare ? "" : el("span", { class: "args" }, `(${previewInputs(inputs, 90)})`);
  return [name, args, endOf(model, store, row)];
}

function endOf(model: Model, store: Store, row: number): Node | string {
  const status = model.status(row);
  if (status === "running") return el("span", { class: "output" }, " …");
  if (status !== "ok")
    return isOn(store, "error") ? el("span", { class: "fault" }, ` ✗ ${errorText(model, row)}`) : "";
  const output = model.value(model.calls.output[row]!);
  if (output === undefined || (isEmpty(output) && !isOn(store, "outputs"))) return "";
  if (model.response(row) !== undefined && Object.keys(output as object).join() === "status") return "";
  return el("span", { class: "output" }, ` → ${preview(output, 60)}`);
}

function isEmpty(output: unknown): boolean {
  return typeof output === "object" && output !== null && "$type" in output && output.$type === "undefined";
}

function codeOfGroup(model: Model, store: Store, group: Group): (Node | string)[] {
  const [first] = group.rows as [number];
  const name =
    group.sort === "instance"
      ? `${model.fn(first).called} #${model.calls.instance[first]}`
      : model.name(first);
  const { failed, least, median, most } = spreadOf(model, group);
  return [
    el("span", { class: "name" }, name),
    el("span", { class: "repeat" }, ` ${t("tree.repeated", { count: number(group.rows.length) })}`),
    failed > 0 && isOn(store, "error")
      ? el("span", { class: "fault" }, ` ✗ ${t("tree.failed", { count: number(failed) })}`)
      : "",
    isOn(store, "duration") && group.rows.length > 1
      ? el(
          "span",
          { class: "spread" },
          ` ${t("tree.spread", { least: time(least), median: time(median), most: time(most) })}`,
        )
      : "",
  ];
}

interface Spread {
  total: number;
  failed: number;
  /** Error statuses of requests, with how many were answered so. */
  refusals: [status: number, count: number][];
  least: number;
  median: number;
  most: number;
}

const spreads = new WeakMap<readonly number[], Spread>();

/** How long the calls of a group took. Those that did not end count as nothing. */
export function spreadOf(model: Model, { rows }: Group): Spread {
  let spread = spreads.get(rows);
  if (spread === undefined) {
    const durations = Float64Array.from(rows, (row) => model.calls.duration[row]! || 0).sort();
    let total = 0;
    for (const duration of durations) total += duration;
    const failed = rows.reduce((count, row) => count + (isFailed(model, row) ? 1 : 0), 0);
    const last = durations.length - 1;
    const [least, median, most] = [durations[0]!, durations[last >> 1]!, durations[last]!];
    spread = { total, failed, refusals: refusalsOf(model, rows), least, median, most };
    spreads.set(rows, spread);
  }
  return spread;
}

function refusalsOf(model: Model, rows: readonly number[]): [number, number][] {
  const counts = new Map<number, number>();
  for (const row of rows) {
    const status = model.response(row) ?? 0;
    if (status >= CLIENT_ERROR) counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => b - a);
}

function isFailed(model: Model, row: number): boolean {
  const status = model.status(row);
  return status === "threw" || status === "rejected";
}

/** What is said beside the code. */
export function badgesOf(model: Model, store: Store, { row, group }: TreeLine): HTMLElement | null {
  if (group?.sort === "instance" || row === 0) return null;
  const badges: HTMLElement[] = [];
  const badge = (kind: string, title: string, text: string): void =>
    void badges.push(el("span", { class: `tag ${kind}`, title }, text));
  const above = model.calls.parent[row]!;
  const response = group === undefined ? model.response(row) : undefined;
  if (response !== undefined) badges.push(statusTag(response));
  if (group !== undefined)
    for (const [status, count] of spreadOf(model, group).refusals) badges.push(statusTag(status, count));
  if (isOn(store, "caller") && above >= 0)
    badge("caller", t("detail.caller"), `${t("tree.by")} ${model.name(above)}`);
  if (isOn(store, "module") && model.fn(row).module !== "")
    badge("module", t("switch.module"), model.fn(row).module);
  const memory = group === undefined && isOn(store, "memory") ? model.memory(row) : undefined;
  if (memory !== undefined) {
    const [before, after] = [bytesOf(memory.before), bytesOf(memory.after)];
    if (before !== undefined && after !== undefined)
      badge("memory", t("detail.memory"), `${size(before)} → ${size(after)}`);
  }
  return badges.length === 0 ? null : el("span", { class: "tags" }, ...badges);
}

/** What a reading says of the heap, or else of the process; some traces hold one number only. */
function bytesOf(reading: unknown): number | undefined {
  if (typeof reading === "number") return reading;
  if (typeof reading !== "object" || reading === null) return undefined;
  const { heap_used_bytes: heap, rss_bytes: rss } = reading as Record<string, unknown>;
  return typeof heap === "number" ? heap : typeof rss === "number" ? rss : undefined;
}
