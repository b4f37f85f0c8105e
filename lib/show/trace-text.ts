import { qualifiedName } from "../trace/call-name.js";
import { FAILED, type Trace } from "../trace/columns.js";
import { errorText, UNSEEN_ERROR } from "../trace/error-text.js";
import type { Value } from "../trace/format.js";
import { previewInputs } from "../trace/preview.js";
import { count, duration } from "../view/units.js";
import { en, type ShowMessages } from "./messages/en.js";
import { es } from "./messages/es.js";
import { fitted, linesOf, oneLine, type Style, styled, type Terminal, widthOf } from "./terminal.js";

const MOST_ERROR_LINES = 20;

/** What is told of a trace, in words of a language and as wide as a terminal is. */
export class TraceText {
  private readonly messages: ShowMessages;

  constructor(
    readonly trace: Trace,
    readonly terminal: Terminal,
    readonly language: "en" | "es",
  ) {
    this.messages = language === "es" ? es : en;
  }

  message(key: keyof ShowMessages, places: Record<string, string | number> = {}): string {
    return this.messages[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(places[name] ?? whole));
  }

  counted(one: keyof ShowMessages, many: keyof ShowMessages, n: number): string {
    return n === 1 ? this.message(one) : this.message(many, { count: this.number(n) });
  }

  time(ms: number): string {
    return duration(ms, this.language);
  }

  number(n: number): string {
    return count(n, this.language);
  }

  styled(style: Style, text: string): string {
    return styled(this.terminal, style, text);
  }

  heading(key: keyof ShowMessages): string {
    return this.styled("bold", this.message(key));
  }

  name(row: number): string {
    return qualifiedName(this.trace.functions[this.trace.calls.functionId[row]!]!);
  }

  /** `total(items=[…])`, the inputs in so many columns. */
  code(row: number, inputColumns: number): string {
    return row === 0 ? this.name(0) : `${this.name(row)}(${previewInputs(this.inputs(row), inputColumns)})`;
  }

  value(ref: number): Value | undefined {
    const text = this.trace.values.text(ref);
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  }

  inputs(row: number): { [name: string]: Value } {
    return (this.value(this.trace.calls.inputs[row]!) ?? {}) as { [name: string]: Value };
  }

  hasFailed(row: number): boolean {
    return (this.trace.calls.flags[row]! & FAILED) !== 0;
  }

  /** In one line; see {@link errorLines}. */
  error(row: number): string {
    return oneLine(this.wholeError(row));
  }

  /** With its line ends, as what tests expected and got is told below each other. */
  errorLines(row: number, columns: number): Generator<string> {
    return linesOf(this.wholeError(row), columns, MOST_ERROR_LINES);
  }

  private wholeError(row: number): string {
    const error = this.trace.errors[this.trace.calls.error[row]!];
    if (error !== undefined) return errorText(error);
    return this.hasFailed(row) ? UNSEEN_ERROR : "";
  }

  /** Where the function is defined. */
  place(row: number): string {
    const { file, line } = this.trace.functions[this.trace.calls.functionId[row]!]!;
    return file === undefined || line === undefined ? "" : `${file}:${line}`;
  }

  /** Left and right text on one line, the left one cut to what room there is. */
  line(indent: string, left: string, right: string, paint = (text: string) => text): string {
    const { columns } = this.terminal;
    const shown = fitted(left, Math.max(20, columns - widthOf(indent) - widthOf(right) - 2));
    if (right === "") return indent + paint(shown);
    const gap = Math.max(1, columns - widthOf(indent) - widthOf(shown) - widthOf(right));
    return indent + paint(shown) + " ".repeat(gap) + this.styled("dim", right);
  }
}
