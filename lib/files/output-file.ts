import {
  closeSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { createRoomWatch } from "../disk-room.js";
import { FlowTraceError } from "../errors.js";

/** A file being replaced. */
export interface OutputFile {
  write(bytes: Uint8Array): void;
  /** Puts what was written in place. */
  commit(): void;
  discard(): void;
  /** Removes what was written; returns the error to throw. */
  failed(cause: unknown): unknown;
}

/**
 * Begins a file beside its place, to be renamed when it is done, so that the path always holds a whole file. Readable by its
 * owner only; missing folders are made.
 *
 * @throws FlowTraceError FT_OUTPUT_UNWRITABLE
 */
export function openOutput(path: string): OutputFile {
  let target = path;
  let beside: string | undefined;
  let fd: number | undefined;
  let hasNoRoom: ReturnType<typeof createRoomWatch> | undefined;
  let written = 0;
  const discard = (): void => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
    if (beside !== undefined) removeFile(beside);
  };
  const failed = (cause: unknown): unknown => {
    discard();
    return asUnwritable(path, cause);
  };
  try {
    mkdirSync(dirname(path), { recursive: true });
    const there = statSync(path, { throwIfNoEntry: false });
    if (there !== undefined) target = realpathSync(path); // a link stays one
    // A device or a pipe cannot be replaced, and must not be.
    const isSpecial = there !== undefined && !there.isFile() && !there.isDirectory();
    if (there?.isDirectory() === true) {
      throw unwritable(path, {
        en: `it is a folder. Name a file in it: -o ${join(path, "<file>")}.`,
        es: `es una carpeta. Da un fichero en ella: -o ${join(path, "<file>")}.`,
      });
    }
    if (!isSpecial) hasNoRoom = createRoomWatch(dirname(target));
    const place = isSpecial ? target : join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    fd = openSync(place, "w", 0o600);
    if (!isSpecial) beside = place;
  } catch (error) {
    throw failed(error);
  }
  return {
    write(bytes) {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd!, bytes, at, bytes.length - at);
      written += bytes.length;
      const left = hasNoRoom?.(written);
      if (left !== undefined) {
        const megabytes = Math.floor(left / 1e6);
        const way = smaller(path);
        throw unwritable(path, {
          en: `it would fill the disk, of which ${megabytes} MB are left. Make room, ${way.en}`,
          es: `llenaría el disco, del que quedan ${megabytes} MB. Haz sitio, ${way.es}`,
        });
      }
    },
    commit() {
      closeSync(fd!);
      fd = undefined;
      if (beside !== undefined) renameSync(beside, target);
      beside = undefined;
    },
    discard,
    failed,
  };
}

/** Not by `rmSync`, which loads what removes folders. */
function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** A system's error as one that says what cannot be written, and where else it could be; any other as it is. */
export function asUnwritable(path: string, cause: unknown): unknown {
  return isSystemError(cause) ? unwritable(path, reasonOf(cause, path), cause) : cause;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === "string";
}

/** Why, in both languages of those who read it at a terminal. */
interface Reason {
  en: string;
  es: string;
}

function unwritable(path: string, { en, es }: Reason, cause?: unknown): FlowTraceError {
  return new FlowTraceError("FT_OUTPUT_UNWRITABLE", `${path} cannot be written: ${en}`, {
    spanish: `${path} no se puede escribir: ${es}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

const ELSEWHERE: Reason = {
  en: "Choose another place with -o <file>.",
  es: "Elige otro sitio con -o <file>.",
};

function smaller(path: string): Reason {
  return path.endsWith(".gz")
    ? { en: "or write elsewhere with -o <file>.", es: "o escriba en otro sitio con -o <file>." }
    : {
        en: "or end the name in .json.gz for a file of a tenth of the size.",
        es: "o termine el nombre en .json.gz: el fichero ocupa la décima parte.",
      };
}

const TOO_LARGE: Record<string, Reason> = {
  ENOSPC: { en: "the disk is full. Make room,", es: "el disco está lleno. Haz sitio," },
  EFBIG: {
    en: "files may not get that large here. Raise the limit (ulimit -f),",
    es: "aquí los ficheros no pueden ser tan grandes. Sube el límite (ulimit -f),",
  },
};

const NO_PERMISSION = {
  en: "there is no permission to write there.",
  es: "no hay permiso para escribir ahí.",
};
const NO_FOLDER = {
  en: "part of its path is a file, not a folder.",
  es: "parte de su ruta es un fichero, no una carpeta.",
};
const REASONS: Record<string, Reason> = {
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  EROFS: { en: "its file system is read-only.", es: "su sistema de ficheros es de solo lectura." },
  EDQUOT: { en: "the disk quota is spent.", es: "la cuota de disco está agotada." },
  ENOTDIR: NO_FOLDER,
  EEXIST: NO_FOLDER,
  ENAMETOOLONG: { en: "its name is too long.", es: "su nombre es demasiado largo." },
};

function reasonOf({ code = "", message }: NodeJS.ErrnoException, path: string): Reason {
  const tooLarge = TOO_LARGE[code];
  const { en, es } = tooLarge ?? REASONS[code] ?? { en: `${message}.`, es: `${message}.` };
  const way = tooLarge === undefined ? ELSEWHERE : smaller(path);
  return { en: `${en} ${way.en}`, es: `${es} ${way.es}` };
}
