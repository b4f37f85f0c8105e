// The programs of the benchmark: each prints what its work took, in ms, how many calls it made, its peak memory, and when it ended.
const timed = (body) => `
${body}
const before = process.hrtime.bigint();
Promise.resolve(work()).then((calls) => {
  const ms = Number(process.hrtime.bigint() - before) / 1e6;
  process.stdout.write(JSON.stringify({ ms, calls, rss: process.resourceUsage().maxRSS * 1024, ended: Date.now() }));
});`;

const fib = (n, calls) =>
  timed(`
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }
function work() { fib(${n}); return ${calls} }`);

const loop = (calls) =>
  timed(`
function add(a, b) { return a + b }
function batch(from, to) { let sum = 0; for (let i = from; i < to; i++) sum = add(sum, i); return sum }
function work() { for (let i = 0; i < ${calls}; i += 1000) batch(i, i + 1000); return ${calls} * 1.001 }`);

export const PROGRAMS = {
  fib: fib(30, 2692537),
  // What the peers can be asked for: fib(30) takes them the better part of a minute.
  "fib(25)": fib(25, 242785),
  orders: timed(`
let calls = 0;
class Item { constructor(sku, price, quantity) { calls++; this.sku = sku; this.price = price; this.quantity = quantity } amount() { calls++; return this.price * this.quantity } }
class Customer { constructor(name, tier) { calls++; this.name = name; this.tier = tier } discount() { calls++; return this.tier === "gold" ? 0.1 : 0 } }
function taxOf(net, rules) { calls++; return net * rules.rate }
function priceLine(item, customer) { calls++; const gross = item.amount(); return { sku: item.sku, gross, net: gross * (1 - customer.discount()) } }
function total(lines, rules) { calls++; let net = 0; for (const line of lines) net += line.net; return { net, tax: taxOf(net, rules), lines: lines.length } }
function order(id) { calls++; const customer = new Customer("customer " + id, id % 2 ? "gold" : "none"); const lines = []; for (let i = 0; i < 8; i++) lines.push(priceLine(new Item("sku-" + i, i * 1.5, i % 4), customer)); return { id, ...total(lines, { rate: 0.21, country: { code: "ES", name: "Spain" } }) } }
function work() { for (let id = 0; id < 5700; id++) order(id); return calls + 1 }`),
  async: timed(`
async function leaf(n) { await null; return n }
async function step(n) { const v = await leaf(n); return v + 1 }
async function group(g) { const steps = []; for (let i = 0; i < 10; i++) steps.push(step(g + i)); return (await Promise.all(steps)).length }
async function work() { for (let g = 0; g < 5000; g++) await group(g); return 5000 * 21 + 1 }`),
  // ns per throw and catch: each is one call.
  throwing: timed(`
function thrower(n) { throw new RangeError("bad " + n) }
function work() { let caught = 0; for (let n = 0; n < 100000; n++) { try { thrower(n) } catch { caught++ } } return caught }`),
  fanout: timed(`
let calls = 0;
function leaf(seed) { calls++; let x = seed; for (let i = 0; i < 40; i++) x = Math.sin(x) + Math.cos(i); return x }
function branch(depth, seed) { calls++; if (depth === 0) return leaf(seed); let sum = 0; for (let i = 0; i < 3; i++) sum += branch(depth - 1, seed + i); return sum }
function work() { for (let i = 0; i < 500; i++) branch(4, i); return calls + 1 }`),
  // The calls that fit on the stack.
  recursion: timed(`
function deeper() { try { return deeper() + 1 } catch { return 1 } }
function work() { return deeper() }`),
  "loop 0.1 M": loop(100_000),
  "loop 1 M": loop(1_000_000),
  "loop 10 M": loop(10_000_000),
};

/** What runs when none is named: the rest takes minutes. */
export const DEFAULT_PROGRAMS = ["fib", "orders", "async", "throwing", "fanout", "hello", "project"];
