import { CLOSE, OPEN } from "../probe.js";

/** Where inserted text stands in the rewritten file, for mapping positions back. */
export interface InsertedPiece {
  /** 1-based line. */
  line: number;
  /** 0-based column in the original line, and how many characters were inserted there. */
  column: number;
  length: number;
}

/**
 * Collects pieces of text for offsets of a source and splices them in. Children are visited before their parents, so at
 * one offset an opening piece goes in front of those there, and a closing piece behind them; all closing
 * pieces stand before all opening ones.
 */
export class Insertions {
  private readonly opens = new Map<number, string>();
  private readonly closes = new Map<number, string>();

  openAt(offset: number, text: string): void {
    this.opens.set(offset, OPEN + text + CLOSE + (this.opens.get(offset) ?? ""));
  }

  closeAt(offset: number, text: string): void {
    this.closes.set(offset, (this.closes.get(offset) ?? "") + OPEN + text + CLOSE);
  }

  get isEmpty(): boolean {
    return this.opens.size === 0 && this.closes.size === 0;
  }

  /** The source with everything inserted; no byte of it is moved, changed or left out. */
  apply(source: string): { code: string; pieces: InsertedPiece[] } {
    const offsets = [...new Set([...this.opens.keys(), ...this.closes.keys()])].sort((a, b) => a - b);
    const pieces: InsertedPiece[] = [];
    let code = "";
    let from = 0;
    let line = 1;
    let lineStart = 0;
    for (const offset of offsets) {
      for (
        let next = nextLine(source, lineStart);
        next >= 0 && next <= offset;
        next = nextLine(source, lineStart)
      ) {
        line++;
        lineStart = next;
      }
      const text = (this.closes.get(offset) ?? "") + (this.opens.get(offset) ?? "");
      code += source.slice(from, offset) + text;
      pieces.push({ line, column: offset - lineStart, length: text.length });
      from = offset;
    }
    return { code: code + source.slice(from), pieces };
  }
}

const TERMINATOR = /\r\n|[\n\r\u2028\u2029]/g;

/** Offset of the line after the one that holds `from`; -1 for the last. Lines end as in ECMAScript. */
function nextLine(source: string, from: number): number {
  TERMINATOR.lastIndex = from;
  return TERMINATOR.exec(source) === null ? -1 : TERMINATOR.lastIndex;
}
