import { describe, expect, it } from "vitest";
import { originalName, originalOwner, originalParameters } from "../../../lib/collect/original-names.js";
import type { FunctionEntry } from "../../../lib/probe.js";

const entry = (kind: FunctionEntry["kind"], name = "a"): FunctionEntry => ({
  name,
  owner: name,
  kind,
  async: false,
  params: [],
  line: 1,
  column: 1,
  endLine: 1,
  parent: -1,
  bareCalls: [],
});

/** Where `^` stands in the text, and the text without it. */
function marked(text: string): { lines: string[]; place: { line: number; column: number } } {
  const lines = text.split("\n");
  const line = lines.findIndex((each) => each.includes("^"));
  const column = lines[line]!.indexOf("^");
  lines[line] = lines[line]!.replace("^", "");
  return { lines, place: { line: line + 1, column: column + 1 } };
}

describe("the name of a function in the text that a compiler has read", () => {
  it.each([
    ["^function load(id) {}", "function", "load"],
    ["^export async function load<T>(id: T) {}", "function", "load"],
    ["const total = ^(order: Order) => 1", "arrow", "total"],
    ["const total = (^order: Order) => 1", "arrow", "total"],
    ["const total: Total = async ^(order) => 1", "arrow", "total"],
    ["const handlers = { close: ^() => {} }", "arrow", "close"],
    ["class A { ^itemsOf(id: number) {} }", "method", "itemsOf"],
    ["class A { static async ^load() {} }", "method", "load"],
    ["class A { ^get size(): number {} }", "getter", "get size"],
    ["class A { ^private override find<T>(x: T) {} }", "method", "find"],
  ] as const)("is found in %s", (text, kind, name) => {
    const { lines, place } = marked(text);
    expect(originalName(lines, place, entry(kind))).toBe(name);
  });

  it("is left as it is where the text names none, or the label says more", () => {
    for (const text of ["list.map(^(x) => x)", "return ^() => 1"]) {
      const { lines, place } = marked(text);
      expect(originalName(lines, place, entry("arrow"))).toBeUndefined();
    }
    const { lines, place } = marked("const all = ^() => 1");
    expect(originalName(lines, place, entry("arrow", "callback of Array.map (a.js:1)"))).toBeUndefined();
  });

  it("comes with its class, where the compiler has shortened that", () => {
    const lines = ["class Store {", "  get() {}", "}", "class Other {", "  set() {}", "}"];
    expect(originalOwner(lines, 5, "t")).toBe("Other");
    expect(originalOwner(lines, 5, "Store")).toBe("Store");
  });
});

describe("the parameters of a function in the text that a compiler has read", () => {
  it.each([
    ["^function f(first: number, second = [1, 2], ...rest: string[]) {}", ["first", "second", "rest"]],
    ["^function f<T>(\n  first: Map<string, T>,\n  second?: () => void,\n) {}", ["first", "second"]],
    ["const f = ^row => row", ["row"]],
    ["const f = (^row, index) => row", ["row", "index"]],
    ["class A { ^constructor(private readonly owner: string, balance = 0) {} }", ["owner", "balance"]],
  ] as const)("are read from %s", (text, names) => {
    const { lines, place } = marked(text);
    expect(
      originalParameters(
        lines,
        place,
        names.map((_, i) => `p${i}`),
      ),
    ).toEqual(names);
  });

  it.each([
    "^function f({ a, b }) {}",
    "^function f(a) {}",
    "f(^g(1, 2))",
  ])("are the compiler's in %s", (text) => {
    const { lines, place } = marked(text);
    expect(originalParameters(lines, place, ["x", "y"])).toEqual(["x", "y"]);
  });
});
