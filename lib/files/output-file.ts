import {
  closeSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
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
    if (beside !== undefined) rmSync(beside, { force: true });
  };
  const failed = (cause: unknown): unknown => {
    discard();
    if (cause instanceof FlowTraceError || !isSystemError(cause)) return cause;
    return new FlowTraceError("FT_OUTPUT_UNWRITABLE", `${path} cannot be written: ${reason(cause, path)}`, {
      cause,
    });
  };
  try {
    mkdirSync(dirname(path), { recursive: true });
    const there = statSync(path, { throwIfNoEntry: false });
    if (there !== undefined) target = realpathSync(path); // a link stays one
    // A device or a pipe cannot be replaced, and must not be.
    const isSpecial = there !== undefined && !there.isFile() && !there.isDirectory();
    if (there?.isDirectory() === true) {
      throw new FlowTraceError(
        "FT_OUTPUT_UNWRITABLE",
        `${path} cannot be written: it is a folder. Name a file in it: -o ${join(path, "<file>")}.`,
      );
    }
    if (!isSpecial) hasNoRoom = createRoomWatch(dirname(target));
    if (!isSpecial) beside = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    fd = openSync(beside ?? target, "w", 0o600);
  } catch (error) {
    throw failed(error);
  }
  return {
    write(bytes) {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd!, bytes, at, bytes.length - at);
      written += bytes.length;
      const left = hasNoRoom?.(written);
      if (left !== undefined) {
        throw new FlowTraceError(
          "FT_OUTPUT_UNWRITABLE",
          `${path} cannot be written: it would fill the disk, of which ${Math.floor(left / 1e6)} MB are left. Make room, ${smaller(path)}`,
        );
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

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === "string";
}

const ELSEWHERE = "Choose another place with -o <file>.";

function smaller(path: string): string {
  const way = path.endsWith(".gz")
    ? "write elsewhere with -o <file>"
    : "end the name in .json.gz for a file of a tenth of the size";
  return `or ${way}.`;
}

const TOO_LARGE: Record<string, string> = {
  ENOSPC: "the disk is full. Make room,",
  EFBIG: "files may not get that large here. Raise the limit (ulimit -f),",
};

const REASONS: Record<string, string> = {
  EACCES: `there is no permission to write there. ${ELSEWHERE}`,
  EPERM: `there is no permission to write there. ${ELSEWHERE}`,
  EROFS: `its file system is read-only. ${ELSEWHERE}`,
  EDQUOT: `the disk quota is spent. ${ELSEWHERE}`,
  ENOTDIR: `part of its path is a file, not a folder. ${ELSEWHERE}`,
  EEXIST: `part of its path is a file, not a folder. ${ELSEWHERE}`,
  ENAMETOOLONG: `its name is too long. ${ELSEWHERE}`,
};

function reason({ code = "", message }: NodeJS.ErrnoException, path: string): string {
  const tooLarge = TOO_LARGE[code];
  if (tooLarge !== undefined) return `${tooLarge} ${smaller(path)}`;
  return REASONS[code] ?? `${message}. ${ELSEWHERE}`;
}
