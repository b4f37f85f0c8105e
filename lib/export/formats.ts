import type { Trace } from "../trace/columns.js";

/** A trace as another tool's file, in pieces. */
export type FormatWriter = (trace: Trace) => Iterable<string>;

export interface Format {
  /** Its files end so. */
  extension: string;
  /** What opens it, for the help. */
  opens: string;
  /** Each is loaded when it is asked for. */
  load(): Promise<FormatWriter>;
}

export const FORMATS: Readonly<Record<string, Format>> = {
  speedscope: {
    extension: "speedscope.json",
    opens: "https://www.speedscope.app",
    load: async () => (await import("./speedscope.js")).speedscope,
  },
  chrome: {
    extension: "chrome.json",
    opens: "https://ui.perfetto.dev, DevTools' Performance panel",
    load: async () => (await import("./chrome.js")).chrome,
  },
  cpuprofile: {
    extension: "cpuprofile",
    opens: "DevTools' Performance panel, VS Code; one thread",
    load: async () => (await import("./cpuprofile.js")).cpuprofile,
  },
  collapsed: {
    extension: "collapsed.txt",
    opens: "flame graph tools: a stack and its self time in ns a line",
    load: async () => (await import("./collapsed.js")).collapsed,
  },
  appmap: {
    extension: "appmap.json",
    opens: "AppMap's viewers",
    load: async () => (await import("./appmap.js")).appmap,
  },
  csv: {
    extension: "csv",
    opens: "spreadsheets, DuckDB: a call a line",
    load: async () => (await import("./csv.js")).csv,
  },
  pytraceflow: {
    extension: "pytraceflow.json",
    opens: "PyTraceFlow",
    load: async () => (await import("../trace/pytraceflow.js")).toPyTraceFlow,
  },
  "otlp-json": {
    extension: "otlp.jsonl",
    opens: "the OpenTelemetry Collector's file receiver",
    load: async () => (await import("./otlp-json.js")).otlpJson,
  },
};
