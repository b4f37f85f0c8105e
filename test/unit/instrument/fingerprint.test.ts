import { expect, test } from "vitest";
import { fingerprint } from "../../../lib/instrument/fingerprint.js";

const TEXT = "function total(a, b) { return a + b; } // ¿qué?\u{1f600}";

test("texts that differ in one place, in length or in order have different fingerprints", () => {
  const texts = [TEXT, `${TEXT}\0`, `${TEXT}\0\0`, "", "\0", "\0\0", [...TEXT].reverse().join("")];
  for (let at = 0; at < TEXT.length; at++) {
    for (let bit = 0; bit < 16; bit++) {
      const changed = String.fromCharCode(TEXT.charCodeAt(at) ^ (1 << bit));
      texts.push(TEXT.slice(0, at) + changed + TEXT.slice(at + 1));
    }
  }
  expect(new Set(texts.map(fingerprint)).size).toBe(new Set(texts).size);
});

test("of two hundred thousand texts, no two have half a fingerprint more often in common than chance has it", () => {
  const halves = [new Set<string>(), new Set<string>()];
  for (let i = 0; i < 200_000; i++) {
    const text = fingerprint(`const value${i} = ${i * 7};`);
    expect(text).toMatch(/^[0-9a-f]{16}$/);
    halves[0]!.add(text.slice(0, 8));
    halves[1]!.add(text.slice(8));
  }
  // Chance: 200,000² / 2³³ = 4.7 pairs in 32 bits.
  for (const { size } of halves) expect(size).toBeGreaterThan(200_000 - 20);
});
