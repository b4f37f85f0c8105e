import { type CallColumns, Flag } from "../trace/columns.js";
import { preview } from "../trace/preview.js";
import { childLists } from "../trace/statistics.js";
import type { TraceText } from "./trace-text.js";

const MOST_SIBLINGS = 20;
/** So many calls of one function in a row become one line, and the slowest of them below it. */
const FOLD_FROM = 4;

/** A list of siblings being shown. */
interface Level {
  row: number;
  shown: number;
  /** It is only the slowest call of a run. */
  isSlowest: boolean;
}

/**
 * The calls, nested.
 *
 * @param levels - how many are shown
 * @param chosen - marks those that are shown; all are when it is left out
 */
export function* callTree(text: TraceText, levels: number, chosen?: Uint8Array): Generator<string> {
  const { calls } = text.trace;
  const { firstChild, nextSibling } = childLists(calls.parent, calls.length);
  const nextShown = (row: number): number => {
    let at = row;
    while (at >= 0 && chosen !== undefined && chosen[at] === 0) at = nextSibling[at]!;
    return at;
  };
  yield "";
  yield text.heading("tree");
  const first = nextShown(firstChild[0]!);
  if (first < 0) {
    yield `  ${text.message("none")}`;
    return;
  }
  const stack: Level[] = [{ row: first, shown: 0, isSlowest: false }];
  for (let top = stack[0]; top !== undefined; top = stack.at(-1)) {
    const { row } = top;
    const indent = "  ".repeat(stack.length);
    if (row < 0) {
      stack.pop();
      continue;
    }
    if (top.shown >= MOST_SIBLINGS) {
      let rest = 0;
      for (let at = row; at >= 0; at = nextShown(nextSibling[at]!)) rest++;
      yield `${indent}${text.styled("dim", text.message("folded", { count: text.number(rest) }))}`;
      stack.pop();
      continue;
    }
    top.shown++;
    if (chosen === undefined && !top.isSlowest) {
      const { count, next, total, slowest } = runFrom(row, calls, nextSibling);
      if (count >= FOLD_FROM) {
        const isOpened = stack.length < levels && firstChild[slowest]! >= 0;
        const times = text.message(isOpened ? "repeatedSlowest" : "repeated", { count: text.number(count) });
        yield text.line(indent, `${text.name(row)} ${times}`, text.time(total));
        top.row = next;
        if (isOpened) stack.push({ row: slowest, shown: 0, isSlowest: true });
        continue;
      }
    }
    yield callLine(text, row, indent);
    top.row = top.isSlowest ? -1 : nextShown(nextSibling[row]!);
    const child = nextShown(firstChild[row]!);
    if (child < 0) continue;
    if (stack.length < levels) stack.push({ row: child, shown: 0, isSlowest: false });
    else yield `${indent}  ${text.styled("dim", "…")}`;
  }
}

/** The calls of one function that come after each other from `row` on. */
function runFrom(
  row: number,
  { functionId, duration }: CallColumns,
  nextSibling: Int32Array,
): { count: number; next: number; total: number; slowest: number } {
  let count = 0;
  let next = row;
  let total = 0;
  let slowest = row;
  for (; next >= 0 && functionId[next] === functionId[row]; next = nextSibling[next]!) {
    count++;
    total += duration[next]! || 0;
    if (duration[next]! > duration[slowest]!) slowest = next;
  }
  return { count, next, total, slowest };
}

/** `total(items=[…]) → 7   330 µs  #4` */
function callLine(text: TraceText, row: number, indent: string): string {
  const { calls } = text.trace;
  const { columns } = text.terminal;
  const failed = text.hasFailed(row);
  const output = text.value(calls.output[row]!);
  const end = failed
    ? ` ✗ ${text.error(row)}`
    : calls.flags[row]! & Flag.running
      ? " …"
      : output === undefined
        ? ""
        : ` → ${preview(output, Math.floor(columns / 3))}`;
  const code = text.code(row, Math.floor(columns / 2)) + end;
  return text.line(indent, code, `${text.time(calls.duration[row]!)}  #${row}`, (shown) =>
    failed ? text.styled("red", shown) : shown,
  );
}
