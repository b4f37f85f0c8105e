import { resolve } from "node:path";
import { FlowTraceError } from "../errors.js";
import { FORMATS, type FormatOptions } from "../export/formats.js";
import { openOutput } from "../files/output-file.js";
import type { Trace } from "../trace/columns.js";
import { say } from "./report.js";

const PIECE_CHARACTERS = 1 << 18;

/** Writes a trace as another tool's file. */
export async function writeFormat(
  trace: Trace,
  name: string,
  path: string,
  options: FormatOptions,
): Promise<void> {
  const write = await FORMATS[name]!();
  const output = openOutput(path);
  let remark: string | undefined;
  try {
    let pending = "";
    const pieces = write(trace, options);
    for (let piece = pieces.next(); ; piece = pieces.next()) {
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

/** Refuses what is no format's name, before anything is read. */
export function checkFormat(name: string): void {
  if (Object.hasOwn(FORMATS, name)) return;
  throw new FlowTraceError(
    "FT_USAGE",
    `--format is "${name}", expected one of ${Object.keys(FORMATS).join(", ")}.`,
  );
}
