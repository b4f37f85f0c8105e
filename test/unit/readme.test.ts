import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { en as commandsEn } from "../../lib/cli/messages/en.js";
import { es as commandsEs } from "../../lib/cli/messages/es.js";
import { OPTIONS } from "../../lib/cli/option-table.js";
import { en as showEn } from "../../lib/show/messages/en.js";
import { es as showEs } from "../../lib/show/messages/es.js";
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

  it.each([
    { readme: english, messages: commandsEn },
    { readme: spanish, messages: commandsEs() },
  ])("name every option as the help does, with its default, and no other", ({ readme, messages }) => {
    const listed = readme.slice(readme.indexOf("<!-- options -->"), readme.indexOf("<!-- /options -->"));
    const rows = listed.split("\n").filter((row) => row.startsWith("| `"));
    for (const { name, help, fallback } of OPTIONS) {
      const line = rows.find(
        (row) => row.includes(`--${name}\``) || row.includes(`--${name} <`) || row.includes(`--${name} [`),
      );
      expect(line, name).toBeDefined();
      expect(line!.replaceAll("`", "")).toContain(messages[help]);
      if (fallback !== undefined)
        expect(line).toContain(messages["help.default"].replace("{value}", `\`${fallback}\``));
    }
    expect(rows.length).toBe(OPTIONS.length);
  });

  it("show samples and pictures that are there", () => {
    for (const [, path] of english.matchAll(/`(samples\/[^ `]+)/g))
      expect(existsSync(join(ROOT, path!)), path).toBe(true);
    for (const [, path] of english.matchAll(/\]\((images\/[^)]+)\)/g))
      expect(existsSync(join(ROOT, path!)), path).toBe(true);
  });
});

describe.each([
  { whose: "the page's", english: en, spanish: es },
  { whose: "the commands'", english: commandsEn, spanish: commandsEs() },
  { whose: "flowtrace-show's", english: showEn, spanish: showEs },
])("$whose texts", (texts: { english: Record<string, string>; spanish: Record<string, string> }) => {
  it("exist in both languages, with the same places to fill in", () => {
    const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
    expect(Object.keys(texts.spanish)).toEqual(Object.keys(texts.english));
    for (const [key, text] of Object.entries(texts.english)) {
      expect(texts.spanish[key], key).not.toBe("");
      expect(places(texts.spanish[key]!), key).toEqual(places(text));
    }
  });
});
