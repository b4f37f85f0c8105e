import type { Value } from "./format.js";
import { describe, type ValueChild } from "./values.js";

/** One place where two values are not the same. */
export interface Difference {
  kind: "added" | "removed" | "changed";
  /** Keys and indexes from the outermost value to the place; of arrays, the index in the longer one. */
  path: string[];
  before?: Value;
  after?: Value;
}

/**
 * Where two values differ, in the order of the first, then of what was added. Elements of arrays are matched from both ends, so
 * that one inserted element is one difference.
 *
 * @param most - differences at most
 */
export function diffValues(before: Value | undefined, after: Value | undefined, most = 100): Difference[] {
  const found: Difference[] = [];
  // Values may nest deeper than the stack is.
  const pending: { path: string[]; before: Value | undefined; after: Value | undefined }[] = [
    { path: [], before, after },
  ];
  while (pending.length > 0 && found.length < most) {
    const { path, before: left, after: right } = pending.pop()!;
    if (left === undefined || right === undefined) {
      if (right !== undefined) found.push({ kind: "added", path, after: right });
      else if (left !== undefined) found.push({ kind: "removed", path, before: left });
      continue;
    }
    if (equalValues(left, right)) continue;
    const pairs = partsOf(left, right);
    if (pairs === undefined) {
      found.push({ kind: "changed", path, before: left, after: right });
      continue;
    }
    for (let i = pairs.length - 1; i >= 0; i--) {
      const { key, before: inner, after: outer } = pairs[i]!;
      pending.push({ path: [...path, key], before: inner, after: outer });
    }
  }
  return found;
}

interface Pair {
  key: string;
  before: Value | undefined;
  after: Value | undefined;
}

/** What corresponds in two containers of one kind; undefined when they differ as a whole. */
function partsOf(before: Value, after: Value): Pair[] | undefined {
  const left = describe(before);
  const right = describe(after);
  if (left.kind !== right.kind || left.className !== right.className || left.id !== right.id)
    return undefined;
  switch (left.kind) {
    case "object":
    case "map":
      return byKey(left.children, right.children);
    case "array":
    case "set":
    case "bytes":
      return byPlace(left.children, right.children);
    default:
      return undefined;
  }
}

function byKey(left: readonly ValueChild[], right: readonly ValueChild[]): Pair[] | undefined {
  const rest = new Map(right.map(({ key, value }) => [key, value]));
  const pairs = left.map(({ key, value }): Pair => ({ key, before: value, after: rest.get(key) }));
  for (const { key } of left) rest.delete(key);
  for (const [key, value] of rest) pairs.push({ key, before: undefined, after: value });
  // Only their sizes differ: what was captured is the same.
  return pairs.every(
    ({ before, after }) => before !== undefined && after !== undefined && equalValues(before, after),
  )
    ? undefined
    : pairs;
}

function byPlace(left: readonly ValueChild[], right: readonly ValueChild[]): Pair[] | undefined {
  let start = 0;
  let leftEnd = left.length;
  let rightEnd = right.length;
  while (start < leftEnd && start < rightEnd && equalValues(left[start]!.value, right[start]!.value)) start++;
  while (
    leftEnd > start &&
    rightEnd > start &&
    equalValues(left[leftEnd - 1]!.value, right[rightEnd - 1]!.value)
  ) {
    leftEnd--;
    rightEnd--;
  }
  const pairs: Pair[] = [];
  for (let i = start; i < leftEnd || i < rightEnd; i++) {
    const before = i < leftEnd ? left[i] : undefined;
    const after = i < rightEnd ? right[i] : undefined;
    pairs.push({ key: (after ?? before)!.key, before: before?.value, after: after?.value });
  }
  return pairs.length === 0 ? undefined : pairs;
}

/** Whether two values were captured as the same, however deep. The order of keys makes no difference. */
export function equalValues(a: Value, b: Value): boolean {
  const pending: [Value, Value][] = [[a, b]];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [left, right] = pair;
    if (left === right) continue;
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null)
      return false;
    if (Array.isArray(left) !== Array.isArray(right)) return false;
    const keys = Object.keys(left);
    if (keys.length !== Object.keys(right).length) return false;
    for (const key of keys) {
      if (!Object.hasOwn(right, key)) return false;
      pending.push([(left as Record<string, Value>)[key]!, (right as Record<string, Value>)[key]!]);
    }
  }
  return true;
}
