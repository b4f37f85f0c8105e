import { hierarchy, partition } from "d3-hierarchy";
import type { MessageKey } from "../messages/en.js";
import { el } from "./dom.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import type { Store } from "./store.js";

/** A box of a chart: from and to in the chart's own unit, and the level it stands on. */
interface Box {
  from: number;
  to: number;
  level: number;
  label: string;
  hue: number;
  failed: boolean;
  row: number;
  tip: string;
}

/** What a chart shows of a range. */
interface Source {
  extent: [number, number];
  levels: number;
  /** Calls `draw` for every box that is at least `least` wide and overlaps the range. */
  each(from: number, to: number, least: number, draw: (box: Box) => void): void;
}

const LEVEL_PX = 20;
const MOST_LEVELS = 4000;

function hueOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return ((hash % 360) + 360) % 360;
}

/** A canvas of boxes that zooms and pans by wheel, keys, mouse and touch. */
function chart(source: Source, label: MessageKey, store: Store): { element: HTMLElement; show(): void } {
  const canvas = el("canvas", {
    tabindex: 0,
    role: "application",
    "aria-label": t(label),
    "aria-describedby": `${label}-hint`,
  });
  const mini = el("canvas", { class: "mini", "aria-hidden": "true" });
  const tip = el("div", { class: "tip", role: "status" });
  const element = el(
    "div",
    { class: "chart" },
    mini,
    el("div", { class: "plot" }, canvas),
    tip,
    el("p", { class: "hint", id: `${label}-hint` }, t("chart.hint")),
  );
  let [from, to] = source.extent;
  let top = 0;
  let drawn: { x: number; y: number; width: number; box: Box }[] = [];

  function resize(target: HTMLCanvasElement): CanvasRenderingContext2D {
    const ratio = devicePixelRatio;
    const { clientWidth, clientHeight } = target;
    if (
      target.width !== Math.round(clientWidth * ratio) ||
      target.height !== Math.round(clientHeight * ratio)
    ) {
      target.width = Math.round(clientWidth * ratio);
      target.height = Math.round(clientHeight * ratio);
    }
    const context = target.getContext("2d")!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  }

  function color({ hue, failed, row }: Box): string {
    const isDark = document.documentElement.dataset.theme !== "light";
    if (row === store.state.selected) return isDark ? "#ffffff" : "#111827";
    if (failed) return isDark ? "#e5484d" : "#ce2c31";
    return `hsl(${hue} 45% ${isDark ? 42 : 74}%)`;
  }

  function draw(): void {
    const context = resize(canvas);
    const { clientWidth: width, clientHeight: height } = canvas;
    if (width === 0) return;
    const style = getComputedStyle(document.documentElement);
    context.clearRect(0, 0, width, height);
    context.font = "12px ui-monospace, monospace";
    context.textBaseline = "middle";
    const scale = width / (to - from);
    const isDark = document.documentElement.dataset.theme !== "light";
    drawn = [];
    source.each(from, to, 0.4 / scale, (box) => {
      const x = Math.max(0, (box.from - from) * scale);
      const right = Math.min(width, (box.to - from) * scale);
      const y = box.level * LEVEL_PX - top;
      if (y + LEVEL_PX < 0 || y > height) return;
      const w = Math.max(0.6, right - x);
      context.fillStyle = color(box);
      context.fillRect(x, y + 1, w > 3 ? w - 1 : w, LEVEL_PX - 2);
      drawn.push({ x, y, width: w, box });
      if (w > 34) {
        context.fillStyle =
          box.row === store.state.selected ? (isDark ? "#111" : "#fff") : isDark ? "#f4f4f5" : "#18181b";
        const most = Math.floor((w - 8) / 7.2);
        context.fillText(
          box.label.length > most ? `${box.label.slice(0, most - 1)}…` : box.label,
          x + 4,
          y + LEVEL_PX / 2,
        );
      }
    });
    drawMini(style.getPropertyValue("--accent"));
  }

  function drawMini(accent: string): void {
    const context = resize(mini);
    const { clientWidth: width, clientHeight: height } = mini;
    const [first, last] = source.extent;
    const scale = width / (last - first || 1);
    context.clearRect(0, 0, width, height);
    const level = height / Math.min(source.levels, 40);
    source.each(first, last, 1 / scale, (box) => {
      context.fillStyle = `hsl(${box.hue} 40% 55%)`;
      context.fillRect(
        (box.from - first) * scale,
        box.level * level,
        Math.max(0.5, (box.to - box.from) * scale),
        Math.max(1, level - 0.5),
      );
    });
    context.strokeStyle = accent;
    context.lineWidth = 2;
    context.strokeRect((from - first) * scale + 1, 1, Math.max(4, (to - from) * scale - 2), height - 2);
  }

  function zoom(by: number, around: number): void {
    const [first, last] = source.extent;
    const length = Math.min(last - first, Math.max((to - from) * by, (last - first) * 1e-7));
    from = Math.min(Math.max(first, around - ((around - from) / (to - from)) * length), last - length);
    to = from + length;
    draw();
  }

  function pan(by: number): void {
    const [first, last] = source.extent;
    const length = to - from;
    from = Math.min(Math.max(first, from + by * length), last - length);
    to = from + length;
    draw();
  }

  const scrollBy = (px: number): void => {
    top = Math.min(
      Math.max(0, top + px),
      Math.max(0, source.levels * LEVEL_PX - canvas.clientHeight + LEVEL_PX),
    );
    draw();
  };
  const at = (event: MouseEvent): number => from + ((to - from) * event.offsetX) / canvas.clientWidth;
  const boxAt = (event: MouseEvent): Box | undefined =>
    drawn.findLast(
      ({ x, y, width }) =>
        event.offsetX >= x &&
        event.offsetX <= x + width &&
        event.offsetY >= y &&
        event.offsetY < y + LEVEL_PX,
    )?.box;

  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
        pan((event.deltaX || event.deltaY) / canvas.clientWidth);
      else if (event.altKey) scrollBy(event.deltaY);
      else zoom(event.deltaY > 0 ? 1.25 : 0.8, at(event));
    },
    { passive: false },
  );
  let grabbed: { x: number; y: number; moved: boolean } | undefined;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    grabbed = { x: event.clientX, y: event.clientY, moved: false };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (grabbed === undefined) {
      tip.textContent = boxAt(event)?.tip ?? "";
      return;
    }
    const dx = event.clientX - grabbed.x;
    const dy = event.clientY - grabbed.y;
    if (Math.abs(dx) + Math.abs(dy) < 3 && !grabbed.moved) return;
    grabbed = { x: event.clientX, y: event.clientY, moved: true };
    pan(-dx / canvas.clientWidth);
    scrollBy(-dy);
  });
  canvas.addEventListener("pointerup", (event) => {
    if (grabbed?.moved === false) {
      const box = boxAt(event);
      if (box !== undefined && box.row >= 0) store.set({ selected: box.row });
    }
    grabbed = undefined;
  });
  canvas.addEventListener("dblclick", (event) => {
    const box = boxAt(event);
    if (box === undefined) return;
    from = box.from;
    to = Math.max(box.to, box.from + 1e-6);
    draw();
  });
  canvas.addEventListener("keydown", (event) => {
    const middle = (from + to) / 2;
    const actions: Record<string, () => void> = {
      "+": () => zoom(0.7, middle),
      "=": () => zoom(0.7, middle),
      "-": () => zoom(1.4, middle),
      ArrowLeft: () => pan(-0.1),
      ArrowRight: () => pan(0.1),
      ArrowUp: () => scrollBy(-LEVEL_PX * 3),
      ArrowDown: () => scrollBy(LEVEL_PX * 3),
      "0": () => {
        [from, to] = source.extent;
        top = 0;
        draw();
      },
      Enter: () => {
        const box = drawn.reduce<Box | undefined>(
          (widest, { box: candidate }) =>
            widest === undefined || candidate.level > widest.level ? candidate : widest,
          undefined,
        );
        if (box !== undefined && box.row >= 0) store.set({ selected: box.row });
      },
    };
    const action = actions[event.key];
    if (action === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    action();
  });
  new ResizeObserver(draw).observe(canvas);
  return { element, show: draw };
}

/** Calls over time. Calls that overlap their siblings (async) go to levels of their own. */
export function timelineView(model: Model, store: Store): { element: HTMLElement; show(): void } {
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
        for (let row = 0; row < calls.length; row++) {
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

interface Stack {
  functionId: number;
  row: number;
  calls: number;
  total: number;
  children: Stack[];
}

/** Stacks of functions, joined: laid out by d3-hierarchy's partition. */
export function flameView(model: Model, store: Store): { element: HTMLElement; show(): void } {
  const build = (byCalls: boolean): ReturnType<typeof chart> => {
    const root = stacks(model);
    const weigh = (stack: Stack): number => {
      const inner = stack.children.reduce(
        (sum, child) => sum + (byCalls ? callsBelow(child) : child.total),
        0,
      );
      return byCalls ? stack.calls : Math.max(0, stack.total - inner);
    };
    const tree = hierarchy(root, ({ children }) => children)
      .sum(weigh)
      .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
    const whole = tree.value || 1;
    const laidOut = partition<Stack>()
      .size([whole, tree.height + 1])(tree)
      .descendants();
    return chart(
      {
        extent: [0, whole],
        levels: tree.height + 1,
        each(from, to, least, draw) {
          for (const { x0, x1, y0, data } of laidOut) {
            if (x1 < from || x0 > to || x1 - x0 < least) continue;
            const { name, called, module } = model.meta.functions[data.functionId]!;
            const label = called === name ? name : `${called}.${name}`;
            const failed = false;
            const tip = `${label} · ${time(data.total)} · ×${number(data.calls)}`;
            draw({ from: x0, to: x1, level: y0, label, hue: hueOf(module), failed, row: data.row, tip });
          }
        },
      },
      "flame.label",
      store,
    );
  };
  let current = build(false);
  const holder = el("div", { class: "holder" }, current.element);
  const select = el(
    "select",
    {
      "aria-label": t("flame.by"),
      onchange: (event: Event) => {
        current = build((event.target as HTMLSelectElement).value === "calls");
        holder.replaceChildren(current.element);
        current.show();
      },
    },
    el("option", { value: "total" }, t("flame.total")),
    el("option", { value: "calls" }, t("flame.calls")),
  );
  const element = el(
    "div",
    { class: "flame" },
    el("div", { class: "toolbar" }, el("label", {}, `${t("flame.by")} `, select)),
    holder,
  );
  return { element, show: () => current.show() };
}

function callsBelow(stack: Stack): number {
  return stack.calls + stack.children.reduce((sum, child) => sum + callsBelow(child), 0);
}

/** Recursion deeper than this joins with the level above. */
const DEEPEST = 200;

function stacks({ calls }: Model): Stack {
  const root: Stack = {
    functionId: calls.functionId[0]!,
    row: 0,
    calls: 1,
    total: calls.duration[0]! || 0,
    children: [],
  };
  const of: Stack[] = [root];
  const depth = new Uint16Array(calls.length);
  const indexes = new Map<Stack, Map<number, Stack>>();
  for (let row = 1; row < calls.length; row++) {
    const parentRow = calls.parent[row]!;
    const parent = of[parentRow]!;
    if (depth[parentRow]! >= DEEPEST) {
      of[row] = parent;
      depth[row] = depth[parentRow]!;
      continue;
    }
    let index = indexes.get(parent);
    if (index === undefined) {
      index = new Map();
      indexes.set(parent, index);
    }
    const functionId = calls.functionId[row]!;
    let stack = index.get(functionId);
    if (stack === undefined) {
      stack = { functionId, row, calls: 0, total: 0, children: [] };
      index.set(functionId, stack);
      parent.children.push(stack);
    }
    stack.calls++;
    stack.total += calls.duration[row]! || 0;
    of[row] = stack;
    depth[row] = depth[parentRow]! + 1;
  }
  return root;
}
