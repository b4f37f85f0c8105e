import { ByteSearch } from "./byte-search.js";
import { FAILED, type Trace } from "./columns.js";
import { errorText } from "./error-text.js";
import { ValueBytes } from "./value-bytes.js";

/** Calls of one function on one object with the same inputs. */
export interface RepeatedInputs {
  /** The first of them. */
  row: number;
  calls: number;
  /** Time of all but the first, ms: what a cache would have saved; 0 when they did not come out the same. */
  savedMs: number;
  /** The first whose outcome was not that of the first call; -1 when all came out the same. */
  differsAt: number;
}

/** What is repeated in one function. */
export interface RepeatedFunction {
  functionId: number;
  calls: number;
  /** Different inputs among them. */
  distinct: number;
  savedMs: number;
  /** Inputs that did not always come out the same. */
  differing: number;
  /** Inputs that came more than once: first those that came out differently, then those that cost most. */
  groups: RepeatedInputs[];
}

export interface RepeatedWork {
  /** Functions that were called again with equal inputs, those that would save most first. */
  functions: RepeatedFunction[];
  /** What all these caches would have saved together, ms: work inside of saved work counts once. */
  savedMs: number;
}

/** Groups told of each function, of each sort. */
const MOST_GROUPS = 50;
const UNDEFINED = '{"$type":"undefined"}';

/**
 * Finds calls of one function (of one object, for methods) with equal inputs. Left out are calls that
 * have not ended, that return nothing (they are made for what they do, not for what they answer), and those with values of which not
 * all was recorded: functions, promises, what was cut.
 *
 * Texts are compared by a 64-bit hash: among a million different ones, a false match has a chance of 1 in 30 million.
 */
export function findRepeatedWork(trace: Trace): RepeatedWork {
  const { calls, functions } = trace;
  const { length } = calls;
  const hasher = new Hasher(trace);
  const table = new Table(length);
  const groupOf = new Int32Array(length).fill(-1);
  for (let row = 1; row < length; row++) {
    if (calls.inputs[row]! < 0 || Number.isNaN(calls.duration[row]!)) continue;
    if (!hasher.outcome(row)) continue;
    const low = hasher.low;
    const high = hasher.high;
    if (!hasher.inputs(row)) continue;
    groupOf[row] = table.add(row, hasher.low, hasher.high, low, high, calls.duration[row]!);
  }
  const list = new Map<number, RepeatedFunction>();
  for (let group = 0; group < table.size; group++) {
    const row = table.row[group]!;
    const id = calls.functionId[row]!;
    let found = list.get(id);
    if (found === undefined) {
      found = { functionId: id, calls: 0, distinct: 0, savedMs: 0, differing: 0, groups: [] };
      list.set(id, found);
    }
    found.calls += table.calls[group]!;
    found.distinct++;
    if (table.calls[group]! < 2) continue;
    const differsAt = table.differs[group]!;
    // What answers differently cannot be kept.
    const savedMs = differsAt < 0 ? table.saved[group]! : 0;
    found.savedMs += savedMs;
    if (differsAt >= 0) found.differing++;
    found.groups.push({ row, calls: table.calls[group]!, savedMs, differsAt });
  }
  const repeated = functions
    .map((_, id) => list.get(id))
    .filter((found): found is RepeatedFunction => found !== undefined && found.groups.length > 0);
  for (const found of repeated) {
    found.groups.sort((a, b) => b.savedMs - a.savedMs || b.calls - a.calls);
    const differing = found.groups.filter(({ differsAt }) => differsAt >= 0);
    const same = found.groups.filter(({ differsAt }) => differsAt < 0);
    found.groups = [...differing.slice(0, MOST_GROUPS), ...same.slice(0, MOST_GROUPS)];
  }
  repeated.sort((a, b) => b.savedMs - a.savedMs);
  return { functions: repeated, savedMs: savedTogether(trace, table, groupOf) };
}

/** Tagged values that say all there is to them. What was cut, functions, promises, large buffers only say what they are. */
const WHOLE = [
  ...["undefined", "NaN", "Infinity", "-Infinity", "-0", "bigint", "symbol", "Date", "RegExp", "Error"],
  ...["instance", "object", "hole", "cycle", "filtered"],
].map((name) => new TextEncoder().encode(`${name}"`));
const TAG = '"$type":"';

/** The time of all calls that came out as an earlier one did, less those within others of them. */
function savedTogether({ calls }: Trace, table: Table, groupOf: Int32Array): number {
  const isWithin = new Uint8Array(calls.length);
  let saved = 0;
  for (let row = 1; row < calls.length; row++) {
    const group = groupOf[row]!;
    if (isWithin[calls.parent[row]!] === 1) isWithin[row] = 1;
    else if (group >= 0 && table.row[group] !== row && table.differs[group]! < 0) {
      isWithin[row] = 1;
      saved += calls.duration[row]!;
    }
  }
  return saved;
}

/** Two 32-bit hashes side by side, mixed word by word with MurmurHash3's multipliers. */
class Hasher {
  low = 0;
  high = 0;
  private readonly values: ValueBytes;
  private readonly errors: number[];
  private readonly nothing: Uint8Array;
  private readonly tag = new ByteSearch(TAG);

  constructor(private readonly trace: Trace) {
    this.values = new ValueBytes(trace.values);
    this.nothing = new TextEncoder().encode(UNDEFINED);
    const numbers = new Map<string, number>();
    this.errors = trace.errors.map((error) => {
      const text = errorText(error);
      if (!numbers.has(text)) numbers.set(text, numbers.size + 1);
      return numbers.get(text)!;
    });
  }

  /** @returns false when there is no outcome that can be compared */
  outcome(row: number): boolean {
    const { flags, error, output } = this.trace.calls;
    this.start();
    if (flags[row]! & FAILED) {
      this.mix(this.errors[error[row]!] ?? 0);
      return true;
    }
    if (output[row]! < 0) return false;
    const length = this.values.load(output[row]!);
    if (length === this.nothing.length && this.isNothing()) return false;
    return this.mixLoaded(length);
  }

  /** @returns false when the inputs cannot be compared */
  inputs(row: number): boolean {
    const { functionId, instance, thread, inputs } = this.trace.calls;
    this.start();
    this.mix(functionId[row]!);
    // The same number is another object in another thread.
    this.mix(instance[row]! < 0 ? 0 : instance[row]! + 1);
    this.mix(instance[row]! < 0 ? 0 : thread[row]!);
    return this.mixLoaded(this.values.load(inputs[row]!));
  }

  private start(): void {
    this.low = 0x811c9dc5 | 0;
    this.high = 0x050c5d1f | 0;
  }

  private mix(number: number): void {
    this.low = Math.imul(this.low ^ number, 0x01000193);
    this.high = Math.imul(this.high ^ (number + 0x9e3779b9), 0x85ebca6b);
    this.high ^= this.high >>> 15;
  }

  private mixLoaded(length: number): boolean {
    if (!this.isWhole(length)) return false;
    const count = this.values.wholeWords(length);
    const { words } = this.values;
    let { low, high } = this;
    for (let i = 0; i < count; i++) {
      const word = words[i]!;
      low = Math.imul(low ^ word, 0x85ebca6b);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, 0xc2b2ae35 | 0);
      high ^= high >>> 13;
    }
    this.low = Math.imul(low ^ length, 0x01000193);
    this.high = high ^ (high >>> 16);
    return true;
  }

  /** Whether equal texts mean equal values. */
  private isWhole(length: number): boolean {
    const { bytes } = this.values;
    for (let p = this.tag.indexIn(bytes, 0, length); p >= 0; p = this.tag.indexIn(bytes, p, length)) {
      p += TAG.length;
      if (!WHOLE.some((name) => startsWith(bytes, p, name))) return false;
    }
    return true;
  }

  private isNothing(): boolean {
    for (let i = 0; i < this.nothing.length; i++) if (this.values.bytes[i] !== this.nothing[i]) return false;
    return true;
  }
}

function startsWith(bytes: Uint8Array, at: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
  return true;
}

/** Groups by hash in typed arrays, found by open addressing. */
class Table {
  size = 0;
  readonly row: Int32Array;
  readonly calls: Int32Array;
  readonly saved: Float64Array;
  readonly differs: Int32Array;
  private readonly slots: Int32Array;
  private readonly mask: number;
  private readonly low: Int32Array;
  private readonly high: Int32Array;
  private readonly outcomeLow: Int32Array;
  private readonly outcomeHigh: Int32Array;

  constructor(most: number) {
    this.row = new Int32Array(most);
    this.calls = new Int32Array(most);
    this.saved = new Float64Array(most);
    this.differs = new Int32Array(most);
    this.low = new Int32Array(most);
    this.high = new Int32Array(most);
    this.outcomeLow = new Int32Array(most);
    this.outcomeHigh = new Int32Array(most);
    let capacity = 16;
    while (capacity < most * 2) capacity *= 2;
    this.slots = new Int32Array(capacity);
    this.mask = capacity - 1;
  }

  /** @returns the group of the call */
  add(row: number, low: number, high: number, outLow: number, outHigh: number, duration: number): number {
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & this.mask;
    for (;;) {
      const group = this.slots[slot]! - 1;
      if (group < 0) break;
      if (this.low[group] === low && this.high[group] === high) {
        this.calls[group] = this.calls[group]! + 1;
        this.saved[group] = this.saved[group]! + duration;
        const isSame = this.outcomeLow[group] === outLow && this.outcomeHigh[group] === outHigh;
        if (!isSame && this.differs[group]! < 0) this.differs[group] = row;
        return group;
      }
      slot = (slot + 1) & this.mask;
    }
    const group = this.size++;
    this.slots[slot] = group + 1;
    this.row[group] = row;
    this.calls[group] = 1;
    this.differs[group] = -1;
    this.low[group] = low;
    this.high[group] = high;
    this.outcomeLow[group] = outLow;
    this.outcomeHigh[group] = outHigh;
    return group;
  }
}
