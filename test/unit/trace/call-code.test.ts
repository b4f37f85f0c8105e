import { describe, expect, it } from "vitest";
import { callCode, callTest } from "../../../lib/trace/call-code.js";
import { expectedCode, valueCode } from "../../../lib/trace/value-code.js";
import { smallTrace, type Written } from "./small-trace.js";

const TEXTS = {
  incomplete: "Incomplete.",
  receiver: "fill in",
  exported: "export it",
  returns: "{name} returns what it did",
  throws: "{name} throws what it did",
};
const test = (call: Written, errors: Parameters<typeof smallTrace>[1] = []) =>
  callTest(smallTrace([call], errors), 1, TEXTS, () => undefined);
const code = (call: Written, source?: string) => callCode(smallTrace([call]), 1, TEXTS, () => source);

describe("a value as code", () => {
  it.each([
    [{ a: [1, "x", null, true], "b-c": {} }, '{ a: [1, "x", null, true], "b-c": {} }'],
    [{ $type: "undefined" }, "undefined"],
    [{ $type: "bigint", value: "12" }, "12n"],
    [{ $type: "Date", value: "2026-01-01T00:00:00.000Z" }, 'new Date("2026-01-01T00:00:00.000Z")'],
    [{ $type: "RegExp", value: "/a\\/b/g" }, 'new RegExp("a\\\\/b", "g")'],
    [{ $type: "Map", size: 1, entries: [["k", 1]] }, 'new Map([["k", 1]])'],
    [{ $type: "Set", size: 1, values: [2] }, "new Set([2])"],
    [{ $type: "object", entries: [["__proto__", 1]] }, '{ ["__proto__"]: 1 }'],
  ])("makes the value again: %j", (value, expected) => {
    expect(valueCode(value)).toEqual({ code: expected, isWhole: true });
  });

  it("says what was not recorded, and expects anything there", () => {
    const value = {
      name: { $type: "cut", what: "string", value: "abc", length: 9 },
      go: { $type: "function", name: "go" },
    };
    expect(valueCode(value)).toEqual({
      code: '{ name: "abc" /* … */, go: undefined /* ƒ go */ }',
      isWhole: false,
    });
    expect(expectedCode(value).code).toBe('{ name: expect.stringContaining("abc"), go: expect.anything() }');
  });

  it("lets no name out of a comment and shows what turns the direction of writing", () => {
    expect(valueCode({ $type: "instance", class: "A */ alert(1) /*\n", value: {} }).code).toBe(
      "/* A * / alert(1) /*  */ {}",
    );
    expect(valueCode("\u202eevil").code).toBe('"\\u202eevil"');
  });
});

describe("a call as code", () => {
  it("is what the program called", () => {
    expect(code({ fn: "tax", in: { net: 2, rate: 0.5 }, out: 1 })).toBe("tax(2, 0.5);\n// → 1\n");
    expect(code({ fn: "constructor", of: "Cart", kind: "constructor", in: { id: "c" } })).toBe(
      'new Cart("c");\n',
    );
    expect(code({ fn: "load", async: true })).toBe("await load();\n");
  });

  it("gives the arguments as the function takes them, where its source is known", () => {
    const call = { fn: "tax", in: { net: 2, rate: 0.5, items: [1, 2] } };
    expect(code(call, "function tax(net, { rate = 1 }, ...items) {}")).toBe(
      "tax(2, { rate: 0.5 }, ...[1, 2]);\n",
    );
    expect(code(call, "const other = (x) => x;")).toBe("tax(2, 0.5, [1, 2]);\n");
  });

  it("asks for the object of a method", () => {
    expect(code({ fn: "add", of: "Cart", instance: 1, in: { line: 1 } })).toBe(
      "const cart = Object.create(Cart.prototype); // fill in\ncart.add(1);\n",
    );
  });

  it("is a test that expects output and changed inputs", () => {
    expect(
      test({
        fn: "tax",
        module: "lib/tax.js",
        in: { bill: { net: 2 } },
        after: { bill: { net: 2, tax: 1 } },
        out: 1,
      }),
    ).toBe(
      [
        'import { expect, it } from "vitest";',
        'import { tax } from "./lib/tax.js"; // export it',
        "",
        'it("tax returns what it did", () => {',
        "  const bill = { net: 2 };",
        "  const result = tax(bill);",
        "  expect(result).toEqual(1);",
        "  expect(bill).toEqual({ net: 2, tax: 1 });",
        "});",
        "",
      ].join("\n"),
    );
  });

  it("is a test that expects the error, thrown or rejected", () => {
    const error = { name: "RangeError", message: "too much", outcome: "unhandled" as const };
    expect(test({ fn: "tax", in: { net: 9 }, error: 0 }, [error])).toContain(
      'expect(() => tax(9)).toThrow("too much");',
    );
    expect(test({ fn: "load", async: true, error: 0 }, [error])).toContain(
      'await expect(load()).rejects.toThrow("too much");',
    );
  });
});
