import type { FunctionInfo } from "../../trace/columns.js";
import type { MessageKey } from "../messages/en.js";
import { ticks } from "./chart-axis.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";
import type { Store } from "./store.js";

/** A box of a chart: from and to in the chart's own unit, and the level it stands on. */
export interface Box {
  from: number;
  to: number;
  level: number;
  label: string;
  hue: number;
  /** From -1 to 1: boxes of one hue are told apart by it. */
  shade: number;
  failed: boolean;
  selected: boolean;
  row: number;
  /** What is told of it when it is pointed at; thousands are drawn, and one is told. */
  tip(): string;
}

/** What a chart shows of a range. */
export interface Source {
  extent: [number, number];
  /** What is shown first, if not everything. */
  initial?: [number, number];
  levels: number;
  /** Bands of levels that belong together, with what is written at them. */
  lanes?: readonly { top: number; label: string }[];
  /** A place on the axis as text. */
  unit(value: number): string;
  /** Calls `draw` for every box that overlaps the range; of those much narrower than a pixel, one for each pixel is enough. */
  each(from: number, to: number, pixel: number, draw: (box: Box) => void): void;
  /** Where the selected call stands. */
  selected(): Pick<Box, "from" | "to" | "level"> | undefined;
  /** The call beside the selected one; -1 when there is none. */
  beside(direction: Direction): number;
  /** Holds the page to a part of the axis, where that means something. */
  choose?(from: number, to: number): void;
}

/** To the caller, the first callee, the call before and after under the same caller. */
export type Direction = "up" | "down" | "left" | "right";

const LEVEL_PX = 20;
const AXIS_PX = 22;
const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

/** The colour of a function's boxes, always the same: modules have a hue, functions a shade of it. Red means failed. */
export function colorOf({ module, called, name }: FunctionInfo): Pick<Box, "hue" | "shade"> {
  return { hue: 25 + hash(module, 310), shade: hash(`${called} ${name}`, 21) / 10 - 1 };
}

const inOrder = ([a, b]: [number, number]): [number, number] => [Math.min(a, b), Math.max(a, b)];

function hash(text: string, below: number): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
  return ((sum % below) + below) % below;
}

/** A canvas of boxes that zooms and pans by wheel, keys, mouse, buttons and touch. */
export function chart(
  source: Source,
  label: MessageKey,
  store: Store,
): { element: HTMLElement; show(): void } {
  const canvas = el("canvas", {
    tabindex: 0,
    role: "application",
    "aria-label": t(label),
    "aria-describedby": `${label}-hint`,
  });
  const mini = el("canvas", { class: "mini", "aria-hidden": "true", title: t("chart.mini") });
  const tip = el("div", { class: "tip", role: "status" });
  const button = (name: MessageKey, text: string, onclick: () => void): HTMLElement =>
    el("button", { type: "button", "aria-label": t(name), title: t(name), onclick }, text);
  const element = el(
    "div",
    { class: "chart" },
    mini,
    el("div", { class: "plot" }, canvas),
    el(
      "div",
      { class: "below" },
      tip,
      el(
        "div",
        { class: "zoom", role: "group", "aria-label": t("chart.zoom") },
        button("chart.out", "−", () => zoom(1.6, (from + to) / 2)),
        button("chart.in", "+", () => zoom(0.6, (from + to) / 2)),
        button("chart.all", t("chart.all"), showAll),
        button("chart.selected", t("chart.selected"), showSelected),
        source.choose === undefined
          ? null
          : button("chart.only", t("chart.only"), () => source.choose?.(from, to)),
      ),
    ),
    el("p", { class: "hint", id: `${label}-hint` }, t("chart.hint")),
  );
  let [from, to] = source.initial ?? source.extent;
  let top = 0;
  let drawn: { x: number; y: number; width: number; box: Box }[] = [];
  let shownSelection = -1;
  /** The part of the axis that is being dragged over. */
  let chosen: [number, number] | undefined;
  /** The small picture of everything changes with its size and the theme only. */
  let overview: { canvas: HTMLCanvasElement; key: string } | undefined;

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

  const isDark = (): boolean => document.documentElement.dataset.theme !== "light";

  function color({ hue, shade, failed, selected }: Box): string {
    if (selected) return isDark() ? "#ffffff" : "#111827";
    if (failed) return isDark() ? "#e5484d" : "#ce2c31";
    return `hsl(${hue} 45% ${(isDark() ? 38 : 77) + 6 * shade}%)`;
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
    const dark = isDark();
    drawn = [];
    drawLaneLines(context, width, style.getPropertyValue("--line"));
    source.each(from, to, 1 / scale, (box) => {
      const x = Math.max(0, (box.from - from) * scale);
      const right = Math.min(width, (box.to - from) * scale);
      const y = AXIS_PX + box.level * LEVEL_PX - top;
      if (y + LEVEL_PX < AXIS_PX || y > height) return;
      const w = Math.max(0.6, right - x);
      context.fillStyle = color(box);
      context.fillRect(x, y + 1, w > 3 ? w - 1 : w, LEVEL_PX - 2);
      drawn.push({ x, y, width: w, box });
      if (w > 34) {
        context.fillStyle = (box.selected ? !dark : dark || box.failed) ? "#fafafa" : "#18181b";
        const most = Math.floor((w - 8) / 7.2);
        context.fillText(
          box.label.length > most ? `${box.label.slice(0, most - 1)}…` : box.label,
          x + 4,
          y + LEVEL_PX / 2,
        );
      }
    });
    drawLaneLabels(context, width, style);
    drawAxis(context, width, style);
    if (chosen !== undefined) {
      context.fillStyle = `color-mix(in srgb, ${style.getPropertyValue("--accent")} 30%, transparent)`;
      const [left, right] = inOrder(chosen);
      context.fillRect((left - from) * scale, 0, Math.max(1, (right - left) * scale), height);
    }
    drawMini(style.getPropertyValue("--accent"));
  }

  function drawAxis(context: CanvasRenderingContext2D, width: number, style: CSSStyleDeclaration): void {
    const scale = width / (to - from);
    context.fillStyle = style.getPropertyValue("--panel");
    context.fillRect(0, 0, width, AXIS_PX - 1);
    context.font = "11px system-ui, sans-serif";
    context.textAlign = "left";
    for (const value of ticks(from, to, width)) {
      const x = (value - from) * scale;
      context.fillStyle = style.getPropertyValue("--line");
      context.fillRect(x, 4, 1, AXIS_PX - 4);
      context.fillStyle = style.getPropertyValue("--dim");
      context.fillText(value === 0 ? "0" : source.unit(value), x + 4, AXIS_PX / 2);
    }
  }

  function drawLaneLines(context: CanvasRenderingContext2D, width: number, line: string): void {
    context.fillStyle = line;
    for (const lane of source.lanes ?? [])
      context.fillRect(0, AXIS_PX + lane.top * LEVEL_PX - top - 0.5, width, 1);
  }

  /** At the right edge, above the boxes. */
  function drawLaneLabels(
    context: CanvasRenderingContext2D,
    width: number,
    style: CSSStyleDeclaration,
  ): void {
    context.font = "11px system-ui, sans-serif";
    context.textAlign = "right";
    for (const { top: level, label: text } of source.lanes ?? []) {
      const y = AXIS_PX + level * LEVEL_PX - top;
      const textWidth = context.measureText(text).width;
      context.fillStyle = style.getPropertyValue("--raised");
      context.fillRect(width - textWidth - 12, y + 2, textWidth + 12, LEVEL_PX - 4);
      context.fillStyle = style.getPropertyValue("--text");
      context.fillText(text, width - 6, y + LEVEL_PX / 2);
    }
    context.textAlign = "left";
  }

  function drawMini(accent: string): void {
    const context = resize(mini);
    const { clientWidth: width, clientHeight: height } = mini;
    const [first, last] = source.extent;
    const scale = width / (last - first || 1);
    const key = `${mini.width} ${mini.height} ${isDark()} ${store.state.query} ${store.state.only}`;
    if (overview?.key !== key) overview = { canvas: smallPicture(width, height, scale), key };
    context.clearRect(0, 0, width, height);
    if (overview.canvas.width > 0) context.drawImage(overview.canvas, 0, 0, width, height);
    context.strokeStyle = accent;
    context.lineWidth = 2;
    context.strokeRect((from - first) * scale + 1, 1, Math.max(4, (to - from) * scale - 2), height - 2);
  }

  function smallPicture(width: number, height: number, scale: number): HTMLCanvasElement {
    const picture = el("canvas", { width: mini.width, height: mini.height });
    const context = picture.getContext("2d")!;
    context.scale(devicePixelRatio, devicePixelRatio);
    const [first, last] = source.extent;
    const level = height / Math.min(source.levels, 40);
    if (width > 0)
      source.each(first, last, 1 / scale, (box) => {
        context.fillStyle = box.failed ? "#e5484d" : `hsl(${box.hue} 40% 55%)`;
        context.fillRect(
          (box.from - first) * scale,
          box.level * level,
          Math.max(0.5, (box.to - box.from) * scale),
          Math.max(1, level - 0.5),
        );
      });
    return picture;
  }

  /** Shows so much of it, as far as there is so much. */
  function look(at: number, length: number): void {
    const [first, last] = source.extent;
    const shown = Math.min(last - first, Math.max(length, (last - first) * 1e-7));
    from = Math.min(Math.max(first, at), last - shown);
    to = from + shown;
    draw();
  }

  function zoom(by: number, around: number): void {
    const length = (to - from) * by;
    const [first, last] = source.extent;
    const shown = Math.min(last - first, Math.max(length, (last - first) * 1e-7));
    look(around - ((around - from) / (to - from)) * shown, shown);
  }

  function pan(by: number): void {
    look(from + by * (to - from), to - from);
  }

  function showAll(): void {
    top = 0;
    look(source.extent[0], source.extent[1] - source.extent[0]);
  }

  function showSelected(): void {
    const box = source.selected();
    if (box === undefined) return;
    bringLevel(box.level);
    const length = Math.max(box.to - box.from, (source.extent[1] - source.extent[0]) * 1e-7);
    look(box.from - length * 0.1, length * 1.2);
  }

  function bringLevel(level: number): void {
    const y = level * LEVEL_PX - top;
    if (y < 0 || y + LEVEL_PX > canvas.clientHeight - AXIS_PX) top = mostTop(level * LEVEL_PX - 80);
  }

  const mostTop = (wanted: number): number =>
    Math.min(
      Math.max(0, wanted),
      Math.max(0, source.levels * LEVEL_PX - canvas.clientHeight + AXIS_PX + LEVEL_PX),
    );
  const scrollBy = (px: number): void => {
    top = mostTop(top + px);
    draw();
  };
  const at = (event: MouseEvent): number => from + ((to - from) * event.offsetX) / canvas.clientWidth;
  const boxAt = (event: MouseEvent): Box | undefined =>
    drawn.findLast(
      ({ x, y, width }) =>
        event.offsetX >= x &&
        event.offsetX <= x + width &&
        event.offsetY >= Math.max(y, AXIS_PX) &&
        event.offsetY < y + LEVEL_PX,
    )?.box;

  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      if (event.altKey) scrollBy(event.deltaY || event.deltaX);
      else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
        pan((event.deltaX || event.deltaY) / canvas.clientWidth);
      else zoom(event.deltaY > 0 ? 1.25 : 0.8, at(event));
    },
    { passive: false },
  );
  /** Fingers, or the mouse, that are down: one pans, two zoom. */
  const pointers = new Map<number, { x: number; y: number }>();
  let moved = false;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    if (pointers.size === 0) moved = false;
    if (event.shiftKey && source.choose !== undefined) chosen = [at(event), at(event)];
    pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) {
      tip.textContent = boxAt(event)?.tip() ?? "";
      return;
    }
    const dx = event.offsetX - before.x;
    const dy = event.offsetY - before.y;
    if (Math.abs(dx) + Math.abs(dy) < 3 && !moved) return;
    moved = true;
    if (chosen !== undefined) {
      chosen = [chosen[0], at(event)];
      draw();
      return;
    }
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (other === undefined) {
      top = mostTop(top - dy);
      pan(-dx / canvas.clientWidth);
      return;
    }
    // What was under the two fingers stays under them.
    const apart = Math.max(24, Math.abs(event.offsetX - other.x));
    const wasApart = Math.max(24, Math.abs(before.x - other.x));
    zoom(wasApart / apart, from + ((to - from) * other.x) / canvas.clientWidth);
  });
  canvas.addEventListener("pointerup", (event) => {
    const dragged = chosen;
    chosen = undefined;
    if (dragged !== undefined && moved) source.choose?.(...inOrder(dragged));
    if (!moved && pointers.size === 1) {
      const box = boxAt(event);
      if (box !== undefined && box.row >= 0) {
        tip.textContent = box.tip();
        store.set({ selected: box.row });
      }
    }
    pointers.delete(event.pointerId);
  });
  canvas.addEventListener("pointercancel", (event) => {
    chosen = undefined;
    pointers.delete(event.pointerId);
  });
  canvas.addEventListener("dblclick", (event) => {
    const box = boxAt(event);
    if (box !== undefined) look(box.from, box.to - box.from);
  });
  const centre = (event: PointerEvent): void => {
    const [first, last] = source.extent;
    look(first + ((last - first) * event.offsetX) / mini.clientWidth - (to - from) / 2, to - from);
  };
  mini.addEventListener("pointerdown", (event) => {
    mini.setPointerCapture(event.pointerId);
    centre(event);
  });
  mini.addEventListener("pointermove", (event) => {
    if (event.buttons > 0) centre(event);
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
      "0": showAll,
      Home: showAll,
      s: showSelected,
      Enter: () => {
        const box = drawn.reduce<Box | undefined>(
          (widest, { box: candidate }) =>
            widest === undefined || candidate.level > widest.level ? candidate : widest,
          undefined,
        );
        if (box !== undefined && box.row >= 0) store.set({ selected: box.row });
      },
    };
    const direction = event.shiftKey ? DIRECTIONS[event.key] : undefined;
    const action = direction === undefined ? actions[event.key] : () => go(direction);
    if (action === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });

  function go(direction: Direction): void {
    const row = source.beside(direction);
    if (row < 0) return;
    store.set({ selected: row });
    tip.textContent = drawn.find(({ box }) => box.selected)?.box.tip() ?? "";
  }

  /** A call that was selected elsewhere comes into sight. */
  function show(): void {
    const { selected } = store.state;
    if (selected !== shownSelection && canvas.clientWidth > 0) {
      shownSelection = selected;
      const box = source.selected();
      if (box !== undefined) {
        bringLevel(box.level);
        if (box.to < from || box.from > to) {
          look((box.from + box.to) / 2 - (to - from) / 2, to - from);
          return;
        }
      }
    }
    draw();
  }

  new ResizeObserver(show).observe(canvas);
  return { element, show };
}
