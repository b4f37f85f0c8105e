import { Flag } from "../trace/columns.js";
import { preview } from "../trace/preview.js";
import { childLists } from "../trace/statistics.js";
import type { TraceText } from "./trace-text.js";

const MOST_SIBLINGS = 20;
/** So many calls of one function in a row become one line. */
const FOLD_FROM = 4;

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
  const stack = [{ row: first, shown: 0 }];
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
    let run = 1;
    let next = nextShown(nextSibling[row]!);
    while (chosen === undefined && next >= 0 && calls.functionId[next] === calls.functionId[row]) {
      run++;
      next = nextShown(nextSibling[next]!);
    }
    top.shown++;
    if (run >= FOLD_FROM) {
      const times = text.message("repeated", { count: text.number(run) });
      yield text.line(indent, `${text.name(row)} ${times}`, text.place(row));
      top.row = next;
      continue;
    }
    yield callLine(text, row, indent);
    top.row = nextShown(nextSibling[row]!);
    const child = nextShown(firstChild[row]!);
    if (child < 0) continue;
    if (stack.length < levels) stack.push({ row: child, shown: 0 });
    else yield `${indent}  ${text.styled("dim", "…")}`;
  }
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
