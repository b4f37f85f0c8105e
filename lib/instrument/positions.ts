import { readFileSync } from "../own-fs.js";
import type { InsertedPieces } from "./insertions.js";

/** What was inserted in the lines of rewritten files, to tell original positions of what V8 reports. */
export interface Positions {
  /** Called before every question, to take in what another thread has rewritten. */
  source: (() => void) | undefined;
  add(path: string, pieces: InsertedPieces): void;
  /** Whether the file was rewritten. Takes paths and file: URLs. */
  has(file: string): boolean;
  /** 1-based column in the original line. */
  column(file: string, line: number, column: number): number;
  /** Whether the line, as V8 has it, holds inserted text. */
  isTouched(file: string, line: number): boolean;
  /** The line as the program's author wrote it; undefined when the file is gone. */
  line(file: string, line: number): string | undefined;
}

export function createPositions(pathOf: (file: string) => string): Positions {
  const files = new Map<string, FilePieces>();
  const piecesOf = (file: string): FilePieces | undefined => {
    positions.source?.();
    return files.get(pathOf(file));
  };
  const positions: Positions = {
    source: undefined,
    add(path, pieces) {
      files.set(path, new FilePieces(pieces));
    },
    has: (file) => piecesOf(file) !== undefined,
    column: (file, line, column) => piecesOf(file)?.column(line, column) ?? column,
    isTouched: (file, line) => piecesOf(file)?.isTouched(line) ?? false,
    line(file, line) {
      try {
        return readFileSync(pathOf(file), "utf8").split(/\r\n|[\n\r\u2028\u2029]/)[line - 1];
      } catch {
        return undefined;
      }
    },
  };
  return positions;
}

/** The pieces of one file. Most files are never asked about: lines are looked up when they are. */
class FilePieces {
  private firstOfLine: Map<number, number> | undefined;

  constructor(private readonly pieces: InsertedPieces) {}

  isTouched(line: number): boolean {
    return this.first(line) !== undefined;
  }

  column(line: number, column: number): number {
    const { pieces } = this;
    let inserted = 0;
    for (let i = this.first(line) ?? pieces.length; pieces[i] === line; i += 3) {
      const original = pieces[i + 1]!;
      const length = pieces[i + 2]!;
      const start = original + inserted;
      if (column - 1 < start) break;
      // Inside a piece: what stands right behind it.
      if (column - 1 < start + length) return original + 1;
      inserted += length;
    }
    return column - inserted;
  }

  private first(line: number): number | undefined {
    if (this.firstOfLine === undefined) {
      this.firstOfLine = new Map();
      for (let i = this.pieces.length - 3; i >= 0; i -= 3) this.firstOfLine.set(this.pieces[i]!, i);
    }
    return this.firstOfLine.get(line);
  }
}
