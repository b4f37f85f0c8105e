import { readFileSync } from "node:fs";
import { Script } from "node:vm";
import { entriesOf, type FileDefinition } from "../journal/file-chunk.js";

/**
 * The text of a function as its author wrote it, and as `toString` gives it; or of a function or class around it.
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
  if (!/\.[cm]?js$/.test(path)) return undefined;
  try {
    const source = readFileSync(path, "utf8");
    const { functions } = entriesOf(definition);
    const lineStarts = [0];
    for (const { index, 0: end } of source.matchAll(/\r\n|[\n\r\u2028\u2029]/g))
      lineStarts.push(index + end.length);
    const offset = (line: number, column: number): number => lineStarts[line - 1]! + column - 1;
    const inner = functions[number - definition.functionBase]!;
    const start = offset(inner.line, inner.column);
    for (let i = number - definition.functionBase; i >= 0; i--) {
      const { line, column, endLine, endColumn } = functions[i]!;
      const end = offset(endLine, endColumn);
      if (end <= start) continue;
      const text = source.slice(offset(line, column), end).replace(/^static\s+/, "");
      if (text.startsWith(head)) return text;
    }
    return /^class\b/.test(head) ? classSource(source, source.lastIndexOf(head, start), most) : undefined;
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
