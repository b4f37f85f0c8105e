import { readFileSync } from "node:fs";
import type { InsertedPiece } from "./insertions.js";

/** What was inserted in the lines of rewritten files, to tell original positions of what V8 reports. */
export interface Positions {
  /** Called before every question, to take in what another thread has rewritten. */
  source: (() => void) | undefined;
  add(path: string, pieces: readonly InsertedPiece[]): void;
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
  const files = new Map<string, Map<number, InsertedPiece[]>>();
  const linesOf = (file: string): Map<number, InsertedPiece[]> | undefined => {
    positions.source?.();
    return files.get(pathOf(file));
  };
  const piecesOf = (file: string, line: number): InsertedPiece[] | undefined => linesOf(file)?.get(line);
  const positions: Positions = {
    source: undefined,
    add(path, pieces) {
      const lines = new Map<number, InsertedPiece[]>();
      for (const piece of pieces) {
        const known = lines.get(piece.line);
        if (known === undefined) lines.set(piece.line, [piece]);
        else known.push(piece);
      }
      files.set(path, lines);
    },
    has: (file) => linesOf(file) !== undefined,
    column(file, line, column) {
      let inserted = 0;
      for (const piece of piecesOf(file, line) ?? []) {
        const start = piece.column + inserted;
        if (column - 1 < start) break;
        // Inside a piece: what stands right behind it.
        if (column - 1 < start + piece.length) return piece.column + 1;
        inserted += piece.length;
      }
      return column - inserted;
    },
    isTouched: (file, line) => piecesOf(file, line) !== undefined,
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
