import { describe, expect, it } from "vitest";
import { childLists } from "../../../lib/trace/walk.js";
import { TreeRows } from "../../../lib/view/client/rows.js";

/** Calls as `parent function instance`, in order of start. */
function rowsOf(calls: readonly [parent: number, functionId: number, instance?: number][]): TreeRows {
  const columns = {
    length: calls.length,
    parent: Int32Array.from(calls, ([parent]) => parent),
    functionId: Int32Array.from(calls, ([, functionId]) => functionId),
    instance: Float64Array.from(calls, ([, , instance]) => instance ?? -1),
  };
  return new TreeRows({ calls: columns as never, ...childLists(columns.parent, columns.length) });
}

const shown = (rows: TreeRows): string[] =>
  rows.visible.map(
    ({ key, depth, group }) => `${"  ".repeat(depth)}${key}${group ? ` x${group.rows.length}` : ""}`,
  );

describe("the lines of the tree", () => {
  const run = rowsOf([
    [-1, 0],
    [0, 1, 7],
    [0, 2, 8],
    [0, 1, 7],
    [3, 3],
    [0, 1, 8],
  ]);

  it("fold what one function does many times in a row, and unfold it below its line", () => {
    const rows = rowsOf([
      [-1, 0],
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 2],
    ]);
    expect(shown(rows)).toEqual(["c0", "  r1 x4", "  c5"]);
    rows.toggle(rows.visible[1]!);
    expect(shown(rows)).toEqual(["c0", "  r1 x4", "    c1", "    c2", "    c3", "    c4", "  c5"]);
    rows.toggle(rows.visible[1]!);
    expect(shown(rows)).toHaveLength(3);
  });

  it("gather calls by function and by instance, where the first of them stood", () => {
    run.groupBy("function");
    expect(shown(run)).toEqual(["c0", "  f1 x3", "  c2"]);
    run.groupBy("instance");
    expect(shown(run)).toEqual(["c0", "  i1 x2", "  i2 x2"]);
    run.reveal(4);
    expect(shown(run)).toEqual(["c0", "  i1 x2", "    c1", "    c3", "      c4", "  i2 x2"]);
    run.setAll(true);
    expect(shown(run)).toEqual([
      "c0",
      "  i1 x2",
      "    c1",
      "    c3",
      "      c4",
      "  i2 x2",
      "    c2",
      "    c5",
    ]);
    run.setAll(false);
    expect(shown(run)).toEqual(["c0", "  i1 x2", "  i2 x2"]);
    run.groupBy("");
  });

  it("put what a hidden call called below the nearest call that shows", () => {
    run.restrict(Uint8Array.from([1, 0, 1, 0, 1, 1]));
    expect(shown(run)).toEqual(["c0", "  c2", "  c4", "  c5"]);
    run.restrict(undefined);
  });
});
