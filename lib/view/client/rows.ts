import type { Model } from "./model.js";

/** Repeated siblings: more than so many calls of one function in a row fold into one line. */
const FOLD_FROM = 4;
/** Calls opened at once at most: lines are made of what is open. */
const MOST_OPEN = 200_000;

/** One line of the tree: a call, or a run of calls of one function. */
export interface TreeLine {
  row: number;
  depth: number;
  /** How many calls the line stands for. */
  count: number;
  canOpen: boolean;
}

/** Which lines show: pure, so that it can be tested without a page. */
export class TreeRows {
  readonly open = new Set<number>([0]);
  /** First calls of runs that are unfolded. */
  readonly unfolded = new Set<number>();
  private lines: TreeLine[] | undefined;

  private lists: Pick<Model, "firstChild" | "nextSibling">;

  constructor(private readonly model: Model) {
    this.lists = model;
  }

  /** Shows only the marked calls, with the way to each open; everything again without marks. */
  restrict(kept: Uint8Array | undefined): void {
    this.lists = kept === undefined ? this.model : listsOf(this.model.calls, kept);
    if (kept !== undefined)
      for (let row = 0, n = 0; row < kept.length && n < MOST_OPEN; row++)
        if (kept[row] === 1) {
          this.open.add(row);
          n++;
        }
    this.lines = undefined;
  }

  get visible(): readonly TreeLine[] {
    this.lines ??= this.compute();
    return this.lines;
  }

  toggle(line: TreeLine): void {
    if (line.count > 1) this.unfolded.add(line.row);
    else if (!this.open.delete(line.row)) this.open.add(line.row);
    this.lines = undefined;
  }

  setAll(open: boolean): void {
    this.open.clear();
    this.unfolded.clear();
    this.open.add(0);
    if (open) for (let row = 0; row < Math.min(this.model.calls.length, MOST_OPEN); row++) this.open.add(row);
    this.lines = undefined;
  }

  /** Opens the way to a call. */
  reveal(row: number): void {
    const { parent } = this.model.calls;
    for (let at = row; at > 0; at = parent[at]!) {
      this.open.add(parent[at]!);
      this.unfoldRunOf(at);
    }
    this.lines = undefined;
  }

  private unfoldRunOf(row: number): void {
    let first = this.lists.firstChild[this.model.calls.parent[row]!]!;
    while (first >= 0) {
      const { count, next } = this.run(first);
      if (row >= first && (next < 0 || row < next)) {
        if (count >= FOLD_FROM) this.unfolded.add(first);
        return;
      }
      first = next;
    }
  }

  /** Calls of one function that follow each other. */
  private run(first: number): { count: number; next: number } {
    const { calls } = this.model;
    const { nextSibling } = this.lists;
    let count = 1;
    let next = nextSibling[first]!;
    while (next >= 0 && calls.functionId[next] === calls.functionId[first]) {
      count++;
      next = nextSibling[next]!;
    }
    return { count, next };
  }

  private compute(): TreeLine[] {
    const { calls } = this.model;
    const { firstChild, nextSibling } = this.lists;
    const lines: TreeLine[] = [{ row: 0, depth: 0, count: 1, canOpen: firstChild[0]! >= 0 }];
    if (!this.open.has(0)) return lines;
    const stack: { row: number; until: number; depth: number }[] = [
      { row: firstChild[0]!, until: -1, depth: 1 },
    ];
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const { row, depth } = top;
      if (row < 0) {
        stack.pop();
        continue;
      }
      const { count, next } = this.run(row);
      if (count >= FOLD_FROM && !this.unfolded.has(row) && top.until !== row) {
        lines.push({ row, depth, count, canOpen: true });
        top.row = next;
        continue;
      }
      // A run that is unfolded shows its calls one by one.
      top.until =
        nextSibling[row]! >= 0 && calls.functionId[nextSibling[row]!] === calls.functionId[row]
          ? nextSibling[row]!
          : -1;
      lines.push({ row, depth, count: 1, canOpen: firstChild[row]! >= 0 });
      top.row = nextSibling[row]!;
      if (this.open.has(row) && firstChild[row]! >= 0)
        stack.push({ row: firstChild[row]!, until: -1, depth: depth + 1 });
    }
    return lines;
  }
}

/** First children and next siblings among the marked calls. */
function listsOf(
  { parent, length }: Model["calls"],
  kept: Uint8Array,
): Pick<Model, "firstChild" | "nextSibling"> {
  const firstChild = new Int32Array(length).fill(-1);
  const nextSibling = new Int32Array(length).fill(-1);
  for (let row = length - 1; row > 0; row--) {
    if (kept[row] === 0) continue;
    const above = parent[row]!;
    nextSibling[row] = firstChild[above]!;
    firstChild[above] = row;
  }
  return { firstChild, nextSibling };
}
