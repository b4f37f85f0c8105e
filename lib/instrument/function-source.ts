import { readFileSync } from "node:fs";
import { Script } from "node:vm";
import { entriesOf, type FileDefinition } from "../journal/file-chunk.js";

/**
 * The text of a function as its author wrote it, and as `toString` gives it; or of the class that it is a method of, when
 * `head` says so.
 *
 * @param number - of the function, in the process
 * @param head - what the text begins with
 * @param most - of a class that is longer, so much is given
 * @returns undefined when its file is gone, or is not what was run (TypeScript)
 */
export function functionSource(
  files: readonly FileDefinition[],
  number: number,
  head: string,
  most: number,
): string | undefined {
  const definition = files.find(
    ({ functionBase, functions }) => number >= functionBase && number < functionBase + functions,
  );
  if (definition === undefined) return undefined;
  const { path } = definition.file;
  const entry = entriesOf(definition).functions[number - definition.functionBase]!;
  if (!/\.[cm]?js$/.test(path)) return undefined;
  try {
    const source = readFileSync(path, "utf8");
    const lines = source.split(/(?<=\r\n|[\n\u2028\u2029]|\r(?!\n))/);
    const at = (line: number, column: number): number =>
      lines.slice(0, line - 1).reduce((length, { length: more }) => length + more, column - 1);
    const start = at(entry.line, entry.column);
    if (/^class\b/.test(head)) return classSource(source, source.lastIndexOf(head, start), most);
    return source.slice(start, at(entry.endLine, entry.endColumn)).replace(/^static\s+/, "");
  } catch {
    return undefined;
  }
}

/** It ends with the first brace behind which all is well. */
function classSource(source: string, start: number, most: number): string | undefined {
  if (start < 0) return undefined;
  for (
    let end = source.indexOf("}", start);
    end >= 0 && end < start + most;
    end = source.indexOf("}", end + 1)
  ) {
    const text = source.slice(start, end + 1);
    if (isExpression(text)) return text;
  }
  return source.slice(start, start + most);
}

function isExpression(text: string): boolean {
  try {
    return new Script(`(${text})`) !== undefined;
  } catch {
    return false;
  }
}
