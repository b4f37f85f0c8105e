// What recording may cost at most, and what it costs: each row is measured by itself, the median of alternating runs.
import { median } from "./measure.mjs";

const MS = "ms";
const NS = "ns a call";

/** @returns the rows: what is measured, its unit, what it may be at most (or at least), and how it is measured */
function budgets(measure, runs) {
  const { own } = measure;
  const pair = (variant) => ({ plain: own.plain, traced: own[variant] });

  function costs(name, variant) {
    const { plain, traced } = measure.compare(name, pair(variant), runs);
    const base = median(plain.map(({ ms }) => ms));
    return traced.map(({ ms }) => ((ms - base) * 1e6) / plain[0].calls);
  }
  function added(name) {
    const { plain, traced } = measure.compare(name, pair("flowtrace"), runs);
    const base = median(plain.map(({ wall }) => wall));
    return traced.map(({ wall }) => wall - base);
  }
  function memory(name) {
    const { plain, traced } = measure.compare(name, pair("flowtrace"), 3);
    const base = median(plain.map(({ rss }) => rss));
    return traced.map(({ rss }) => (rss - base) / 1e6);
  }
  const few = (name) => measure.compare(name, pair("flowtrace"), 3);

  return [
    ["fib(30)", NS, 200, () => costs("fib", "flowtrace")],
    ["fib(30), no inputs and outputs", NS, 140, () => costs("fib", "no values")],
    ["orders", NS, 900, () => costs("orders", "flowtrace")],
    ["orders, with memory", NS, 2500, () => costs("orders", "with memory")],
    ["async", NS, 600, () => costs("async", "flowtrace")],
    ["throwing", NS, 2000, () => costs("throwing", "flowtrace")],
    // Half a nanosecond is what two runs of the plain program differ by.
    ["excluded, in a loop", NS, 0.5, () => costs("loop 10 M", "excluded")],
    ["hello, warm", MS, 40, () => added("hello")],
    ["hello, cold", MS, 200, () => added("hello, cold")],
    ["project of 500 files, warm", MS, 150, () => added("project")],
    ["project of 500 files, cold", MS, 1500, () => added("project, cold")],
    ["memory of fib", "MB", 48, () => memory("fib")],
    ["memory of orders", "MB", 48, () => memory("orders")],
    ["memory of 10 M calls", "MB", 48, () => memory("loop 10 M")],
    ["journal of fib", "bytes a call", 12, () => [measure.journalBytes("fib") / 2692537]],
    ["journal of orders", "bytes a call", 90, () => [measure.journalBytes("orders") / 205201]],
    ["1 M calls, from end to JSON", MS, 3000, () => few("loop 1 M").traced.map(({ after }) => after)],
    [
      "the command's memory",
      "bytes a call",
      150,
      async () => [
        ((await measure.commandMemory("loop 10 M")) - (await measure.commandMemory("loop 0.1 M"))) / 9.91e6,
      ],
    ],
    [
      "growth from 0.1 to 10 M calls",
      "x",
      1.2,
      () => [median(costs("loop 10 M", "flowtrace")) / median(costs("loop 0.1 M", "flowtrace"))],
    ],
    [
      "recursion, of the plain depth",
      "x",
      0.8,
      () => {
        const { plain, traced } = few("recursion");
        return traced.map(({ calls }) => calls / median(plain.map((run) => run.calls)));
      },
      "at least",
    ],
  ];
}

const shown = (figure) => (Math.abs(figure) < 10 ? figure.toFixed(1) : figure.toFixed(0));

/**
 * Measures all, or those whose name holds one of `names`, and tells each as it is known.
 *
 * @returns for the report: by name, the budget and the figures
 */
export async function tellBudgets(measure, runs, names) {
  const report = {};
  for (const [name, unit, budget, figuresOf, direction = "at most"] of budgets(measure, runs)) {
    if (names.length > 0 && !names.some((part) => name.includes(part))) continue;
    const figures = await figuresOf();
    const measured = median(figures);
    const isMet = direction === "at most" ? measured <= budget : measured >= budget;
    report[name] = { unit, budget, measured, figures, isMet };
    const spread =
      figures.length > 1 ? ` (${shown(Math.min(...figures))} to ${shown(Math.max(...figures))})` : "";
    console.log(
      `${isMet ? "met   " : "MISSED"} ${name.padEnd(32)} ${shown(measured).padStart(6)} ${unit}, ${direction} ${budget}${spread}`,
    );
  }
  return report;
}
