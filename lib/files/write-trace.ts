import type { Trace } from "../trace/columns.js";
import { serializeTrace } from "../trace/serialize.js";
import { GzipMember } from "./gzip-member.js";
import { openOutput } from "./output-file.js";

/**
 * Writes a trace file: beside its place first, then renamed, so that the path always holds a whole trace. Readable by its
 * owner only. A path that ends in `.gz` is compressed, at the speed of two cores.
 *
 * @throws FlowTraceError FT_OUTPUT_UNWRITABLE
 */
export async function writeTraceFile(trace: Trace, path: string): Promise<void> {
  if (!path.endsWith(".gz")) {
    writeTraceFileSync(trace, path);
    return;
  }
  const output = openOutput(path);
  try {
    const gzip = new GzipMember((bytes) => output.write(bytes));
    let compressing: Promise<Buffer> | undefined;
    for (const chunk of serializeTrace(trace)) {
      // The chunk's memory is the next one's, too, which is being made while this one is compressed.
      const copy = Buffer.from(chunk);
      if (compressing !== undefined) gzip.append(await compressing);
      compressing = gzip.compressed(copy);
    }
    if (compressing !== undefined) gzip.append(await compressing);
    gzip.end();
    output.commit();
  } catch (error) {
    throw output.failed(error);
  }
}

/** {@link writeTraceFile} without giving way to anything else. */
export function writeTraceFileSync(trace: Trace, path: string): void {
  const output = openOutput(path);
  try {
    if (path.endsWith(".gz")) {
      const gzip = new GzipMember((bytes) => output.write(bytes));
      for (const chunk of serializeTrace(trace)) gzip.append(gzip.compressedSync(chunk));
      gzip.end();
    } else for (const chunk of serializeTrace(trace)) output.write(chunk);
    output.commit();
  } catch (error) {
    throw output.failed(error);
  }
}

/**
 * Makes sure, before anything is recorded, that a trace can be written to `path`: missing folders are made.
 *
 * @throws FlowTraceError FT_OUTPUT_UNWRITABLE
 */
export function checkOutput(path: string): void {
  openOutput(path).discard();
}
