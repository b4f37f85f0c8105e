import type { Model } from "./model.js";

/** Repeated siblings: more than so many calls of one function in a row fold into one line. */
const FOLD_FROM = 4;
/** Calls opened at once at most: lines are made of what is open. */
const MOST_OPEN = 200_000;

/** Groups of more calls are only opened one by one. */
const LONGEST_OPEN = 1000;

/** How a call's callees are put together: as they came, by function, or by the object they were called on. */
export const GROUPINGS = ["", "function", "instance"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Callees of one call that share a line. */
export interface Group {
  key: string;
  sort: "function" | "instance";
  /** In order of start, never empty. */
  rows: readonly number[];
}

type Item = number | Group;

/** One line of the tree: a call, or a group of them, of which `row` is the first. */
export interface TreeLine {
  key: string;
  row: number;
  depth: number;
  group: Group | undefined;
  canOpen: boolean;
  isOpen: boolean;
}

/** Which calls the lines are made of, and below which each stands. */
interface Shape {
  parent: Int32Array;
  firstChild: Int32Array;
  nextSibling: Int32Array;
}

/** Which lines show: pure, so that it can be tested without a page. */
export class TreeRows {
  readonly open = new Set<number>([0]);
  private readonly openGroups = new Set<string>();
  private lines: TreeLine[] | undefined;
  private items = new Map<number, Item[]>();
  private shape: Shape;
  private grouping: Grouping = "";

  constructor(private readonly model: Pick<Model, "calls" | "firstChild" | "nextSibling">) {
    this.shape = whole(model);
  }

  /**
   * Shows only the marked calls; everything again without marks. What was called by one that does not show stands
   * below the nearest call above that does.
   */
  restrict(kept: Uint8Array | undefined): void {
    this.shape = kept === undefined ? whole(this.model) : shapeOf(this.model.calls, kept);
    this.forget();
  }

  /** Opens the marked calls. */
  openAll(kept: Uint8Array): void {
    for (let row = 0, n = 0; row < kept.length && n < MOST_OPEN; row++)
      if (kept[row] === 1) {
        this.open.add(row);
        n++;
      }
    this.lines = undefined;
  }

  groupBy(grouping: Grouping): void {
    if (grouping === this.grouping) return;
    this.grouping = grouping;
    this.forget();
  }

  private forget(): void {
    this.items = new Map();
    this.lines = undefined;
  }

  get visible(): readonly TreeLine[] {
    this.lines ??= this.compute();
    return this.lines;
  }

  toggle({ group, row }: TreeLine): void {
    if (group === undefined) flip(this.open, row);
    else flip(this.openGroups, group.key);
    this.lines = undefined;
  }

  /** Very long groups stay folded: they say the same many times. */
  setAll(open: boolean): void {
    this.open.clear();
    this.openGroups.clear();
    this.open.add(0);
    if (open) {
      for (let row = 0; row < Math.min(this.model.calls.length, MOST_OPEN); row++) {
        this.open.add(row);
        this.openGroupsOf(this.itemsOf(row));
      }
    }
    this.lines = undefined;
  }

  private openGroupsOf(items: readonly Item[]): void {
    for (const item of items) {
      if (typeof item === "number" || item.rows.length > LONGEST_OPEN) continue;
      this.openGroups.add(item.key);
      if (item.sort === "instance") this.openGroupsOf(this.within(item));
    }
  }

  /** Opens the way to a call. */
  reveal(row: number): void {
    for (let at = row; at > 0; at = this.shape.parent[at]!) {
      const above = this.shape.parent[at]!;
      if (above < 0) break;
      this.open.add(above);
      let items = this.itemsOf(above);
      for (let group = groupWith(items, at); group !== undefined; group = groupWith(items, at)) {
        this.openGroups.add(group.key);
        items = this.within(group);
      }
    }
    this.lines = undefined;
  }

  private itemsOf(row: number): Item[] {
    let items = this.items.get(row);
    if (items === undefined) {
      const { firstChild, nextSibling } = this.shape;
      const rows: number[] = [];
      for (let child = firstChild[row]!; child >= 0; child = nextSibling[child]!) rows.push(child);
      items = this.grouped(rows);
      this.items.set(row, items);
    }
    return items;
  }

  private grouped(rows: readonly number[]): Item[] {
    const { functionId, instance } = this.model.calls;
    if (this.grouping === "") return runs(rows, functionId);
    if (this.grouping === "function") return gathered(rows, (row) => functionId[row]!, "function", 2);
    return runs(
      gathered(rows, (row) => instance[row]!, "instance", 1),
      functionId,
    );
  }

  private within({ sort, rows }: Group): Item[] {
    return sort === "function" ? [...rows] : runs(rows, this.model.calls.functionId);
  }

  private compute(): TreeLine[] {
    const { firstChild } = this.shape;
    const lines: TreeLine[] = [];
    const stack: { items: readonly Item[]; at: number; depth: number }[] = [{ items: [0], at: 0, depth: 0 }];
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const item = top.items[top.at++];
      if (item === undefined) {
        stack.pop();
        continue;
      }
      const { depth } = top;
      if (typeof item !== "number") {
        const isOpen = this.openGroups.has(item.key);
        lines.push({ key: item.key, row: item.rows[0]!, depth, group: item, canOpen: true, isOpen });
        if (isOpen) stack.push({ items: this.within(item), at: 0, depth: depth + 1 });
        continue;
      }
      const canOpen = firstChild[item]! >= 0;
      const isOpen = canOpen && this.open.has(item);
      lines.push({ key: `c${item}`, row: item, depth, group: undefined, canOpen, isOpen });
      if (isOpen) stack.push({ items: this.itemsOf(item), at: 0, depth: depth + 1 });
    }
    return lines;
  }
}

function flip<T>(set: Set<T>, value: T): void {
  if (!set.delete(value)) set.add(value);
}

/** Calls of one function that follow each other become one. */
function runs(items: readonly Item[], functionId: CallColumn): Item[] {
  const found: Item[] = [];
  for (let at = 0; at < items.length; ) {
    const first = items[at]!;
    let end = at + 1;
    if (typeof first === "number")
      while (end < items.length && isSame(items[end]!, functionId[first]!, functionId)) end++;
    const rows = items.slice(at, end);
    if (typeof first === "number" && rows.length >= FOLD_FROM)
      found.push({ key: `r${first}`, sort: "function", rows: rows as number[] });
    else for (const item of rows) found.push(item);
    at = end;
  }
  return found;
}

type CallColumn = ArrayLike<number>;

function isSame(item: Item, id: number, functionId: CallColumn): boolean {
  return typeof item === "number" && functionId[item] === id;
}

/** Calls with the same key become one, where the first of them stood. A key below 0 is none. */
function gathered(
  rows: readonly number[],
  keyOf: (row: number) => number,
  sort: Group["sort"],
  from: number,
): Item[] {
  const byKey = new Map<number, number[]>();
  const order: (number | number[])[] = [];
  for (const row of rows) {
    const key = keyOf(row);
    const known = key < 0 ? undefined : byKey.get(key);
    if (known !== undefined) {
      known.push(row);
      continue;
    }
    const list = [row];
    if (key >= 0) byKey.set(key, list);
    order.push(key < 0 ? row : list);
  }
  return order.map((item) =>
    typeof item === "number"
      ? item
      : item.length < from
        ? item[0]!
        : { key: `${sort[0]!}${item[0]}`, sort, rows: item },
  );
}

function groupWith(items: readonly Item[], row: number): Group | undefined {
  for (const item of items) {
    if (item === row) return undefined;
    if (typeof item !== "number" && holds(item.rows, row)) return item;
  }
  return undefined;
}

/** Whether an ascending list has a number. */
function holds(rows: readonly number[], row: number): boolean {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return rows[low] === row;
}

function whole({
  calls,
  firstChild,
  nextSibling,
}: Pick<Model, "calls" | "firstChild" | "nextSibling">): Shape {
  return { parent: calls.parent, firstChild, nextSibling };
}

/** The tree of the marked calls alone; the root is always one of them. */
function shapeOf({ parent, length }: Model["calls"], kept: Uint8Array): Shape {
  const above = new Int32Array(length).fill(-1);
  for (let row = 1; row < length; row++) {
    const up = parent[row]!;
    above[row] = up <= 0 || kept[up] === 1 ? up : above[up]!;
  }
  const firstChild = new Int32Array(length).fill(-1);
  const nextSibling = new Int32Array(length).fill(-1);
  for (let row = length - 1; row > 0; row--) {
    if (kept[row] === 0) continue;
    const up = above[row]!;
    nextSibling[row] = firstChild[up]!;
    firstChild[up] = row;
  }
  return { parent: above, firstChild, nextSibling };
}
