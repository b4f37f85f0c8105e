import type { Trace } from "../trace/columns.js";
import { type CallSelection, selectedTrace } from "./call-selection.js";

/** What a file is written of. */
export interface FormatOptions extends CallSelection {
  /** `service.name`, where the format knows of it; default: the script's file name. */
  service?: string;
  /** Further attributes of the resource, where the format knows of it. */
  resource?: Record<string, string>;
}

/** A trace as another tool's file, in pieces; returns a remark on what the format cannot say of it, if anything. */
export type FormatWriter = (trace: Trace, options?: FormatOptions) => Generator<string, string | undefined>;

/** Other tools' formats by name; each is loaded when it is asked for. */
const WRITERS = {
  speedscope: async () => ofPart((await import("./speedscope.js")).speedscope),
  chrome: async () => ofPart((await import("./chrome.js")).chrome),
  cpuprofile: async () => ofPart((await import("./cpuprofile.js")).cpuprofile),
  collapsed: async () => ofPart((await import("./collapsed.js")).collapsed),
  appmap: async () => ofPart((await import("./appmap.js")).appmap),
  csv: async () => (await import("./csv.js")).csv,
  pytraceflow: async () => ofPart((await import("../trace/pytraceflow.js")).toPyTraceFlow),
  "otlp-json": async () => (await import("./otlp-json.js")).otlpJson,
} satisfies Record<string, () => Promise<FormatWriter>>;

/** A format's name, as `flowtrace-export --format` takes it. */
export type FormatName = keyof typeof WRITERS;

export const FORMAT_NAMES = Object.keys(WRITERS) as FormatName[];

/**
 * A trace as another tool's file, in pieces of text: memory stays bounded however large the file is.
 *
 * @returns a remark on what the format cannot say of it, if anything
 */
export async function* toFormat(
  trace: Trace,
  format: FormatName,
  options: FormatOptions = {},
): AsyncGenerator<string, string | undefined> {
  const write: FormatWriter = await WRITERS[format]();
  return yield* write(trace, options);
}

/** For writers of whole traces; the others know calls by the ids that they have in the trace's file. */
function ofPart(write: (trace: Trace) => Generator<string, string | undefined>): FormatWriter {
  return (trace, options = {}) => write(selectedTrace(trace, options));
}
