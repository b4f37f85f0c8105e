import { expect, describe as group, it } from "vitest";
import type { Value } from "../../../lib/trace/format.js";
import { preview, previewInputs } from "../../../lib/trace/preview.js";
import { diffValues, equalValues } from "../../../lib/trace/value-diff.js";
import { describe } from "../../../lib/trace/values.js";

const tag = ($type: string, rest: { [key: string]: Value } = {}): Value => ({ $type, ...rest });

function deep(levels: number, inner: Value = 1): Value {
  let value: Value = inner;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

group("a preview", () => {
  it.each<[Value, string]>([
    [null, "null"],
    [1.5, "1.5"],
    ['a "b"\n', '"a \\"b\\"\\n"'],
    [[1, [2], {}], "[1, [2], {}]"],
    [{ id: 3, name: "x", "a-b": true, größe: 1 }, '{id: 3, name: "x", "a-b": true, größe: 1}'],
    [tag("undefined"), "undefined"],
    [tag("NaN"), "NaN"],
    [tag("-0"), "-0"],
    [tag("bigint", { value: "12" }), "12n"],
    [tag("symbol", { value: "s" }), "Symbol(s)"],
    [tag("symbol", { value: tag("undefined") }), "Symbol()"],
    [tag("function", { name: "f" }), "ƒ f()"],
    [tag("function", { name: "C", class: true }), "class C"],
    [tag("Date", { value: "2026-01-01T00:00:00.000Z" }), "Date(2026-01-01T00:00:00.000Z)"],
    [tag("Date", { value: null }), "Invalid Date"],
    [tag("RegExp", { value: "/x/g" }), "/x/g"],
    [tag("Error", { name: "TypeError", message: "no" }), "TypeError: no"],
    [
      tag("Map", {
        size: 2,
        entries: [
          ["a", 1],
          [tag("bigint", { value: "1" }), [2]],
        ],
      }),
      'Map(2) {"a" => 1, 1n => [2]}',
    ],
    [tag("Map", { size: 9, entries: [["a", 1]] }), 'Map(9) {"a" => 1, …}'],
    [tag("Set", { size: 1, values: [1] }), "Set(1) {1}"],
    [tag("Uint8Array", { length: 3, values: [1, 2, 3] }), "Uint8Array(3) [1, 2, 3]"],
    [tag("Buffer", { length: 900, values: [1] }), "Buffer(900) [1, …]"],
    [tag("Promise"), "Promise"],
    [tag("instance", { class: "Cart", id: 1, value: { total: 1 } }), "Cart {total: 1}"],
    [
      tag("instance", { class: "Cart", value: tag("cut", { what: "object", keys: 70, value: { a: 1 } }) }),
      "Cart {a: 1, … 70 in all}",
    ],
    [tag("instance", { class: "Cart", value: tag("cut", { what: "depth", class: "Cart" }) }), "Cart {…}"],
    [
      tag("object", {
        entries: [
          ["$type", "x"],
          ["__proto__", 1],
        ],
      }),
      '{$type: "x", __proto__: 1}',
    ],
    [tag("object", { null_prototype: true, value: { a: 1 } }), "{a: 1}"],
    [tag("cycle", { up: 1 }), "↻"],
    [tag("getter"), "(getter)"],
    [[1, tag("hole", { count: 3 }), 2], "[1, (3 empty), 2]"],
    [tag("cut", { what: "string", value: "abc", length: 5000 }), '"abc…"'],
    [tag("cut", { what: "array", values: [1, 2], length: 5000 }), "[1, 2, … 5000 in all]"],
    [tag("cut", { what: "depth", class: "" }), "{…}"],
    [tag("cut", { what: "depth", class: "Array" }), "[…]"],
    [tag("cut", { what: "bytes" }), "…"],
    [tag("filtered", { token: "00" }), "[Filtered]"],
    [tag("skipped"), "(not recorded)"],
    [tag("unreadable"), "(unreadable)"],
  ])("of %j reads %s", (value, text) => {
    expect(preview(value)).toBe(text);
  });

  it("is never longer than asked for, whatever the value", () => {
    const values: Value[] = [
      "x".repeat(500),
      Array(500).fill("abc"),
      { [`k${"y".repeat(300)}`]: 1 },
      deep(50),
      { a: { b: { c: "x".repeat(99) } } },
    ];
    for (const value of values) {
      for (const most of [1, 5, 20, 80]) expect(preview(value, most).length).toBeLessThanOrEqual(most);
    }
    expect(preview({ name: "x".repeat(500), next: 1 }, 30)).toMatch(/^\{name: "x+…?/);
  });

  it("comes quickly of values 100,000 levels deep", () => {
    expect(preview(deep(100_000), 40).length).toBeLessThanOrEqual(40);
  });

  it("of malformed tags does not fail", () => {
    for (const type of ["Map", "Set", "cut", "instance", "object", "Error", "Date", "function", "toString"]) {
      expect(typeof preview(tag(type))).toBe("string");
      expect(
        typeof preview(
          tag(type, { entries: [3, null], values: "x", value: 7, class: 1, size: "x", name: null }),
        ),
      ).toBe("string");
    }
  });

  it("of inputs shows them as arguments", () => {
    expect(previewInputs({ line: { sku: "a" }, rate: 0.21 })).toBe('line={sku: "a"}, rate=0.21');
    expect(previewInputs({})).toBe("");
  });
});

group("a description", () => {
  it("resolves what an instance holds, its class and identity", () => {
    expect(describe(tag("instance", { class: "Cart", id: 7, value: { total: 1 } }))).toEqual({
      kind: "object",
      className: "Cart",
      id: 7,
      size: 1,
      isCut: false,
      children: [{ key: "total", value: 1 }],
    });
  });

  it("counts holes, so that indexes are the program's", () => {
    const { children, size } = describe([1, tag("hole", { count: 3 }), 2]);
    expect(children.map(({ key }) => key)).toEqual(["0", "1", "4"]);
    expect(size).toBe(5);
  });

  it("tells what was cut and how much there was", () => {
    expect(describe(tag("cut", { what: "string", value: "abc", length: 99 }))).toMatchObject({
      kind: "string",
      isCut: true,
      size: 99,
      text: "abc",
    });
    expect(describe(tag("Set", { size: 80, values: [1] }))).toMatchObject({
      kind: "set",
      isCut: true,
      size: 80,
    });
    expect(describe(tag("cut", { what: "object", keys: 60, value: { a: 1 } }))).toMatchObject({
      kind: "object",
      isCut: true,
      size: 60,
      children: [{ key: "a" }],
    });
  });
});

group("a difference of values", () => {
  it("names what was added, removed and changed by its path", () => {
    const before = {
      cart: tag("instance", { class: "Cart", id: 1, value: { items: [1, 2, 3], total: 5, old: true } }),
      n: 1,
    };
    const after = {
      cart: tag("instance", { class: "Cart", id: 1, value: { items: [1, 9, 3], total: 6, note: "x" } }),
      n: 1,
    };
    expect(diffValues(before, after)).toEqual([
      { kind: "changed", path: ["cart", "items", "1"], before: 2, after: 9 },
      { kind: "changed", path: ["cart", "total"], before: 5, after: 6 },
      { kind: "removed", path: ["cart", "old"], before: true },
      { kind: "added", path: ["cart", "note"], after: "x" },
    ]);
  });

  it("sees one inserted element as one difference", () => {
    expect(diffValues([1, 2, 3], [0, 1, 2, 3])).toEqual([{ kind: "added", path: ["0"], after: 0 }]);
    expect(diffValues([1, 2, 3], [1, 3])).toEqual([{ kind: "removed", path: ["1"], before: 2 }]);
  });

  it("takes different objects as a whole, and objects of which only the size differs", () => {
    const a = tag("instance", { class: "A", id: 1, value: {} });
    const b = tag("instance", { class: "A", id: 2, value: {} });
    expect(diffValues({ x: a }, { x: b })).toEqual([{ kind: "changed", path: ["x"], before: a, after: b }]);
    const cut = (size: number) => tag("Map", { size, entries: [["a", 1]] });
    expect(diffValues(cut(5), cut(6))).toEqual([
      { kind: "changed", path: [], before: cut(5), after: cut(6) },
    ]);
  });

  it("of equal values is empty, in whatever order their keys are", () => {
    expect(diffValues({ a: 1, b: [{ c: 1 }] }, { b: [{ c: 1 }], a: 1 })).toEqual([]);
    expect(equalValues({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(equalValues([1], { "0": 1 })).toBe(false);
  });

  it("stops at as many as asked for, and goes 2,000 levels deep", () => {
    expect(diffValues(Array(500).fill(1), Array(500).fill(2), 10)).toHaveLength(10);
    const [found] = diffValues(deep(2_000, 1), deep(2_000, 2));
    expect(found!.path).toHaveLength(2_000);
  });
});
