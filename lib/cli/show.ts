import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { FlowTraceError } from "../errors.js";
import { readTraceFile } from "../files/trace-file.js";
import type { CallChoice } from "../show/chosen-calls.js";
import { describeTrace } from "../show/describe.js";
import { showTrace } from "../show/show.js";
import { QueryError } from "../trace/query.js";
import { version } from "../version.js";
import { numberOf } from "./option-values.js";
import { runCommand } from "./report.js";

const HELP = `Usage: flowtrace-show [trace.json[.gz]] [options]

Shows a trace in the terminal: how it ended, the failing path with its values, the calls, the slowest functions.

Options:
      --depth <n>          levels of the tree (default 5)
      --filter <query>     only calls that match, as in the page: fn:checkout dur>10ms error:*
      --min-duration <ms>  only calls that took at least so long
      --errors             only calls that failed
      --call <id>          one call with all its values, by the # of the tree
      --top <n>            so many of the slowest functions (default 8)
      --lang <en|es>       language (default: from LC_ALL, LANG)
      --json               the same facts for scripts, with the calls asked for in full
      --salvage            take what is readable of a damaged file
      --help, --version
`;

/** The command `flowtrace-show`. */
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
    const trace = await readTraceFile(resolve(positionals[0] ?? "flowtrace.json"), {
      salvage: values.salvage === true,
    });
    const choice: CallChoice = {
      ...(values.filter === undefined ? {} : { filter: values.filter }),
      ...(values["min-duration"] === undefined
        ? {}
        : { minDuration: numberOf(values["min-duration"], "--min-duration") }),
      ...(values.errors === true ? { errorsOnly: true } : {}),
    };
    const asked = {
      ...choice,
      top: numberOf(values.top ?? "8", "--top"),
      ...(values.call === undefined ? {} : { call: numberOf(values.call, "--call") }),
    };
    const { stdout, env } = process;
    // `flowtrace-show | head` has seen enough.
    stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "EPIPE") process.exit(0);
    });
    try {
      if (values.json) {
        stdout.write(`${JSON.stringify(describeTrace(trace, asked), null, 2)}\n`);
        return;
      }
      const colors = stdout.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
      const lines = showTrace(trace, {
        ...asked,
        terminal: { colors, columns: stdout.columns ?? (Number(env.COLUMNS) || 100) },
        language: languageOf(values.lang ?? env.LC_ALL ?? env.LANG ?? ""),
        depth: numberOf(values.depth ?? "5", "--depth"),
      });
      for (const line of lines) stdout.write(`${line}\n`);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      throw new FlowTraceError("FT_USAGE", `--filter: ${error.message}, at character ${error.position + 1}.`);
    }
  });
}

function languageOf(text: string): "en" | "es" {
  return text.toLowerCase().startsWith("es") ? "es" : "en";
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        depth: { type: "string" },
        filter: { type: "string" },
        "min-duration": { type: "string" },
        errors: { type: "boolean" },
        call: { type: "string" },
        top: { type: "string" },
        lang: { type: "string" },
        json: { type: "boolean" },
        salvage: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new FlowTraceError(
      "FT_USAGE",
      `${(error as Error).message} flowtrace-show --help lists the options.`,
    );
  }
}
