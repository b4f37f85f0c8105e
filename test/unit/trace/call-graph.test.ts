import { describe, expect, it } from "vitest";
import { callGraphOf, sequenceOf } from "../../../lib/trace/call-graph.js";
import type { Trace } from "../../../lib/trace/columns.js";
import { selfTimes } from "../../../lib/trace/statistics.js";
import { childLists } from "../../../lib/trace/walk.js";
import { smallTrace, type Written } from "./small-trace.js";

const lists = (trace: Trace) => childLists(trace.calls.parent, trace.calls.length);
const take = (error?: number): Written => ({
  fn: "take",
  of: "Stock",
  module: "stock.js",
  ...(error === undefined ? {} : { error }),
});
const trace = smallTrace(
  [
    {
      fn: "main",
      calls: [
        {
          fn: "place",
          module: "orders.js",
          calls: [{ fn: "fill", module: "orders.js", calls: [take(), take(), take(0)] }],
        },
        { fn: "report", calls: [{ fn: "back", module: "orders.js", calls: [{ fn: "main" }] }] },
      ],
    },
  ],
  [{ name: "E", message: "", outcome: "caught" }],
);

function told(
  of: Trace,
  from = 0,
  by: "module" | "class" = "module",
  withInner = false,
  most = 200,
): string[] {
  const { participants, messages } = sequenceOf(of, from, lists(of), by, withInner, most);
  return messages.map(
    ({ from: a, to, functionId, count, failed }) =>
      `${participants[a]} > ${participants[to]} ${of.functions[functionId]!.name} ${count}${failed ? " failed" : ""}`,
  );
}

describe("a sequence of messages", () => {
  it("has the calls between modules, repetitions as one, failures by themselves", () => {
    expect(told(trace)).toEqual([
      "app.js > orders.js place 1",
      "orders.js > stock.js take 2",
      "orders.js > stock.js take 1 failed",
      "app.js > orders.js back 1",
      "orders.js > app.js main 1",
    ]);
  });

  it("goes by class where there is one, below the chosen call only", () => {
    expect(told(trace, 3, "class")).toEqual(["orders.js > Stock take 2", "orders.js > Stock take 1 failed"]);
  });

  it("can show what happens within, and counts what is too much", () => {
    expect(told(trace, 2, "module", true)[0]).toBe("orders.js > orders.js fill 1");
    expect(sequenceOf(trace, 0, lists(trace), "module", false, 2)).toMatchObject({
      messages: { length: 2 },
      left: 3,
    });
  });
});

describe("a call graph", () => {
  it("sums up who calls whom, callees to the right of their callers", () => {
    const { nodes, edges, left } = callGraphOf(trace, 0, lists(trace), selfTimes(trace), "module");
    expect(nodes.map(({ name, calls, layer }) => [name, calls, layer]).sort()).toEqual([
      ["app.js", 4, 0],
      ["orders.js", 3, 1],
      ["stock.js", 3, 2],
    ]);
    const text = edges.map(({ from, to, calls, failed }) => [
      nodes[from]!.name,
      nodes[to]!.name,
      calls,
      failed,
    ]);
    expect(text).toEqual([
      ["app.js", "orders.js", 2, 0],
      ["orders.js", "stock.js", 3, 1],
      ["orders.js", "app.js", 1, 0],
    ]);
    expect(left).toBe(0);
  });

  it("keeps one way to every node when there are too many edges", () => {
    const names = ["b.js", "c.js", "d.js"];
    const all = smallTrace(
      names.map((module) => ({
        fn: "f",
        module,
        calls: names.filter((other) => other !== module).map((other) => ({ fn: "f", module: other })),
      })),
    );
    const { edges, edgesLeft } = callGraphOf(all, 0, lists(all), selfTimes(all), "module", 4);
    expect([edges.length, edgesLeft]).toEqual([8, 1]);
    expect(new Set(edges.map(({ to }) => to))).toEqual(new Set([1, 2, 3]));
  });

  it("keeps the first and those with most time", () => {
    const { nodes, left } = callGraphOf(trace, 0, lists(trace), selfTimes(trace), "module", 2);
    expect([nodes[0]!.name, nodes.length, left]).toEqual(["app.js", 2, 1]);
  });
});
