import { type Box, chart, hueOf } from "./chart.js";
import { time } from "./i18n.js";
import type { Model } from "./model.js";
import type { Search } from "./search.js";
import type { Store } from "./store.js";

const MOST_LEVELS = 4000;

/** Calls over time. Calls that overlap their siblings (async) go to levels of their own. */
export function timelineView(
  model: Model,
  store: Store,
  search: Search,
): { element: HTMLElement; show(): void } {
  const { calls } = model;
  const end = calls.start[0]! + (Number.isNaN(calls.duration[0]!) ? lastEnd(model) : calls.duration[0]!);
  const levels = levelsOf(model, end);
  let most = 0;
  for (let row = 0; row < calls.length; row++) if (levels[row]! > most) most = levels[row]!;
  return chart(
    {
      extent: [0, Math.max(end, 1e-3)],
      levels: most + 1,
      each(from, to, least, draw) {
        const kept = search.hides(store) ? search.withCallers(model) : undefined;
        for (let row = 0; row < calls.length; row++) {
          if (kept !== undefined && kept[row] === 0) continue;
          const start = calls.start[row]!;
          if (start > to) break;
          const length = Number.isNaN(calls.duration[row]!) ? end - start : calls.duration[row]!;
          if (start + length < from || (length < least && row !== store.state.selected)) continue;
          draw(boxOf(model, row, start, start + length, levels[row]!));
        }
      },
    },
    "timeline.label",
    store,
  );
}

function boxOf(model: Model, row: number, from: number, to: number, level: number): Box {
  const label = model.name(row);
  const status = model.status(row);
  return {
    from,
    to,
    level,
    label,
    hue: hueOf(model.fn(row).module),
    failed: status === "threw" || status === "rejected",
    row,
    tip: `${label} · ${time(model.calls.duration[row]!)}`,
  };
}

function lastEnd({ calls }: Model): number {
  let end = 0;
  for (let row = 0; row < calls.length; row++) {
    const at = calls.start[row]! + (calls.duration[row]! || 0);
    if (at > end) end = at;
  }
  return end;
}

/** The lowest free level below its parent for each call, in order of start. */
function levelsOf({ calls }: Model, end: number): Int32Array {
  const levels = new Int32Array(calls.length);
  const busyUntil: number[] = [end];
  for (let row = 1; row < calls.length; row++) {
    const start = calls.start[row]!;
    let level = levels[calls.parent[row]!]! + 1;
    while (level < busyUntil.length && level < MOST_LEVELS && busyUntil[level]! > start + 1e-9) level++;
    levels[row] = level;
    busyUntil[level] = start + (Number.isNaN(calls.duration[row]!) ? end - start : calls.duration[row]!);
    // What was deeper is over, or belongs to calls that this one does not overlap.
  }
  return levels;
}
