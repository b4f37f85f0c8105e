import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { FlowTraceError } from "../errors.js";
import type { CallSelection } from "../export/call-selection.js";
import { ENDPOINTS, endpointOf } from "../export/endpoints.js";
import { otelEnvironment } from "../export/environment.js";
import { FORMAT_NAMES } from "../export/formats.js";
import { readTraceFile } from "../files/trace-file.js";
import type { Trace } from "../trace/columns.js";
import { version } from "../version.js";
import { filterOf } from "./filter.js";
import { choiceOf, numberOf } from "./option-values.js";
import { progressLine, readingProgress, runCommand } from "./report.js";
import { sendSpans } from "./send-spans.js";
import { writeFormat } from "./write-format.js";

const HELP = `Usage: flowtrace-export [-i trace.json] --endpoint <url|name> [options]
       flowtrace-export [-i trace.json] --format <name> -o <file> [options]

Replays a trace as OpenTelemetry spans, or writes it as another tool's file.

Options:
  -i, --input <file>        the trace (default flowtrace.json)
      --endpoint <url|name> where spans go: ${Object.keys(ENDPOINTS).join(", ")}, or a URL
                            (default: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT)
      --service <name>      service.name (default: OTEL_SERVICE_NAME, else the script's name)
      --header <key=value>  a header of the requests (repeatable)
      --protocol <name>     http/protobuf (default) or http/json
      --compression <name>  none (default) or gzip
      --format <name>       ${FORMAT_NAMES.join(", ")}
  -o, --output <file>       the file of --format
      --min-duration <ms>   only calls that took at least so long
      --max-depth <n>       only calls nested up to so deep
      --max-spans <n>       at most so many: the longest
      --filter <query>      only calls that match, as in the page
      --salvage             take what is readable of a damaged file
      --help, --version
`;

/** The command `flowtrace-export`. Exit code 1 when anything was not accepted. */
export function main(argv: string[] = process.argv.slice(2)): void {
  void runCommand(async () => {
    const values = parse(argv);
    if (values.help) {
      process.stdout.write(HELP);
      return;
    }
    if (values.version) {
      process.stdout.write(`${version()}\n`);
      return;
    }
    const { output, service } = values;
    const format =
      values.format === undefined ? undefined : choiceOf(values.format, FORMAT_NAMES, "--format");
    const url = endpointOf(values.endpoint, process.env);
    if (format === undefined && url === undefined) {
      throw new FlowTraceError(
        "FT_USAGE",
        "nowhere to send to: give --endpoint <url|name> or --format <name> -o <file>.",
      );
    }
    if (format !== undefined && output === undefined)
      throw new FlowTraceError("FT_USAGE", "--format needs a file: -o <file>.");
    const progress = progressLine();
    const trace = await readTraceFile(resolve(values.input ?? "flowtrace.json"), {
      salvage: values.salvage === true,
      onProgress: readingProgress(progress),
    });
    progress("");
    const selection = selectionOf(trace, values);
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
    const { header: headers, protocol, compression } = values;
    const isAccepted = await sendSpans(trace, url!, {
      service,
      headers,
      protocol,
      compression,
      ...selection,
    });
    if (!isAccepted) process.exitCode = 1;
  });
}

function selectionOf(trace: Trace, values: ReturnType<typeof parse>): CallSelection {
  const selection: CallSelection = {};
  if (values["min-duration"] !== undefined)
    selection.minDuration = numberOf(values["min-duration"], "--min-duration");
  if (values["max-depth"] !== undefined) selection.maxDepth = numberOf(values["max-depth"], "--max-depth");
  if (values["max-spans"] !== undefined) selection.maxSpans = numberOf(values["max-spans"], "--max-spans");
  if (values.filter !== undefined) selection.matches = filterOf(trace, values.filter);
  return selection;
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        input: { type: "string", short: "i" },
        endpoint: { type: "string" },
        service: { type: "string" },
        header: { type: "string", multiple: true },
        protocol: { type: "string" },
        compression: { type: "string" },
        format: { type: "string" },
        output: { type: "string", short: "o" },
        "min-duration": { type: "string" },
        "max-depth": { type: "string" },
        "max-spans": { type: "string" },
        filter: { type: "string" },
        salvage: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new FlowTraceError(
      "FT_USAGE",
      `${(error as Error).message} flowtrace-export --help lists the options.`,
    );
  }
}
