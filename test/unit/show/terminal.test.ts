import { describe, expect, it } from "vitest";
import { fitted, fittedEnd, linesOf, oneLine, styled, widthOf } from "../../../lib/show/terminal.js";

describe("text in a terminal", () => {
  it("is as wide as it looks: wide characters count twice, combining ones and colours not at all", () => {
    expect(widthOf("total")).toBe(5);
    expect(widthOf("日本")).toBe(4);
    expect(widthOf("e\u0301")).toBe(1);
    expect(widthOf("🚀")).toBe(2);
    expect(widthOf(styled({ colors: true, columns: 80 }, "red", "no"))).toBe(2);
  });

  it("is cut at its end, and never wider than it may be", () => {
    expect(fitted("validate(item)", 14)).toBe("validate(item)");
    expect(fitted("validate(item)", 9)).toBe("validate…");
    for (let columns = 1; columns < 12; columns++)
      expect(widthOf(fitted("日本x🚀e\u0301quote", columns))).toBeLessThanOrEqual(columns);
  });

  it("is cut at its beginning, and never wider than it may be", () => {
    expect(fittedEnd("src/app.js:10", 13)).toBe("src/app.js:10");
    expect(fittedEnd("src/app.js:10", 10)).toBe("…app.js:10");
    for (let columns = 1; columns < 12; columns++)
      expect(widthOf(fittedEnd("日本x🚀e\u0301quote", columns))).toBeLessThanOrEqual(columns);
  });

  it("of several lines is told in one, or below each other, without the colours that came with it", () => {
    const message = "\u001b[31mexpected\u001b[39m\n\n  3\r\nreceived\u0007\n";
    expect(oneLine(message)).toBe("expected ⏎ 3 ⏎ received\u0007");
    expect([...linesOf(message, 80, 9)]).toEqual(["expected", "", "  3", "received\\x07"]);
    expect([...linesOf(message, 6, 9)]).toEqual(["expect", "ed", "", "  3", "receiv", "ed\\x07"]);
    expect([...linesOf(message, 80, 2)]).toEqual(["expected", "", "…"]);
    expect([...linesOf("日本", 1, 9)]).toEqual(["日", "本"]);
  });

  it("cannot steer the terminal", () => {
    expect(fitted("\u001b[2Jgone\r\n", 80)).toBe("\\x1b[2Jgone\\x0d\\x0a");
    expect(fittedEnd("\u009b31m", 80)).toBe("\\x9b31m");
  });

  it("has colours only where they are wanted", () => {
    expect(styled({ colors: false, columns: 80 }, "red", "no")).toBe("no");
    expect(styled({ colors: true, columns: 80 }, "red", "no")).toBe("\u001b[31mno\u001b[0m");
  });
});
