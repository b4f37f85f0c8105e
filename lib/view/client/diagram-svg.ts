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

/** A part of the picture that selects a call, by mouse and by keys. */
function button(
  label: string,
  row: number,
  kind: string,
  onChoice: () => void,
  ...children: Node[]
): SVGElement {
  const group = svg(
    "g",
    { class: kind, role: "button", tabindex: 0, "aria-label": label, "data-row": row },
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
            markerWidth: 8,
            markerHeight: 8,
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

/** Participants as columns, time downwards, a message as an arrow. */
export function drawSequence(
  participants: readonly string[],
  messages: readonly DrawnMessage[],
  label: string,
): SVGElement {
  const width = participants.length * COLUMN + 90;
  const height = HEAD + messages.length * STEP + 24;
  const x = (participant: number): number => 10 + BOX / 2 + participant * COLUMN;
  const heads = participants.map((name, i) =>
    svg(
      "g",
      { class: "participant" },
      svg("line", { x1: x(i), x2: x(i), y1: HEAD - 10, y2: height - 6 }),
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
    const text = head(message.label, Math.floor((room - 16) / 7.4));
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
      : { x: (x(from) + x(to)) / 2, y: y - 6, "text-anchor": "middle" };
    return button(
      `${participants[from]} → ${participants[to]}: ${message.label}, ${figure}`,
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
  return picture(width, height, label, ...heads, ...arrows);
}

export interface DrawnNode extends GraphNode {
  figure: string;
  onChoice(): void;
}

export interface DrawnEdge extends GraphEdge {
  label: string;
  onChoice(): void;
}

const NODE_WIDTH = 190;
const NODE_HEIGHT = 48;
const LAYER = 340;
const ROW = 76;

/** Nodes in layers from left to right; thicker arrows took more time. */
export function drawGraph(
  nodes: readonly DrawnNode[],
  edges: readonly DrawnEdge[],
  label: string,
): SVGElement {
  const layers: number[][] = [];
  nodes.forEach(({ layer }, i) => {
    layers[layer] ??= [];
    layers[layer]!.push(i);
  });
  const place = new Map<number, { x: number; y: number }>();
  const tallest = Math.max(...layers.map((layer) => layer?.length ?? 0));
  layers.forEach((layer, column) => {
    // Below what calls them, so that fewer arrows cross.
    const above = (node: number): number => {
      const callers = edges.filter(({ from, to }) => to === node && place.has(from));
      return callers.length === 0
        ? 0
        : callers.reduce((sum, { from }) => sum + place.get(from)!.y, 0) / callers.length;
    };
    layer
      .map((node) => ({ node, by: above(node) }))
      .sort((a, b) => a.by - b.by)
      .forEach(({ node }, i) => {
        place.set(node, { x: 10 + column * LAYER, y: 16 + i * ROW + ((tallest - layer.length) * ROW) / 2 });
      });
  });
  const most = Math.max(1e-9, ...edges.map(({ totalMs }) => totalMs));
  const arrows = edges.map((edge, i) => {
    const from = place.get(edge.from)!;
    const to = place.get(edge.to)!;
    const startX = from.x + NODE_WIDTH;
    const startY = from.y + NODE_HEIGHT / 2;
    const endY = to.y + NODE_HEIGHT / 2;
    const isForward = to.x > from.x;
    const endX = isForward ? to.x - 2 : to.x + NODE_WIDTH + 2;
    const bend = isForward ? (endX - startX) / 2 : 60 + (i % 4) * 10;
    const d = isForward
      ? `M${startX} ${startY} C${startX + bend} ${startY} ${endX - bend} ${endY} ${endX} ${endY}`
      : `M${startX} ${startY} C${startX + bend} ${startY} ${endX + bend} ${endY} ${endX} ${endY}`;
    const failed = edge.failed > 0;
    // At a third of the way, arrows to different nodes are apart.
    const at = isForward
      ? { x: endX - 8, y: endY - 6, "text-anchor": "end" }
      : { x: Math.max(startX, endX) + bend - 8, y: (startY + endY) / 2, "text-anchor": "start" };
    return button(
      `${nodes[edge.from]!.name} → ${nodes[edge.to]!.name}: ${edge.label}`,
      edge.row,
      `edge${failed ? " failed" : ""}`,
      edge.onChoice,
      svg("path", { class: "hit", d }),
      svg("path", {
        d,
        "stroke-width": (1 + 3 * Math.sqrt(edge.totalMs / most)).toFixed(2),
        "marker-end": `url(#arrow${failed ? "-failed" : ""})`,
      }),
      svg("text", at, edge.label),
    );
  });
  const boxes = nodes.map((node, i) => {
    const { x, y } = place.get(i)!;
    return button(
      `${node.name}: ${node.figure}`,
      node.row,
      "node",
      node.onChoice,
      svg("rect", { x, y, width: NODE_WIDTH, height: NODE_HEIGHT, rx: 8 }),
      svg("text", { x: x + 12, y: y + 20, class: "name" }, tail(node.name, 23)),
      svg("text", { x: x + 12, y: y + 37, class: "figure" }, node.figure),
      svg("title", {}, node.name),
    );
  });
  const width = 10 + (layers.length - 1) * LAYER + NODE_WIDTH + 180;
  return picture(width, 32 + tallest * ROW, label, ...arrows, ...boxes);
}
