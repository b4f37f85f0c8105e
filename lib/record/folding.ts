import type { FoldedRow } from "../journal/layout.js";
import { SafeMap } from "../primordials.js";

/** Handles from here on are of folded calls: measured, and not recorded. */
export const FOLDED = 0x40000000;

/** Folded calls of one function under one recorded call. */
export interface FoldGroup {
  readonly parent: number;
  readonly fn: number;
  calls: number;
  totalMs: number;
  minMs: number;
  maxMs: number;
  errors: number;
  /** Calls that were recorded after all, since their siblings began to be folded. */
  recorded: number;
  /** Kinds of inputs that there is a recorded call of. */
  readonly kinds: SafeMap<number, true>;
  isTold: boolean;
}

export interface Folding {
  group(parent: number, fn: number): FoldGroup;
  /** Whether a call by these inputs is still to be recorded: one of the first, or the first of its kind. */
  wants(group: FoldGroup, kind: number): boolean;
  /** A call has ended. @returns whether it is to be recorded after all; otherwise it is counted */
  ended(group: FoldGroup, ms: number, threw: boolean, mayRecord: boolean): boolean;
  /** What has changed since this was last asked. */
  rows(): FoldedRow[];
}

/** A call is the slowest so far by this much, or is not worth being told apart. */
const SLOWER = 1.5;
const MOST_KINDS = 64;
const MOST_GROUPS = 2 ** 21;

/**
 * Keeps a loop of a million calls from filling the disk with calls that are all alike: once a call has so many children, the
 * functions that it goes on calling are counted and timed, and only the calls that stand out are recorded.
 *
 * @param after - children of one call before folding begins
 */
export function createFolding(after: number): Folding {
  const first = after < 200 ? 1 : after > 10_000 ? 100 : after / 100;
  const groups = new SafeMap<number, FoldGroup>();
  return {
    group(parent, fn) {
      const key = parent * MOST_GROUPS + fn;
      let group = groups.get(key);
      if (group === undefined) {
        group = {
          parent,
          fn,
          calls: 0,
          totalMs: 0,
          minMs: Number.POSITIVE_INFINITY,
          maxMs: 0,
          errors: 0,
          recorded: 0,
          kinds: new SafeMap(),
          isTold: true,
        };
        groups.set(key, group);
      }
      return group;
    },
    wants(group, kind) {
      const isNew = !group.kinds.has(kind) && group.kinds.size < MOST_KINDS;
      if (isNew) group.kinds.set(kind, true);
      if (!isNew && group.recorded >= first) return false;
      group.recorded++;
      return true;
    },
    ended(group, ms, threw, mayRecord) {
      const isSlowest = group.calls > 0 && ms > group.maxMs * SLOWER;
      if (ms > group.maxMs) group.maxMs = ms;
      if ((isSlowest || threw) && mayRecord) {
        group.recorded++;
        return true;
      }
      group.calls++;
      group.totalMs += ms;
      if (ms < group.minMs) group.minMs = ms;
      if (threw) group.errors++;
      group.isTold = false;
      return false;
    },
    rows() {
      const rows: FoldedRow[] = [];
      groups.forEach((group) => {
        if (group.isTold) return;
        group.isTold = true;
        const { parent, fn, calls, totalMs, minMs, maxMs, errors } = group;
        rows[rows.length] = [parent, fn, calls, totalMs, minMs, maxMs, errors];
      });
      return rows;
    },
  };
}
