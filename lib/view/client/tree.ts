import { preview, previewInputs } from "../../trace/preview.js";
import { el, fill } from "./dom.js";
import { t, time } from "./i18n.js";
import type { Model } from "./model.js";
import { errorText } from "./overview.js";
import { type TreeLine, TreeRows } from "./rows.js";
import { download, matchesAsCsv, matchesAsTrace } from "./save.js";
import type { Search } from "./search.js";
import type { Store } from "./store.js";

const LINE_PX = 26;
const SPARE_LINES = 8;

/** The calls as an outline that draws only what is on the screen. */
export function treeView(model: Model, store: Store, search: Search): { element: HTMLElement; show(): void } {
  const rows = new TreeRows(model);
  for (let row = model.firstChild[0]!, n = 0; row >= 0 && n < 30; row = model.nextSibling[row]!, n++)
    rows.open.add(row);
  const spacer = el("div", { class: "spacer" });
  const lines = el("div", { class: "lines", role: "presentation" });
  const scroller = el(
    "div",
    { class: "scroller", role: "tree", tabindex: 0, "aria-label": t("tree.label"), onscroll: () => draw() },
    spacer,
    lines,
  );
  const only = el(
    "button",
    { type: "button", onclick: () => store.set({ only: store.state.only === "" ? "1" : "" }) },
    t("tree.only"),
  );
  const setAll = (open: boolean) => () => {
    rows.setAll(open);
    draw();
  };
  const element = el(
    "div",
    { class: "tree" },
    el(
      "div",
      { class: "toolbar" },
      el("button", { type: "button", onclick: setAll(true) }, t("tree.expand")),
      el("button", { type: "button", onclick: setAll(false) }, t("tree.collapse")),
      only,
      el(
        "button",
        {
          type: "button",
          onclick: () => download(matchesAsTrace(model, search, store.state.query), "flowtrace-matches.json"),
        },
        t("tree.saveTrace"),
      ),
      el(
        "button",
        {
          type: "button",
          onclick: () => download(matchesAsCsv(model, search, store.state.query), "flowtrace-matches.csv"),
        },
        t("tree.saveCsv"),
      ),
    ),
    scroller,
  );
  const whole = model.calls.duration[0]! || 1;

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
    const { row, depth, count, canOpen } = line;
    const isOpen = count === 1 && rows.open.has(row);
    const status = model.status(row);
    const isSelected = row === store.state.selected;
    const share = Math.min(1, (model.calls.duration[row]! || 0) / whole);
    const element = el(
      "div",
      {
        class: `line ${status}${isSelected ? " selected" : ""}${search.has(row) ? " match" : ""}`,
        role: "treeitem",
        id: `call-${row}`,
        "aria-level": depth + 1,
        "aria-expanded": canOpen ? isOpen : null,
        "aria-selected": isSelected,
        "aria-posinset": index + 1,
        "aria-setsize": total,
        onclick: () => {
          scroller.focus();
          store.set({ selected: row });
        },
        ondblclick: () => toggle(line),
      },
      el("span", { class: "indent" }),
      el("span", {
        class: `twisty${canOpen ? (isOpen ? " open" : " shut") : ""}`,
        "aria-hidden": "true",
        onclick: (event: MouseEvent) => {
          event.stopPropagation();
          toggle(line);
        },
      }),
      el("span", { class: "code" }, ...code(line)),
      el("span", { class: "time" }, time(model.calls.duration[row]!)),
      el("span", { class: "bar", "aria-hidden": "true" }, el("span", { class: "fillbar" })),
    );
    (element.firstChild as HTMLElement).style.width = `${Math.min(depth, 40) * 16}px`;
    (element.querySelector(".fillbar") as HTMLElement).style.width = `${share * 100}%`;
    return element;
  }

  function code({ row, count }: TreeLine): (Node | string)[] {
    const name = el("span", { class: "name" }, model.name(row));
    if (count > 1) return [name, el("span", { class: "repeat" }, ` ${t("tree.repeated", { count })}`)];
    if (row === 0) return [name];
    const status = model.status(row);
    const output = model.value(model.calls.output[row]!);
    const end =
      status === "ok"
        ? output === undefined
          ? ""
          : el("span", { class: "output" }, ` → ${preview(output, 60)}`)
        : status === "running"
          ? el("span", { class: "output" }, " …")
          : el("span", { class: "fault" }, ` ✗ ${errorText(model, row)}`);
    return [name, el("span", { class: "args" }, `(${previewInputs(model.inputs(row), 90)})`), end];
  }

  function toggle(line: TreeLine): void {
    if (!line.canOpen) return;
    rows.toggle(line);
    draw();
  }

  function indexOf(row: number): number {
    return rows.visible.findIndex((line) => line.row === row);
  }

  function scrollTo(index: number): void {
    const top = index * LINE_PX;
    if (top < scroller.scrollTop || top + LINE_PX > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top - scroller.clientHeight / 2;
    }
  }

  scroller.addEventListener("keydown", (event) => {
    const { visible } = rows;
    const index = Math.max(0, indexOf(store.state.selected));
    const line = visible[index]!;
    const go = (to: number): void =>
      store.set({ selected: visible[Math.max(0, Math.min(visible.length - 1, to))]!.row });
    const page = Math.floor(scroller.clientHeight / LINE_PX) - 1;
    const isOpen = line.count === 1 && rows.open.has(line.row);
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
        if (line.canOpen && !isOpen) toggle(line);
        else go(index + 1);
        break;
      case "ArrowLeft":
        if (isOpen && line.canOpen) toggle(line);
        else if (line.row > 0) store.set({ selected: model.calls.parent[line.row]! });
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

  let restricted = "";
  function restrict(): void {
    const hides = search.hides(store);
    only.setAttribute("aria-pressed", String(store.state.only !== ""));
    const wanted = hides ? store.state.query : "";
    if (wanted === restricted) return;
    restricted = wanted;
    rows.restrict(hides ? search.withCallers(model) : undefined);
  }

  function show(): void {
    restrict();
    const { selected } = store.state;
    if (selected >= 0 && selected < model.calls.length) {
      if (indexOf(selected) < 0) rows.reveal(selected);
      scroller.setAttribute("aria-activedescendant", `call-${selected}`);
      const index = indexOf(selected);
      if (index >= 0) scrollTo(index);
    }
    draw();
  }

  new ResizeObserver(() => draw()).observe(scroller);
  return { element, show };
}
