import { describe, expect, it } from "vitest";
import { TraceBuilder } from "../../../lib/trace/builder.js";
import { Flag, type Trace } from "../../../lib/trace/columns.js";
import type { CallKind, Value } from "../../../lib/trace/format.js";
import { compileQuery, QueryError } from "../../../lib/trace/query.js";
import { parseQuery } from "../../../lib/trace/query-terms.js";

interface Row {
  name: string;
  called?: string;
  module?: string;
  kind?: CallKind;
  line?: number;
  parent?: number;
  duration?: number;
  flags?: number;
  thread?: number;
  inputs?: Value;
  after?: Value;
  output?: Value;
  error?: number;
  instance?: number;
  active?: number;
  attributes?: Value;
}

const undefinedValue: Value = { $type: "undefined" };

const ROWS: Row[] = [
  { name: "app.js", kind: "root", duration: 100 },
  {
    name: "checkout",
    module: "src/shop/checkout.js",
    line: 10,
    duration: 80,
    inputs: {
      cart: { $type: "instance", class: "Cart", id: 4, value: { qty: 5, Note: "Größe XL" } },
      type: "express",
    },
  },
  {
    name: "total",
    called: "Cart",
    module: "src/pricing/cart.js",
    kind: "method",
    parent: 1,
    duration: 12,
    instance: 4,
    inputs: { rate: 0.21, "odd key": 1 },
    output: { $type: "NaN" },
  },
  {
    name: "reserve",
    module: "src/stock.js",
    parent: 1,
    duration: 30,
    flags: Flag.threw,
    error: 0,
    inputs: { sku: 'tea "green"', qty: 3 },
  },
  {
    name: "load",
    module: "src/db.js",
    parent: 0,
    duration: 5,
    active: 0.5,
    flags: Flag.async,
    thread: 1,
    output: [{ id: 7 }, { id: 8 }],
    attributes: { "http.method": "GET", status: 200 },
  },
  {
    name: "save",
    module: "src/db.js",
    parent: 0,
    flags: Flag.async | Flag.running,
    inputs: { n: { $type: "bigint", value: "12345678901234567890" } },
  },
  {
    name: "fail",
    module: "src/db.js",
    parent: 0,
    duration: 0.002,
    flags: Flag.async | Flag.rejected,
    error: 1,
    output: undefinedValue,
    after: { list: [1, 2] },
  },
];

function trace(): Trace {
  const builder = new TraceBuilder();
  builder.error({ name: "StockError", message: "only 2 left", outcome: "caught" });
  builder.error({ name: "TimeoutError", message: "after 5s", outcome: "unhandled" });
  ROWS.forEach(
    ({ name, called = name, module = name, kind = "function", parent = 0, line, ...rest }, row) => {
      const fn = builder.fn({
        name,
        called,
        module,
        kind,
        file: module,
        ...(line === undefined ? {} : { line }),
      });
      builder.addCall(row === 0 ? -1 : parent, fn, row);
      const { columns } = builder;
      if (rest.duration !== undefined) columns.duration[row] = rest.duration;
      if (rest.active !== undefined) columns.active[row] = rest.active;
      if (rest.inputs !== undefined) columns.inputs[row] = builder.value(rest.inputs);
      if (rest.after !== undefined) columns.inputsAfter[row] = builder.value(rest.after);
      if (rest.output !== undefined) columns.output[row] = builder.value(rest.output);
      if (rest.attributes !== undefined) columns.attributes.set(row, builder.value(rest.attributes));
      columns.flags[row] = rest.flags ?? 0;
      columns.error[row] = rest.error ?? -1;
      columns.thread[row] = rest.thread ?? 0;
      columns.instance[row] = rest.instance ?? -1;
    },
  );
  return builder.trace(
    {},
    { threads: [0, 1].map((index) => ({ index, pid: 100 + index, thread_id: 0, role: "main", title: "" })) },
  );
}

function found(query: string): string[] {
  const matches = compileQuery(trace(), query);
  return ROWS.filter((_, row) => matches(row)).map(({ name }) => name);
}

describe("a query", () => {
  it.each<[string, string[]]>([
    ["", ROWS.map(({ name }) => name)],
    ["fn:TOTAL", ["total"]],
    ["function:check*", ["checkout"]],
    ["fn:check", ["checkout"]],
    ["fn:chec*k", []],
    ["class:Cart", ["total"]],
    ["module:pricing", ["total"]],
    ["file:src/*", ["checkout", "total", "reserve", "load", "save", "fail"]],
    ["line:10", ["checkout"]],
    ["kind:method", ["total"]],
    ["kind:async", ["load", "save", "fail"]],
    ["error:*", ["reserve", "fail"]],
    ["error:stock", ["reserve"]],
    ['error:"only 2"', ["reserve"]],
    ["-error:* -status:running kind:async", ["load"]],
    ["status:running", ["save"]],
    ["status:rejected", ["fail"]],
    ["dur>10ms", ["app.js", "checkout", "total", "reserve"]],
    ["dur>=0.08s", ["app.js", "checkout"]],
    ["dur<=2us", ["fail"]],
    ["dur:12", ["total"]],
    ["self>37", ["checkout"]],
    ["active<1ms kind:async -status:rejected", ["load"]],
    ["start>=5", ["save", "fail"]],
    ["end>=90", ["app.js", "save"]],
    ["fn=to", []],
    ["fn=Total", ["total"]],
    ["depth:2", ["total", "reserve"]],
    ["thread:1", ["load"]],
    ["pid:101", ["load"]],
    ["id:3", ["reserve"]],
    ["id>4", ["save", "fail"]],
    ["instance:4", ["total"]],
    ["in.qty>2", ["reserve"]],
    ["in.cart.qty>=5", ["checkout"]],
    ["in.cart.note:größe", ["checkout"]],
    ['in."odd key":1', ["total"]],
    ["in.rate:*", ["total"]],
    ["in.rate=0.21", ["total"]],
    ["in.rate=0.2", []],
    ["in.n>1e18", ["save"]],
    ["in:green", ["reserve"]],
    ["out:NaN", ["total"]],
    ["out:undefined", ["fail"]],
    ["out.1.id:8", ["load"]],
    ["after:*", ["fail"]],
    ["after.list.1:2", ["fail"]],
    ["attr:*", ["load"]],
    ['attr."http.method":get', ["load"]],
    ["attr.status>=200", ["load"]],
  ])("%s finds %j", (query, names) => {
    expect(found(query)).toEqual(names);
  });

  it.each<[string, string[]]>([
    ["checkout", ["checkout"]],
    ["CART.total", ["total"]],
    ["green", ["reserve"]],
    ['"tea \\"green\\""', ["reserve"]],
    ["größe", ["checkout"]],
    ["GRÖSSE", []],
    ["GRÖßE", ["checkout"]],
    ["nan", ["total"]],
    ["timeout", ["fail"]],
    ["src stock", ["reserve"]],
    ["src -db -pricing", ["checkout", "reserve"]],
    ["gr*n", ["reserve"]],
    ["http.method", ["load"]],
    ["12345678901234567890", ["save"]],
  ])("of plain words: %s finds %j", (query, names) => {
    expect(found(query)).toEqual(names);
  });

  it("does not take the format's own marks for the program's words", () => {
    expect(found("type")).toEqual(["checkout"]); // a parameter's name
    expect(found("instance")).toEqual([]);
    expect(found("$type")).toEqual([]);
    expect(found("value")).toEqual([]);
    expect(found("undefined")).toEqual(["fail"]);
  });

  it.each<[string, number, RegExp]>([
    ["foo:bar", 0, /"foo" is not something to ask for; .* Known: fn, class/],
    ["x dur>fast", 6, /"fast" is not a time, such as 10ms/],
    ["thread:2ms", 7, /"2ms" is not a number/],
    ["in.qty>many", 7, /"many" is not a number/],
    ["dur>", 4, /nothing stands after "dur>"/],
    ['fn:"open', 3, /the closing quote is missing/],
    ["status:fine", 7, /a status is one of ok, threw, rejected, running/],
    ["dur.x>3", 0, /"dur" has no parts/],
  ])("that makes no sense says where and why: %s", (query, position, message) => {
    const attempt = (): unknown => compileQuery(trace(), query);
    expect(attempt).toThrow(QueryError);
    try {
      attempt();
    } catch (error) {
      expect((error as QueryError).position).toBe(position);
      expect((error as QueryError).message).toMatch(message);
    }
  });

  it("is split into terms with their places", () => {
    expect(parseQuery('a -fn:"b c"  dur>=5')).toMatchObject([
      { key: "", value: "a", negated: false, position: 0 },
      { key: "fn", operator: ":", value: "b c", negated: true, position: 2, valuePosition: 6 },
      { key: "dur", operator: ">=", value: "5", position: 13, valuePosition: 18 },
    ]);
    expect(parseQuery("- a")).toMatchObject([{ value: "-" }, { value: "a" }]);
  });
});
