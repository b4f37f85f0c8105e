import { createReadStream, statSync } from "node:fs";
import { createGunzip } from "node:zlib";
import { FlowTraceError } from "../errors.js";
import type { Trace } from "../trace/columns.js";
import { createTraceParser } from "../trace/parse.js";

export interface ReadOptions {
  /** Take what is readable of a damaged file. */
  salvage?: boolean;
  /** Told after each piece read: bytes so far and in total, as they are on disk. */
  onProgress?: (read: number, total: number) => void;
}

const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * Reads a trace file, compressed or not, as a stream.
 *
 * @throws FlowTraceError FT_TRACE_INVALID when it is missing or no trace, FT_TRACE_TOO_NEW when a later release wrote it
 */
export async function readTraceFile(path: string, options: ReadOptions = {}): Promise<Trace> {
  const parser = createTraceParser({ name: path, ...(options.salvage === true ? { salvage: true } : {}) });
  try {
    const total = statSync(path).size;
    const file = createReadStream(path, { highWaterMark: 1 << 20 });
    let read = 0;
    let first = true;
    let stream: NodeJS.ReadableStream = file;
    for await (const chunk of file) {
      if (first && GZIP_MAGIC.every((byte, i) => (chunk as Buffer)[i] === byte)) {
        file.destroy();
        stream = createReadStream(path, { highWaterMark: 1 << 20 }).pipe(createGunzip());
        break;
      }
      first = false;
      read += (chunk as Buffer).length;
      parser.push(chunk as Buffer);
      options.onProgress?.(read, total);
    }
    if (stream !== file) for await (const chunk of stream) parser.push(chunk as Buffer);
  } catch (error) {
    if (error instanceof FlowTraceError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (options.salvage === true && code?.startsWith("Z_")) return parser.end();
    const reason = code === "ENOENT" ? "there is no such file" : message;
    throw new FlowTraceError("FT_TRACE_INVALID", `${path} cannot be read: ${reason}.`, { cause: error });
  }
  return parser.end();
}
