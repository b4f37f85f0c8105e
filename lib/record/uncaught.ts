import Module from "node:module";
import { pathToFileURL } from "node:url";
import { MAP_COMMENT } from "../probe.js";
import { evaluatedLine } from "./evaluated-text.js";
import { enableMapsForUs } from "./stack-traces.js";

/** What the report of an uncaught error needs to know of rewritten files. */
export interface UncaughtSource {
  original(file: string, line: number, column: number): { line: number; column: number };
  /** Whether the place, in the text that V8 has, is in something that we inserted. */
  isInserted(file: string, line: number, column: number): boolean;
  line(file: string, line: number): string | undefined;
  /** The names by which V8 knows the rewritten files: paths and URLs. */
  files(): Iterable<string>;
}

/** As far as this file knows Node's class; see https://nodejs.org/api/module.html#class-modulesourcemap */
interface SourceMapClass {
  prototype: {
    readonly payload: { sources: string[]; mappings: string };
    findEntry(line: number, column: number): object;
  };
}

/** 1-based, in the original. */
interface Place {
  /** Empty for what was given to `eval`. */
  file: string;
  line: number;
  column: number;
}

interface Maps {
  SourceMap?: SourceMapClass;
  findSourceMap(file: string): unknown;
}

const { apply } = Reflect;

/**
 * Makes Node print an error that ends the process with the original line of source. To be called when nothing of the
 * program runs any more.
 *
 * Where source maps are enabled, Node asks the map of the script for what to show, by `SourceMap.prototype.findEntry`, and
 * passes the place that V8 has in the error's message: there is no other way to learn it. All else of the report stays
 * Node's.
 *
 * @param thrownAt - where the error was thrown, for those that our own `catch` has thrown again (see probe.ts); not known of
 *   what the engine throws
 * @param stack - the error's, with original positions
 */
export function prepareUncaughtReport(
  source: UncaughtSource,
  thrownAt: Place | undefined,
  stack: unknown,
): void {
  const { SourceMap } = Module as unknown as Maps;
  if (SourceMap === undefined) return;
  const { findEntry } = SourceMap.prototype;
  const excerpts = {
    findEntry(this: SourceMapClass["prototype"], line: number, column: number): object {
      const { sources, mappings } = this.payload;
      // A file's own map, with what we have inserted: see instrument/shifted-map.ts.
      if (mappings !== "") return apply(findEntry, this, [line, column]);
      const file = sources[0];
      const text =
        file === undefined ? undefined : excerpt(source, file, line, column, thrownAt ?? topFrame(stack));
      return text === undefined ? apply(findEntry, this, [line, column]) : answer(this, text);
    },
  };
  Object.defineProperty(SourceMap.prototype, "findEntry", { value: excerpts.findEntry });
  registerMaps(source.files());
}

/** Files that were loaded while source maps were not enabled have none in Node's eyes. Those that have one keep it. */
function registerMaps(files: Iterable<string>): void {
  const { _compile: compile } = Module.prototype as unknown as {
    _compile(content: string, filename: string): void;
  };
  enableMapsForUs();
  const { findSourceMap } = Module as unknown as Maps;
  for (const file of files)
    if (findSourceMap(file) === undefined) apply(compile, new Module(file), [MAP_COMMENT, file]);
}

/**
 * What makes Node show a text as it is: it reads a name for the source and writes it in front of the line. C++ takes the
 * result up to the NUL, so nothing follows.
 */
function answer(map: object, text: string): object {
  let asked = 0;
  // The first question is whether it is a URL.
  const name = { toString: () => (asked++ === 0 ? "" : `${text}\0`) };
  Object.defineProperty(map, "payload", { value: { sources: [name], sourcesContent: ["x"] } });
  return { originalSource: name, originalLine: 0, originalColumn: 0 };
}

/** File and line, the line's text and a caret, as Node lays them out. Takes 0-based places. */
function excerpt(
  source: UncaughtSource,
  url: string,
  line: number,
  column: number,
  thrownAt: Place | undefined,
): string | undefined {
  const name = nameOf(source, url);
  if (name === undefined) return undefined;
  const isRethrown = thrownAt !== undefined && source.isInserted(name, line + 1, column + 1);
  const place = isRethrown ? thrownAt : { file: name, ...source.original(name, line + 1, column + 1) };
  const isEvaluated = place.file === "";
  const text = isEvaluated
    ? evaluatedLine(place.line, place.column)
    : (nodeLine(place) ?? source.line(place.file, place.line));
  if (text === undefined) return undefined;
  const file = isEvaluated ? "<anonymous_script>" : (nameOf(source, place.file) ?? place.file);
  return `${file}:${place.line}\n${text}\n${caret(text, place.column - 1)}\n`;
}

/** The name by which V8 knows a rewritten file. */
function nameOf(source: UncaughtSource, file: string): string | undefined {
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

/** Node goes through the line's bytes to find tabs, and counts by UTF-16 units: so do we. */
function caret(text: string, column: number): string {
  const bytes = Buffer.from(text);
  let blanks = "";
  for (let i = 0; i < column; i++) blanks += bytes[i] === 9 ? "\t" : " ";
  return `${blanks}^`;
}
