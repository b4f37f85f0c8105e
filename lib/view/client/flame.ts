import { hierarchy, partition } from "d3-hierarchy";
import { chart, hueOf } from "./chart.js";
import { el } from "./dom.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import { callsBelow, type Stack, stacks } from "./stacks.js";
import type { Store } from "./store.js";

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
