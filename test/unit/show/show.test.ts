import { describe, expect, it } from "vitest";
import { en } from "../../../lib/show/messages/en.js";
import { es } from "../../../lib/show/messages/es.js";
import { type ShowOptions, showTrace } from "../../../lib/show/show.js";
import type { Trace } from "../../../lib/trace/columns.js";
import { smallTrace } from "../trace/small-trace.js";

function shown(trace: Trace, options: Partial<ShowOptions> = {}): string[] {
  return [
    ...showTrace(trace, {
      terminal: { colors: false, columns: 80 },
      language: "en",
      depth: 5,
      top: 8,
      ...options,
    }),
  ];
}

describe("a trace in the terminal", () => {
  it("says of a call that is still running, of a signal, and of a snapshot, what they are", () => {
    const running = smallTrace([{ fn: "wait", duration: Number.NaN }], [], { finished: false });
    expect(shown(running)[0]).toMatch(/^\? app\.js still running · /);
    expect(shown(running).join("\n")).toMatch(/wait\(\) … +… {2}#1$/m);
    const recovered = smallTrace([], [], { finished: false, recovered: true });
    expect(shown(recovered)[0]).toMatch(/^\? app\.js killed before its end was recorded · /);
    const killed = smallTrace([], [], { signal: "SIGKILL", exit_code: null });
    expect(shown(killed)[0]).toMatch(/^✗ app\.js killed by SIGKILL · /);
  });

  it("tells an error's message whole where it is asked for, and in one line elsewhere", () => {
    const error = { name: "Error", message: "expected\n  3\nreceived\n  4", outcome: "unhandled" as const };
    const trace = smallTrace([{ fn: "check", error: 0 }], [error]);
    const lines = ["Error: expected", "  3", "received", "  4"];
    expect(shown(trace).join("\n")).toContain(`What went wrong\n  ${lines.join("\n  ")}\n`);
    expect(shown(trace).join("\n")).toContain("check() ✗ Error: expected ⏎ 3 ⏎ received ⏎ 4");
    expect(shown(trace, { call: 1 }).join("\n")).toContain(`  error ${lines.join("\n        ")}`);
  });

  it("tells what is missing in the language asked for, with what only the warning itself tells", () => {
    const warnings = [
      { code: "recovered", message: "rebuilt from the journals" },
      { code: "left-plain", message: "a.js: it does not parse" },
      { code: "new-kind", message: "as it was written" },
    ];
    const trace = smallTrace([], [], { warnings });
    expect(shown(trace).slice(-3)).toEqual(warnings.map(({ message }) => `  ${message}`));
    expect(shown(trace, { language: "es", terminal: { colors: false, columns: 120 } }).slice(-3)).toEqual([
      "  La traza se reconstruyó tras una caída.",
      "  Un fichero se ejecutó tal cual: sus llamadas no se registraron. (a.js: it does not parse)",
      "  as it was written",
    ]);
  });

  it("tells a long note whole", () => {
    const message =
      "of the calls of checkout only those are told one by one that were made before the limit was reached";
    const trace = smallTrace([], [], { warnings: [{ code: "new-kind", message }] });
    expect(shown(trace).slice(-2)).toEqual([
      "  of the calls of checkout only those are told one by one that were made",
      "    before the limit was reached",
    ]);
  });

  it("folds calls of one function in a row, and long lists", () => {
    const many = smallTrace([
      ...Array.from({ length: 4 }, () => ({ fn: "tick" })),
      ...Array.from({ length: 25 }, (_, i) => ({ fn: `f${i}` })),
    ]);
    const lines = shown(many);
    expect(lines.filter((line) => line.includes("tick ×4")).length).toBe(1);
    expect(lines.find((line) => line.includes("tick ×4"))).toMatch(/ 4 ms$/);
    expect(lines).toContain("  … 6 more");
  });

  it("opens the slowest of folded calls", () => {
    const trace = smallTrace(
      [1, 5, 2, 3].map((ms, i) => ({
        fn: "tick",
        start: 10 * i,
        duration: ms,
        calls: [{ fn: `inner${i}`, start: 10 * i }],
      })),
    );
    const names = shown(trace, { top: 0 })
      .slice(3)
      .map((line) => line.trim().replace(/ {2}.*/, ""));
    expect(names).toEqual(["tick ×4, the slowest:", "tick()", "inner1()"]);
  });

  it("opens so many levels", () => {
    const deep = smallTrace([{ fn: "a", calls: [{ fn: "b", calls: [{ fn: "c" }] }] }]);
    const tree = shown(deep, { depth: 2, top: 0 }).slice(3);
    expect(tree.map((line) => line.trim().split("(")[0])).toEqual(["a", "b", "…"]);
  });

  it("shows the calls that are asked for with those above them", () => {
    const trace = smallTrace([
      { fn: "a", calls: [{ fn: "slow", start: 0, duration: 50 }] },
      { fn: "b", calls: [{ fn: "quick" }] },
    ]);
    const text = shown(trace, { minDuration: 40, top: 0 }).join("\n");
    expect(text).toContain("slow(");
    expect(text).toContain("a(");
    expect(text).not.toContain("quick(");
    expect(shown(trace, { filter: "fn:nothing" }).join("\n")).toContain("No call matches.");
    expect(shown(trace, { call: 99 })).toEqual(["No call matches."]);
  });

  it("does not hide that something threw which nobody saw", () => {
    const trace = smallTrace([{ fn: "f", error: -1 }]);
    expect(shown(trace).join("\n")).toContain("✗ (thrown, and taken by code that is not traced)");
  });

  it("has all its texts in both languages, with the same places to fill in", () => {
    const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
    expect(Object.keys(es).sort()).toEqual(Object.keys(en).sort());
    for (const key of Object.keys(en) as (keyof typeof en)[])
      expect(places(es[key])).toEqual(places(en[key]));
  });
});
