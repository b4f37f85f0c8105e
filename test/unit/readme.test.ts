import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OPTIONS } from "../../lib/cli/option-table.js";
import { en } from "../../lib/view/messages/en.js";
import { es } from "../../lib/view/messages/es.js";
import { ROOT } from "../support/run.js";

const english = readFileSync(join(ROOT, "README.md"), "utf8");
const spanish = readFileSync(join(ROOT, "README.es.md"), "utf8");

const codeBlocks = (text: string): string[] => text.match(/```[\s\S]*?```/g) ?? [];
const headings = (text: string): string[] => text.match(/^#+ /gm) ?? [];
const firstCells = (text: string): string[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split(" | ")[0]!);

describe("the READMEs", () => {
  it("have the same headings, code and tables in both languages", () => {
    expect(headings(spanish)).toEqual(headings(english));
    expect(codeBlocks(spanish)).toEqual(codeBlocks(english));
    expect(firstCells(spanish).map((cell) => cell.replace(" o ", " or "))).toEqual(firstCells(english));
  });

  it("name every option with its default, and no other", () => {
    const listed = english.slice(english.indexOf("<!-- options -->"), english.indexOf("<!-- /options -->"));
    for (const { name, help, fallback } of OPTIONS) {
      const line = listed
        .split("\n")
        .find(
          (row) => row.includes(`--${name}\``) || row.includes(`--${name} <`) || row.includes(`--${name} [`),
        );
      expect(line, name).toBeDefined();
      expect(line!.replaceAll("`", "")).toContain(help);
      if (fallback !== undefined) expect(line).toContain(`(default \`${fallback}\`)`);
    }
    expect(listed.split("\n").filter((row) => row.startsWith("| `")).length).toBe(OPTIONS.length);
  });

  it("show samples and pictures that are there", () => {
    for (const [, path] of english.matchAll(/`(samples\/[^ `]+)/g))
      expect(existsSync(join(ROOT, path!)), path).toBe(true);
    for (const [, path] of english.matchAll(/\]\((images\/[^)]+)\)/g))
      expect(existsSync(join(ROOT, path!)), path).toBe(true);
  });
});

describe("the page's texts", () => {
  it("exist in both languages, with the same places to fill in", () => {
    const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
    expect(Object.keys(es).sort()).toEqual(Object.keys(en).sort());
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect(es[key], key).not.toBe("");
      expect(places(es[key]), key).toEqual(places(en[key]));
    }
  });
});
