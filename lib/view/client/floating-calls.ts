import { callLink, markSelected } from "./call-link.js";
import { detailView } from "./detail.js";
import { el, fill } from "./dom.js";
import { type FloatingPanel, floatingPanel, type Place } from "./floating-panel.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import type { Store } from "./store.js";

/** Callees that a panel lists at most. */
const MOST_BELOW = 300;
const DEEPEST = 12;

export interface FloatingCalls {
  element: HTMLElement;
  /** Opens a call's panel, or comes back to it. */
  open(row: number): void;
  /** Shows a match in the panel that follows the search, without taking the focus. */
  openMatch(row: number): void;
  /** Puts the focus on the panel behind the one in front, or leads back to the page. */
  cycle(): void;
  show(): void;
}

interface Open {
  row: number;
  panel: FloatingPanel;
  opener: Element | null;
  show(): void;
}

/** Calls in panels over the page, several at once: what each was given and did, with the calls below it. */
export function floatingCalls(model: Model, store: Store): FloatingCalls {
  const host = el("div", { class: "floating-host" });
  const dock = el("div", { class: "dock" });
  const element = el("div", { id: "floating" }, host, dock);
  const opened: Open[] = [];
  let match: Open | undefined;

  function rowsOf(text: string): number[] {
    return text === ""
      ? []
      : text
          .split(",")
          .map(Number)
          .filter((row) => Number.isInteger(row) && row >= 0 && row < model.calls.length);
  }

  const remember = (): void => store.set({ panels: opened.map(({ row }) => row).join(",") });

  function make(row: number): Open {
    const one: Open = { row, panel: undefined as never, opener: document.activeElement, show: () => {} };
    one.panel = floatingPanel(nextPlace(), dock, () => close(one));
    // Its own detail, which goes from call to call by itself; the rest of the page follows it.
    const own: Store = {
      state: { ...store.state, selected: row },
      set(change) {
        if (change.selected !== undefined) {
          one.row = change.selected;
          one.show();
          remember();
        }
        store.set(change);
      },
      subscribe: () => {},
    };
    const detail = detailView(model, own, "div");
    detail.element.setAttribute("role", "group");
    const below = el("div", { class: "below" });
    let shown = -1;
    one.show = () => {
      if (shown !== one.row) {
        shown = one.row;
        (own.state as { selected: number }).selected = shown;
        fill(one.panel.title, ...title(model, shown));
        detail.show();
        fill(below, callsBelow(model, store, shown));
      }
      markSelected(below, store.state.selected);
    };
    one.panel.body.append(detail.element, below);
    host.append(one.panel.element);
    opened.push(one);
    one.show();
    return one;
  }

  function close(one: Open): void {
    const hadFocus = one.panel.element.contains(document.activeElement);
    one.panel.element.remove();
    opened.splice(opened.indexOf(one), 1);
    if (match === one) match = undefined;
    remember();
    if (!hadFocus) return;
    if (one.opener instanceof HTMLElement && one.opener.isConnected) one.opener.focus();
    else document.getElementById("panel")?.focus();
  }

  /** Beside the details or above them; each further one a little higher. */
  function nextPlace(): Place {
    const { innerWidth, innerHeight } = window;
    const width = Math.min(640, Math.max(300, innerWidth * 0.3 - 24));
    const height = Math.min(900, innerHeight * (innerWidth > 820 ? 0.66 : 0.5));
    const step = (opened.length % 6) * 36;
    const details = document.querySelector("aside.detail")?.getBoundingClientRect();
    const isBeside = details !== undefined && details.left > width + 24;
    const right = isBeside ? details.left : innerWidth;
    const bottom = isBeside || details === undefined ? innerHeight : details.top;
    return { left: right - width - 12 - step, top: bottom - height - 12 - step, width, height };
  }

  function open(row: number): void {
    const one = opened.find((other) => other.row === row) ?? make(row);
    remember();
    one.panel.focus();
  }

  function openMatch(row: number): void {
    if (match === undefined) match = make(row);
    match.row = row;
    match.show();
    match.panel.raise();
    remember();
  }

  function cycle(): void {
    if (opened.length === 0) return;
    const at = opened.findIndex(({ panel }) => panel.element.contains(document.activeElement));
    const next = opened[at + 1];
    if (next === undefined) document.getElementById("panel")?.focus();
    else next.panel.focus();
  }

  function show(): void {
    const wanted = rowsOf(store.state.panels);
    for (const one of [...opened]) if (!wanted.includes(one.row)) close(one);
    for (const row of wanted) if (!opened.some((one) => one.row === row)) make(row);
    for (const one of opened) one.show();
  }

  return { element, open, openMatch, cycle, show };
}

/** The call after its caller: which of many it is can be seen while the panel is minimised. */
function title(model: Model, row: number): (Node | string)[] {
  const caller = row > 0 ? model.name(model.calls.parent[row]!) : "";
  return [caller === "" ? "" : el("span", { class: "hint" }, `${caller} › `), model.name(row)];
}

/** The calls a call made, and those below, as lists in lists. */
function callsBelow(model: Model, store: Store, row: number): HTMLElement | null {
  const { firstChild, nextSibling, calls } = model;
  if (firstChild[row]! < 0) return null;
  const list = el("ul", {});
  const stack = [{ next: firstChild[row]!, list }];
  let told = 0;
  let left = 0;
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const at = top.next;
    if (at < 0) {
      stack.pop();
      continue;
    }
    top.next = nextSibling[at]!;
    if (told >= MOST_BELOW) {
      left++;
      continue;
    }
    told++;
    const item = el(
      "li",
      { class: model.status(at) },
      callLink(model, store, at, 60),
      el("span", { class: "figure" }, time(calls.duration[at]!)),
    );
    top.list.append(item);
    if (firstChild[at]! >= 0 && stack.length < DEEPEST) {
      const inner = el("ul", {});
      item.append(inner);
      stack.push({ next: firstChild[at]!, list: inner });
    }
  }
  return el(
    "section",
    {},
    el("h3", {}, t("panel.below")),
    list,
    left > 0 ? el("p", { class: "hint" }, t("panel.left", { count: number(left) })) : null,
  );
}
