import { readFileSync } from "node:fs";
import { Script } from "node:vm";
import { definedFile } from "../journal/defined-file.js";
import type { FileDefinition } from "../journal/file-chunk.js";

/**
 * The text of a function or class as its author wrote it, and as `toString` gives it.
 *
 * @param head - what it begins with, up to the body of the first function in it
 * @param number - of that function, in the process; undefined when it is not known
 * @param most - of a class that is longer, so much is given
 * @returns undefined when its file is gone, or is not what was run (TypeScript), and when several texts begin so
 */
export function functionSource(
  files: readonly FileDefinition[],
  head: string,
  number: number | undefined,
  most: number,
): string | undefined {
  let found: string | undefined;
  for (const definition of files) {
    const index = number === undefined ? 0 : number - definition.functionBase;
    if (index < 0 || index >= definition.functions || !/\.[cm]?js$/.test(definition.path)) continue;
    try {
      const text = sourceIn(definition, head, number === undefined ? undefined : index, most);
      if (text === undefined) continue;
      if (found !== undefined) return undefined;
      found = text;
    } catch {
      // the file is gone
    }
  }
  return found;
}

function sourceIn(
  definition: FileDefinition,
  head: string,
  index: number | undefined,
  most: number,
): string | undefined {
  const source = readFileSync(definition.path, "utf8");
  const first = source.indexOf(head);
  if (first < 0 || (index === undefined && source.includes(head, first + 1))) return undefined;
  const file = definedFile(definition);
  const lineStarts = [0];
  for (const { index: at, 0: end } of source.matchAll(/\r\n|[\n\r\u2028\u2029]/g))
    lineStarts.push(at + end.length);
  const offset = (line: number, column: number): number => lineStarts[line - 1]! + column - 1;
  const inner = index === undefined ? undefined : file.function(index)!;
  const start = inner === undefined ? first : offset(inner.line, inner.column);
  // Those around a function stand in front of it in the list.
  for (let i = index ?? definition.functions - 1; i >= 0; i--) {
    const { line, column, endLine, endColumn } = file.function(i)!;
    const end = offset(endLine, endColumn);
    if (end <= start) continue;
    const text = source.slice(offset(line, column), end).replace(/^static\s+/, "");
    if (text.startsWith(head)) return text;
  }
  return /^class\b/.test(head) ? classSource(source, source.lastIndexOf(head, start), most) : undefined;
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
