import { expect, it } from "vitest";
import { JsonScanner } from "../../../lib/trace/json-scan.js";
import { parseLarge } from "../../../lib/trace/parse-large.js";

it("objects too long for one string are parsed in pieces, to the same result", () => {
  const value = { list: [1, { a: [[], {}, null] }, "x,]"], 'k"ey': { b: true }, empty: [], n: -1.5e3 };
  for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
    const bytes = Buffer.from(`${text} "`);
    const scan = new JsonScanner();
    scan.bytes = bytes;
    scan.end = bytes.length - 1;
    for (const longest of [8, 20, 1000]) {
      expect(parseLarge(scan, 0, bytes.length - 2, longest)).toEqual(value);
    }
  }
});
