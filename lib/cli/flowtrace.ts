import { existsSync, realpathSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { RecordedRun } from "../collect/follow.js";
import { endAs } from "../collect/launch.js";
import { record } from "../collect/record.js";
import { endpointOf } from "../export/endpoints.js";
import { counted, grouped } from "../grouped.js";
import { secretNames, shownArguments } from "../record/redact.js";
import type { Trace } from "../trace/columns.js";
import { version } from "../version.js";
import { type SplitArguments, splitArguments } from "./arguments.js";
import { type Configuration, configure } from "./config.js";
import { helpText } from "./help.js";
import { openPage, pageBeside } from "./open-page.js";
import { megabytes, runCommand, say, seconds } from "./report.js";
import { settingsOf } from "./run-settings.js";

/** See boot.ts. */
declare const keepCode: () => void;

/** The command `flowtrace`. */
export function main(argv: string[] = process.argv.slice(2)): void {
  void runCommand(async () => {
    const split = splitArguments(argv);
    if (split.help) {
      process.stdout.write(helpText());
      return;
    }
    if (split.version) {
      process.stdout.write(`${version()}\n`);
      return;
    }
    const config = configure(split, process.env, process.cwd());
    if (config.flag("print-config")) {
      process.stdout.write(`${config.describe()}\n`);
      return;
    }
    for (const warning of split.warnings) say(warning);
    if (split.script === undefined && split.command === undefined) {
      process.stderr.write(`flowtrace: no program given.\n\n${helpText()}`);
      process.exitCode = 2;
      return;
    }
    await run(split, config);
  });
}

async function run(split: SplitArguments, config: Configuration): Promise<void> {
  const target = targetOf(split);
  // Before the run: what is wrong with it is better known now.
  const endpoint = config.has("export-otlp-endpoint")
    ? endpointOf(config.text("export-otlp-endpoint"), process.env)
    : undefined;
  const isSecret = secretNames(config.list("redact"), config.list("safe-key"));
  const command = [target.command, ...target.args];
  const { ended, recorded } = await record({
    ...target,
    shownCommand: config.flag("no-redact") ? command : shownArguments(command, isSecret),
    output: resolve(config.text("output")),
    tool: version(),
    off: process.env.FLOWTRACE === "0",
    keepJournal: config.flag("keep-journal"),
    verbose: config.flag("verbose") ? (line) => say(line) : undefined,
    settings: settingsOf(config),
  });
  if (recorded !== undefined) tell(recorded, target.script, config.has("html"));
  if (recorded !== undefined && recorded.failure === undefined) {
    // Whatever becomes of it, the command ends as the program did.
    await passOn(recorded, config, endpoint).catch((error: Error) => say(error.message));
  }
  keepCode();
  endAs(ended);
}

function targetOf(split: SplitArguments): {
  command: string;
  args: string[];
  script: string;
  isScript: boolean;
} {
  if (split.script === undefined) {
    const [command = "", ...args] = split.command!;
    return { command, args, script: command, isScript: false };
  }
  const path = resolve(split.script);
  const script = existsSync(path) ? realpathSync(path) : path;
  return {
    command: process.execPath,
    args: [split.script, ...split.scriptArguments],
    script,
    isScript: true,
  };
}

/** What else is made of the trace in one go with the recording; the parts for it are loaded only now. */
async function passOn({ output }: RecordedRun, config: Configuration, endpoint?: string): Promise<void> {
  if (!config.has("html") && endpoint === undefined) return;
  const { readTraceFile } = await import("../files/trace-file.js");
  const trace = await readTraceFile(output);
  if (config.has("html")) await makePage(trace, output, config);
  if (endpoint !== undefined) await send(trace, endpoint, config);
}

async function makePage(trace: Trace, output: string, config: Configuration): Promise<void> {
  const { writeHtmlFile } = await import("../view/render.js");
  const page = resolve(config.text("html") || pageBeside(output));
  await writeHtmlFile(trace, page);
  say(`Page: ${page}`);
  if (config.flag("open")) openPage(page);
}

/** What becomes of the spans is told; the exit code remains the program's. */
async function send(trace: Trace, endpoint: string, config: Configuration): Promise<void> {
  const { sendSpans } = await import("./send-spans.js");
  await sendSpans(trace, endpoint, {
    service: config.text("export-otlp-service") || undefined,
    headers: config.list("export-otlp-header"),
  });
}

/** The closing lines. */
function tell(
  { trace, output, elapsedMs, bytes, failure }: RecordedRun,
  script: string,
  hasPage: boolean,
): void {
  const { end } = trace;
  say(`Profiling finished in ${seconds(elapsedMs)} (script=${basename(script)})`);
  const errors = trace.errors.filter(({ outcome }) => outcome === "unhandled").length;
  const counts = [counted(end.calls, "call"), counted(end.files.length, "file")];
  if (end.threads.length > 1) counts.push(`${grouped(end.threads.length)} processes and threads`);
  if (errors > 0) counts.push(counted(errors, "unhandled error"));
  say(
    `${counts.join(", ")}${end.overhead_ms === undefined ? "" : `; tracing them cost about ${seconds(end.overhead_ms)}`}`,
  );
  for (const warning of end.warnings) say(`Note: ${warning.message}`);
  if (failure !== undefined) {
    say(failure);
    return;
  }
  say(`Trace: ${output} (${megabytes(bytes)})`);
  // Where npx has found this command, the shell does not find that one.
  const npx = process.env.npm_command === "exec" ? "npx " : "";
  if (!hasPage) say(`Open it with: ${npx}flowtrace-visual -i ${quoted(output)}`);
}

function quoted(path: string): string {
  return /^[\w./:\\-]+$/.test(path) ? path : JSON.stringify(path);
}
