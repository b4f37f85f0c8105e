import { transformSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { createSourceMapping, decodeNumber, encodeNumber } from "../../lib/source-mapping.js";

describe("mappings of a source map", () => {
  it("lead from compiled places to those they come from", () => {
    const source =
      "export function first(a: number) {\n  return second(a);\n}\nconst second = (b: number) => b;\n";
    const { code, map } = transformSync(source, { loader: "ts", minify: true, sourcemap: true });
    const mapping = createSourceMapping((JSON.parse(map) as { mappings: string }).mappings);
    const arrow = code.lastIndexOf("=>");
    const place = mapping.original(1, code.slice(0, arrow).lastIndexOf("=") + 2)!;
    expect(place).toMatchObject({ source: 0, line: 4 });
    expect(mapping.original(1, code.indexOf("return") + 1)).toMatchObject({ line: 2, column: 3 });
  });

  it("are nothing where there are none, and in front of a line's first", () => {
    const mapping = createSourceMapping(";;GAEA,IAAI");
    expect(mapping.original(1, 1)).toBeUndefined();
    expect(mapping.original(3, 1)).toBeUndefined();
    expect(mapping.original(3, 4)).toMatchObject({ line: 3, column: 1 });
    expect(mapping.original(3, 99)).toMatchObject({ line: 3, column: 5 });
    expect(mapping.original(9, 1)).toBeUndefined();
  });

  it.each([0, 1, -1, 15, 16, -16, 1023, 123456, -99999])("hold %i as text", (value) => {
    const text = encodeNumber(value);
    expect(decodeNumber(`${text}AAA`)).toEqual({ value, length: text.length });
  });
});
