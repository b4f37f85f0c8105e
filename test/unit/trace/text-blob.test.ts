import { describe, expect, it } from "vitest";
import { ByteSearch } from "../../../lib/trace/byte-search.js";
import { SparseRefs } from "../../../lib/trace/sparse-refs.js";
import { TextBlob } from "../../../lib/trace/text-blob.js";
import { numbers } from "./sample-trace.js";

describe("texts in chunks of bytes", () => {
  it("come back as they went in, whatever their length", () => {
    const blob = new TextBlob();
    const random = numbers(3);
    const texts: string[] = [
      "",
      "a",
      "ä€😀",
      "\ufeffbom",
      "x".repeat(127),
      "x".repeat(128),
      "y".repeat(1 << 22),
      "z".repeat(9_000_000),
    ];
    for (let i = 0; i < 2000; i++)
      texts.push(String.fromCharCode(97 + (i % 26)).repeat(random() * (i % 50 === 0 ? 30_000 : 90)));
    const refs = texts.map((text) => blob.addText(text));
    for (let i = texts.length - 1; i >= 0; i--) expect(blob.text(refs[i]!) === texts[i]).toBe(true);
    const target = new Uint8Array(10_000_000);
    for (const i of [0, 2, 6, 7, 500]) {
      const bytes = Buffer.from(texts[i]!);
      expect(blob.copyTo(refs[i]!, target, 3)).toBe(3 + bytes.length);
      expect(bytes.equals(target.subarray(3, 3 + bytes.length))).toBe(true);
      expect(blob.copyTo(refs[i]!, target.subarray(0, bytes.length), 1)).toBe(-1);
    }
    expect(blob.text(-1)).toBeUndefined();
    expect(blob.copyTo(-1, target, 7)).toBe(7);
  });

  it("share the place of short ones that come again", () => {
    const blob = new TextBlob();
    const first = blob.addText('{"n":1}');
    blob.addText('{"n":2}');
    const { size } = blob;
    expect(blob.addText('{"n":1}')).toBe(first);
    expect(blob.size).toBe(size);
  });
});

describe("a search in bytes", () => {
  it("finds what a search in the text in lower case finds", () => {
    const random = numbers(11);
    const letters = 'abAB"zZ 9@[`{';
    const word = (length: number): string =>
      Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join("");
    for (let i = 0; i < 3000; i++) {
      const text = word(1 + random() * 60);
      const needle = word(1 + random() * 4);
      const bytes = Buffer.from(text);
      expect(new ByteSearch(needle).indexIn(bytes, 0, bytes.length)).toBe(
        text.toLowerCase().indexOf(needle.toLowerCase()),
      );
    }
  });

  it("stays within the range", () => {
    const bytes = Buffer.from("xxabc");
    expect(new ByteSearch("abc").indexIn(bytes, 0, 4)).toBe(-1);
    expect(new ByteSearch("abc").indexIn(bytes, 3, 5)).toBe(-1);
    expect(new ByteSearch("").indexIn(bytes, 2, 5)).toBe(2);
  });
});

describe("sparse references", () => {
  it("behave as a map", () => {
    const refs = new SparseRefs();
    const map = new Map<number, number>();
    for (const [row, ref] of [
      [5, 0],
      [70_000, 3],
      [5, 9],
      [0, 2 ** 40],
    ] as const) {
      refs.set(row, ref);
      map.set(row, ref);
    }
    expect(refs.size).toBe(3);
    expect([...refs].sort()).toEqual([...map].sort());
    expect([refs.get(5), refs.get(6), refs.get(1e9), refs.has(0), refs.has(1)]).toEqual([
      9,
      undefined,
      undefined,
      true,
      false,
    ]);
    expect([...refs.keys()]).toEqual([0, 5, 70_000]);
    expect([...refs.values()]).toEqual([2 ** 40, 9, 3]);
    const told: number[] = [];
    refs.forEach((ref, row) => {
      told.push(row, ref);
    });
    expect(told).toEqual([0, 2 ** 40, 5, 9, 70_000, 3]);
  });
});
