import type { FunctionEntry } from "../probe.js";

/*
 * Names as they stand in the text that a compiler has read. Source maps seldom say them; the place where a function
 * starts does.
 */

interface Place {
  line: number;
  column: number;
}

const DECLARED = /^(?:export\s+(?:default\s+)?)?(?:async\s+)?function\s*\*?\s*([\w$]+)/;
const METHOD =
  /^(?:(?:static|async|public|private|protected|override)\s+|\*\s*)*(?:(get|set)\s+)?(#?[\w$]+)\s*(?:<[^>(]*>)?\(/;
/** In front of a function, or of its first parameter: maps say the one or the other. */
const ASSIGNED = /([\w$#]+)\s*(?::[^=;]*)?[=:]\s*(?:async\s+)?\(?$/;
const LIST = /^(?:export\s+(?:default\s+)?)?(?:async\s*)?(?:function\s*\*?\s*[\w$]*\s*)?(?:<[^>(]*>\s*)?\(/;
const FIRST_OF_LIST = /^[A-Za-z_$][^()]*\)\s*(?::[^=]*)?=>/;
const MODIFIERS = "(?:(?:public|private|protected|readonly|override)\\s+)*";
const PARAMETER = new RegExp(`^\\s*${MODIFIERS}(?:\\.\\.\\.)?([A-Za-z_$][\\w$]*)\\s*\\??\\s*(?:[:=]|$)`);
/** Lines that a list of parameters may take. */
const LONGEST_LIST = 40;

/** The name of the function that starts there; undefined where none stands. */
export function originalName(
  lines: readonly string[],
  { line, column }: Place,
  { name, kind }: FunctionEntry,
): string | undefined {
  if (kind === "constructor") return undefined;
  const text = lines[line - 1] ?? "";
  const from = text.slice(column - 1);
  const declared = DECLARED.exec(from);
  if (declared !== null) return declared[1];
  if (kind === "method" || kind === "getter" || kind === "setter") {
    const method = METHOD.exec(from);
    return method === null ? undefined : `${method[1] === undefined ? "" : `${method[1]} `}${method[2]}`;
  }
  // A label such as `callback of Array.map (app.js:12)` says more than what stands in front; but esbuild's helper to keep
  // names is no such place.
  const isLabel = name.startsWith("callback of ") && !name.startsWith("callback of __name ");
  return isLabel ? undefined : ASSIGNED.exec(text.slice(0, column - 1))?.[1];
}

/** The class of a method; found by looking up from it, and only where the text does not know the compiler's name for it. */
export function originalOwner(lines: readonly string[], line: number, owner: string): string {
  const isKnown = new RegExp(`(?<![\\w$])${owner.replace(/[^\w]/g, "\\$&")}(?![\\w$])`);
  if (lines.some((text) => isKnown.test(text))) return owner;
  for (let at = line - 1; at >= 0; at--) {
    const found = /\bclass\s+([\w$]+)/.exec(lines[at] ?? "");
    if (found !== null) return found[1]!;
  }
  return owner;
}

/** The parameters' names; those of the compiler where the text has another number of them, or patterns. */
export function originalParameters(
  lines: readonly string[],
  { line, column }: Place,
  compiled: readonly string[],
): string[] {
  const text = [lines[line - 1]?.slice(column - 1), ...lines.slice(line, line + LONGEST_LIST)].join("\n");
  const single = /^(?:async\s+)?([A-Za-z_$][\w$]*)\s*=>/.exec(text);
  const list = single === null ? listIn(text) : [single[1]!];
  const names = list?.map((parameter) => PARAMETER.exec(parameter)?.[1]);
  return names?.length === compiled.length && names.every((name) => name !== undefined)
    ? (names as string[])
    : [...compiled];
}

/** The parameters of the function that the text starts with, by the commas that are in nothing else. */
function listIn(from: string): string[] | undefined {
  const text = FIRST_OF_LIST.test(from) ? `(${from}` : from;
  const head = LIST.exec(text) ?? METHOD.exec(text);
  if (head === null) return undefined;
  return listFrom(text, head[0].length - 1);
}

function listFrom(text: string, start: number): string[] | undefined {
  const list: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let i = start; i < text.length; i++) {
    const character = text[i]!;
    if ("([{<".includes(character)) depth++;
    else if (")]}".includes(character) || (character === ">" && text[i - 1] !== "=")) depth--;
    if ((character === "," && depth === 1) || depth === 0) {
      if (text.slice(from, i).trim() !== "") list.push(text.slice(from, i));
      from = i + 1;
    }
    if (depth === 0) return list;
  }
  return undefined;
}
