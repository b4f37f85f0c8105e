import { resolve } from "node:path";
import type { CallSelection } from "../export/call-selection.js";
import { ENDPOINTS, endpointOf } from "../export/endpoints.js";
import { otelEnvironment } from "../export/environment.js";
import { FORMAT_NAMES } from "../export/formats.js";
import { readTraceFile } from "../files/trace-file.js";
import type { Trace } from "../trace/columns.js";
import { type Command, commandMain, type Given } from "./command-line.js";
import { filterOf } from "./filter.js";
import { wrongUse } from "./option-reader.js";
import { notOnto } from "./output-place.js";
import { progressLine, readingProgress } from "./report.js";
import { sendSpans } from "./send-spans.js";
import { t } from "./text.js";
import { STANDARD_OUTPUT, writeFormat } from "./write-format.js";

export const EXPORT: Command = {
  name: "flowtrace-export",
  usage: "export.usage",
  about: "export.about",
  examples: "export.examples",
  places: { endpoints: Object.keys(ENDPOINTS).join(", "), formats: FORMAT_NAMES.join(", ") },
  options: [
    {
      name: "input",
      short: "i",
      kind: "text",
      value: "file",
      help: "export.input",
      fallback: "flowtrace.json",
    },
    { name: "endpoint", kind: "text", value: "url|name", help: "export.endpoint" },
    { name: "service", kind: "text", value: "name", help: "export.service" },
    { name: "header", kind: "list", value: "key=value", help: "export.header" },
    { name: "protocol", kind: "text", value: "name", help: "export.protocol" },
    { name: "compression", kind: "text", value: "name", help: "export.compression" },
    { name: "format", kind: "text", value: "name", help: "export.format" },
    { name: "output", short: "o", kind: "text", value: "file", help: "export.output" },
    { name: "min-duration", kind: "number", value: "ms", help: "export.min-duration" },
    { name: "max-depth", kind: "number", value: "n", help: "export.max-depth" },
    { name: "max-spans", kind: "number", value: "n", help: "export.max-spans" },
    { name: "filter", kind: "text", value: "query", help: "export.filter" },
    { name: "salvage", kind: "flag", help: "option.salvage" },
  ],
};

/** The command `flowtrace-export`. Exit code 1 when anything was not accepted. */
export const main = commandMain(EXPORT, async (given) => {
  const { input } = given;
  const output = given.text("output");
  const service = given.text("service");
  const format = given.choice("format", FORMAT_NAMES);
  const url = endpointOf(given.text("endpoint"), process.env);
  if (format === undefined && url === undefined) throw wrongUse(t("usage.nowhere"));
  if (format !== undefined && given.text("endpoint") !== undefined) throw wrongUse(t("usage.both"));
  if (format !== undefined && output === undefined) throw wrongUse(t("usage.format-file"));
  if (output !== undefined && output !== STANDARD_OUTPUT) notOnto(input, resolve(output));
  const limits = limitsOf(given);
  const progress = progressLine();
  const trace = await readTraceFile(input, {
    salvage: given.flag("salvage"),
    onProgress: readingProgress(progress),
  });
  progress("");
  const selection = { ...limits, ...matching(trace, given.text("filter")) };
  if (format !== undefined) {
    const env = otelEnvironment(process.env);
    const named = service ?? env.service;
    await writeFormat(trace, format, output!, {
      ...selection,
      ...(named === undefined ? {} : { service: named }),
      resource: env.resource,
    });
    return;
  }
  const isAccepted = await sendSpans(trace, url!, {
    service,
    headers: given.list("header"),
    protocol: given.text("protocol"),
    compression: given.text("compression"),
    ...selection,
  });
  if (!isAccepted) process.exitCode = 1;
});

function limitsOf(given: Given): CallSelection {
  const minDuration = given.number("min-duration");
  const maxDepth = given.number("max-depth");
  const maxSpans = given.number("max-spans");
  return {
    ...(minDuration === undefined ? {} : { minDuration }),
    ...(maxDepth === undefined ? {} : { maxDepth }),
    ...(maxSpans === undefined ? {} : { maxSpans }),
  };
}

function matching(trace: Trace, filter: string | undefined): CallSelection {
  return filter === undefined ? {} : { matches: filterOf(trace, filter) };
}
