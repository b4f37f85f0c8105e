import { mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bind } from "../../../lib/instrument/bind.js";
import { openCache, type RewriteCache } from "../../../lib/instrument/cache.js";
import { packed, rewriteAs } from "../../../lib/instrument/rewriting.js";

const PATH = "/app/a.js";
const SOURCES: Record<string, string> = {
  "of ASCII": "exports.f = (a) => g(a);",
  "of Latin-1": "exports.f = (a) => g(a, 'ñ');",
  "of more": "exports.f = (größe) => g(größe, '日本\u{1f600}');",
  "of no functions": "exports.a = 1;",
  "longer than what is read at once": `exports.f = (a) => g(a); //${" long".repeat(50_000)}`,
};

function emptyCache(): { folder: string; cache: RewriteCache } {
  const folder = mkdtempSync(join(tmpdir(), "cache-"));
  return { folder, cache: openCache({ folder, options: "" }) };
}

function rewriting(source: string) {
  const made = rewriteAs("commonjs", source, PATH, { isSecret: () => false });
  return { ...made, sha256: "0123456789abcdef".repeat(4), namesMap: false };
}

describe("the cache", () => {
  it.each(Object.entries(SOURCES))("gives back what became of a text %s", (_, source) => {
    const { cache } = emptyCache();
    const made = rewriting(source);
    const compiled = { ...made, isModule: true, namesMap: true, mappings: "AAAA;AACA" };
    expect(cache.get(source, PATH, "commonjs")).toBeUndefined();
    cache.set(source, PATH, "commonjs", packed(source, made));
    cache.set(source, PATH, "module", packed(source, compiled));
    for (const [type, put] of [["commonjs", made] as const, ["module", compiled] as const]) {
      const { file, ...rest } = cache.get(source, PATH, type)!;
      const { file: expected, ...restExpected } = put;
      expect(rest).toEqual(restExpected);
      if (expected === null) expect(file).toBeNull();
      else {
        const { code, ...tables } = file!;
        const { code: codeExpected, ...tablesExpected } = expected;
        expect(tables).toEqual(tablesExpected);
        expect(bind(code, 7, 9)).toBe(bind(codeExpected, 7, 9));
      }
    }
  });

  it("knows nothing of another text, another file, and what was made with other options", () => {
    const { folder, cache } = emptyCache();
    const source = "exports.f = (a) => g(a);";
    cache.set(source, PATH, "commonjs", packed(source, rewriting(source)));
    expect(cache.get("exports.f = (b) => g(b);", PATH, "commonjs")).toBeUndefined();
    expect(cache.get(`${source};`, PATH, "commonjs")).toBeUndefined();
    expect(cache.get(source, "/app/b.js", "commonjs")).toBeUndefined();
    expect(openCache({ folder, options: "other" }).get(source, PATH, "commonjs")).toBeUndefined();
    expect(openCache({ folder, options: "" }).get(source, PATH, "commonjs")).toBeDefined();
  });

  it("knows nothing of what is damaged, and makes it anew", () => {
    const { folder, cache } = emptyCache();
    const source = "exports.f = (a) => g(a);";
    const made = rewriting(source);
    cache.set(source, PATH, "commonjs", packed(source, made));
    const file = join(folder, readdirSync(folder)[0]!);
    const whole = readFileSync(file);
    for (let length = 0; length < whole.length; length++) {
      truncateSync(file, length);
      expect(openCache({ folder, options: "" }).get(source, PATH, "commonjs")).toBeUndefined();
      writeFileSync(file, whole);
    }
    for (const damaged of [
      Buffer.concat([whole, Buffer.from("not an entry")]),
      whole.map((byte) => byte ^ 1),
    ]) {
      writeFileSync(file, damaged);
      const other = openCache({ folder, options: "" });
      other.get(source, PATH, "commonjs");
      other.set(source, PATH, "commonjs", packed(source, made));
      expect(other.get(source, PATH, "commonjs")?.sha256).toBe(made.sha256);
      expect(openCache({ folder, options: "" }).get(source, PATH, "commonjs")?.sha256).toBe(made.sha256);
      expect(readFileSync(file)).toHaveLength(whole.length);
    }
  });

  it("has the files of a folder in one file, the last text of each", () => {
    const { folder, cache } = emptyCache();
    const sources = Array.from({ length: 20 }, (_, i) => `exports.f${i} = (a) => g(a, ${i});`);
    sources.forEach((source, i) => {
      cache.set(source, `/app/${i}.js`, "commonjs", packed(source, rewriting(source)));
    });
    const changed = sources[3]!.replace("g(", "h(");
    cache.set(changed, "/app/3.js", "commonjs", packed(changed, rewriting(changed)));
    cache.set(changed, "/other/3.js", "commonjs", packed(changed, rewriting(changed)));
    expect(readdirSync(folder)).toHaveLength(2);
    const later = openCache({ folder, options: "" });
    for (const [i, source] of sources.entries())
      expect(later.get(source, `/app/${i}.js`, "commonjs") === undefined).toBe(i === 3);
    expect(later.get(changed, "/app/3.js", "commonjs")).toBeDefined();
  });

  it("is begun anew when most of it is of texts that have changed since", () => {
    const { folder, cache } = emptyCache();
    const text = (i: number): string => `exports.f = (a) => g(a); //${String(i).repeat(100_000)}`;
    for (let i = 0; i < 9; i++) cache.set(text(i), PATH, "commonjs", packed(text(i), rewriting(text(i))));
    const size = (): number => readFileSync(join(folder, readdirSync(folder)[0]!)).length;
    expect(size()).toBeGreaterThan(1_600_000);
    const later = openCache({ folder, options: "" });
    expect(later.get(text(8), PATH, "commonjs")).toBeDefined();
    later.set(text(9), PATH, "commonjs", packed(text(9), rewriting(text(9))));
    expect(size()).toBeLessThan(300_000);
    expect(later.get(text(9), PATH, "commonjs")).toBeDefined();
  });
});
