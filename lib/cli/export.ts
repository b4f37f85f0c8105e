import { closeSync, openSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { FlowTraceError } from "../errors.js";
import { ENDPOINTS, endpointOf, headersOf } from "../export/endpoints.js";
import { FORMATS } from "../export/formats.js";
import type { SpanSelection } from "../export/span-selection.js";
import { readTraceFile } from "../files/trace-file.js";
import { grouped } from "../grouped.js";
import type { Trace } from "../trace/columns.js";
import { version } from "../version.js";
import { filterOf } from "./filter.js";
import { runCommand, say, seconds } from "./report.js";

const HELP = `Usage: flowtrace-export [-i trace.json] --endpoint <url|name> [options]
       flowtrace-export [-i trace.json] --format <name> -o <file>

Replays a trace as OpenTelemetry spans, or writes it as another tool's file.

Options:
  -i, --input <file>        the trace (default flowtrace.json)
      --endpoint <url|name> where spans go: ${Object.keys(ENDPOINTS).join(", ")}, or a URL
                            (default: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT)
      --service <name>      service.name (default: OTEL_SERVICE_NAME, else the script's name)
      --header <key=value>  a header of the requests (repeatable)
      --protocol <name>     http/protobuf (default) or http/json
      --compression <name>  none (default) or gzip
      --format <name>       ${Object.keys(FORMATS).join(", ")}
  -o, --output <file>       the file of --format
      --min-duration <ms>   only calls that took at least so long
      --max-depth <n>       only calls nested up to so deep
      --max-spans <n>       at most so many
      --filter <query>      only calls that match, as in the page
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
    const url = endpointOf(values.endpoint, process.env);
    if (values.format === undefined && url === undefined) {
      throw new FlowTraceError(
        "FT_USAGE",
        "nowhere to send to: give --endpoint <url|name> or --format <name> -o <file>.",
      );
    }
    const trace = await readTraceFile(resolve(values.input ?? "flowtrace.json"));
    if (values.format !== undefined) await writeFormat(trace, values.format, values.output);
    else await send(trace, url!, values);
  });
}

async function writeFormat(trace: Trace, name: string, output: string | undefined): Promise<void> {
  const format = FORMATS[name];
  if (format === undefined) {
    throw new FlowTraceError(
      "FT_USAGE",
      `--format is "${name}", expected one of ${Object.keys(FORMATS).join(", ")}.`,
    );
  }
  if (output === undefined) throw new FlowTraceError("FT_USAGE", "--format needs a file: -o <file>.");
  const write = await format.load();
  const fd = openSync(output, "w", 0o600);
  try {
    let pending = "";
    for (const piece of write(trace)) {
      pending += piece;
      if (pending.length < 1 << 18) continue;
      writeFileSync(fd, pending);
      pending = "";
    }
    writeFileSync(fd, pending);
  } finally {
    closeSync(fd);
  }
  say(`Written: ${resolve(output)}`);
}

async function send(trace: Trace, url: string, values: ReturnType<typeof parse>): Promise<void> {
  const { exportOtlp } = await import("../export/otlp.js");
  const env = process.env;
  const before = performance.now();
  const isTerminal = process.stderr.isTTY === true;
  const service = values.service ?? env.OTEL_SERVICE_NAME;
  const sending = exportOtlp(trace, {
    url,
    ...(service === undefined ? {} : { service }),
    headers: headersOf(values.header ?? [], env),
    protocol: choice(
      values.protocol ?? env.OTEL_EXPORTER_OTLP_PROTOCOL ?? "http/protobuf",
      ["http/protobuf", "http/json"],
      "--protocol",
    ),
    compression: choice(
      values.compression ?? env.OTEL_EXPORTER_OTLP_COMPRESSION ?? "none",
      ["none", "gzip"],
      "--compression",
    ),
    ...selectionOf(trace, values),
    onProgress: (done, total) => {
      if (isTerminal)
        process.stderr.write(`\r\u001b[K[FlowTrace] ${grouped(done)} of ${grouped(total)} spans`);
    },
  });
  const report = await sending.catch((error: unknown) => {
    // Not wrong use: the command was right, the receiver is not there.
    if (!(error instanceof FlowTraceError) || error.code !== "FT_EXPORT_FAILED") throw error;
    say(`${error.message} Is the receiver running, and is this its address for traces?`);
    process.exitCode = 1;
  });
  if (report === undefined) return;
  if (isTerminal) process.stderr.write("\r\u001b[K");
  const refused = report.spans - report.accepted;
  say(
    `${grouped(report.accepted)} spans accepted by ${url}, ${grouped(refused)} not, in ${seconds(performance.now() - before)}`,
  );
  if (refused > 0) {
    const fates = [
      [report.rejected, "refused"],
      [report.undelivered, "not delivered"],
      [report.unsent, "not sent any more"],
    ] as const;
    const told = fates.filter(([spans]) => spans > 0).map(([spans, fate]) => `${grouped(spans)} ${fate}`);
    say(`Not accepted: ${told.join(", ")}: ${report.reason ?? "no reason given"}.`);
    process.exitCode = 1;
  } else if (report.reason !== undefined) say(`The receiver remarks: ${report.reason}`);
}

function selectionOf(trace: Trace, values: ReturnType<typeof parse>): SpanSelection {
  const selection: SpanSelection = {};
  if (values["min-duration"] !== undefined)
    selection.minDuration = number(values["min-duration"], "--min-duration");
  if (values["max-depth"] !== undefined) selection.maxDepth = number(values["max-depth"], "--max-depth");
  if (values["max-spans"] !== undefined) selection.maxSpans = number(values["max-spans"], "--max-spans");
  if (values.filter !== undefined) selection.matches = filterOf(trace, values.filter);
  return selection;
}

function choice<T extends string>(text: string, allowed: readonly T[], option: string): T {
  if ((allowed as readonly string[]).includes(text)) return text as T;
  throw new FlowTraceError("FT_USAGE", `${option} is "${text}", expected ${allowed.join(" or ")}.`);
}

function number(text: string, option: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0))
    throw new FlowTraceError("FT_USAGE", `${option} is "${text}", expected a number.`);
  return value;
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
