import { statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { FlowTraceError } from "../errors.js";
import { readTraceFile } from "../files/trace-file.js";
import { subsetTrace } from "../trace/subset.js";
import { version } from "../version.js";
import { type RenderOptions, writeHtmlFile } from "../view/render.js";
import { filterOf } from "./filter.js";
import { openPage, pageBeside } from "./open-page.js";
import { choiceOf } from "./option-values.js";
import { megabytes, progressLine, readingProgress, runCommand, say, seconds } from "./report.js";

const HELP = `Usage: flowtrace-visual -i <trace.json[.gz]> [options]

Turns a trace into one HTML page that opens from disk, offline, in English and Spanish.

Options:
  -i, --input <file>      the trace (default flowtrace.json); PyTraceFlow's files too
  -o, --output <file>     the page (default: beside the trace, with .html)
      --lang <en|es>      first language shown (default en)
      --theme <theme>     dark (default), light or auto
      --title <text>      title of the page
      --filter <query>    only calls that match, and those above them: fn:checkout dur>10ms error:*
      --no-sources        leave the traced files' text out of the page
      --salvage           take what is readable of a damaged file
      --open              open the page when it is written
      --help, --version

Examples:
  flowtrace-visual -i flowtrace.json --open
  flowtrace-visual -i run.json.gz -o report.html --lang es --theme light
`;

/** The command `flowtrace-visual`. */
export function main(argv: string[] = process.argv.slice(2)): void {
  void runCommand(async () => {
    const { values, positionals } = parse(argv);
    if (values.help) {
      process.stdout.write(HELP);
      return;
    }
    if (values.version) {
      process.stdout.write(`${version()}\n`);
      return;
    }
    const input = resolve(values.input ?? positionals[0] ?? "flowtrace.json");
    const output = resolve(values.output ?? pageBeside(input));
    const options: RenderOptions = {
      language: choiceOf(values.lang ?? "en", ["en", "es"], "--lang"),
      theme: choiceOf(values.theme ?? "dark", ["dark", "light", "auto"], "--theme"),
      sources: values["no-sources"] !== true,
      ...(values.title === undefined ? {} : { title: values.title }),
    };
    const before = performance.now();
    const progress = progressLine();
    const whole = await readTraceFile(input, {
      salvage: values.salvage === true,
      onProgress: readingProgress(progress),
    });
    const { filter } = values;
    const trace = filter === undefined ? whole : subsetTrace(whole, filterOf(whole, filter), filter);
    await writeHtmlFile(trace, output, { ...options, onProgress: progress });
    progress("");
    say(`Page: ${output} (${megabytes(statSync(output).size)}, ${seconds(performance.now() - before)})`);
    if (values.open) openPage(output);
  });
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        input: { type: "string", short: "i" },
        output: { type: "string", short: "o" },
        lang: { type: "string" },
        theme: { type: "string" },
        title: { type: "string" },
        filter: { type: "string" },
        "no-sources": { type: "boolean" },
        salvage: { type: "boolean" },
        open: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new FlowTraceError(
      "FT_USAGE",
      `${(error as Error).message} flowtrace-visual --help lists the options.`,
    );
  }
}
