import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip } from "node:zlib";
import { FlowTraceError } from "../errors.js";
import type { Trace } from "../trace/columns.js";
import { createTraceParser, type TraceParser } from "../trace/parse.js";

export interface ReadOptions {
  /** Take what is readable of a damaged file; the trace's warnings say what happened. */
  salvage?: boolean;
  /** Told after each piece read: bytes so far and in total, as they are on disk. */
  onProgress?: (read: number, total: number) => void;
}

const PIECE_BYTES = 1 << 20;

/**
 * Reads a trace file as a stream, compressed (by its content, whatever its name) or not.
 *
 * @throws FlowTraceError FT_TRACE_INVALID when it cannot be read or is no trace, FT_TRACE_TOO_NEW when a later release wrote it
 */
export async function readTraceFile(path: string, options: ReadOptions = {}): Promise<Trace> {
  const parser = createTraceParser({ name: path, salvage: options.salvage === true });
  const pieces = filePieces(path, options);
  try {
    const first = await pieces.next();
    if (first.done !== true) {
      if (first.value[0] === 0x1f && first.value[1] === 0x8b)
        await unzip(first.value, pieces, parser, options);
      else {
        parser.push(first.value);
        for await (const piece of pieces) parser.push(piece);
      }
    }
  } catch (error) {
    throw readable(path, error);
  } finally {
    await pieces.return(undefined);
  }
  return parser.end();
}

/** The file's bytes; each piece is valid until the next is asked for. */
async function* filePieces(path: string, { onProgress }: ReadOptions): AsyncGenerator<Uint8Array, void> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const buffer = Buffer.allocUnsafe(PIECE_BYTES);
    let total = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      total += bytesRead;
      yield buffer.subarray(0, bytesRead);
      onProgress?.(total, Math.max(size, total));
    }
  } finally {
    await file.close();
  }
}

async function unzip(
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
  parser: TraceParser,
  { salvage }: ReadOptions,
): Promise<void> {
  // The stream asks for pieces before it is done with those it has.
  async function* copies(): AsyncGenerator<Buffer> {
    yield Buffer.from(first);
    for await (const piece of rest) yield Buffer.from(piece);
  }
  // A file that is cut off gives what it has; the parser is the one to say that it ends too early.
  const gunzip = createGunzip({ chunkSize: 1 << 18, finishFlush: constants.Z_SYNC_FLUSH });
  try {
    await pipeline(copies(), gunzip, async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) parser.push(chunk);
    });
  } catch (error) {
    if (!(salvage === true && isZlibError(error))) throw error;
  }
}

function isZlibError(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return code.startsWith("Z_");
}

const REASONS: Record<string, { en: string; es: string }> = {
  ENOENT: { en: "there is no such file.", es: "no existe." },
  EISDIR: { en: "it is a folder, not a file.", es: "es una carpeta, no un fichero." },
  EACCES: { en: "there is no permission to read it.", es: "no hay permiso para leerlo." },
  Z_DATA_ERROR: {
    en: "its gzip data are damaged. --salvage reads what is readable.",
    es: "sus datos gzip están dañados. --salvage lee lo que se pueda.",
  },
};

function readable(path: string, error: unknown): unknown {
  if (error instanceof FlowTraceError || !(error instanceof Error)) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const { en, es } = REASONS[code] ?? { en: message, es: message };
  return new FlowTraceError("FT_TRACE_INVALID", `${path} cannot be read: ${en}`, {
    cause: error,
    spanish: `${path} no se puede leer: ${es}`,
  });
}
