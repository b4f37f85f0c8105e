import { resolve } from "node:path";
import { type FormatName, type FormatOptions, toFormat } from "../export/formats.js";
import { openOutput } from "../files/output-file.js";
import type { Trace } from "../trace/columns.js";
import { say } from "./report.js";

const PIECE_CHARACTERS = 1 << 18;

/** Writes a trace as another tool's file. */
export async function writeFormat(
  trace: Trace,
  format: FormatName,
  path: string,
  options: FormatOptions,
): Promise<void> {
  const output = openOutput(path);
  let remark: string | undefined;
  try {
    let pending = "";
    const pieces = toFormat(trace, format, options);
    for (let piece = await pieces.next(); ; piece = await pieces.next()) {
      if (piece.done === true) {
        remark = piece.value;
        break;
      }
      pending += piece.value;
      if (pending.length < PIECE_CHARACTERS) continue;
      output.write(Buffer.from(pending));
      pending = "";
    }
    output.write(Buffer.from(pending));
    output.commit();
  } catch (error) {
    throw output.failed(error);
  }
  say(`Written: ${resolve(path)}${remark === undefined ? "" : `: ${remark}`}`);
}
