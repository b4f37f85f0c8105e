import { TraceBuilder } from "../../../lib/trace/builder.js";
import { Flag, type Trace } from "../../../lib/trace/columns.js";
import { createTraceParser } from "../../../lib/trace/parse.js";
import { serializeTrace } from "../../../lib/trace/serialize.js";

/** Numbers that look random and are the same each time (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Ticks of the recorder as ms. */
export function ticks(n: number): number {
  return n / 1e5;
}

/**
 * A trace as a program that prices orders would leave it: functions and methods in several files, sites, values of all
 * sizes, some async calls, errors, running calls, two threads, memory readings.
 */
export function sampleTrace(calls: number, seed = 1): Trace {
  const random = numbers(seed);
  const pick = (n: number): number => Math.floor(random() * n);
  const builder = new TraceBuilder();
  const { columns } = builder;
  const functions = [
    builder.fn({ name: "app.js", called: "app.js", module: "app.js", kind: "root", file: "app.js" }),
  ];
  for (let i = 1; i < 60; i++) {
    const file = `src/orders/part-${i % 7}.js`;
    const isMethod = i % 3 === 0;
    const name = i % 10 === 9 ? `größe"${i}` : `applyTax${i}`;
    const called = isMethod ? `PricingService${i % 5}` : name;
    functions.push(
      builder.fn({
        name,
        called,
        module: file,
        kind: isMethod ? "method" : "function",
        file,
        line: i,
        column: 3,
      }),
    );
  }
  for (let i = 0; i < 200; i++) builder.site({ file: `src/orders/part-${i % 7}.js`, line: 1 + i, column: 5 });
  builder.error({
    name: "TypeError",
    message: 'no "price"\n',
    stack: "TypeError: no price\n    at x",
    outcome: "unhandled",
  });
  builder.error({ name: "", message: "thrown text", value: "thrown text", outcome: "caught" });
  columns.add(-1, 0, 0);
  const open = [0];
  let now = 0;
  for (let row = 1; row < calls; row++) {
    while (open.length > 1 && (open.length > 40 || random() < 0.5)) {
      const ended = open.pop()!;
      now += 1 + pick(200);
      columns.duration[ended] = ticks(now - Math.round(columns.start[ended]! * 1e5));
    }
    now += 1 + pick(100);
    const parent = open[open.length - 1]!;
    builder.addCall(parent, functions[1 + pick(functions.length - 1)]!, ticks(now));
    fill(row);
    open.push(row);
  }
  for (let i = open.length - 1; i >= 0; i--) {
    const row = open[i]!;
    now += 10;
    if (i > 0 && row % 2 === 0) {
      columns.flags[row] = Flag.running;
      columns.output[row] = -1;
      columns.error[row] = -1;
      columns.active[row] = Number.NaN;
    } else columns.duration[row] = ticks(now - Math.round(columns.start[row]! * 1e5));
  }
  function fill(row: number): void {
    columns.site[row] = row % 13 === 0 ? -1 : pick(200);
    columns.inputs[row] =
      row % 11 === 0
        ? -1
        : builder.value({
            line: { sku: `sku-${pick(1000)}`, price: pick(10000) / 100, qty: pick(9) },
            rate: 0.21,
          });
    if (row % 17 === 0) columns.inputsAfter[row] = builder.value({ line: { sku: "x", price: 1, qty: 2 } });
    if (row % 3 === 0) columns.instance[row] = row % 7 === 0 ? 2 ** 40 + row : pick(50);
    if (row % 101 === 0) {
      columns.flags[row] = row % 2 === 0 ? Flag.threw : Flag.rejected | Flag.async;
      columns.error[row] = row % 5 === 0 ? -1 : pick(2);
    } else
      columns.output[row] =
        row % 5 === 0 ? builder.value(null) : builder.value({ total: pick(100000) / 100 });
    if (row % 23 === 0) {
      columns.flags[row] = columns.flags[row]! | Flag.async;
      columns.active[row] = ticks(pick(50));
    }
    if (row % 29 === 0) columns.thread[row] = 1;
    if (row % 31 === 0) {
      columns.memoryBefore.set(row, builder.value({ rss_bytes: 1e6 + row }));
      columns.memoryAfter.set(row, builder.value({ rss_bytes: 2e6 + row }));
      columns.attributes.set(row, builder.value({ "http.method": "GET" }));
    }
    if (row % 1009 === 0) columns.extra.set(row, builder.value({ later: [row], more: "x" }));
  }
  return builder.trace(
    {
      version: 1,
      tool: "flowtrace 0.1.0",
      node: "v20.20.2",
      argv: ["node", "app.js"],
      started_unix_ms: 1763680000000.25,
    },
    {
      exit_code: 1,
      threads: [
        { index: 0, pid: 100, thread_id: 0, role: "main", title: "app.js" },
        { index: 1, pid: 101, thread_id: 0, role: "child", title: "child.js", started_by: 3 },
      ],
      folded: [
        {
          parent: 2,
          function: "f",
          file: "app.js",
          line: 1,
          calls: 5,
          total_ms: 1,
          min_ms: 0,
          max_ms: 1,
          errors: 0,
          reason: "hot",
        },
      ],
      links: [
        { call: 7, goes_back_to: 2, reference: "flowtrace-1-100-0-2" },
        { call: 9, reference: "flowtrace-0-1-0-1" },
      ],
      warnings: [{ code: "limit-size", message: "x", count: 2 }],
    },
  );
}

/** The file that a trace is written as. */
export function bytesOf(trace: Trace): Uint8Array {
  const chunks: Buffer[] = [];
  for (const chunk of serializeTrace(trace)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Parses bytes in pieces of these sizes, over and over. */
export function parsed(bytes: Uint8Array, sizes: number[] = [bytes.length], salvage = false): Trace {
  const parser = createTraceParser({ name: "t.json", salvage });
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length]!);
    parser.push(bytes.subarray(at, at + size));
    at += size;
  }
  return parser.end();
}
