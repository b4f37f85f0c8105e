import { readFileSync } from "node:fs";
import type { FileChunk } from "../journal/layout.js";

/**
 * The text of a function as its author wrote it, and as `toString` gives it.
 *
 * @param number - of the function, in the process
 * @returns undefined when its file is gone, or is not what was run (TypeScript)
 */
export function functionSource(files: readonly FileChunk[], number: number): string | undefined {
  const file = files.find(
    ({ functionBase, table }) => number >= functionBase && number < functionBase + table.functions.length,
  );
  const entry = file?.table.functions[number - file.functionBase];
  if (entry === undefined || !/\.[cm]?js$/.test(file!.table.path)) return undefined;
  try {
    const lines = readFileSync(file!.table.path, "utf8").split(/(?<=\r\n|[\n\u2028\u2029]|\r(?!\n))/);
    const text = lines.slice(entry.line - 1, entry.endLine);
    const last = text.length - 1;
    text[last] = text[last]!.slice(0, entry.endColumn - 1);
    text[0] = text[0]!.slice(entry.column - 1);
    return text.join("").replace(/^static\s+/, "");
  } catch {
    return undefined;
  }
}
