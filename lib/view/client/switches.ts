import type { MessageKey } from "../messages/en.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";
import { menu } from "./menu.js";
import type { Store } from "./store.js";

/** What a line of the tree says besides the call itself; all of them hang on `badges`. */
const BADGES = ["module", "duration", "error", "caller", "memory"] as const;
/** Calls and values that some readers would rather not see. */
const OTHERS = ["internals", "inputs", "outputs"] as const;

export type Switch = "badges" | (typeof BADGES)[number] | (typeof OTHERS)[number];

/** Whether a line shows this. A badge needs its own switch and that of all badges. */
export function isOn(store: Store, name: Switch): boolean {
  const on = store.state.marks.split(",");
  const isBadge = (BADGES as readonly string[]).includes(name);
  return on.includes(name) && (!isBadge || on.includes("badges"));
}

/** Switches for what the lines of the tree say. */
export function switchesMenu(store: Store): { element: HTMLElement; show(): void } {
  const boxes = new Map<Switch, HTMLInputElement>();
  const line = (name: Switch): HTMLElement => {
    const box = el("input", { type: "checkbox", onchange: () => set(name, box.checked) });
    boxes.set(name, box);
    return el("label", {}, box, t(`switch.${name}` as MessageKey));
  };

  function set(name: Switch, on: boolean): void {
    const others = store.state.marks.split(",").filter((other) => other !== "" && other !== name);
    // Always in one order, so that one state has one address.
    const wanted = on ? [...others, name] : others;
    store.set({
      marks: [...boxes.keys()].filter((known) => wanted.includes(known)).join(","),
    });
  }

  const element = menu(
    t("switch.menu"),
    line("badges"),
    el("div", { class: "inner" }, ...BADGES.map(line)),
    el("hr", {}),
    ...OTHERS.map(line),
  );

  function show(): void {
    const on = store.state.marks.split(",");
    for (const [name, box] of boxes) {
      box.checked = on.includes(name);
      box.disabled = (BADGES as readonly string[]).includes(name) && !on.includes("badges");
    }
  }

  show();
  return { element, show };
}
