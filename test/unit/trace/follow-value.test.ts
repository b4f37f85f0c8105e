import { describe, expect, it } from "vitest";
import {
  busiestObjects,
  followable,
  followedFrom,
  followedText,
  followValue,
} from "../../../lib/trace/follow-value.js";
import type { Value } from "../../../lib/trace/format.js";
import { smallTrace } from "./small-trace.js";

const cart = (total: number, more: { [key: string]: Value } = {}): Value => ({
  $type: "instance",
  class: "Cart",
  id: 1,
  value: { total, ...more },
});

describe("following a value", () => {
  it("sees an object go in, its methods called, and what it was changed to", () => {
    const trace = smallTrace([
      { fn: "constructor", of: "Cart", kind: "constructor", instance: 1, out: cart(0) },
      {
        fn: "fill",
        in: { cart: cart(0) },
        after: { cart: cart(5) },
        calls: [{ fn: "add", of: "Cart", instance: 1 }],
      },
      { fn: "show", in: { page: { id: 1, held: [cart(6)] } } },
    ]);
    const { sightings } = followValue(trace, { kind: "object", id: 1, thread: 0 });
    expect(
      sightings.map(({ row, where, path, changes }) => [row, where, path.join("."), changes.length]),
    ).toEqual([
      [1, "out", "", 0],
      [2, "in", "cart", 0],
      [3, "this", "", 0],
      [2, "after", "cart", 1],
      [4, "in", "page.held.0", 1],
    ]);
  });

  it("takes what was cut for no change", () => {
    const trace = smallTrace([
      { fn: "a", in: { cart: cart(1, { lines: [1] }) } },
      { fn: "b", in: { cart: cart(1, { lines: { $type: "cut", what: "depth", class: "Array" } }) } },
    ]);
    const { sightings } = followValue(trace, { kind: "object", id: 1, thread: 0 });
    expect(sightings.map(({ changes }) => changes.length)).toEqual([0, 0]);
  });

  it("finds an equal scalar, in order of time, and nothing that only contains it", () => {
    const trace = smallTrace([
      { fn: "outer", out: { id: "o-1" }, calls: [{ fn: "make", in: { n: 1 }, out: "o-1" }] },
      { fn: "other", in: { id: "o-12", "o-1": 1 } },
    ]);
    const { sightings } = followValue(trace, { kind: "scalar", value: "o-1" });
    expect(sightings.map(({ row, where }) => [row, where])).toEqual([
      [2, "out"],
      [1, "out"],
    ]);
  });

  it("counts what is beyond the most", () => {
    const calls = Array.from({ length: 10 }, () => ({ fn: "f", in: { id: "o-1" } }));
    const { sightings, more } = followValue(smallTrace(calls), { kind: "scalar", value: "o-1" }, 3);
    expect([sightings.length, more]).toEqual([3, 7]);
  });

  it("offers objects and scalars that are not everywhere", () => {
    expect([0, 7, true, "", null, [1]].map((value) => followable(value as Value, 0))).toEqual(
      Array(6).fill(undefined),
    );
    expect(followable(cart(1), 2)).toEqual({ kind: "object", id: 1, thread: 2 });
  });

  it("begins with the objects whose methods were called most", () => {
    const trace = smallTrace([
      { fn: "add", of: "Cart", instance: 1 },
      { fn: "take", of: "Stock", instance: 2 },
      { fn: "take", of: "Stock", instance: 2 },
    ]);
    expect(busiestObjects(trace).map(({ className, calls }) => [className, calls])).toEqual([
      ["Stock", 2],
      ["Cart", 1],
    ]);
  });

  it("stands in a link as text", () => {
    for (const text of ["#12", "#12@3", '"o-1"', '"#12"', "12.5"])
      expect(followedText(followedFrom(text)!)).toBe(text);
    expect(followedFrom("o-1")).toEqual({ kind: "scalar", value: "o-1" });
    expect(followedFrom(" ")).toBeUndefined();
  });
});
