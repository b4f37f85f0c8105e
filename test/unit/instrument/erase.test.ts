import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@babel/parser";
import { describe, expect, it } from "vitest";
import { type Elision, eraseTypes } from "../../../lib/instrument/erase.js";
import { ROOT } from "../../support/run.js";

/** Runs of blanks as one, and none where a line, a statement or a list ends: to read the results by. */
const short = (text: string): string =>
  text
    .replace(/[^\S\n]+/g, " ")
    .replace(/ (?=[\n;,)]|$)/g, "")
    .trim();

const erased = (source: string, elision: Elision = "names"): string | undefined => {
  const text = eraseTypes(source, false, elision);
  if (text === undefined) return undefined;
  // Nothing moves.
  expect(text.length).toBe(source.length);
  expect(text.split("\n").map((line) => line.length)).toEqual(source.split("\n").map((line) => line.length));
  return short(text);
};

describe("types that are taken out", () => {
  it.each([
    ["let a: number = 1, b!: string, c = d as any", "let a = 1, b, c = d;"],
    [
      "function f<T>(this: X, a?: T, ...b: T[]): asserts a is T { g<T>(a!) }",
      "function f ( a, ...b) { g (a) }",
    ],
    [
      "class A<T> extends B<T> implements C, D { x?: T; readonly y: T = 1 }",
      "class A extends B { x;; y = 1 }",
    ],
    ["abstract class A { abstract m(): void; private static s = 1 }", "class A {;; static s = 1 }"],
    ["const f = async <\nT\n>(a: T) => a", "const f = async (\n\n a) => a"],
    ["const f = (a: T): Promise<\n  X\n> => a", "const f = (a\n\n) => a"],
    ["type A = 1\n(b)", ";\n(b)"],
    ["let a = b as T\n(c)", "let a = b;\n(c)"],
    ["class A { a: T\n['b'] = 1 }", "class A { a;\n['b'] = 1 }"],
    ["export type { A } from 'a'; export { type B, c } from 'b'", "; export { c } from 'b'"],
    ["declare global { var x: 1 } namespace N { export type A = 1 }", ";;"],
    ["export function f(a: 1): 1\nexport function f(a) {}", ";\nexport function f(a) {}"],
    ["(a as B)!.c!.d(e satisfies F)", "(a) .c .d(e)"],
  ])("leave %s as it runs", (source, expected) => {
    expect(erased(source)).toBe(expected);
  });

  it("go from imports, and with them the imports where compilers take these out", () => {
    const source = "import a, { type B, C, d } from 'x';\nimport { E } from 'y';\nlet f: C | E = d(a)";
    expect(erased(source, "names")).toBe("import a, { d } from 'x';\nimport { } from 'y';\nlet f = d(a)");
    expect(erased(source, "imports")).toBe("import a, { d } from 'x';\n;\nlet f = d(a)");
    expect(erased(source, "none")).toBe("import a, { C, d } from 'x';\nimport { E } from 'y';\nlet f = d(a)");
  });

  it.each([
    "enum A { B }",
    "namespace N { export const a = 1 }",
    "class A { constructor(private a: number) {} }",
    "@dec class A {}",
    "class A { accessor a = 1 }",
    "import a = require('a')",
    "export = 1",
  ])("are not all that is in %s", (source) => {
    expect(erased(source)).toBeUndefined();
  });

  it("leave JavaScript in every file of ours that has nothing else", () => {
    let files = 0;
    for (const name of readdirSync(join(ROOT, "lib"), { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".ts")) continue;
      const text = eraseTypes(readFileSync(join(ROOT, "lib", name), "utf8"), false, "names");
      if (text === undefined) continue;
      parse(text, { sourceType: "module" });
      files++;
    }
    expect(files).toBeGreaterThan(100);
  });
});
