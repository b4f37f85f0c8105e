import { describe, expect, it } from "vitest";
import { argumentsOf } from "../../../lib/trace/parameters.js";

const BOUND: Record<string, string> = {
  id: "1",
  rate: "0.5",
  rest: "{ x: 1 }",
  lines: "[2, 3]",
  first: '"a"',
};
const of = (text: string) => argumentsOf(text, (name) => BOUND[name]);

describe("arguments", () => {
  it.each([
    ["function f(id, rate) {}", ["1", "0.5"]],
    ["f(id = g(1, [2]), /* how much, */ rate: number = 3)", ["1", "0.5"]],
    ["f(id, { rate = 1, ...rest } = {}) {", ["1", "{ rate: 0.5, ...{ x: 1 } }"]],
    ["(id, ...lines) => {", ["1", "...[2, 3]"]],
    ["f({ order: { id: id, key: [first] } }: Order)", ['{ order: { id: 1, key: ["a"] } }']],
    ['f(id = "http://a, b", rate)', ["1", "0.5"]],
    ["f()", []],
  ])("bind as they did: %s", (text, expected) => {
    expect(of(text)).toEqual(expected);
  });

  it.each([["f(unknown)"], ["x => x"], ["f(id"], ["f({ [key]: id })"]])("are not guessed: %s", (text) => {
    expect(of(text)).toBeUndefined();
  });
});
