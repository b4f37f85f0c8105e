import fs from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { dataOf, decodeNumber, encodeNumber } from "../source-mapping.js";
import type { InsertedPieces } from "./insertions.js";

// Taken before the program can replace it.
const { readFileSync } = fs;

interface SourceMap {
  mappings: string;
  sources: (string | null)[];
  sourceRoot?: string;
}

/**
 * A file's source map as it has to be once text is inserted in the file, as a data: URL: Node maps stacks and the line of
 * source that threw an error by it.
 *
 * @param url - as the file names its map
 * @returns undefined when the map cannot be read
 */
export function shiftedMap(url: string, path: string, pieces: InsertedPieces): string | undefined {
  try {
    const map = readMap(url, path);
    const shifted = { ...map, mappings: shiftedMappings(map.mappings, pieces) };
    return `data:application/json;base64,${Buffer.from(JSON.stringify(shifted)).toString("base64")}`;
  } catch {
    return undefined; // Node would do without it too
  }
}

function readMap(url: string, path: string): SourceMap {
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
