import type { FoldedCalls } from "../../trace/format.js";
import { countOmissions, type Omissions } from "../../trace/omissions.js";
import { placeText } from "./call-link.js";
import { el, fill } from "./dom.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import type { Store } from "./store.js";
import { warningLine, warningText } from "./warnings.js";

/** Says above every view what the trace does not hold, and what making it cost. Empty when there is nothing to say. */
export function omissionsBanner(model: Model, store: Store): HTMLElement {
  const element = el("section", {
    class: "omissions",
    "aria-label": t("views.omissions.label"),
    hidden: true,
  });
  whenCounted(model, (omissions) => {
    const lines = omissionLines(model, store, omissions);
    if (lines.length === 0) return;
    element.hidden = false;
    fill(
      element,
      el(
        "details",
        {},
        el(
          "summary",
          {},
          el("strong", {}, t("views.omissions.title")),
          el("span", {}, lines.map((line) => line.short).join(" · ")),
        ),
        el("ul", {}, ...lines.map(({ long }) => long)),
      ),
    );
  });
  return element;
}

const counted = new WeakMap<Model, Omissions>();

/** Reads all values while the page has nothing else to do, once. */
function whenCounted(model: Model, tell: (omissions: Omissions) => void): void {
  const counting = countOmissions(model.trace);
  const proceed = (): void => {
    const known = counted.get(model);
    if (known !== undefined) {
      tell(known);
      return;
    }
    const step = counting.next();
    if (step.done === true) counted.set(model, step.value);
    later(proceed);
  };
  later(proceed);
}

/** Not every browser knows when it is idle. */
function later(act: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(act, { timeout: 200 });
  else setTimeout(act, 0);
}

interface Line {
  short: string;
  long: HTMLElement;
}

function omissionLines(model: Model, store: Store, omissions: Omissions): Line[] {
  const { end } = model.meta;
  const { cut, filtered, skipped, folded, running, cost } = omissions;
  const lines: Line[] = [];
  const add = (count: number, short: Short, long: Long, query = ""): void => {
    if (count === 0) return;
    const places = { count: number(count) };
    lines.push({
      short: t(short, places),
      long: el(
        "li",
        {},
        t(long, places),
        query === ""
          ? null
          : el(
              "button",
              { type: "button", class: "link", onclick: () => store.set({ query, view: "tree" }) },
              ` ${t("views.omissions.find")}`,
            ),
      ),
    });
  };
  if (end.recovered === true) add(1, "views.omissions.recovered", "views.omissions.recovered.long");
  else if (!end.finished) add(1, "views.omissions.unfinished", "views.omissions.unfinished.long");
  for (const warning of end.warnings) {
    // Told above, and below function by function.
    if (warning.code === "folded" || (warning.code === "recovered" && end.recovered === true)) continue;
    lines.push({ short: warningText(warning), long: warningLine(warning) });
  }
  add(folded, "views.omissions.folded", "views.omissions.folded.long");
  if (folded > 0) lines[lines.length - 1]!.long.append(foldedFunctions(end.folded));
  add(cut, "views.omissions.cut", "views.omissions.cut.long");
  add(filtered, "views.omissions.filtered", "views.omissions.filtered.long");
  add(skipped, "views.omissions.skipped", "views.omissions.skipped.long");
  add(running, "views.omissions.running", "views.omissions.running.long", "status:running");
  if (end.overhead_ms !== undefined) {
    const places = { time: time(end.overhead_ms), percent: number(Math.round((cost ?? 0) * 100)) };
    lines.push({
      short: t("views.omissions.cost", places),
      long: el("li", {}, t("views.omissions.cost.long", places)),
    });
  }
  return lines;
}

/** Functions told of by name. */
const MOST_FUNCTIONS = 20;

/** What is known of calls that were only counted. */
function foldedFunctions(folded: readonly FoldedCalls[]): HTMLElement {
  const byCalls = [...folded].sort((a, b) => b.calls - a.calls);
  return el(
    "ul",
    {},
    ...byCalls
      .slice(0, MOST_FUNCTIONS)
      .map(({ function: name, file, line, calls, total_ms: totalMs }) =>
        el(
          "li",
          {},
          el("code", {}, name),
          ` ×${number(calls)} · ${time(totalMs)} `,
          placeText(`${file}:${String(line)}`),
        ),
      ),
    byCalls.length > MOST_FUNCTIONS ? el("li", {}, "…") : null,
  );
}

type Name = "recovered" | "unfinished" | "folded" | "cut" | "filtered" | "skipped" | "running";
type Short = `views.omissions.${Name}`;
type Long = `views.omissions.${Name}.long`;
