import {
  type CallGraph,
  callGraphOf,
  type Grouping,
  type Sequence,
  sequenceOf,
} from "../../trace/call-graph.js";
import { callLink } from "./call-link.js";
import { choices } from "./choices.js";
import { drawGraph, drawSequence } from "./diagram-svg.js";
import { el, fill } from "./dom.js";
import { number, t, time } from "./i18n.js";
import type { Model } from "./model.js";
import type { Store } from "./store.js";

const SORTS = ["sequence", "graph"] as const;
const GROUPINGS = ["module", "class"] as const;
/** Columns of a sequence diagram that still can be read. */
const MOST_PARTICIPANTS = 40;

/** Who calls whom below the selected call: a sequence diagram or a call graph of modules or classes. */
export function diagramView(model: Model, store: Store): { element: HTMLElement; show(): void } {
  const [firstSort, firstGrouping] = ["sequence", "module"] as const;
  const parts = (): { sort: (typeof SORTS)[number]; by: Grouping; root: number } => {
    const [sort, by, root] = store.state.part.split("-");
    const row = Number(root);
    return {
      sort: SORTS.find((name) => name === sort) ?? firstSort,
      by: GROUPINGS.find((name) => name === by) ?? firstGrouping,
      root: root !== undefined && Number.isInteger(row) && row < model.calls.length ? row : 0,
    };
  };
  const go = (change: Partial<{ sort: string; by: string; root: number }>): void => {
    const { sort, by, root } = { ...parts(), ...change };
    store.set({ part: `${sort}-${by}-${root}` });
  };
  const sorts = choices(t("views.diagram.sort"), (sort) => go({ sort }));
  const groupings = choices(t("views.diagram.by"), (by) => go({ by }));
  const below = el("p", { class: "hint" });
  const only = el(
    "button",
    { type: "button", onclick: () => go({ root: Math.max(0, store.state.selected) }) },
    t("views.diagram.here"),
  );
  const whole = el("button", { type: "button", onclick: () => go({ root: 0 }) }, t("views.diagram.whole"));
  const note = el("p", { class: "hint", role: "status" });
  const picture = el("div", {
    class: "picture",
    tabindex: 0,
    role: "region",
    "aria-label": t("tab.diagram"),
  });
  const element = el(
    "div",
    { class: "report diagram" },
    el("div", { class: "choices" }, sorts.element, groupings.element, only, whole),
    below,
    note,
    picture,
  );
  let shown = "";

  function show(): void {
    const { sort, by, root } = parts();
    sorts.show(
      SORTS.map((value) => ({ value, label: t(`views.diagram.${value}`) })),
      sort,
    );
    groupings.show(
      GROUPINGS.map((value) => ({ value, label: t(`views.diagram.${value}`) })),
      by,
    );
    const { selected } = store.state;
    only.disabled = selected < 0 || selected === root || model.firstChild[selected]! < 0;
    whole.disabled = root === 0;
    const key = `${sort}-${by}-${root}`;
    if (key !== shown) {
      shown = key;
      fill(below, `${t("views.diagram.below")} `, callLink(model, store, root, 60));
      if (sort === "sequence") showSequence(root, by);
      else showGraph(root, by);
    }
    for (const mark of picture.querySelectorAll(".selected")) mark.classList.remove("selected");
    picture.querySelector(`[data-row="${selected}"]`)?.classList.add("selected");
  }

  function showSequence(root: number, by: Grouping): void {
    let sequence: Sequence = sequenceOf(model.trace, root, model, by);
    // In one module alone, its own calls are what there is to see.
    const isInner = sequence.messages.length === 0;
    if (isInner) sequence = sequenceOf(model.trace, root, model, by, true);
    const { participants, messages, left } = sequence;
    const told = messages.filter(({ from, to }) => from < MOST_PARTICIPANTS && to < MOST_PARTICIPANTS);
    const hidden = left + messages.length - told.length;
    if (told.length === 0) {
      note.textContent = t("views.diagram.none");
      fill(picture);
      return;
    }
    const texts = [t(isInner ? "views.diagram.inner" : "views.diagram.sequence.hint")];
    if (hidden > 0)
      texts.push(t("views.diagram.left", { shown: number(told.length), count: number(hidden) }));
    note.textContent = texts.join(" ");
    picture.replaceChildren(
      drawSequence(
        participants.slice(0, MOST_PARTICIPANTS),
        told.map((message) => ({
          ...message,
          label: `${nameOf(message.functionId)}${message.count > 1 ? ` ×${number(message.count)}` : ""}`,
          figure: time(message.totalMs),
          onChoice: () => store.set({ selected: message.row }),
        })),
        t("views.diagram.sequence"),
        picture,
      ),
    );
  }

  function showGraph(root: number, by: Grouping): void {
    picture.onscroll = null;
    const graph: CallGraph = callGraphOf(model.trace, root, model, model.self, by);
    note.textContent = [
      t("views.diagram.graph.hint"),
      ...(graph.left + graph.edgesLeft > 0
        ? [
            t("views.diagram.nodesLeft", {
              shown: number(graph.nodes.length),
              count: number(graph.left),
              edges: number(graph.edgesLeft),
            }),
          ]
        : []),
    ].join(" ");
    picture.replaceChildren(
      drawGraph(
        graph.nodes.map((node) => ({
          ...node,
          figure: `${t("views.diagram.calls", { count: number(node.calls) })} · ${time(node.selfMs)}`,
          onChoice: () => store.set({ selected: node.row }),
        })),
        graph.edges.map((edge) => ({
          ...edge,
          label: `×${number(edge.calls)} · ${time(edge.totalMs)}`,
          onChoice: () => store.set({ selected: edge.row }),
        })),
        t("views.diagram.graph"),
      ),
    );
  }

  function nameOf(functionId: number): string {
    const { name, called, kind } = model.meta.functions[functionId]!;
    return kind === "constructor" ? `new ${called}` : name;
  }

  return { element, show };
}
