import type { Trace } from "../trace/columns.js";
import { Flag } from "../trace/columns.js";
import type { Value } from "../trace/format.js";
import { preview, previewInputs } from "../trace/preview.js";
import { compileQuery } from "../trace/query.js";
import { childLists, failingPath, functionStatistics, selfTimes } from "../trace/statistics.js";
import { count as counted, duration as timed } from "../view/units.js";
import { en, type ShowMessages } from "./messages/en.js";
import { es } from "./messages/es.js";
import { fitted, styled, type Terminal, widthOf } from "./terminal.js";

export interface ShowOptions {
  terminal: Terminal;
  language: "en" | "es";
  /** Levels of the tree. */
  depth: number;
  /** Only calls that match, with the calls they stand in. */
  filter?: string;
  /** ms. */
  minDuration?: number;
  errorsOnly?: boolean;
  /** One call with all its values. */
  call?: number;
  /** Functions in the list of the slowest. */
  top: number;
}

const MOST_SIBLINGS = 20;
const FOLD_FROM = 4;

/** The trace as text for a terminal, line by line. */
export function* showTrace(trace: Trace, options: ShowOptions): Generator<string> {
  const show = new Show(trace, options);
  if (options.call !== undefined) {
    yield* show.call(options.call);
    return;
  }
  yield* show.outcome();
  yield* show.failing();
  yield* show.tree();
  yield* show.slowest();
  yield* show.notes();
}

class Show {
  private readonly texts: ShowMessages;

  constructor(
    private readonly trace: Trace,
    private readonly options: ShowOptions,
  ) {
    this.texts = options.language === "es" ? es : en;
  }

  private t(key: keyof ShowMessages, places: Record<string, string | number> = {}): string {
    return this.texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(places[name] ?? whole));
  }

  private counted(one: keyof ShowMessages, many: keyof ShowMessages, count: number): string {
    return count === 1 ? this.t(one) : this.t(many, { count: this.n(count) });
  }

  private ms(value: number): string {
    return timed(value, this.options.language);
  }

  private n(value: number): string {
    return counted(value, this.options.language);
  }

  private name(row: number): string {
    const { name, called } = this.trace.functions[this.trace.calls.functionId[row]!]!;
    return called === name || called === "" ? name : `${called}.${name}`;
  }

  private value(ref: number): Value | undefined {
    const text = this.trace.values.text(ref);
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  }

  private inputs(row: number): { [name: string]: Value } {
    return (this.value(this.trace.calls.inputs[row]!) ?? {}) as { [name: string]: Value };
  }

  private errorText(row: number): string {
    const error = this.trace.errors[this.trace.calls.error[row]!];
    return error === undefined ? "" : error.name === "" ? error.message : `${error.name}: ${error.message}`;
  }

  private place(row: number): string {
    const { file, line } = this.trace.functions[this.trace.calls.functionId[row]!]!;
    return file === undefined || line === undefined ? "" : `${file}:${line}`;
  }

  /** Left and right text on one line, the left one cut to what room there is. */
  private line(indent: string, plain: string, paint: (text: string) => string, right: string): string {
    const { columns } = this.options.terminal;
    const room = Math.max(20, columns - widthOf(indent) - widthOf(right) - 2);
    const left = fitted(plain, room);
    const gap = Math.max(1, columns - widthOf(indent) - widthOf(left) - widthOf(right));
    return `${indent}${paint(left)}${right === "" ? "" : " ".repeat(gap) + styled(this.options.terminal, "dim", right)}`;
  }

  *outcome(): Generator<string> {
    const { trace, options } = this;
    const { end, calls } = trace;
    const failed = failingPath(trace).length > 0 || end.signal !== null || (end.exit_code ?? 0) !== 0;
    const word = !end.finished
      ? this.t("running")
      : end.signal !== null
        ? this.t("killed", { signal: end.signal })
        : (end.exit_code ?? 0) !== 0
          ? this.t("exit", { code: end.exit_code! })
          : this.t(failed ? "failed" : "finished");
    const facts = [this.ms(calls.duration[0]!), this.counted("call", "calls", calls.length - 1)];
    if (trace.errors.length > 0) facts.push(this.counted("oneError", "errors", trace.errors.length));
    const mark = styled(options.terminal, failed ? "red" : "green", failed ? "✗" : "✓");
    yield `${mark} ${styled(options.terminal, "bold", this.name(0))} ${word} · ${facts.join(" · ")}`;
  }

  *failing(): Generator<string> {
    const path = failingPath(this.trace);
    if (path.length === 0) return;
    const { terminal } = this.options;
    yield "";
    yield styled(terminal, "bold", this.t("failing"));
    yield `  ${styled(terminal, "red", fitted(this.errorText(path[path.length - 1]!), terminal.columns - 2))}`;
    for (const [depth, row] of path.entries()) {
      const last = depth === path.length - 1;
      const code =
        row === 0 ? this.name(0) : `${this.name(row)}(${previewInputs(this.inputs(row), terminal.columns)})`;
      const indent = `  ${"  ".repeat(Math.min(depth, 12))}`;
      yield this.line(indent, code, (text) => styled(terminal, last ? "red" : "blue", text), this.place(row));
    }
  }

  /** Rows to show, or undefined for all. */
  private chosen(): Uint8Array | undefined {
    const { filter, minDuration, errorsOnly } = this.options;
    if (filter === undefined && minDuration === undefined && errorsOnly !== true) return undefined;
    const { calls } = this.trace;
    const matches = compileQuery(this.trace, filter ?? "");
    const chosen = new Uint8Array(calls.length);
    for (let row = calls.length - 1; row > 0; row--) {
      const isFast = minDuration !== undefined && !(calls.duration[row]! >= minDuration);
      const isFine = errorsOnly === true && (calls.flags[row]! & (Flag.threw | Flag.rejected)) === 0;
      if (!isFast && !isFine && matches(row)) chosen[row] = 1;
      if (chosen[row] === 1) chosen[calls.parent[row]!] = 1;
    }
    return chosen;
  }

  *tree(): Generator<string> {
    const { calls } = this.trace;
    const { terminal } = this.options;
    const chosen = this.chosen();
    const { firstChild, nextSibling } = childLists(calls.parent, calls.length);
    const nextShown = (row: number): number => {
      let at = row;
      while (at >= 0 && chosen !== undefined && chosen[at] === 0) at = nextSibling[at]!;
      return at;
    };
    yield "";
    yield styled(terminal, "bold", this.t("tree"));
    const stack = [{ row: nextShown(firstChild[0]!), shown: 0 }];
    if (stack[0]!.row < 0) {
      yield `  ${this.t("none")}`;
      return;
    }
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const { row } = top;
      const indent = `  ${"  ".repeat(stack.length - 1)}`;
      if (row < 0) {
        stack.pop();
        continue;
      }
      if (top.shown >= MOST_SIBLINGS) {
        let rest = 0;
        for (let at = row; at >= 0; at = nextShown(nextSibling[at]!)) rest++;
        yield `${indent}${styled(terminal, "dim", this.t("folded", { count: this.n(rest) }))}`;
        stack.pop();
        continue;
      }
      let run = 1;
      let next = nextShown(nextSibling[row]!);
      while (chosen === undefined && next >= 0 && calls.functionId[next] === calls.functionId[row]) {
        run++;
        next = nextShown(nextSibling[next]!);
      }
      top.shown++;
      if (run >= FOLD_FROM) {
        yield this.line(
          indent,
          `${this.name(row)} ${this.t("repeated", { count: this.n(run) })}`,
          (text) => text,
          this.place(row),
        );
        top.row = next;
        continue;
      }
      yield this.callLine(row, indent);
      top.row = nextShown(nextSibling[row]!);
      const child = nextShown(firstChild[row]!);
      if (child < 0) continue;
      if (stack.length < this.options.depth) stack.push({ row: child, shown: 0 });
      else yield `${indent}  ${styled(terminal, "dim", "…")}`;
    }
  }

  private callLine(row: number, indent: string): string {
    const { calls } = this.trace;
    const { terminal } = this.options;
    const flags = calls.flags[row]!;
    const failed = (flags & (Flag.threw | Flag.rejected)) !== 0;
    const output = this.value(calls.output[row]!);
    const end = failed
      ? ` ✗ ${this.errorText(row)}`
      : flags & Flag.running
        ? " …"
        : output === undefined
          ? ""
          : ` → ${preview(output, Math.floor(terminal.columns / 3))}`;
    const code = `${this.name(row)}(${previewInputs(this.inputs(row), Math.floor(terminal.columns / 2))})${end}`;
    return this.line(
      indent,
      code,
      (text) => (failed ? styled(terminal, "red", text) : text),
      this.ms(calls.duration[row]!),
    );
  }

  *slowest(): Generator<string> {
    const { top, terminal } = this.options;
    const list = functionStatistics(this.trace).slice(0, top);
    if (list.length === 0) return;
    yield "";
    yield styled(terminal, "bold", this.t("slowest"));
    for (const { functionId, self, calls } of list) {
      const { name, called, module } = this.trace.functions[functionId]!;
      const label = `${called === name ? name : `${called}.${name}`}  ${module}`;
      yield this.line("  ", label, (text) => text, `${this.ms(self)}  ×${this.n(calls)}`);
    }
  }

  *notes(): Generator<string> {
    const { warnings } = this.trace.end;
    if (warnings.length === 0) return;
    yield "";
    yield styled(this.options.terminal, "bold", this.t("notes"));
    for (const { message } of warnings)
      yield `  ${styled(this.options.terminal, "yellow", fitted(message, this.options.terminal.columns - 2))}`;
  }

  private linksOf(row: number): [string, string][] {
    return (this.trace.end.links ?? []).flatMap((link): [string, string][] => {
      const { call, goes_back_to: from, reference } = link;
      if (call === row)
        return [[this.t("goesBackTo"), from === undefined ? reference : `${this.name(from)} (${from})`]];
      return from === row ? [[this.t("ledTo"), `${this.name(call)} (${call})`]] : [];
    });
  }

  *call(row: number): Generator<string> {
    const { calls, sites } = this.trace;
    const { terminal } = this.options;
    if (row < 0 || row >= calls.length) {
      yield this.t("none");
      return;
    }
    const site = sites[calls.site[row]!];
    yield styled(terminal, "bold", this.name(row));
    const facts: [string, string][] = [
      [this.t("duration"), this.ms(calls.duration[row]!)],
      [this.t("self"), this.ms(selfTimes(this.trace)[row]!)],
      [this.t("defined"), this.place(row)],
      [this.t("site"), site === undefined ? "" : `${site.file}:${site.line}:${site.column}`],
      [this.t("caller"), row === 0 ? "" : this.name(calls.parent[row]!)],
      [this.t("error"), this.errorText(row)],
      ...this.linksOf(row),
    ];
    for (const [label, text] of facts)
      if (text !== "") yield `  ${styled(terminal, "dim", label)} ${fitted(text, terminal.columns)}`;
    for (const [label, ref] of [
      [this.t("inputs"), calls.inputs[row]!],
      [this.t("after"), calls.inputsAfter[row]!],
      [this.t("output"), calls.output[row]!],
      [this.t("attributes"), calls.attributes.get(row) ?? -1],
    ] as const) {
      const value = this.value(ref);
      if (value === undefined) continue;
      yield `  ${styled(terminal, "dim", label)}`;
      const fields =
        label === this.t("output") || typeof value !== "object" || value === null
          ? [["", value] as const]
          : Object.entries(value);
      for (const [key, field] of fields)
        yield `    ${key === "" ? "" : `${key} = `}${fitted(preview(field, 2000), terminal.columns * 4)}`;
    }
  }
}

/** The same facts for scripts. */
export function describeTrace(trace: Trace, top: number): object {
  const { calls, errors, end } = trace;
  const name = (row: number): string => {
    const { name: own, called } = trace.functions[calls.functionId[row]!]!;
    return called === own ? own : `${called}.${own}`;
  };
  return {
    exit_code: end.exit_code,
    signal: end.signal,
    finished: end.finished,
    duration_ms: Number.isNaN(calls.duration[0]!) ? null : calls.duration[0],
    calls: calls.length - 1,
    failing_path: failingPath(trace).map((row) => ({
      id: row,
      function: name(row),
      inputs: JSON.parse(trace.values.text(calls.inputs[row]!) ?? "{}"),
    })),
    errors,
    slowest: functionStatistics(trace)
      .slice(0, top)
      .map(({ functionId, ...figures }) => ({
        function: trace.functions[functionId]!.name,
        module: trace.functions[functionId]!.module,
        ...figures,
      })),
    warnings: end.warnings,
  };
}
