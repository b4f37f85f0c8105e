import { type Awaiting, findAwaiting, hangsOn, type WaitPart, waitParts } from "../../trace/awaiting.js";
import { callLink, definedAt, markSelected } from "./call-link.js";
import { el, fill } from "./dom.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import { moreList } from "./more-list.js";
import type { Store } from "./store.js";

/** Where async calls spend their time: at work, or waiting, and for what. */
export function awaitingView(model: Model, store: Store): { element: HTMLElement; show(): void } {
  const element = el("div", { class: "report" });
  let found: Awaiting | undefined;

  function show(): void {
    if (found === undefined) {
      found = findAwaiting(model.trace);
      draw(found);
    }
    markSelected(element, store.state.selected);
  }

  function draw(awaiting: Awaiting): void {
    const { functions, unsettled, longest } = awaiting;
    if (functions.length === 0) {
      fill(element, el("p", { class: "hint" }, t("views.awaiting.none")));
      return;
    }
    const calls = functions.reduce((sum, one) => sum + one.calls, 0);
    const open = functions.reduce((sum, one) => sum + one.unsettled, 0);
    const waits = longest.filter((row) => awaiting.waitingMs[row]! > 0);
    fill(
      element,
      el(
        "p",
        { class: "lead" },
        t(open > 0 ? "views.awaiting.leadOpen" : "views.awaiting.lead", {
          calls: number(calls),
          open: number(open),
        }),
      ),
      unsettled.length === 0
        ? null
        : el(
            "section",
            {},
            el("h2", {}, t("views.awaiting.unsettled")),
            el(
              "p",
              { class: "hint" },
              t(model.meta.end.finished ? "views.awaiting.unsettled.hint" : "views.awaiting.unfinished.hint"),
            ),
            moreList(unsettled, hanging, (told) => unsettled.length - told, el("ol", { class: "plain" })),
          ),
      waits.length === 0
        ? null
        : el(
            "section",
            {},
            el("h2", {}, t("views.awaiting.longest")),
            el(
              "p",
              { class: "legend" },
              el("span", { class: "swatch active" }, t("views.awaiting.active")),
              el("span", { class: "swatch child" }, t("views.awaiting.child")),
              el("span", { class: "swatch outside" }, t("views.awaiting.outside")),
            ),
            moreList(waits, waiting, (told) => waits.length - told, el("ol", { class: "plain" })),
          ),
      el("section", {}, el("h2", {}, t("views.awaiting.functions")), table(awaiting)),
    );
  }

  function hanging(row: number): HTMLElement {
    const on = hangsOn(model.trace, row, model);
    const above = model.calls.parent[row]!;
    return el(
      "li",
      { class: "card" },
      el("div", { class: "heading" }, callLink(model, store, row), definedAt(model, row)),
      el(
        "p",
        { class: "hint" },
        on < 0 ? t("views.awaiting.onOwn") : t("views.awaiting.on"),
        on < 0 ? null : " ",
        on < 0 ? null : callLink(model, store, on),
      ),
      above <= 0
        ? null
        : el("p", { class: "hint" }, `${t("views.awaiting.startedBy")} `, callLink(model, store, above, 40)),
    );
  }

  function waiting(row: number): HTMLElement {
    const whole = model.calls.duration[row]!;
    const parts = waitParts(model.trace, row, model);
    const active = Math.max(0, whole - parts.reduce((sum, { ms }) => sum + ms, 0));
    return el(
      "li",
      { class: "card" },
      el(
        "div",
        { class: "heading" },
        callLink(model, store, row),
        definedAt(model, row),
        el("span", { class: "figure" }, time(whole)),
      ),
      bar(active, parts, whole),
      el(
        "ul",
        { class: "plain parts" },
        el(
          "li",
          {},
          el("span", { class: "swatch active" }, t("views.awaiting.active")),
          figure(active, whole),
        ),
        ...parts.slice(0, 5).map((part) => partLine(part, whole)),
      ),
    );
  }

  function partLine({ row, ms, isGuess }: WaitPart, whole: number): HTMLElement {
    return el(
      "li",
      {},
      el(
        "span",
        { class: `swatch ${row < 0 ? "outside" : "child"}` },
        row < 0 ? t("views.awaiting.outside") : "",
      ),
      row < 0 ? null : callLink(model, store, row, 50),
      isGuess ? el("span", { class: "place" }, ` ${t("views.awaiting.guess")}`) : null,
      figure(ms, whole),
    );
  }

  function table({ functions }: Awaiting): HTMLElement {
    return el(
      "div",
      { class: "wide", tabindex: 0, role: "region", "aria-label": t("views.awaiting.functions") },
      el(
        "table",
        {},
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            el("th", { scope: "col" }, t("functions.name")),
            ...(["calls", "activeMs", "waitingMs", "unsettled"] as const).map((name) =>
              el("th", { scope: "col", class: "figure" }, t(`views.awaiting.${name}`)),
            ),
          ),
        ),
        el(
          "tbody",
          {},
          ...functions
            .slice(0, 200)
            .map(({ calls, activeMs, waitingMs, unsettled, longest }) =>
              el(
                "tr",
                {},
                el("td", {}, callLink(model, store, longest, 0)),
                el("td", { class: "figure" }, number(calls)),
                el("td", { class: "figure" }, time(activeMs)),
                el("td", { class: "figure" }, time(waitingMs)),
                el("td", { class: "figure" }, unsettled === 0 ? "" : number(unsettled)),
              ),
            ),
        ),
      ),
    );
  }

  return { element, show };
}

function figure(ms: number, whole: number): HTMLElement {
  const share = whole > 0 ? Math.round((ms / whole) * 100) : 0;
  return el("span", { class: "figure" }, `${time(ms)} · ${number(share)} %`);
}

const SVG = "http://www.w3.org/2000/svg";

/** The shares side by side. The list below says the same in words. */
function bar(active: number, parts: readonly WaitPart[], whole: number): Element {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "waitbar");
  svg.setAttribute("viewBox", "0 0 1000 10");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  let x = 0;
  const add = (kind: string, ms: number): void => {
    const width = whole > 0 ? (ms / whole) * 1000 : 0;
    const rectangle = document.createElementNS(SVG, "rect");
    rectangle.setAttribute("class", kind);
    rectangle.setAttribute("x", String(x));
    rectangle.setAttribute("width", String(Math.max(0, width - 1)));
    rectangle.setAttribute("height", "10");
    svg.append(rectangle);
    x += width;
  };
  add("active", active);
  for (const { row, ms } of parts) add(row < 0 ? "outside" : "child", ms);
  return svg;
}
