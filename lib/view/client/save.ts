import type { Trace } from "../../trace/columns.js";
import { serializeTrace } from "../../trace/serialize.js";
import { subsetTrace } from "../../trace/subset.js";
import { el } from "./dom.js";
import type { Model } from "./model.js";
import type { Search } from "./search.js";

/** What {@link matching} gives, as a trace file. */
export function matchesAsTrace(model: Model, search: Search, query: string): Blob {
  const trace = matching(model, search, query);
  const chunks: BlobPart[] = [];
  // A chunk is valid only until the next one is asked for.
  for (const chunk of serializeTrace(trace)) chunks.push(chunk.slice());
  return new Blob(chunks, { type: "application/json" });
}

/** The calls that match, with those above them; the whole trace when nothing is asked for. */
export function matching(model: Model, search: Search, query: string): Trace {
  return query.trim() === "" ? model.trace : subsetTrace(model.trace, (row) => search.has(row), query);
}

/** One line a call that matches; of all calls when nothing is asked for. */
export function matchesAsCsv(model: Model, search: Search, query: string): Blob {
  const { calls, trace } = model;
  const lines: string[] = ["id,parent,function,module,start_ms,duration_ms,self_ms,status,inputs,output\n"];
  const everything = query.trim() === "";
  for (let row = 0; row < calls.length; row++) {
    if (!everything && !search.has(row)) continue;
    const cells = [
      row,
      row === 0 ? "" : calls.parent[row]!,
      csvCell(model.name(row)),
      csvCell(model.fn(row).module),
      calls.start[row]!,
      Number.isNaN(calls.duration[row]!) ? "" : calls.duration[row]!,
      Number.isNaN(model.self[row]!) ? "" : model.self[row]!,
      model.status(row),
      csvCell(trace.values.text(calls.inputs[row]!) ?? ""),
      csvCell(trace.values.text(calls.output[row]!) ?? ""),
    ];
    lines.push(`${cells.join(",")}\n`);
  }
  return new Blob(lines, { type: "text/csv;charset=utf-8" });
}

/** A text as a cell. What a spreadsheet would take for a formula gets a quote in front. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** Hands a file to the reader; nothing leaves the page. */
export function download(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
