import type { MessageKey } from "../messages/en.js";
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
  failed: boolean;
  row: number;
  tip: string;
}

/** What a chart shows of a range. */
export interface Source {
  extent: [number, number];
  levels: number;
  /** Calls `draw` for every box that is at least `least` wide and overlaps the range. */
  each(from: number, to: number, least: number, draw: (box: Box) => void): void;
}

const LEVEL_PX = 20;

/** A colour for a text, always the same. */
export function hueOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return ((hash % 360) + 360) % 360;
}

/** A canvas of boxes that zooms and pans by wheel, keys, mouse and touch. */
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
