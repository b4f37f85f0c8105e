import type { Trace } from "./columns.js";
import type { Value } from "./format.js";
import { ValueBytes } from "./value-bytes.js";
import { type Difference, diffValues, equalValues } from "./value-diff.js";
import type { ChildLists } from "./walk.js";

/** How often the calls of one function changed what they were given. */
export interface MutatingFunction {
  functionId: number;
  calls: number;
  changing: number;
}

export interface Mutations {
  /** Calls that changed an input, in order. */
  rows: Int32Array;
  /** Those whose calls change most often first. */
  functions: MutatingFunction[];
}

/** Finds the calls whose inputs were not the same afterwards. */
export function findMutations(trace: Trace): Mutations {
  const { calls, functions } = trace;
  const { length, functionId, inputsAfter } = calls;
  const values = new ValueBytes(trace.values);
  const rows = new Int32Array(length);
  const counts = functions.map((_, id): MutatingFunction => ({ functionId: id, calls: 0, changing: 0 }));
  let size = 0;
  for (let row = 1; row < length; row++) {
    const count = counts[functionId[row]!]!;
    count.calls++;
    // `{}` says that they were compared and are the same.
    if (inputsAfter[row]! < 0 || values.load(inputsAfter[row]!) <= 2) continue;
    count.changing++;
    rows[size++] = row;
  }
  return {
    rows: rows.slice(0, size),
    functions: counts.filter(({ changing }) => changing > 0).sort((a, b) => b.changing - a.changing),
  };
}

/** What a call changed in its inputs; paths begin with the parameter. */
export function changesOf(trace: Trace, row: number, most = 100): Difference[] {
  const after = objectAt(trace, trace.calls.inputsAfter[row]!);
  const inputs = objectAt(trace, trace.calls.inputs[row]!);
  return Object.keys(after).flatMap((name) =>
    diffValues(inputs[name], after[name], most).map((difference) => ({
      ...difference,
      path: [name, ...difference.path],
    })),
  );
}

/** Calls looked at below a call before giving up. */
const MOST_BELOW = 500;

/** Whether calls below it made all the changes that are seen at a call: what they left is what it left. */
export function onlyPassesOn(trace: Trace, row: number, { firstChild, nextSibling }: ChildLists): boolean {
  const { inputsAfter } = trace.calls;
  const left = Object.values(objectAt(trace, inputsAfter[row]!));
  const below: Value[] = [];
  let visits = 0;
  const pending = [firstChild[row]!];
  while (pending.length > 0 && visits < MOST_BELOW) {
    let child = pending.pop()!;
    for (; child >= 0 && visits < MOST_BELOW; child = nextSibling[child]!, visits++) {
      const values = Object.values(objectAt(trace, inputsAfter[child]!));
      if (values.length > 0) below.push(...values);
      else pending.push(firstChild[child]!);
    }
  }
  return left.every((value) => below.some((other) => equalValues(value, other)));
}

function objectAt({ values }: Trace, ref: number): { [name: string]: Value } {
  const text = values.text(ref);
  return text === undefined ? {} : (JSON.parse(text) as { [name: string]: Value });
}
