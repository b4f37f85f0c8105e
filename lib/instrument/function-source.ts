import { readFileSync } from "node:fs";
import { entriesOf, type FileDefinition } from "../journal/file-chunk.js";

/**
 * The text of a function as its author wrote it, and as `toString` gives it.
 *
 * @param number - of the function, in the process
 * @returns undefined when its file is gone, or is not what was run (TypeScript)
 */
export function functionSource(files: readonly FileDefinition[], number: number): string | undefined {
  const definition = files.find(
    ({ functionBase, functions }) => number >= functionBase && number < functionBase + functions,
  );
  if (definition === undefined) return undefined;
  const { path } = definition.file;
  const entry = entriesOf(definition).functions[number - definition.functionBase]!;
  if (!/\.[cm]?js$/.test(path)) return undefined;
  try {
    const lines = readFileSync(path, "utf8").split(/(?<=\r\n|[\n\u2028\u2029]|\r(?!\n))/);
    const text = lines.slice(entry.line - 1, entry.endLine);
    const last = text.length - 1;
    text[last] = text[last]!.slice(0, entry.endColumn - 1);
    text[0] = text[0]!.slice(entry.column - 1);
    return text.join("").replace(/^static\s+/, "");
  } catch {
    return undefined;
  }
}
