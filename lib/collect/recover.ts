import { existsSync } from "node:fs";
import { FlowTraceError } from "../errors.js";
import { writeTraceFile } from "../files/write-trace.js";
import type { Trace } from "../trace/columns.js";
import { assemble } from "./assemble.js";
import { Journals } from "./journals.js";
import { readManifest } from "./manifest.js";

/**
 * Rebuilds the trace of a run whose `flowtrace` process was killed, out of the journals it left.
 *
 * @param runDir - the folder `<output>.run`
 * @throws FlowTraceError FT_JOURNAL_INVALID when it is not there or not a run's
 */
export async function recover(runDir: string, output: string): Promise<Trace> {
  if (!existsSync(runDir)) {
    throw new FlowTraceError(
      "FT_JOURNAL_INVALID",
      `${runDir} is not there: nothing to recover. A finished run leaves it only with --keep-journal.`,
    );
  }
  const manifest = readManifest(runDir);
  const journals = new Journals(runDir);
  journals.poll(true);
  const lastMs = Math.max(
    0,
    ...journals.all.map(({ log }) => (log.journal?.startedUnixMs ?? 0) + log.lastAt),
  );
  const ended = journals.all[0]?.log.notes.find((note) => note.ended !== undefined)?.ended;
  const trace = assemble(
    {
      ...manifest,
      endedUnixMs: Math.max(lastMs, manifest.startedUnixMs),
      finished: ended !== undefined,
      recovered: true,
      exitCode: ended?.exitCode ?? null,
      signal: null,
      usage: [],
      warnings: [
        { code: "recovered", message: "rebuilt from the journals: flowtrace itself did not live to the end" },
      ],
    },
    journals.all,
  );
  await writeTraceFile(trace, output);
  journals.close();
  return trace;
}
