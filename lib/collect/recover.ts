import { existsSync } from "node:fs";
import { FlowTraceError } from "../errors.js";
import { writeTraceFile } from "../files/write-trace.js";
import type { Trace } from "../trace/columns.js";
import { assemble } from "./assemble.js";
import { Journals } from "./journals.js";
import { readManifest } from "./manifest.js";

/**
 * Makes the trace of a run out of the journals it left: because its `flowtrace` process was killed, or because it had none
 * and has ended.
 *
 * @param runDir - the folder `<output>.run`
 * @throws FlowTraceError FT_JOURNAL_INVALID when it is not there or not a run's
 */
export async function recover(runDir: string, output: string): Promise<Trace> {
  if (!existsSync(runDir)) {
    throw new FlowTraceError(
      "FT_JOURNAL_INVALID",
      `${runDir} is not there: nothing to recover. A finished run leaves it only with --keep-journal.`,
      {
        spanish: `${runDir} no existe: no hay nada que recuperar. Una ejecución terminada solo la deja con --keep-journal.`,
      },
    );
  }
  const { ownOutput, ...manifest } = readManifest(runDir);
  const journals = new Journals(runDir);
  journals.poll(true);
  const lastMs = Math.max(
    0,
    ...journals.all.map(({ log }) => (log.journal?.startedUnixMs ?? 0) + log.lastAt),
  );
  const ended = journals.all[0]?.log.notes.find((note) => note.ended !== undefined)?.ended;
  const isWhole = ownOutput !== undefined && ended !== undefined;
  const trace = assemble(
    {
      ...manifest,
      endedUnixMs: Math.max(lastMs, manifest.startedUnixMs),
      finished: ended !== undefined,
      ...(isWhole ? {} : { recovered: true }),
      exitCode: ended?.exitCode ?? null,
      signal: null,
      usage: [],
      warnings: isWhole
        ? []
        : [
            {
              code: "recovered",
              message: "rebuilt from the journals: who should have written it was killed",
            },
          ],
    },
    journals.all,
  );
  await writeTraceFile(trace, output);
  journals.close();
  return trace;
}
