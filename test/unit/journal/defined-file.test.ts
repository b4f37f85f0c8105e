import { describe, expect, it } from "vitest";
import { definedFile, readDefinedFile } from "../../../lib/journal/defined-file.js";
import { type FileDefinition, fileChunk, fileEntries } from "../../../lib/journal/file-chunk.js";
import type { FunctionEntry, SiteEntry } from "../../../lib/probe.js";

const FUNCTIONS: FunctionEntry[] = ["größe", 'get "x"\n'].map((name, i) => ({
  name,
  owner: i === 0 ? name : "Cart",
  kind: i === 0 ? "function" : "getter",
  async: i === 0,
  params: ["a", "…b"],
  line: 3,
  column: 7,
  endLine: 5,
  endColumn: 2,
  parent: i - 1,
  bareCalls: [{ callee: "go", line: 4, column: 1 + i }],
}));
const SITES: SiteEntry[] = [{ line: 4, column: 9, callee: "map", function: 1 }];
const BARE_CALLS = [{ callee: "main", line: 9, column: 1 }];
const DEFINITION: FileDefinition = {
  functionBase: 12,
  siteBase: 5,
  functions: 2,
  sites: 1,
  path: "/app/añadir.js",
  sha256: "ab",
  entries: fileEntries({ functions: FUNCTIONS, sites: SITES, bareCalls: BARE_CALLS }),
};
const CHUNK = Buffer.concat(fileChunk(DEFINITION)).toString();

describe("a file that is defined in a journal", () => {
  it("has the functions, sites and calls that it was defined with, and no others", () => {
    for (const file of [readDefinedFile(CHUNK)!, definedFile(DEFINITION)]) {
      expect(file.head).toMatchObject({
        functionBase: 12,
        siteBase: 5,
        path: "/app/añadir.js",
        sha256: "ab",
      });
      expect([file.function(0), file.function(1)]).toEqual(FUNCTIONS);
      expect([file.site(0)]).toEqual(SITES);
      expect(file.bareCalls).toEqual(BARE_CALLS);
      expect([file.function(-1), file.function(2), file.site(-1), file.site(1)]).toEqual(
        Array(4).fill(undefined),
      );
      expect(file.isDamaged).toBe(false);
    }
  });

  it.each([
    "",
    "{",
    "[]",
    "[1,2]",
    '["f","f","function",false,[1],1,1,1,1,-1,[]]',
    "null",
  ])("has all but what cannot be read, which is said: %s", (line) => {
    const lines = CHUNK.split("\n");
    lines[2] = line;
    const file = readDefinedFile(lines.join("\n"))!;
    expect(file.function(1)).toEqual(FUNCTIONS[1]);
    expect(file.isDamaged).toBe(false);
    expect(file.function(0)).toBeUndefined();
    expect(file.isDamaged).toBe(true);
  });
});
