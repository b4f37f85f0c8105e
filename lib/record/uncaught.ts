import { Module, wholeModule } from "../node-module.js";
import { MAP_COMMENT } from "../probe.js";
import { type ExcerptSource, excerpt, type Place } from "./excerpt.js";
import { enableMapsForUs, findSourceMap } from "./source-maps.js";

/** As far as this file knows Node's class; see https://nodejs.org/api/module.html#class-modulesourcemap */
interface SourceMapClass {
  prototype: {
    readonly payload: { sources: string[]; mappings: string };
    findEntry(line: number, column: number): object;
  };
}

interface Maps {
  SourceMap?: SourceMapClass;
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
  source: ExcerptSource,
  thrownAt: Place | undefined,
  stack: unknown,
): void {
  const { SourceMap } = wholeModule() as unknown as Maps;
  if (SourceMap === undefined) return;
  const { findEntry } = SourceMap.prototype;
  const excerpts = {
    findEntry(this: SourceMapClass["prototype"], line: number, column: number): object {
      const { sources, mappings } = this.payload;
      // A file's own map, with what we have inserted: see instrument/shifted-map.ts.
      if (mappings !== "") return apply(findEntry, this, [line, column]);
      const file = sources[0];
      const text = file === undefined ? undefined : excerpt(source, file, line, column, thrownAt, stack);
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
