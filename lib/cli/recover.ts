import { existsSync, rmSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { readManifest } from "../collect/manifest.js";
import { recover } from "../collect/recover.js";
import { type Command, commandMain } from "./command-line.js";
import { wrongUse } from "./option-reader.js";
import { headOf } from "./output-place.js";
import { megabytes, say, shownPath, typed } from "./report.js";
import { tellWarning } from "./run-summary.js";
import { counted, t } from "./text.js";

export const RECOVER: Command = {
  name: "flowtrace-recover",
  usage: "recover.usage",
  about: "recover.about",
  options: [
    { name: "output", short: "o", kind: "text", value: "file", help: "recover.output" },
    { name: "keep-journal", kind: "flag", help: "recover.keep-journal" },
  ],
};

/** The command `flowtrace-recover`. */
export const main = commandMain(RECOVER, async (given) => {
  const named = resolve(given.argument ?? "flowtrace.json");
  const runDir =
    named.endsWith(".run") || (existsSync(named) && statSync(named).isDirectory()) ? named : `${named}.run`;
  const asked = given.text("output");
  // A second run into the same file has its journals in `<output>.2.run`.
  const output = resolve(asked ?? runDir.replace(/(?:\.\d+)?\.run$/, ""));
  if (asked === undefined) keepOtherRuns(runDir, output);
  const trace = await recover(runDir, output);
  if (!given.flag("keep-journal")) rmSync(runDir, { recursive: true, force: true });
  const calls = counted("run.call", "run.calls", trace.end.calls);
  const wasKilled = trace.end.recovered === true;
  say(t(wasKilled ? "run.recovered" : "run.recorded", { calls }));
  for (const warning of trace.end.warnings) if (warning.code !== "recovered") tellWarning(warning);
  say(t("run.trace", { path: shownPath(output), size: megabytes(statSync(output).size) }));
  // Of what records itself, each process has a trace.
  if (!wasKilled) return;
  say(
    t("run.open", {
      visual: typed("flowtrace-visual", "-i", shownPath(output), "--open"),
      show: typed("flowtrace-show", shownPath(output)),
    }),
  );
});

/** What a run that was killed has left behind is older than what has been recorded into the same file since. */
function keepOtherRuns(runDir: string, output: string): void {
  const head = existsSync(runDir) ? headOf(output) : undefined;
  const started = /"started_unix_ms":([\d.]+)/.exec(head?.toString("latin1") ?? "")?.[1];
  if (started !== undefined && Number(started) !== readManifest(runDir).startedUnixMs)
    throw wrongUse(t("usage.other-run", { path: shownPath(output) }));
}
