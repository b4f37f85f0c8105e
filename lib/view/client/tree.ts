import { SERVER_ERROR } from "../../trace/responses.js";
import { el, fill } from "./dom.js";
import { t, time } from "./i18n.js";
import { isInternal } from "./internals.js";
import type { Model } from "./model.js";
import { GROUPINGS, type Grouping, type TreeLine, TreeRows } from "./rows.js";
import type { Search } from "./search.js";
import type { Store } from "./store.js";
import { isOn } from "./switches.js";
import { badgesOf, codeOf, spreadOf } from "./tree-line.js";
import { treeToolbar } from "./tree-toolbar.js";

const LINE_PX = 26;
const SPARE_LINES = 8;
/** Callees that are open when the page is: more would push the rest off the screen. */
const OPEN_AT_FIRST = 30;

/** The calls as an outline that draws only what is on the screen. */
export function treeView(model: Model, store: Store, search: Search): { element: HTMLElement; show(): void } {
  const rows = new TreeRows(model);
  for (
    let row = model.firstChild[0]!, n = 0;
    row >= 0 && n < OPEN_AT_FIRST;
    row = model.nextSibling[row]!, n++
  )
    rows.open.add(row);
  const spacer = el("div", { class: "spacer" });
  const lines = el("div", { class: "lines", role: "presentation" });
  const scroller = el(
    "div",
    { class: "scroller", role: "tree", tabindex: 0, "aria-label": t("tree.label"), onscroll: () => draw() },
    spacer,
    lines,
  );
  const toolbar = treeToolbar(store, (open) => {
    rows.setAll(open);
    draw();
  });
  const element = el("div", { class: "tree" }, toolbar.element, scroller);
  const whole = longestBelowRoot(model);
  /** Key of the line that the keys act on: a call's, or that of a group it is the first of. */
  let cursor = "";

  function draw(): void {
    const { visible } = rows;
    spacer.style.height = `${visible.length * LINE_PX}px`;
    const first = Math.max(0, Math.floor(scroller.scrollTop / LINE_PX) - SPARE_LINES);
    const last = Math.min(
      visible.length,
      Math.ceil((scroller.scrollTop + scroller.clientHeight) / LINE_PX) + SPARE_LINES,
    );
    lines.style.transform = `translateY(${first * LINE_PX}px)`;
    fill(lines, ...visible.slice(first, last).map((line, i) => lineOf(line, first + i, visible.length)));
  }

  function lineOf(line: TreeLine, index: number, total: number): HTMLElement {
    const { row, depth, group, canOpen, isOpen, key } = line;
    const status = group === undefined ? model.status(row) : "group";
    const duration = group === undefined ? model.calls.duration[row]! : spreadOf(model, group).total;
    const isMatch = group === undefined ? search.has(row) : group.rows.some((one) => search.has(one));
    const bar = el("span", { class: "fillbar" });
    const self = el("span", { class: "selfbar" });
    const indent = el("span", { class: "indent" });
    indent.style.width = `${Math.min(depth, 40) * 16}px`;
    bar.style.width = `${Math.min(1, (duration || 0) / whole) * 100}%`;
    self.style.width = `${group === undefined ? Math.min(1, (model.self[row]! || 0) / whole) * 100 : 0}%`;
    return el(
      "div",
      {
        class: `line ${status}${(model.response(row) ?? 0) >= SERVER_ERROR && group === undefined ? " refused" : ""}${key === cursor ? " selected" : ""}${isMatch ? " match" : ""}`,
        role: "treeitem",
        id: `line-${key}`,
        "aria-level": depth + 1,
        "aria-expanded": canOpen ? isOpen : null,
        "aria-selected": key === cursor,
        "aria-posinset": index + 1,
        "aria-setsize": total,
        onclick: () => {
          scroller.focus();
          choose(line);
        },
        ondblclick: () => toggle(line),
      },
      indent,
      el("span", {
        class: `twisty${canOpen ? (isOpen ? " open" : " shut") : ""}`,
        "aria-hidden": "true",
        onclick: (event: MouseEvent) => {
          event.stopPropagation();
          toggle(line);
        },
      }),
      el("span", { class: "code" }, ...codeOf(model, store, line)),
      badgesOf(model, store, line),
      ...(isOn(store, "duration")
        ? [
            el("span", { class: "time" }, time(duration)),
            el("span", { class: "bar", "aria-hidden": "true" }, bar, self),
          ]
        : []),
    );
  }

  function choose({ key, row }: TreeLine): void {
    cursor = key;
    if (store.state.selected === row) show();
    else store.set({ selected: row });
  }

  function toggle(line: TreeLine): void {
    if (!line.canOpen) return;
    rows.toggle(line);
    draw();
  }

  function scrollTo(index: number): void {
    const top = index * LINE_PX;
    if (top < scroller.scrollTop || top + LINE_PX > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top - scroller.clientHeight / 2;
    }
  }

  scroller.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { visible } = rows;
    const index = Math.max(
      0,
      visible.findIndex(({ key }) => key === cursor),
    );
    const line = visible[index]!;
    const go = (to: number): void => choose(visible[Math.max(0, Math.min(visible.length - 1, to))]!);
    const page = Math.floor(scroller.clientHeight / LINE_PX) - 1;
    switch (event.key) {
      case "ArrowDown":
        go(index + 1);
        break;
      case "ArrowUp":
        go(index - 1);
        break;
      case "PageDown":
        go(index + page);
        break;
      case "PageUp":
        go(index - page);
        break;
      case "Home":
        go(0);
        break;
      case "End":
        go(visible.length - 1);
        break;
      case "ArrowRight":
        if (line.canOpen && !line.isOpen) toggle(line);
        else go(index + 1);
        break;
      case "ArrowLeft":
        if (line.isOpen) toggle(line);
        else go(indexAbove(visible, index));
        break;
      case "Enter":
      case " ":
        toggle(line);
        break;
      default:
        return;
    }
    event.preventDefault();
  });

  let shaped = "";
  /** Brings the lines to what the page asks for, when that has changed. */
  function shape(): void {
    const hides = search.hides(store);
    const withInternals = isOn(store, "internals");
    const { query, group } = store.state;
    const wanted = JSON.stringify([hides ? query : "", withInternals]);
    rows.groupBy((GROUPINGS as readonly string[]).includes(group) ? (group as Grouping) : "");
    if (wanted === shaped) return;
    shaped = wanted;
    const matches = hides ? search.withCallers(model) : undefined;
    rows.restrict(withInternals ? matches : withoutInternals(model, matches));
    if (matches !== undefined) rows.openAll(matches);
  }

  function show(): void {
    shape();
    toolbar.show();
    const { selected } = store.state;
    if (selected >= 0 && selected < model.calls.length) {
      let index = rows.visible.findIndex(({ key, row }) => key === cursor && row === selected);
      if (index < 0) {
        rows.reveal(selected);
        index = rows.visible.findIndex(({ key }) => key === `c${selected}`);
        cursor = `c${selected}`;
      }
      scroller.setAttribute("aria-activedescendant", `line-${cursor}`);
      if (index >= 0) scrollTo(index);
    }
    draw();
  }

  new ResizeObserver(() => draw()).observe(scroller);
  return { element, show };
}

/** The line that a line hangs on. */
function indexAbove(lines: readonly TreeLine[], index: number): number {
  const { depth } = lines[index]!;
  for (let at = index - 1; at >= 0; at--) if (lines[at]!.depth < depth) return at;
  return 0;
}

function withoutInternals(model: Model, matches: Uint8Array | undefined): Uint8Array {
  const { calls, meta } = model;
  const internal = meta.functions.map(isInternal);
  const kept = new Uint8Array(calls.length);
  for (let row = 0; row < calls.length; row++)
    if (row === 0 || ((matches?.[row] ?? 1) === 1 && !internal[calls.functionId[row]!]!)) kept[row] = 1;
  return kept;
}

/** What a full bar stands for. Not the whole run: a program may wait for long before its first call. */
function longestBelowRoot({ calls, firstChild, nextSibling }: Model): number {
  let longest = 0;
  for (let row = firstChild[0]!; row >= 0; row = nextSibling[row]!)
    longest = Math.max(longest, calls.duration[row]! || 0);
  return longest || calls.duration[0]! || 1;
}
