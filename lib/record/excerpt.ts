import { pathToFileURL } from "node:url";
import { evaluatedLine } from "./evaluated-text.js";

/** What an excerpt needs to know of rewritten files. */
export interface ExcerptSource {
  original(file: string, line: number, column: number): { line: number; column: number };
  /** Whether the place, in the text that V8 has, is in something that we inserted. */
  isInserted(file: string, line: number, column: number): boolean;
  line(file: string, line: number): string | undefined;
  /** The names by which V8 knows the rewritten files: paths and URLs. */
  files(): Iterable<string>;
}

/** 1-based, in the original. */
export interface Place {
  /** Empty for what was given to `eval`. */
  file: string;
  line: number;
  column: number;
}

const { apply } = Reflect;

/**
 * File and line, the line's text and a caret, as Node lays them out.
 *
 * @param line - 0-based, as the column, in the text that V8 has; a column below 0 is not known
 * @param thrownAt - where the error was thrown, for those that our own `catch` has thrown again (see probe.ts); not known of
 *   what the engine throws
 * @param stack - the error's, with original positions
 */
export function excerpt(
  source: ExcerptSource,
  url: string,
  line: number,
  column: number,
  thrownAt: Place | undefined,
  stack: unknown,
): string | undefined {
  const name = nameOf(source, url);
  if (name === undefined) return undefined;
  const isRethrown = column < 0 || source.isInserted(name, line + 1, column + 1);
  const place = (isRethrown ? (thrownAt ?? topFrame(stack)) : undefined) ?? {
    file: name,
    ...source.original(name, line + 1, column + 1),
  };
  const isEvaluated = place.file === "";
  const text = isEvaluated
    ? evaluatedLine(place.line, place.column)
    : (nodeLine(place) ?? source.line(place.file, place.line));
  if (text === undefined) return undefined;
  const file = isEvaluated ? "<anonymous_script>" : (nameOf(source, place.file) ?? place.file);
  return `${file}:${place.line}\n${text}\n${caret(text, place.column - 1)}\n`;
}

/** The name by which V8 knows a rewritten file. */
function nameOf(source: ExcerptSource, file: string): string | undefined {
  const url = pathAsUrl(file);
  for (const name of source.files()) if (pathAsUrl(name) === url) return name;
  return undefined;
}

/** Where the engine threw: the first frame of a stack that has a place in a file, or in what was evaluated. */
function topFrame(stack: unknown): Place | undefined {
  if (typeof stack !== "string") return undefined;
  const evaluated =
    /^[^\n]*(?:\n(?! {4}at )[^\n]*)*\n {4}at [^\n]*\(eval at [^\n]*<anonymous>:(\d+):(\d+)\)?\n/.exec(stack);
  if (evaluated !== null) return { file: "", line: Number(evaluated[1]), column: Number(evaluated[2]) };
  const frame = /^ {4}at (?!.*\(eval at )(?:.*\()?((?:\/|[A-Za-z]:|file:|node:).*?):(\d+):(\d+)\)?$/m.exec(
    stack,
  );
  return frame === null ? undefined : { file: frame[1]!, line: Number(frame[2]), column: Number(frame[3]) };
}

/** A line of Node's own library. */
function nodeLine({ file, line }: Place): string | undefined {
  if (!file.startsWith("node:")) return undefined;
  const { binding } = process as unknown as { binding(name: "natives"): Record<string, string | undefined> };
  return apply(binding, process, ["natives"])[file.slice("node:".length)]?.split("\n")[line - 1];
}

function pathAsUrl(file: string): string {
  return file.startsWith("file:") ? file : pathToFileURL(file).href;
}

/** Node has no room for more blanks than these; the caret behind them is lost. */
const MOST_BLANKS = 1020;

/** Node goes through the line's bytes to find tabs, and counts by UTF-16 units: so do we. */
function caret(text: string, column: number): string {
  const bytes = Buffer.from(text);
  let blanks = "";
  for (let i = 0; i < column && i < MOST_BLANKS; i++) blanks += bytes[i] === 9 ? "\t" : " ";
  return column < MOST_BLANKS ? `${blanks}^` : blanks;
}
