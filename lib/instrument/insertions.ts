import type * as t from "@babel/types";
import { CLOSE, OPEN, OPEN_APART } from "../probe.js";

/**
 * Where inserted text stands, for mapping positions back: of each piece its 1-based line, its 0-based column in the
 * original line, and its length; in order. Plain numbers, because big files have tens of thousands of pieces, and they
 * are cached and sent between threads.
 */
export type InsertedPieces = ArrayLike<number>;

const SLASH = 47;

/**
 * Collects text for offsets of a source and splices it in. Children are visited before their parents, so at one offset
 * an opening text goes in front of those there, and a closing text behind them; all closing texts stand before all
 * opening ones. What is inserted at one offset shares one pair of brackets.
 */
export class Insertions {
  private readonly opens = new Map<number, string>();
  private readonly closes = new Map<number, string>();

  constructor(private readonly source: string) {}

  openAt(offset: number, text: string): void {
    const there = this.opens.get(offset);
    this.opens.set(offset, there === undefined ? text : text + there);
  }

  closeAt(offset: number, text: string): void {
    const there = this.closes.get(offset);
    this.closes.set(offset, there === undefined ? text : there + text);
  }

  /** Puts text around an expression that stands where one without commas may. */
  around(node: t.Node, before: string, after: string): void {
    const hasCommas = node.type === "SequenceExpression";
    this.openAt(node.start!, hasCommas ? `${before}(` : before);
    const end = hasCommas ? `)${after}` : after;
    if (end !== "") this.closeAt(node.end!, end);
  }

  /** Puts text at the start and the end of a block, behind its directives. */
  inside({ directives, start, end }: t.BlockStatement, before: string, after: string): void {
    const directive = directives[directives.length - 1];
    const at = directive === undefined ? start! + 1 : directive.end!;
    // A directive may lack its semicolon.
    const opening = directive === undefined ? before : `;${before}`;
    if (at === end! - 1) this.openAt(at, opening + after);
    else {
      this.openAt(at, opening);
      if (after !== "") this.closeAt(end! - 1, after);
    }
  }

  /**
   * Where a statement ends with its line, what begins the next one could go on with a call of ours: `yield` and, in
   * the next line, `(f)()`.
   */
  endOf(statement: t.Statement): void {
    if (this.source[statement.end! - 1] !== ";") this.closeAt(statement.end!, ";");
  }

  get isEmpty(): boolean {
    return this.opens.size === 0 && this.closes.size === 0;
  }

  /** The source with everything inserted; no byte of it is moved, changed or left out. */
  apply(): { code: string; pieces: InsertedPieces } {
    const { source } = this;
    const pieces: number[] = [];
    const lines = new Lines(source);
    const parts: string[] = [];
    let from = 0;
    for (const offset of this.offsets()) {
      const open = source.charCodeAt(offset - 1) === SLASH ? OPEN_APART : OPEN;
      const text = open + (this.closes.get(offset) ?? "") + (this.opens.get(offset) ?? "") + CLOSE;
      parts.push(source.slice(from, offset), text);
      lines.advance(offset);
      pieces.push(lines.line, offset - lines.start, text.length);
      from = offset;
    }
    parts.push(source.slice(from));
    return { code: parts.join(""), pieces };
  }

  private offsets(): Int32Array {
    for (const offset of this.closes.keys()) if (!this.opens.has(offset)) this.opens.set(offset, "");
    return Int32Array.from(this.opens.keys()).sort();
  }
}

const RARE_TERMINATOR = /[\r\u2028\u2029]/;
const TERMINATOR = /\r\n|[\n\r\u2028\u2029]/g;

/** Goes through a source line by line; lines end as in ECMAScript. */
class Lines {
  line = 1;
  start = 0;
  private readonly hasRare: boolean;
  private next: number;

  constructor(private readonly source: string) {
    this.hasRare = RARE_TERMINATOR.test(source);
    this.next = this.lineAfter(0);
  }

  /** Moves on to the line that holds `offset`. */
  advance(offset: number): void {
    while (this.next > 0 && this.next <= offset) {
      this.line++;
      this.start = this.next;
      this.next = this.lineAfter(this.start);
    }
  }

  /** 0 when `from` is in the last line. */
  private lineAfter(from: number): number {
    if (!this.hasRare) return this.source.indexOf("\n", from) + 1;
    TERMINATOR.lastIndex = from;
    return TERMINATOR.test(this.source) ? TERMINATOR.lastIndex : 0;
  }
}
