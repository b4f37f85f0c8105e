import { existsSync, rmSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { recover } from "../collect/recover.js";
import { FlowTraceError } from "../errors.js";
import { counted } from "../grouped.js";
import { version } from "../version.js";
import { megabytes, runCommand, say } from "./report.js";

const HELP = `Usage: flowtrace-recover [options] <flowtrace.json | flowtrace.json.run>

Rebuilds the trace of a run that was killed, its flowtrace process too, from the journals in <output>.run.

Options:
  -o, --output <file>   where the trace goes (default: where the run would have put it)
      --keep-journal    keep the journals afterwards
      --help, --version
`;

/** The command `flowtrace-recover`. */
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
    const given = resolve(positionals[0] ?? "flowtrace.json");
    const runDir =
      given.endsWith(".run") || (existsSync(given) && statSync(given).isDirectory()) ? given : `${given}.run`;
    const output = resolve(values.output ?? runDir.replace(/\.run$/, ""));
    const trace = await recover(runDir, output);
    if (!values["keep-journal"]) rmSync(runDir, { recursive: true, force: true });
    say(`${trace.end.recovered === true ? "Recovered" : "Recorded"} ${counted(trace.end.calls, "call")}`);
    for (const { code, message } of trace.end.warnings) if (code !== "recovered") say(`Note: ${message}`);
    say(`Trace: ${output} (${megabytes(statSync(output).size)})`);
  });
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        output: { type: "string", short: "o" },
        "keep-journal": { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new FlowTraceError(
      "FT_USAGE",
      `${(error as Error).message} flowtrace-recover --help lists the options.`,
    );
  }
}
