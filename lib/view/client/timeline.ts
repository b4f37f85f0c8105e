import { lanesOf } from "../../trace/lanes.js";
import { withTerm } from "../../trace/query-edit.js";
import { SERVER_ERROR } from "../../trace/responses.js";
import { type Box, chart, colorOf } from "./chart.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import type { Search } from "./search.js";
import type { Store } from "./store.js";

/** Calls over time, in lanes: one for each process or thread, and more for what ran at the same time in it. */
export function timelineView(
  model: Model,
  store: Store,
  search: Search,
): { element: HTMLElement; show(): void } {
  const { calls, meta } = model;
  const end = Math.max(lastEnd(model), 1e-3);
  const { level: levels, lanes, levels: most } = lanesOf(model.trace, end);
  const colors = meta.functions.map(colorOf);
  const seen = new Float64Array(most);
  const lengthOf = (row: number): number =>
    Number.isNaN(calls.duration[row]!) ? end - calls.start[row]! : calls.duration[row]!;

  function boxOf(row: number, from: number, to: number): Box {
    const label = model.name(row);
    const status = model.status(row);
    return {
      from,
      to,
      level: levels[row]!,
      label,
      ...colors[calls.functionId[row]!]!,
      failed: status === "threw" || status === "rejected" || (model.response(row) ?? 0) >= SERVER_ERROR,
      selected: row === store.state.selected,
      row,
      tip: () =>
        `${label} · ${status === "running" ? t("status.running") : time(calls.duration[row]!)} · @ ${time(calls.start[row]!)}`,
    };
  }

  return chart(
    {
      extent: [0, end],
      initial: busyPart(model, end),
      levels: most,
      lanes:
        lanes.length > 1
          ? lanes.map(({ top, thread, index }) => ({ top, label: laneLabel(model, thread, index) }))
          : [],
      unit: time,
      each(from, to, pixel, draw) {
        const kept = search.hides(store) ? search.withCallers(model) : undefined;
        const { selected } = store.state;
        seen.fill(-1);
        for (let row = 0; row < calls.length; row++) {
          const start = calls.start[row]!;
          if (start > to) break;
          const length = lengthOf(row);
          if (start + length < from || (kept !== undefined && kept[row] === 0)) continue;
          if (length < 0.4 * pixel && row !== selected) {
            // One of those that share a pixel stands for all.
            const at = Math.floor((start - from) / pixel);
            if (seen[levels[row]!] === at) continue;
            seen[levels[row]!] = at;
          }
          draw(boxOf(row, start, start + length));
        }
      },
      beside(direction) {
        const row = store.state.selected;
        if (row < 0 || row >= calls.length) return 0;
        if (direction === "up") return calls.parent[row]!;
        if (direction === "down") return model.firstChild[row]!;
        if (direction === "right") return model.nextSibling[row]!;
        let before = -1;
        for (
          let at = row > 0 ? model.firstChild[calls.parent[row]!]! : row;
          at !== row;
          at = model.nextSibling[at]!
        )
          before = at;
        return before;
      },
      selected() {
        const row = store.state.selected;
        if (row < 1 || row >= calls.length) return undefined;
        return { from: calls.start[row]!, to: calls.start[row]! + lengthOf(row), level: levels[row]! };
      },
      choose: (from, to) => store.set({ query: runningBetween(store.state.query, from, to), only: "1" }),
    },
    "timeline.label",
    store,
  );
}

/** The query held to calls that run in a part of time, in as many digits as tell its ends apart. */
function runningBetween(query: string, from: number, to: number): string {
  const digits = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(to - from || 1))));
  const grain = 10 ** digits;
  const first = `${(Math.max(0, Math.floor(from * grain)) / grain).toFixed(digits)}ms`;
  const last = `${(Math.ceil(to * grain) / grain).toFixed(digits)}ms`;
  return withTerm(withTerm(query, "end", ">=", first), "start", "<=", last);
}

function laneLabel({ meta }: Model, thread: number, index: number): string {
  const { role = "main", title = "", pid = 0, thread_id: id = 0 } = meta.end.threads[thread] ?? {};
  const name =
    role === "main"
      ? t("timeline.main")
      : role === "worker"
        ? t("timeline.worker", { id: number(id) })
        : t("timeline.process", { name: title === "" ? String(pid) : title.replace(/.*[\\/]/, "") });
  return index === 0 ? name : t("timeline.overlap", { name, at: number(index + 1) });
}

/** From the first call to the end of the last, with some room: Node's own start is seldom of interest. */
function busyPart({ calls }: Model, end: number): [number, number] {
  if (calls.length < 2) return [0, end];
  let last = 0;
  for (let row = 1; row < calls.length; row++) {
    const over = Number.isNaN(calls.duration[row]!) ? end : calls.start[row]! + calls.duration[row]!;
    if (over > last) last = over;
  }
  const room = Math.max((last - calls.start[1]!) * 0.02, 1e-4);
  return [Math.max(0, calls.start[1]! - room), Math.min(end, last + room)];
}

function lastEnd({ calls }: Model): number {
  let end = 0;
  for (let row = 0; row < calls.length; row++) {
    const at = calls.start[row]! + (calls.duration[row]! || 0);
    if (at > end) end = at;
  }
  return end;
}
