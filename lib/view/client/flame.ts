import { type HierarchyRectangularNode, hierarchy, partition } from "d3-hierarchy";
import type { MessageKey } from "../messages/en.js";
import { type Box, chart, colorOf } from "./chart.js";
import { choices } from "./choices.js";
import { el } from "./dom.js";
import { number, size, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import { type Stack, stacks, stacksFromTheEnd } from "./stacks.js";
import type { Store } from "./store.js";

/** What the boxes' width tells. */
interface Width {
  /** What a stack adds of its own to those above it. */
  own(stack: Stack): number;
  unit(value: number): string;
  root(root: Stack): Stack;
}

const WIDTHS: Record<string, Width> = {
  total: { own: ({ self }) => self, unit: time, root: (root) => root },
  self: { own: ({ self }) => self, unit: time, root: stacksFromTheEnd },
  calls: { own: ({ calls }) => calls, unit: (value) => number(Math.round(value)), root: (root) => root },
  growth: { own: ({ growth }) => Math.max(0, growth), unit: size, root: (root) => root },
};

/** Stacks of functions, joined: laid out by d3-hierarchy's partition. */
export function flameView(model: Model, store: Store): { element: HTMLElement; show(): void } {
  const root = stacks(model);
  const names = Object.keys(WIDTHS).filter((name) => name !== "growth" || model.growth() !== undefined);
  const built = new Map<string, ReturnType<typeof chart>>();
  const holder = el("div", { class: "holder" });
  const hint = el("p", { class: "hint" });
  const chooser = choices(t("flame.by"), (part) => store.set({ part }));
  const element = el(
    "div",
    { class: "flame" },
    el("div", { class: "toolbar" }, el("span", { class: "hint" }, t("flame.by")), chooser.element, hint),
    holder,
  );

  function build({ own, unit, root: from }: Width): ReturnType<typeof chart> {
    const tree = hierarchy(from(root), ({ children }) => children)
      .sum(own)
      .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
    const whole = tree.value || 1;
    const laidOut = partition<Stack>()
      .size([whole, tree.height + 1])(tree)
      .descendants()
      .filter(({ value }) => (value ?? 0) > 0);
    const colors = model.meta.functions.map(colorOf);
    const selectedFunction = (): number =>
      store.state.selected > 0 ? (model.calls.functionId[store.state.selected] ?? -1) : -1;

    /** Of the stacks that end in the selected call's function. */
    function widest(): HierarchyRectangularNode<Stack> | undefined {
      const wanted = selectedFunction();
      let best: HierarchyRectangularNode<Stack> | undefined;
      for (const node of laidOut)
        if (node.data.functionId === wanted && (best === undefined || node.x1 - node.x0 > best.x1 - best.x0))
          best = node;
      return best;
    }

    function boxOf({ x0, x1, y0, data, value }: HierarchyRectangularNode<Stack>): Box {
      const label = model.name(data.row);
      return {
        from: x0,
        to: x1,
        level: y0,
        label,
        ...colors[data.functionId]!,
        failed: false,
        selected: data.functionId === selectedFunction(),
        row: data.row,
        tip: () =>
          t("flame.tip", {
            name: label,
            value: unit(value ?? 0),
            percent: number(Math.round(((value ?? 0) / whole) * 1000) / 10),
            calls: number(data.calls),
          }),
      };
    }

    return chart(
      {
        extent: [0, whole],
        levels: tree.height + 1,
        unit,
        each(from, to, pixel, draw) {
          for (const node of laidOut)
            if (node.x1 >= from && node.x0 <= to && node.x1 - node.x0 >= 0.4 * pixel) draw(boxOf(node));
        },
        beside(direction) {
          const node = widest();
          if (node === undefined) return root.row;
          if (direction === "up") return node.parent?.data.row ?? -1;
          if (direction === "down") return node.children?.[0]?.data.row ?? -1;
          const siblings = node.parent?.children ?? [];
          return siblings[siblings.indexOf(node) + (direction === "left" ? -1 : 1)]?.data.row ?? -1;
        },
        selected() {
          const node = widest();
          return node === undefined ? undefined : { from: node.x0, to: node.x1, level: node.y0 };
        },
      },
      "flame.label",
      store,
    );
  }

  function show(): void {
    const name = names.includes(store.state.part) ? store.state.part : "total";
    chooser.show(
      names.map((value) => ({ value, label: t(`flame.${value}` as MessageKey) })),
      name,
    );
    hint.textContent = t(`flame.${name}.hint` as MessageKey);
    const current = built.get(name) ?? build(WIDTHS[name]!);
    built.set(name, current);
    if (holder.firstChild !== current.element) holder.replaceChildren(current.element);
    current.show();
  }

  return { element, show };
}
