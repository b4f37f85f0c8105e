import { once } from "node:events";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type FormatName, type FormatOptions, toFormat } from "../export/formats.js";
import { openOutput } from "../files/output-file.js";
import type { Trace } from "../trace/columns.js";
import { megabytes, say, shownPath } from "./report.js";
import { t } from "./text.js";

/** What stands for the standard output where a file is asked for. */
export const STANDARD_OUTPUT = "-";

const PIECE_CHARACTERS = 1 << 18;

/** Writes a trace as another tool's file, or to the standard output. */
export async function writeFormat(
  trace: Trace,
  format: FormatName,
  path: string,
  options: FormatOptions,
): Promise<void> {
  const pieces = toFormat(trace, format, options);
  if (path === STANDARD_OUTPUT) {
    await written(pieces, async (bytes) => {
      if (!process.stdout.write(bytes)) await once(process.stdout, "drain");
    });
    return;
  }
  const output = openOutput(path);
  let remark: string | undefined;
  try {
    remark = await written(pieces, output.write);
    output.commit();
  } catch (error) {
    throw output.failed(error);
  }
  const places = { path: shownPath(resolve(path)), size: megabytes(statSync(path).size) };
  say(remark === undefined ? t("run.written", places) : t("run.written-remark", { ...places, remark }));
}

/** @returns what the format has to remark */
async function written(
  pieces: AsyncGenerator<string, string | undefined>,
  write: (bytes: Buffer) => Promise<void> | void,
): Promise<string | undefined> {
  let pending = "";
  for (;;) {
    const piece = await pieces.next();
    if (piece.done === true) {
      await write(Buffer.from(pending));
      return piece.value;
    }
    pending += piece.value;
    if (pending.length < PIECE_CHARACTERS) continue;
    await write(Buffer.from(pending));
    pending = "";
  }
}
