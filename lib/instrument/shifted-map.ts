import fs from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { SourceMap } from "../probe.js";
import { dataOf, decodeNumber, encodeNumber } from "../source-mapping.js";
import type { InsertedPieces } from "./insertions.js";

// Taken before the program can replace it.
const { readFileSync } = fs;

/**
 * A file's source map as it has to be once text is inserted in the file, as a data: URL: Node maps stacks and the line of
 * source that threw an error by it.
 *
 * @param url - as the file names its map
 * @returns undefined when the map cannot be read
 */
export function shiftedMapURL(url: string, path: string, pieces: InsertedPieces): string | undefined {
  try {
    return mapURL(shiftedMap(readMap(url, path), pieces));
  } catch {
    return undefined; // Node would do without it too
  }
}

export function mapURL(map: SourceMap): string {
  return `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`;
}

export function shiftedMap(map: SourceMap, pieces: InsertedPieces): SourceMap {
  return { ...map, mappings: shiftedMappings(map.mappings, pieces) };
}

/** The map of a text that is its own original: each word and each other character stands where it stands. */
export function identityMap(text: string, path: string): SourceMap {
  let lineBefore = 0;
  let columnBefore = 0;
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((line, i) => {
    let inLine = 0;
    const segments: string[] = [];
    for (const { index } of line.matchAll(/[\w$]+|[^\w$\s]/g)) {
      const numbers = [index - inLine, 0, i - lineBefore, index - columnBefore];
      segments.push(numbers.map(encodeNumber).join(""));
      inLine = index;
      lineBefore = i;
      columnBefore = index;
    }
    return segments.join(",");
  });
  return { version: 3, sources: [path], names: [], mappings: lines.join(";") };
}

/** @throws when it is not there, or no map */
export function readMap(url: string, path: string): SourceMap {
  if (url.startsWith("data:")) return JSON.parse(dataOf(url)) as SourceMap;
  const file = url.startsWith("file:") ? fileURLToPath(url) : resolve(dirname(path), decodeURIComponent(url));
  const map = JSON.parse(readFileSync(file, "utf8")) as SourceMap;
  // Its sources are relative to where it lies.
  const root = map.sourceRoot ?? "";
  const sources = map.sources.map((source) => source && new URL(root + source, pathToFileURL(file)).href);
  return { ...map, sources, sourceRoot: "" };
}

/** Only the first number of a segment, its column, changes; it counts from the segment in front, in the same line. */
function shiftedMappings(mappings: string, pieces: InsertedPieces): string {
  const lines = mappings.split(";");
  for (let i = 0; i < pieces.length; ) {
    const line = pieces[i]!;
    const first = i;
    while (pieces[i] === line) i += 3;
    const text = lines[line - 1];
    if (text) lines[line - 1] = shiftedLine(text, pieces, first, i);
  }
  return lines.join(";");
}

function shiftedLine(text: string, pieces: InsertedPieces, first: number, end: number): string {
  let column = 0;
  let before = 0;
  let next = first;
  let inserted = 0;
  const segments = text.split(",").map((segment) => {
    const { value, length } = decodeNumber(segment);
    column += value;
    for (; next < end && pieces[next + 1]! <= column; next += 3) inserted += pieces[next + 2]!;
    const shifted = encodeNumber(column + inserted - before) + segment.slice(length);
    before = column + inserted;
    return shifted;
  });
  return segments.join(",");
}
