import type { GraphEdge, GraphNode, Message } from "../../trace/call-graph.js";

const SVG = "http://www.w3.org/2000/svg";

/** Makes an SVG element; text only ever as text. */
function svg(
  tag: string,
  attributes: Record<string, string | number>,
  ...children: (Node | string)[]
): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** A part of the picture that selects a call, by mouse and by keys. With no label its texts say what it is. */
function button(
  label: string,
  row: number,
  kind: string,
  onChoice: () => void,
  ...children: Node[]
): SVGElement {
  const group = svg(
    "g",
    {
      class: kind,
      role: "button",
      tabindex: 0,
      ...(label === "" ? {} : { "aria-label": label }),
      "data-row": row,
    },
    ...children,
  );
  group.addEventListener("click", onChoice);
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onChoice();
  });
  return group;
}

function picture(width: number, height: number, label: string, ...children: Node[]): SVGElement {
  return svg(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label },
    svg(
      "defs",
      {},
      ...["", "-failed"].map((name) =>
        svg(
          "marker",
          {
            id: `arrow${name}`,
            class: `arrow${name}`,
            viewBox: "0 0 8 8",
            refX: 8,
            refY: 4,
            markerUnits: "userSpaceOnUse",
            markerWidth: 10,
            markerHeight: 10,
            orient: "auto-start-reverse",
          },
          svg("path", { d: "M0 0 L8 4 L0 8 z" }),
        ),
      ),
    ),
    ...children,
  );
}

/** The end of a path says more than its start. */
function tail(text: string, most: number): string {
  return text.length > most ? `…${text.slice(text.length - most + 1)}` : text;
}

function head(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

export interface DrawnMessage extends Message {
  label: string;
  figure: string;
  onChoice(): void;
}

const HEAD = 46;
const STEP = 34;
const COLUMN = 190;
const BOX = 164;
/** Columns that one sees at once on a common screen. */
const FAR = 3;

/** Participants as columns, time downwards, a message as an arrow. The heads stay in sight while `scroller` scrolls. */
export function drawSequence(
  participants: readonly string[],
  messages: readonly DrawnMessage[],
  label: string,
  scroller: HTMLElement,
): SVGElement {
  const width = participants.length * COLUMN + 90;
  const height = HEAD + messages.length * STEP + 24;
  const x = (participant: number): number => 10 + BOX / 2 + participant * COLUMN;
  const lines = participants.map((_, i) =>
    svg("line", { class: "lifeline", x1: x(i), x2: x(i), y1: HEAD - 10, y2: height - 6 }),
  );
  const heads = participants.map((name, i) =>
    svg(
      "g",
      { class: "participant" },
      svg("rect", { x: x(i) - BOX / 2, y: 6, width: BOX, height: 28, rx: 6 }),
      svg("text", { x: x(i), y: 24, "text-anchor": "middle" }, tail(name, 21)),
      svg("title", {}, name),
    ),
  );
  const arrows = messages.map((message, i) => {
    const { from, to, failed, row, figure, onChoice } = message;
    const y = HEAD + i * STEP + 20;
    const isSelf = from === to;
    const [left, right] = from < to ? [from, to] : [to, from];
    const room = isSelf ? COLUMN : (right - left) * COLUMN;
    // Where the head of the arrow may be out of sight, its text says where it goes.
    const target = right - left > FAR ? `${message.label} → ${tail(participants[to]!, 30)}` : message.label;
    const text = head(target, Math.floor((room - 16) / 7.4));
    const line = isSelf
      ? svg("path", {
          d: `M${x(from)} ${y - 8} h34 v14 h-32`,
          "marker-end": `url(#arrow${failed ? "-failed" : ""})`,
        })
      : svg("path", {
          d: `M${x(from)} ${y} L${x(to) + (to > from ? -2 : 2)} ${y}`,
          "marker-end": `url(#arrow${failed ? "-failed" : ""})`,
        });
    const place = isSelf
      ? { x: x(from) + 40, y: y + 3, "text-anchor": "start" }
      : { x: x(from) + (to > from ? 10 : -10), y: y - 6, "text-anchor": to > from ? "start" : "end" };
    return button(
      `${participants[from]} → ${participants[to]}: ${text}, ${figure}`,
      row,
      `message${failed ? " failed" : ""}`,
      onChoice,
      svg("rect", {
        class: "hit",
        x: isSelf ? x(from) : x(left),
        y: y - 20,
        width: isSelf ? COLUMN : room,
        height: STEP - 4,
        rx: 4,
      }),
      line,
      svg("text", place, text),
      svg("title", {}, `${message.label} · ${figure}`),
    );
  });
  const headLine = svg("g", {}, svg("rect", { class: "ground", width, height: HEAD - 8 }), ...heads);
  scroller.onscroll = () =>
    headLine.setAttribute("transform", `translate(0 ${Math.max(0, scroller.scrollTop - 8)})`);
  return picture(width, height, label, ...lines, ...arrows, headLine);
}

export interface DrawnNode extends GraphNode {
  figure: string;
  onChoice(): void;
}

export interface DrawnEdge extends GraphEdge {
  label: string;
  onChoice(): void;
}

const NODE_WIDTH = 180;
const NODE_HEIGHT = 48;
const LAYER = 340;
/** The last part of an arrow runs straight, with its label above. */
const STRAIGHT = 112;
const GAP = 28;
/** Between the arrows at one side of a node, so that their labels can be read. */
const PORT = 18;

/** Nodes in layers from left to right; thicker arrows took more time. */
export function drawGraph(
  nodes: readonly DrawnNode[],
  edges: readonly DrawnEdge[],
  label: string,
): SVGElement {
  const boxes = placed(nodes, edges);
  const most = Math.max(1e-9, ...edges.map(({ totalMs }) => totalMs));
  const port = (node: number, edge: DrawnEdge, isArrival: boolean): number => {
    const other = ({ from, to }: DrawnEdge): number => boxes[isArrival ? from : to]!.y;
    const peers = edges
      .filter(({ from, to }) => (isArrival ? to : from) === node)
      .sort((a, b) => other(a) - other(b));
    const { y, height } = boxes[node]!;
    const step = isArrival ? PORT : Math.min(PORT, (height - 12) / peers.length);
    return y + height / 2 + (peers.indexOf(edge) - (peers.length - 1) / 2) * step;
  };
  const arrows = edges.map((edge, i) => {
    const startX = boxes[edge.from]!.x + NODE_WIDTH;
    const startY = port(edge.from, edge, false);
    const endY = port(edge.to, edge, true);
    const isForward = boxes[edge.to]!.x >= startX;
    const endX = isForward ? boxes[edge.to]!.x - 2 : boxes[edge.to]!.x + NODE_WIDTH + 2;
    const turnX = isForward ? endX - STRAIGHT : endX + STRAIGHT;
    const bend = isForward ? (turnX - startX) / 2 : 40 + (i % 4) * 10;
    const bentEnd = isForward ? turnX - bend : turnX + bend;
    const d = `M${startX} ${startY} C${startX + bend} ${startY} ${bentEnd} ${endY} ${turnX} ${endY} L${endX} ${endY}`;
    const at = isForward
      ? { x: endX - 14, y: endY - 4, "text-anchor": "end" }
      : { x: endX + 14, y: endY - 4, "text-anchor": "start" };
    const isFailed = edge.failed > 0;
    return button(
      `${nodes[edge.from]!.name} → ${nodes[edge.to]!.name}: ${edge.label}`,
      edge.row,
      `edge${isFailed ? " failed" : ""}${isForward ? "" : " back"}`,
      edge.onChoice,
      svg("path", { class: "hit", d }),
      svg("path", {
        d,
        "stroke-width": (1 + 3 * Math.sqrt(edge.totalMs / most)).toFixed(2),
        "marker-end": `url(#arrow${isFailed ? "-failed" : ""})`,
      }),
      svg("text", at, edge.label),
    );
  });
  const drawn = nodes.map((node, i) => {
    const { x, y, height } = boxes[i]!;
    const middle = y + height / 2;
    return button(
      "",
      node.row,
      "node",
      node.onChoice,
      svg("rect", { x, y, width: NODE_WIDTH, height, rx: 8 }),
      svg("text", { x: x + 12, y: middle - 4, class: "name" }, tail(node.name, 22)),
      svg("text", { x: x + 12, y: middle + 13, class: "figure" }, node.figure),
      svg("title", {}, node.name),
    );
  });
  const right = Math.max(...boxes.map(({ x }) => x)) + NODE_WIDTH;
  const isBackAtRight = edges.some(({ from, to }) => boxes[to]!.x <= boxes[from]!.x);
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  return picture(right + (isBackAtRight ? STRAIGHT + 70 : 16), bottom + 24, label, ...arrows, ...drawn);
}

interface Box {
  x: number;
  y: number;
  height: number;
}

/** Where each node goes: high enough for its arrows, next to what calls it, so that fewer of them cross. */
function placed(nodes: readonly DrawnNode[], edges: readonly DrawnEdge[]): Box[] {
  const boxes = nodes.map(({ layer }, i): Box => {
    const arrivals = edges.filter(({ to }) => to === i).length;
    return { x: 10 + layer * LAYER, y: 0, height: Math.max(NODE_HEIGHT, arrivals * PORT + 12) };
  });
  const layers = Math.max(...nodes.map(({ layer }) => layer)) + 1;
  const columns = Array.from({ length: layers }, (_, layer) =>
    nodes.map((_node, i) => i).filter((i) => nodes[i]!.layer === layer),
  );
  const heightOf = (column: readonly number[]): number =>
    column.reduce((sum, i) => sum + boxes[i]!.height + GAP, -GAP);
  const tallest = Math.max(...columns.map(heightOf));
  for (const column of columns) {
    const nextTo = new Map(
      column.map((node) => {
        const callers = edges.filter(
          ({ from, to }) => to === node && nodes[from]!.layer < nodes[node]!.layer,
        );
        return [
          node,
          callers.reduce((sum, { from }) => sum + boxes[from]!.y, 0) / Math.max(1, callers.length),
        ];
      }),
    );
    let y = 20 + (tallest - heightOf(column)) / 2;
    for (const node of column.sort((a, b) => nextTo.get(a)! - nextTo.get(b)!)) {
      boxes[node]!.y = y;
      y += boxes[node]!.height + GAP;
    }
  }
  return boxes;
}
