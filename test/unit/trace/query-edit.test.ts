import { describe, expect, it } from "vitest";
import { quoted, valueInQuery, withTerm } from "../../../lib/trace/query-edit.js";

describe("editing a query", () => {
  it.each<[query: string, value: string, expected: string]>([
    ["", "stock.js", "module=stock.js"],
    ["error:* dur>10ms", "stock.js", "error:* dur>10ms module=stock.js"],
    ["module=old.js dur>10ms", "stock.js", "module=stock.js dur>10ms"],
    ["error:* module=old.js dur>10ms", "", "error:* dur>10ms"],
    ["-module=old.js", "stock.js", "-module=old.js module=stock.js"],
    ["module:old", "stock.js", "module:old module=stock.js"],
    ['module="a b"', "c d", 'module="c d"'],
    ["", '  say "hi"  ', String.raw`module="say \"hi\""`],
    ["", "   ", ""],
  ])("puts a term in the place of the one like it: %j with %j is %j", (query, value, expected) => {
    expect(withTerm(query, "module", "=", value)).toBe(expected);
  });

  it("keeps what cannot be read yet, as somebody is writing it", () => {
    expect(withTerm('fn:"che', "module", "=", "a")).toBe('fn:"che module=a');
    expect(valueInQuery('fn:"che', "fn", ":")).toBe("");
  });

  it("tells what a query asks for, by key and operator", () => {
    const query = 'class="Big Cart" start>=5ms -end>=7ms start<=90ms';
    expect(valueInQuery(query, "class", "=")).toBe("Big Cart");
    expect(valueInQuery(query, "class", ":")).toBe("");
    expect(valueInQuery(query, "start", ">=")).toBe("5ms");
    expect(valueInQuery(query, "start", "<=")).toBe("90ms");
    expect(valueInQuery(query, "end", ">=")).toBe("");
  });

  it("reads back what it has quoted", () => {
    for (const value of ["plain", "two words", 'a "quote"', "back\\slash", "back \\ and space"])
      expect(valueInQuery(`fn=${quoted(value)}`, "fn", "=")).toBe(value);
  });
});
