// The benchmark's report as a bar chart: overhead in ns per call, on a scale of powers of ten.
import { WHOLE_PROGRAMS } from "./project.mjs";

const WIDTH = 760;
const LABEL = 170;
const ROW = 20;
const POWERS = 5;
const COLOURS = { flowtrace: "#2f81f7", "no values": "#79b8ff" };

/** @returns SVG text */
export function chart({ node, programs }) {
  const x = (ns) => LABEL + (Math.log10(Math.max(ns, 1)) / POWERS) * (WIDTH - LABEL - 70);
  const rows = [];
  let y = 40;
  for (const [name, { figures }] of Object.entries(programs)) {
    if (name in WHOLE_PROGRAMS) continue;
    rows.push(`<text x="8" y="${y + 14}" font-weight="bold">${name}</text>`);
    for (const [variant, { nsPerCall }] of Object.entries(figures)) {
      if (variant === "plain") continue;
      const colour = COLOURS[variant] ?? "#8b949e";
      rows.push(
        `<text x="${LABEL - 8}" y="${y + 14}" text-anchor="end">${variant}</text>`,
        `<rect x="${LABEL}" y="${y + 3}" width="${(x(nsPerCall) - LABEL).toFixed(1)}" height="${ROW - 6}" rx="2" fill="${colour}"/>`,
        `<text x="${(x(nsPerCall) + 6).toFixed(1)}" y="${y + 14}">${Math.round(nsPerCall).toLocaleString("en")}</text>`,
      );
      y += ROW;
    }
    y += 10;
  }
  const lines = Array.from({ length: POWERS + 1 }, (_, power) => {
    const at = x(10 ** power).toFixed(1);
    return `<line x1="${at}" x2="${at}" y1="34" y2="${y}" stroke="#d0d7de"/><text x="${at}" y="${y + 16}" text-anchor="middle">${(10 ** power).toLocaleString("en")}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 28}" font-family="system-ui, sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="8" y="20" font-size="14" font-weight="bold">Overhead of recording, ns per call (Node ${node}, logarithmic)</text>
${[...lines, ...rows].join("\n")}
</svg>
`;
}
