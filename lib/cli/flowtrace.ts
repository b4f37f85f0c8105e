import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { RecordedRun } from "../collect/follow.js";
import { endAs } from "../collect/launch.js";
import { record } from "../collect/record.js";
import { endpointOf } from "../export/endpoints.js";
import { secretNames, shownArguments } from "../record/redact.js";
import type { Trace } from "../trace/columns.js";
import { version } from "../version.js";
import { type SplitArguments, splitArguments } from "./arguments.js";
import { commandForScript } from "./command-for-script.js";
import { type Configuration, configure, mistakenVariables } from "./config.js";
import { type Described, helpText } from "./help.js";
import { unfinishedRun } from "./killed-run.js";
import { openPage, pageBeside } from "./open-page.js";
import { wrongUse } from "./option-reader.js";
import { OPTIONS } from "./option-table.js";
import { onlyOntoTrace } from "./output-place.js";
import { runCommand, say, shownPath } from "./report.js";
import { settingsOf } from "./run-settings.js";
import { tellRun } from "./run-summary.js";
import { messageOf, t } from "./text.js";

export const FLOWTRACE: Described = {
  options: OPTIONS,
  usage: "flowtrace.usage",
  about: "flowtrace.about",
  notes: "flowtrace.notes",
  examples: "flowtrace.examples",
};

/** See boot.ts. */
declare const keepCode: (() => void) | undefined;

/** Of so many bytes of journal, the trace takes a second or more. */
const LONG_TO_WRITE = 16 << 20;

/** The command `flowtrace`. */
export function main(argv: string[] = process.argv.slice(2)): void {
  void runCommand(async () => {
    const split = splitArguments(argv);
    if (split.help) {
      process.stdout.write(helpText(FLOWTRACE));
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
    if (split.script === undefined && split.command === undefined) throw wrongUse(t("usage.no-program"));
    for (const warning of split.warnings) say(warning);
    for (const [variable, near] of mistakenVariables(process.env))
      say(t("run.unknown-variable", { variable, near }));
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
  const output = resolve(config.text("output"));
  const off = process.env.FLOWTRACE === "0";
  if (!off) {
    onlyOntoTrace(output);
    const unfinished = unfinishedRun(output);
    if (unfinished !== undefined) say(unfinished);
  }
  const { ended, recorded } = await record({
    ...target,
    shownCommand: config.flag("no-redact") ? command : shownArguments(command, isSecret),
    output,
    tool: version(),
    off,
    keepJournal: config.flag("keep-journal"),
    verbose: config.flag("verbose") ? (line) => say(line) : undefined,
    ended: (journalBytes) => {
      if (journalBytes > LONG_TO_WRITE) say(t("run.writing"));
    },
    settings: settingsOf(config),
  });
  if (recorded !== undefined) tellRun(recorded, target, wantsPage(config));
  const slip = recorded?.trace.end.calls === 0 ? commandForScript(split) : undefined;
  if (slip !== undefined) say(slip);
  if (recorded !== undefined && recorded.failure === undefined) {
    // Whatever becomes of it, the command ends as the program did.
    await passOn(recorded, config, endpoint).catch((error: unknown) => say(messageOf(error)));
  }
  keepCode?.();
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

function wantsPage(config: Configuration): boolean {
  return config.has("html") || config.flag("open");
}

/** What else is made of the trace in one go with the recording; the parts for it are loaded only now. */
async function passOn({ output }: RecordedRun, config: Configuration, endpoint?: string): Promise<void> {
  if (!wantsPage(config) && endpoint === undefined) return;
  const { readTraceFile } = await import("../files/trace-file.js");
  const trace = await readTraceFile(output);
  if (wantsPage(config)) await makePage(trace, output, config);
  if (endpoint !== undefined) await send(trace, endpoint, config);
}

async function makePage(trace: Trace, output: string, config: Configuration): Promise<void> {
  const { writeHtmlFile } = await import("../view/render.js");
  const page = resolve(config.text("html") || pageBeside(output));
  await writeHtmlFile(trace, page);
  say(t("run.page", { path: shownPath(page) }));
  if (config.flag("open")) await openPage(page);
}

/** What becomes of the spans is told; the exit code remains the program's. */
async function send(trace: Trace, endpoint: string, config: Configuration): Promise<void> {
  const { sendSpans } = await import("./send-spans.js");
  await sendSpans(trace, endpoint, {
    service: config.text("export-otlp-service") || undefined,
    headers: config.list("export-otlp-header"),
  });
}
