import { closeSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { wrongUse } from "./option-reader.js";
import { shownPath } from "./report.js";
import { t } from "./text.js";

/**
 * What is made of a trace must not take its place.
 *
 * @throws FlowTraceError FT_USAGE
 */
export function notOnto(input: string, output: string): void {
  if (real(input) === real(output)) throw wrongUse(t("usage.onto-trace", { path: shownPath(output) }));
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // it is not there
  }
}

/**
 * A trace takes the place of an earlier one, but of nothing else: `flowtrace -o app.js server.js` is a slip.
 *
 * @throws FlowTraceError FT_USAGE
 */
export function onlyOntoTrace(output: string): void {
  const first = headOf(output);
  if (first === undefined || first.length === 0) return;
  const isGzip = first[0] === 0x1f && first[1] === 0x8b;
  if (!isGzip && !/^\s*\[/.test(first.toString("latin1")))
    throw wrongUse(t("usage.onto-file", { path: shownPath(output) }));
}

const HEAD_BYTES = 1 << 16;

/** How a file begins; undefined where there is none that could be read. */
export function headOf(path: string): Buffer | undefined {
  let fd: number | undefined;
  try {
    // Not a pipe, which would wait for its writer.
    if (!statSync(path).isFile()) return undefined;
    fd = openSync(path, "r");
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0));
  } catch {
    return undefined; // whoever writes there says why
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
