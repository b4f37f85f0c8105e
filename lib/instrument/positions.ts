import fs from "node:fs";
import { SafeMap, SafeSet } from "../primordials.js";
import { createSourceMapping, type LineColumn, type SourceMapping } from "../source-mapping.js";
import { MOVED_FIELDS, Moved, type MovedPlaces } from "./first-places.js";
import type { InsertedPieces } from "./insertions.js";

// Taken before the program can replace it.
const { readFileSync } = fs;

/** What is known of how a file's text became the one that V8 runs. */
export interface FileChanges {
  pieces: InsertedPieces;
  moved: MovedPlaces;
  /** Mappings of a source map, when the text was compiled before anything was inserted. */
  mappings?: string;
}

/** What was changed in the text of rewritten files, to tell original positions of what V8 reports. */
export interface Positions {
  /** Called before every question, to take in what another thread has rewritten. */
  source: (() => void) | undefined;
  add(file: string, changes: FileChanges): void;
  /** Whether the file was rewritten. Takes paths and file: URLs. */
  has(file: string): boolean;
  /**
   * Where a place of the text that V8 runs stands in the original.
   *
   * @param isWaiting - of a call that waits there
   */
  original(file: string, line: number, column: number, isWaiting?: boolean): LineColumn;
  /** Whether a place of the text that V8 runs is in something that was inserted. */
  isInserted(file: string, line: number, column: number): boolean;
  /** The file as the program's author wrote it; undefined when it is gone. */
  text(file: string): string | undefined;
  /** A line of it. */
  line(file: string, line: number): string | undefined;
  /** The names by which V8 knows the rewritten files: paths and URLs. */
  files(): Iterable<string>;
}

export function createPositions(pathOf: (file: string) => string): Positions {
  const files = new SafeMap<string, ChangedFile>();
  const names = new SafeSet<string>();
  const known = (file: string): ChangedFile | undefined => {
    positions.source?.();
    return files.get(pathOf(file));
  };
  const positions: Positions = {
    source: undefined,
    add(file, changes) {
      names.add(file);
      files.set(pathOf(file), new ChangedFile(changes));
    },
    has: (file) => known(file) !== undefined,
    original: (file, line, column, isWaiting = false) =>
      known(file)?.original(line, column, isWaiting) ?? { line, column },
    isInserted: (file, line, column) => known(file)?.isInserted(line, column) ?? false,
    text(file) {
      try {
        return readFileSync(pathOf(file), "utf8");
      } catch {
        return undefined;
      }
    },
    line: (file, line) => positions.text(file)?.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1],
    files: () => {
      positions.source?.();
      return names;
    },
  };
  return positions;
}

/** Most files are never asked about: lines are looked up when they are. */
class ChangedFile {
  private firstOfLine: SafeMap<number, number> | undefined;
  private movedFrom: SafeMap<number, number> | undefined;
  private mapping: SourceMapping | undefined;

  constructor(private readonly changes: FileChanges) {}

  original(line: number, column: number, isWaiting: boolean): LineColumn {
    const place = this.written(line, column, isWaiting);
    const { mappings } = this.changes;
    if (mappings === undefined) return place;
    this.mapping ??= createSourceMapping(mappings);
    return this.mapping.original(place.line, place.column) ?? place;
  }

  isInserted(line: number, column: number): boolean {
    return this.piecesBefore(line, column).isInside;
  }

  /** In the text before anything was inserted. */
  private written(line: number, column: number, isWaiting: boolean): LineColumn {
    const { column: own, isInside } = this.piecesBefore(line, column);
    const { moved } = this.changes;
    if (moved.length === 0) return { line, column: own };
    if (this.movedFrom === undefined) {
      this.movedFrom = new SafeMap();
      for (let i = 0; i < moved.length; i += MOVED_FIELDS)
        this.movedFrom.set(placeKey(moved[i]!, moved[i + 1]!, moved[i + 2] === Moved.Inserted), i);
    }
    const at = this.movedFrom.get(placeKey(line, own - 1, isInside));
    if (at === undefined || (isWaiting && moved[at + 2] === Moved.Running)) return { line, column: own };
    return { line: moved[at + 3]!, column: moved[at + 4]! + 1 };
  }

  /** The column without what was inserted in front of it; inside a piece, what stands right behind it. */
  private piecesBefore(line: number, column: number): { column: number; isInside: boolean } {
    const { pieces } = this.changes;
    let inserted = 0;
    for (let i = this.first(line) ?? pieces.length; pieces[i] === line; i += 3) {
      const original = pieces[i + 1]!;
      const length = pieces[i + 2]!;
      const start = original + inserted;
      if (column - 1 < start) break;
      if (column - 1 < start + length) return { column: original + 1, isInside: true };
      inserted += length;
    }
    return { column: column - inserted, isInside: false };
  }

  private first(line: number): number | undefined {
    if (this.firstOfLine === undefined) {
      this.firstOfLine = new SafeMap();
      const { pieces } = this.changes;
      for (let i = pieces.length - 3; i >= 0; i -= 3) this.firstOfLine.set(pieces[i]!, i);
    }
    return this.firstOfLine.get(line);
  }
}

const LONGEST_LINE = 2 ** 29;

function placeKey(line: number, column: number, isInserted: boolean): number {
  return (line * 2 + Number(isInserted)) * LONGEST_LINE + column;
}
